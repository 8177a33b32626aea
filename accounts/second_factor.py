"""The second factor: what a person has beside the password, and whether they hold it now.

`allauth.mfa` keeps the secrets and checks answers of security keys; a code of the application is
judged here, because each may be used once only, whatever clock it was made by (RFC 6238, 5.2).
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from fido2.utils import websafe_encode

import audit

from . import throttle
from .errors import DomainError
from .models import SecondFactor, User
from .refs import person_ref, person_subject

MOST_KEYS = 5
LONGEST_NAME = 60
# A proved password opens the door to the second factor for so long.
STEP_TERM = timedelta(minutes=10)
USED = "last_counter"
FACTORS = {
    Authenticator.Type.TOTP: SecondFactor.TOTP,
    Authenticator.Type.WEBAUTHN: SecondFactor.WEBAUTHN,
    Authenticator.Type.RECOVERY_CODES: SecondFactor.RECOVERY,
}


class FactorRefused(DomainError):
    """What was given does not prove the person."""


@dataclass(frozen=True)
class Factors:
    """What a person has. Recovery codes alone are none: they only stand in for another."""

    totp: Authenticator | None = None
    keys: list[Authenticator] = field(default_factory=list)
    recovery: Authenticator | None = None

    @property
    def is_set_up(self) -> bool:
        return bool(self.totp or self.keys)

    @property
    def codes_left(self) -> int:
        return len(RecoveryCodes(self.recovery).get_unused_codes()) if self.recovery else 0


def factors_of(user: User) -> Factors:
    found = list(Authenticator.objects.filter(user=user).order_by("created_at", "pk"))
    by_type = {one.type: one for one in found}
    return Factors(
        totp=by_type.get(Authenticator.Type.TOTP),
        keys=[one for one in found if one.type == Authenticator.Type.WEBAUTHN],
        recovery=by_type.get(Authenticator.Type.RECOVERY_CODES),
    )


def is_needed_at_sign_in(user: User) -> bool:
    return factors_of(user).is_set_up


# --- at the door -----------------------------------------------------------------------------


def check_code(*, user: User, code: str) -> SecondFactor:
    """The code of the application, or one of the recovery codes, whichever this is."""
    counted = _count(user)
    with transaction.atomic():
        factor = _factor_of_code(user, normalize_user_code(code))
        if factor is None:
            _record_refusal(user, "wrong_code")
    if factor is None:
        raise FactorRefused(
            "wrong_code",
            _("This code is not right, or it was used before. Wait for the next one and enter it."),
            field="code",
        )
    throttle.forgive(counted)
    return factor


def begin_key_check(user: User) -> dict[str, Any]:
    """What the browser asks the security key; the question is kept in the session."""
    options: dict[str, Any] = webauthn.begin_authentication(user)
    return _as_json(options)


def check_key(*, user: User, answer: Any) -> SecondFactor:
    counted = _count(user)
    try:
        webauthn.parse_authentication_response(answer)
        webauthn.complete_authentication(user, answer).record_usage()
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError) as error:
        webauthn.clear_state()
        with transaction.atomic():
            _record_refusal(user, "wrong_key")
        raise FactorRefused(
            "wrong_key", _("This security key is not one of yours. Try again with the right one.")
        ) from error
    throttle.forgive(counted)
    return SecondFactor.WEBAUTHN


def _count(user: User) -> list[throttle.Counted]:
    counted = [throttle.Counted(throttle.FACTOR, str(user.pk))]
    try:
        throttle.count_attempt(counted)
    except throttle.TooManyAttempts as pause:
        if pause.is_first:
            with transaction.atomic():
                _record_refusal(user, pause.code)
        raise
    return counted


def _factor_of_code(user: User, code: str) -> SecondFactor | None:
    """Locks what it looks at: the same code sent twice at once is right once."""
    mine = Authenticator.objects.select_for_update().filter(user=user)
    for one in mine.exclude(type=Authenticator.Type.WEBAUTHN).order_by("pk"):
        is_totp = one.type == Authenticator.Type.TOTP
        if _totp_is_right(one, code) if is_totp else RecoveryCodes(one).validate_code(code):
            Authenticator.objects.filter(pk=one.pk).update(last_used_at=timezone.now())
            return FACTORS[Authenticator.Type(one.type)]
    return None


def _totp_is_right(one: Authenticator, code: str) -> bool:
    counter = _counter_of(decrypt(one.data["secret"]), code)
    if counter is None or counter <= one.data.get(USED, -1):
        return False
    one.data[USED] = counter
    one.save(update_fields=["data"])
    return True


def _counter_of(secret: str, code: str) -> int | None:
    """The half minute that this code belongs to, among those that count now."""
    for counter in totp.yield_hotp_counters_from_time():
        expected = totp.format_hotp_value(totp.hotp_value(secret, counter))
        if hmac.compare_digest(expected.encode(), code.encode()):
            return int(counter)
    return None


# --- at home ---------------------------------------------------------------------------------


def new_secret() -> str:
    return str(totp.generate_totp_secret())


@transaction.atomic
def add_totp(*, user: User, secret: str, code: str) -> None:
    """The application is believed once it has shown a right code; that code is then used."""
    _lock(user)
    if factors_of(user).totp:
        raise FactorRefused("already_there", _("An application is set up already."))
    counter = _counter_of(secret, normalize_user_code(code))
    if counter is None:
        raise FactorRefused(
            "wrong_code",
            _("This code is not right. Check the clock of the telephone and enter a new code."),
            field="code",
        )
    one = totp.TOTP.activate(user, secret).instance
    one.data[USED] = counter
    one.save(update_fields=["data"])
    _added(user, SecondFactor.TOTP)


def begin_key(user: User) -> dict[str, Any]:
    options: dict[str, Any] = webauthn.begin_registration(user, passwordless=False)
    return _as_json(options)


@transaction.atomic
def add_key(*, user: User, name: str, answer: Any) -> None:
    _lock(user)
    if len(factors_of(user).keys) >= MOST_KEYS:
        raise FactorRefused(
            "too_many_keys", _("You have as many security keys as the portal keeps. Remove one.")
        )
    try:
        webauthn.parse_registration_response(answer)
        webauthn.complete_registration(answer)
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError) as error:
        webauthn.clear_state()
        raise FactorRefused(
            "wrong_key", _("The security key gave no usable answer. Please try again.")
        ) from error
    webauthn.WebAuthn.add(user, name[:LONGEST_NAME], answer)
    _added(user, SecondFactor.WEBAUTHN)


@transaction.atomic
def remove(*, user: User, pk: int) -> None:
    """With the last factor its recovery codes go too."""
    _lock(user)
    one = Authenticator.objects.filter(user=user, pk=pk).first()
    if one is None or one.type == Authenticator.Type.RECOVERY_CODES:
        raise FactorRefused("not_there", _("This second factor is not there any more."))
    one.delete()
    if not factors_of(user).is_set_up:
        Authenticator.objects.filter(user=user).delete()
    _record(user, "person.second_factor_removed", second_factor=FACTORS[one.type].value)


@transaction.atomic
def reset(*, user: User) -> int:
    """The operator's way out for somebody who lost everything: the password alone opens again.

    Whoever runs the portal makes sure first, outside of it, that the person is the person.
    """
    _lock(user)
    found = list(Authenticator.objects.filter(user=user))
    for one in found:
        if one.type != Authenticator.Type.RECOVERY_CODES:
            audit.record(
                "person.second_factor_removed",
                actor=audit.SYSTEM,
                subject=person_subject(user),
                second_factor=FACTORS[one.type].value,
            )
    Authenticator.objects.filter(user=user).delete()
    return len(found)


@transaction.atomic
def renew_codes(*, user: User) -> None:
    """New recovery codes; the old ones are worth nothing from now on."""
    _lock(user)
    if not factors_of(user).is_set_up:
        raise FactorRefused("not_there", _("Set up a second factor first."))
    Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    count = len(RecoveryCodes.activate(user).generate_codes())
    _record(user, "person.recovery_codes_renewed", count=count)


def codes_of(user: User) -> list[str]:
    recovery = factors_of(user).recovery
    return list(RecoveryCodes(recovery).get_unused_codes()) if recovery else []


def _lock(user: User) -> None:
    User.objects.select_for_update().get(pk=user.pk)


def _added(user: User, factor: SecondFactor) -> None:
    RecoveryCodes.activate(user)
    _record(user, "person.second_factor_added", second_factor=factor.value)


def _record(user: User, event: str, **facts: Any) -> None:
    audit.record(event, actor=person_ref(user), subject=person_subject(user), **facts)


def _record_refusal(user: User, reason: str) -> None:
    stranger = audit.ActorRef(id="", role="stranger", organisation="", label="")
    audit.record(
        "person.second_factor_refused",
        actor=stranger,
        subject=person_subject(user),
        reason=reason,
    )


def _as_json(value: Any) -> Any:
    """Options as the browser takes them: bytes in base64url."""
    if isinstance(value, bytes):
        return websafe_encode(value)
    if isinstance(value, Mapping):
        return {key: _as_json(value[key]) for key in value if value[key] is not None}
    if isinstance(value, list | tuple):
        return [_as_json(one) for one in value]
    return value
