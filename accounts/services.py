"""Signing in and what people may change about themselves."""

from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

import audit
from audit.context import current_request

from .errors import DomainError
from .models import Membership, User
from .throttle import FAILURES_ALLOWED, count_attempt, forget_failures


class SignInRefused(DomainError):
    """One answer for a wrong password and an unknown address: neither can be told apart."""


def sign_in(*, request: HttpRequest, email: str, password: str) -> User:
    """The person who knows this password, recorded; the caller opens the session.

    Refusals of known accounts are recorded too, the pause only once, so that guessing cannot
    flood the log.
    """
    ip = current_request().ip
    attempt = count_attempt(email=email, ip=ip)
    if attempt > FAILURES_ALLOWED:
        if attempt == FAILURES_ALLOWED + 1:
            _record_refusal(email, reason="too_many_attempts")
        raise SignInRefused(
            "too_many_attempts",
            _("Too many failed attempts. Please wait 15 minutes and try again."),
        )
    user = authenticate(request, username=email, password=password)
    if not isinstance(user, User):
        _record_refusal(email, reason="wrong_password")
        raise SignInRefused(
            "wrong_password", _("The e-mail or the password is not right. Please check both.")
        )
    forget_failures(email=email, ip=ip)
    with transaction.atomic():
        audit.record("person.signed_in", actor=_person_ref(user), subject=_subject_ref(user))
    return user


@transaction.atomic
def change_password(*, user: User, password: str) -> None:
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record("person.password_changed", actor=_person_ref(user), subject=_subject_ref(user))


def choose_language(*, user: User, language: str) -> None:
    """A preference without legal effect: saved, not logged."""
    User.objects.filter(pk=user.pk).update(language=language)


def memberships_of(user: User) -> list[Membership]:
    return list(
        Membership.objects.current()
        .filter(user=user)
        .select_related("user", "organisation")
        .order_by("valid_from", "id")
    )


@transaction.atomic
def _record_refusal(email: str, *, reason: str) -> None:
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is not None:
        stranger = audit.ActorRef(id="", role="stranger", organisation="", label="")
        audit.record(
            "person.sign_in_refused", actor=stranger, subject=_subject_ref(user), reason=reason
        )


def _person_ref(user: User) -> audit.ActorRef:
    """A person who does not act for anybody yet."""
    return audit.ActorRef(id=str(user.pk), role="person", organisation="", label=user.full_name)


def _subject_ref(user: User) -> audit.SubjectRef:
    return audit.SubjectRef(type="person", id=str(user.pk), label=user.full_name)
