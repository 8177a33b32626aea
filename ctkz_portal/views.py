"""The front door: everyone is led to where their day begins."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .navigation import BASKETS


@login_not_required
@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Strangers verify a certificate; people with a role see what waits for them."""
    if not request.user.is_authenticated:
        return redirect("registry:verify")
    actor = request.actor
    if actor is None:
        return render(request, "no_role.html")
    return redirect(BASKETS[actor.role])
