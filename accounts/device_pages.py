"""Where a person is signed in, where they were, and who tried in vain."""

from dataclasses import dataclass
from datetime import timedelta
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

import audit
from audit.models import AuditEvent

from . import arrivals
from .devices import device_name
from .models import SignIn, User
from .refs import person_ref, person_subject

SHOWN = 50
REFUSED_SINCE = timedelta(days=30)
REFUSALS = ("person.sign_in_refused", "person.second_factor_refused", "person.locked_out")
REASONS: dict[str, str | Promise] = {
    "wrong_password": gettext_lazy("wrong password"),
    "too_many_attempts": gettext_lazy("too many attempts, a pause began"),
    "wrong_code": gettext_lazy("the password was right, the code was wrong"),
    "wrong_key": gettext_lazy("the password was right, the security key was wrong"),
    "expired": gettext_lazy("electronic signature: the certificate has expired"),
    "revoked": gettext_lazy("electronic signature: the certificate has been revoked"),
    "locked_out": gettext_lazy("the account was locked for a while"),
}


@dataclass(frozen=True)
class Row:
    row: SignIn
    device: str
    is_here: bool
    is_open: bool


@dataclass(frozen=True)
class Refusal:
    event: AuditEvent
    reason: str | Promise


@never_cache
@require_safe
def sign_ins(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    now = timezone.now()
    here = arrivals.digest_of(request.session)
    rows = [
        Row(one, device_name(one.user_agent), one.session == here, one.is_open(at=now))
        for one in SignIn.objects.filter(user=user)[:SHOWN]
    ]
    refused = AuditEvent.objects.about("person", user.pk).filter(
        event__in=REFUSALS, at__gte=now - REFUSED_SINCE
    )
    return render(
        request,
        "accounts/sign_ins.html",
        {
            "open": sorted((row for row in rows if row.is_open), key=lambda row: not row.is_here),
            "past": [row for row in rows if not row.is_open],
            "others": sum(1 for row in rows if row.is_open and not row.is_here),
            "refusals": [Refusal(event, _reason(event)) for event in refused[:SHOWN]],
        },
    )


def _reason(event: AuditEvent) -> str | Promise:
    if event.event == "person.locked_out":
        return REASONS["locked_out"]
    return REASONS.get(event.facts["reason"], gettext_lazy("electronic signature was refused"))


@require_POST
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Another person's session does not exist for this one."""
    if not SignIn.objects.filter(pk=pk, user=cast(User, request.user)).exists():
        raise Http404
    return _ended(request, only=[pk])


@require_POST
def end_all(request: HttpRequest) -> HttpResponse:
    return _ended(request, only=None)


@transaction.atomic
def _ended(request: HttpRequest, *, only: list[UUID] | None) -> HttpResponse:
    user = cast(User, request.user)
    count = arrivals.end_sessions(user=user, by=SignIn.End.ENDED, only=only, keep=request.session)
    if count:
        audit.record(
            "person.sessions_ended",
            actor=person_ref(user),
            subject=person_subject(user),
            count=count,
        )
        messages.success(
            request,
            ngettext("%(count)d session was ended.", "%(count)d sessions were ended.", count)
            % {"count": count},
        )
    else:
        messages.info(request, _("These sessions were over already."))
    return redirect("accounts:sign-in-list")
