"""Coming in and leaving: sessions of people, the list of them, and ending those elsewhere."""

import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login as open_session
from django.contrib.auth import logout as close_session
from django.contrib.auth import update_session_auth_hash
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import IntegrityError, models, transaction
from django.db.models import Func, Value
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from audit.context import current_request

from .devices import Device, device_of
from .errors import DomainError
from .models import SecondFactor, SignIn, User, Way
from .refs import person_ref, person_subject

BEGAN = "began"
RENEWED = "renewed"
SECOND_FACTOR = "second_factor"
BACKEND = "django.contrib.auth.backends.ModelBackend"


class Digest(Func):
    """SHA-256 of a text in the database, in hexadecimal."""

    template = "encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')"
    output_field = models.CharField()


class ChallengeUsed(DomainError):
    """A challenge opens one session; a signature sent twice opens none."""


def term() -> timedelta:
    """How long a session lasts without work."""
    return timedelta(seconds=settings.SESSION_COOKIE_AGE)


def longest() -> timedelta:
    return timedelta(days=settings.CTKZ_SESSION_LONGEST_DAYS)


def enter(
    *,
    request: HttpRequest,
    user: User,
    way: Way,
    second_factor: SecondFactor = SecondFactor.NONE,
    challenge: str | None = None,
) -> SignIn:
    """Opens a session under a new key for a person who has proved everything asked of them."""
    device = device_of(request)
    # Whatever the browser carried before the person was known ends with it.
    request.session.flush()
    open_session(request, user, backend=BACKEND)
    if not request.session.session_key:
        request.session.create()
    now = timezone.now()
    renew_marks(request.session, began=now)
    request.session[SECOND_FACTOR] = second_factor.value
    try:
        with transaction.atomic():
            return _kept(user, way, second_factor, challenge, device, request, now)
    except IntegrityError as error:
        close_session(request)
        raise ChallengeUsed(
            "challenge_used", _("This signature was used before. Ask for a new task and sign it.")
        ) from error


def _kept(
    user: User,
    way: Way,
    second_factor: SecondFactor,
    challenge: str | None,
    device: Device,
    request: HttpRequest,
    at: datetime,
) -> SignIn:
    earlier = SignIn.objects.filter(user=user)
    # The first sign-in of all is from a new device by nature: nobody needs to be told.
    is_new_device = earlier.exists() and not earlier.filter(device=device.digest).exists()
    row = SignIn.objects.create(
        user=user,
        at=at,
        ip=current_request().ip or None,
        user_agent=request.headers.get("User-Agent", "").replace("\0", "")[:400],
        device=device.digest,
        way=way,
        second_factor=second_factor,
        challenge=challenge,
        session=digest_of(request.session),
        open_until=at + term(),
    )
    audit.record(
        "person.signed_in",
        actor=person_ref(user),
        subject=person_subject(user),
        way=way.value,
        second_factor=second_factor.value,
    )
    if is_new_device:
        audit.record(
            "person.signed_in_from_new_device",
            actor=person_ref(user),
            subject=person_subject(user),
            sign_in=str(row.pk),
        )
    return row


def leave(request: HttpRequest) -> None:
    SignIn.objects.filter(session=digest_of(request.session), ended_at__isnull=True).update(
        ended_at=timezone.now(), ended_by=SignIn.End.LEFT
    )
    close_session(request)


def renew_marks(session: SessionBase, *, began: datetime) -> None:
    session[BEGAN] = session[RENEWED] = began.timestamp()


def renew(session: SessionBase, *, at: datetime) -> None:
    """Writing to the session gives its row and its cookie their full time again."""
    session[RENEWED] = at.timestamp()
    SignIn.objects.filter(session=digest_of(session)).update(open_until=at + term())


def second_factor_of(session: SessionBase) -> str:
    return str(session.get(SECOND_FACTOR, SecondFactor.NONE.value))


def prove(request: HttpRequest, factor: SecondFactor) -> None:
    """The person of this session has a second factor from now on, or none any more."""
    request.session[SECOND_FACTOR] = factor.value


def rekey(request: HttpRequest, user: User) -> None:
    """The same session under a new key, still known in the list; a new password does not end it."""
    before = digest_of(request.session)
    update_session_auth_hash(request, user)
    SignIn.objects.filter(session=before).update(session=digest_of(request.session))


@transaction.atomic
def end_sessions(
    *,
    user: User,
    by: SignIn.End,
    only: Collection[UUID] | None = None,
    keep: SessionBase | None = None,
) -> int:
    """Ends other sessions of the person: all of them, or those of the rows `only`.

    The session `keep` is the person's present one and goes on.
    """
    rows = SignIn.objects.select_for_update().filter(user=user, ended_at__isnull=True)
    if keep is not None:
        rows = rows.exclude(session=digest_of(keep))
    if only is not None:
        rows = rows.filter(pk__in=only)
    digests = list(rows.filter(open_until__gt=timezone.now()).values_list("session", flat=True))
    rows.filter(session__in=digests).update(ended_at=timezone.now(), ended_by=by)
    Session.objects.annotate(digest=Digest("session_key")).filter(digest__in=digests).delete()
    return len(digests)


def digest_of(session: SessionBase) -> str:
    return hashlib.sha256((session.session_key or "").encode()).hexdigest()


def forget_sign_ins(*, at: datetime) -> int:
    """Addresses and browsers of people are not kept for ever, sessions that are over not at all."""
    Session.objects.filter(expire_date__lt=at).delete()
    until = at - timedelta(days=settings.CTKZ_SIGN_INS_KEEP_DAYS)
    rows = SignIn.objects.filter(at__lt=until).exclude(
        models.Q(ended_at__isnull=True) & models.Q(open_until__gt=Value(at))
    )
    return rows.delete()[0]
