"""One page for many decisions: tick, press once, see each outcome."""

from contextlib import suppress
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.errors import DomainError, PermissionRefused
from accounts.permissions import authorize
from documents import signing
from issuance.sitting import begin_sitting, candidates


@require_http_methods(["GET", "HEAD", "POST"])
def decide_many(request: HttpRequest) -> HttpResponse:
    authorize(
        request.actor,
        "issuance.decide_many",
        request.actor.organisation if request.actor else None,
    )
    if request.method == "POST":
        try:
            sitting = begin_sitting(
                actor=request.actor,
                chosen=_chosen(request),
                return_url=reverse("issuance:decide-many"),
            )
        except PermissionRefused:
            raise
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect("issuance:decide-many")
        if sitting.left_out:
            numbers = ", ".join(each.application.label for each in sitting.left_out)
            messages.warning(
                request,
                _("Left out, because they have changed since: %(numbers)s") % {"numbers": numbers},
            )
        return redirect("documents:signing-session", sitting.session.pk)
    found = candidates(request.actor)
    return render(
        request,
        "issuance/decide_many.html",
        {
            "candidates": found,
            "ready": sum(candidate.may_be_ticked for candidate in found),
            "signs": signing.required(),
            "ticked": _ticked(request),
        },
    )


def _ticked(request: HttpRequest) -> set[UUID]:
    """Cases that were chosen in the basket before: `?case=<id>`."""
    ticked = set()
    for value in request.GET.getlist("case"):
        with suppress(ValueError):
            ticked.add(UUID(value))
    return ticked


def _chosen(request: HttpRequest) -> dict[UUID, int | None]:
    """Each ticked case with the version that the page showed: `<id>:<version>`."""
    chosen: dict[UUID, int | None] = {}
    for value in request.POST.getlist("case"):
        key, _colon, version = value.partition(":")
        with suppress(ValueError):
            chosen[UUID(key)] = int(version)
    return chosen
