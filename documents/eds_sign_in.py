"""Signing in with the national electronic signature: a task is signed, its IIN names the person.

A key and its password are two factors in one: the key is something that only its holder has, so
nobody who comes this way is asked for another factor.

The task is a record of its own kind. A signature is judged over the very bytes that the portal
built, so one given for signing in can never carry a document, nor the other way round.
"""

import secrets
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import services, throttle
from accounts.entering import let_in
from accounts.errors import DomainError
from accounts.models import SecondFactor, User, Way
from audit.context import current_request

from .canonical import canonical_bytes, sha256_hex
from .eds.verdicts import Expected, Reason, Verdict
from .eds.verifying import verify_signature

SCHEMA = "ctkz.sign-in/1"
CHALLENGE = "eds_challenge"
TERM_SECONDS = 5 * 60
# Failures that only the holder of a certificate of the national authority can bring about.
OF_HOLDER = frozenset(
    {
        Reason.EXPIRED,
        Reason.NOT_YET_VALID,
        Reason.WRONG_USAGE,
        Reason.REVOKED,
        Reason.REVOCATION_UNKNOWN,
    }
)


class SignInBySignatureRefused(DomainError):
    """The signature opens no account; the code says why."""


def is_offered() -> bool:
    """There are roots that a certificate could lead to."""
    return bool(settings.CTKZ_EDS_ROOTS_FILE)


def task_of(request: HttpRequest) -> bytes:
    """The bytes to be signed in this browser; a new task when there is none or it is too old."""
    kept = request.session.get(CHALLENGE)
    if kept is None or timezone.now().timestamp() > kept["until"]:
        kept = {
            "challenge": secrets.token_hex(32),
            "until": int(timezone.now().timestamp()) + TERM_SECONDS,
        }
        request.session[CHALLENGE] = kept
        if not request.user.is_authenticated:
            # Strangers who never come back must not fill the table of sessions.
            request.session.set_expiry(2 * TERM_SECONDS)
    return _record(kept)


def _record(kept: dict[str, Any]) -> bytes:
    return canonical_bytes(
        {
            "schema": SCHEMA,
            "portal": settings.CTKZ_PUBLIC_URL,
            "challenge": kept["challenge"],
            "until": kept["until"],
        }
    )


def enter_signed(request: HttpRequest, *, cms: bytes, address: str) -> HttpResponse:
    """Lets in whoever signed the task of this browser; right or wrong, the task is used up."""
    counted = [throttle.Counted(throttle.SIGNATURE, throttle.network(current_request().ip))]
    throttle.count_attempt(counted)
    now = timezone.now()
    record = _taken(request, at=now)
    verdict = verify_signature(cms, record=record, at=now, expected=Expected(iin="", signs_in=True))
    user = _person_of(verdict)
    throttle.forgive(counted)
    return let_in(
        request,
        user,
        way=Way.SIGNATURE,
        second_factor=SecondFactor.SIGNATURE,
        address=address,
        challenge=sha256_hex(record),
    )


def _taken(request: HttpRequest, *, at: datetime) -> bytes:
    kept = request.session.pop(CHALLENGE, None)
    # Written at once: what follows may take seconds, and the task must not be taken twice.
    request.session.save()
    if kept is None or at.timestamp() > kept["until"]:
        raise SignInBySignatureRefused(
            "task_over",
            _("The time for signing is over. Here is a new task: sign it within five minutes."),
        )
    return _record(kept)


def _person_of(verdict: Verdict) -> User:
    """The active person with the IIN of the certificate."""
    if not verdict.ok or verdict.holder is None:
        _tell_owner(verdict)
        reason = verdict.reason or Reason.MALFORMED
        raise SignInBySignatureRefused(reason.value, reason.words)
    user = User.objects.filter(iin=verdict.holder.iin, is_active=True).exclude(iin="").first()
    if user is None:
        raise SignInBySignatureRefused(
            "no_account",
            _(
                "The signature is right, but its IIN leads to no account of this portal. Ask the "
                "head of your organisation to invite you, or to enter your IIN in your account."
            ),
        )
    return user


def _tell_owner(verdict: Verdict) -> None:
    """A real key that may not be used any more was tried: its holder finds that in the log."""
    if verdict.holder is None or verdict.reason not in OF_HOLDER:
        return
    for user in User.objects.filter(iin=verdict.holder.iin).exclude(iin=""):
        services.record_refusal(user, reason=verdict.reason.value)
