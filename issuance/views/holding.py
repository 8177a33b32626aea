"""Who has a case open: the mark that its page keeps alive, and taking it from a colleague."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.models import Membership
from issuance import services
from issuance.forms import TakeOverForm
from issuance.holding import Hold
from issuance.models import Application

from .finding import find_application

# Transitions for which a person opens the case; answering or withdrawing needs no hold.
DESK_WORK = {"take", "recommend", "approve"}


def may_work(application: Application, actor: Membership) -> bool:
    open_now = application.WORKFLOW.available(application, actor)
    return any(transition.name in DESK_WORK for transition in open_now)


def opened(application: Application, actor: Membership) -> Hold | None:
    """Marks the case for whoever can work on it now; gives the hold of another person."""
    if not may_work(application, actor):
        return None
    return services.open_case(application=application, actor=actor)


def hold_context(application: Application, actor: Membership, hold: Hold | None) -> dict[str, Any]:
    """What the page of a case that can be worked on says of who has it open."""
    return {
        "version": application.version,
        "is_mine": hold is None and may_work(application, actor),
        "hold": hold,
        "take_over_form": TakeOverForm(prefix="break_hold"),
    }


@never_cache
@require_POST
def application_open(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asked every so often by a page that stays open."""
    application = find_application(request, pk)
    seen = request.POST.get("version", "")
    has_moved = seen != str(application.version)
    hold = None if has_moved else opened(application, request.actor)
    return render(
        request,
        "issuance/parts/hold.html",
        {
            "application": application,
            **hold_context(application, request.actor, hold),
            **({"has_moved": True, "is_mine": False} if has_moved else {}),
        },
    )


@require_POST
def application_break_hold(request: HttpRequest, pk: UUID) -> HttpResponse:
    application = find_application(request, pk)
    form = TakeOverForm(request.POST, prefix="break_hold")
    page = "decide" if application.status == "recommended" else "review"
    if form.is_valid():
        services.break_hold(
            application=application, actor=request.actor, note=form.cleaned_data["note"]
        )
        messages.success(request, _("You have the case now."))
    else:
        messages.error(request, _("Say why you take the case over."))
    return redirect(f"issuance:application-{page}", application.pk)
