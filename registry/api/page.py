"""The page of the open API for people."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from registry.models import Scope
from registry.news import STATUS_AFTER


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    context = {
        "address": f"{settings.CTKZ_PUBLIC_URL}/api/v1",
        "per_minute": settings.CTKZ_API_PER_MINUTE,
        "scopes": Scope.choices,
        "events": sorted(STATUS_AFTER),
    }
    return render(request, "registry/api.html", context)
