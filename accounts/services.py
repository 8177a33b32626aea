"""Signing in and what people may change about themselves."""

from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from audit.context import current_request

from . import arrivals, throttle
from .devices import is_known
from .errors import DomainError
from .models import Membership, SignIn, User
from .refs import person_ref, person_subject


class SignInRefused(DomainError):
    """One answer for a wrong password and an unknown address: neither can be told apart."""


def sign_in(*, request: HttpRequest, email: str, password: str) -> User:
    """The person who knows this password; whether that is enough the caller asks next.

    Refusals of known accounts are recorded, a pause only once, so that guessing cannot flood the
    log.
    """
    user = _owner_of_password(request, email, password)
    if user is None:
        _record_refusal(email, reason="wrong_password")
        raise SignInRefused(
            "wrong_password", _("The e-mail or the password is not right. Please check both.")
        )
    return user


def confirm_password(*, request: HttpRequest, user: User, password: str) -> None:
    """The person at an open session proves to be its owner; counted like signing in."""
    if _owner_of_password(request, user.email, password) != user:
        raise SignInRefused("wrong_password", _("This is not your present password."))


def _owner_of_password(request: HttpRequest, email: str, password: str) -> User | None:
    counted = throttle.of_password(
        email=email, ip=current_request().ip, is_known_device=is_known(request, email=email)
    )
    try:
        throttle.count_attempt(counted)
    except throttle.TooManyAttempts as pause:
        if pause.is_first:
            _record_pause(email, pause)
        raise
    user = authenticate(request, username=email, password=password)
    if not isinstance(user, User):
        return None
    throttle.forgive(counted)
    return user


@transaction.atomic
def change_password(*, request: HttpRequest, user: User, password: str) -> None:
    """Whoever knew the old password is out everywhere; the present session goes on."""
    user.set_password(password)
    user.save(update_fields=["password"])
    arrivals.end_sessions(user=user, by=SignIn.End.PASSWORD, keep=request.session)
    arrivals.rekey(request, user)
    audit.record("person.password_changed", actor=person_ref(user), subject=person_subject(user))


def choose_language(*, user: User, language: str) -> None:
    """A preference without legal effect: saved, not logged."""
    User.objects.filter(pk=user.pk).update(language=language)


def memberships_of(user: User) -> list[Membership]:
    return list(
        Membership.objects.current()
        .filter(user=user)
        .select_related("user", "organisation", "agent")
        .order_by("valid_from", "id")
    )


def past_memberships_of(user: User) -> list[Membership]:
    """What the person was for whom, newest first; rows are ended, never deleted."""
    return list(
        Membership.objects.filter(user=user, valid_until__lt=timezone.localdate())
        .select_related("organisation")
        .order_by("-valid_until", "id")
    )


@transaction.atomic
def _record_pause(email: str, pause: throttle.TooManyAttempts) -> None:
    """An account that is paused for everybody is a matter for its owner."""
    _record_refusal(email, reason=pause.code)
    if pause.limit is throttle.ACCOUNT and (user := _known(email)):
        audit.record(
            "person.locked_out",
            actor=audit.SYSTEM,
            subject=person_subject(user),
            failures=pause.limit.failures,
            until=pause.until.isoformat(timespec="seconds"),
        )


def _record_refusal(email: str, *, reason: str) -> None:
    if user := _known(email):
        record_refusal(user, reason=reason)


@transaction.atomic
def record_refusal(user: User, *, reason: str) -> None:
    """Somebody, known or not, tried to come in as this person."""
    stranger = audit.ActorRef(id="", role="stranger", organisation="", label="")
    audit.record(
        "person.sign_in_refused", actor=stranger, subject=person_subject(user), reason=reason
    )


def _known(email: str) -> User | None:
    return User.objects.filter(email=email.strip().lower()).first()
