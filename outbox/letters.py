"""The portal's one way of sending e-mail.

The row of a letter is the promise, written in the caller's transaction. It is `handing`, committed,
before the text goes to the mail server, and `sent` when the server has taken it. A worker killed
before the first leaves a waiting letter, which goes; one killed between the two leaves a letter of
which nobody can know whether it went: it becomes `unclear`, is shown to the operator and is never
repeated by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from . import services
from .delivering import AlreadyHanded, NotTaken, PerhapsTaken, deliver
from .models import Letter, LetterState

SEND_LETTER = "outbox.send_letter"
# How long a server that does not take letters is asked again before the letter counts as failed.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440))
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
# States in which nothing is to be done any more.
ENDED = (LetterState.SENT, LetterState.FAILED, LetterState.UNCLEAR, LetterState.WITHDRAWN)


def write_letter(
    *,
    key: str,
    to: str,
    subject: str,
    body: str,
    html: str = "",
    headers: Mapping[str, str] = NO_HEADERS,
    language: str = "",
) -> Letter:
    """Promise one letter, if and only if the caller commits. One key is one letter, ever."""
    if not connection.in_atomic_block:
        raise RuntimeError("A letter is written in the transaction of what it tells.")
    letter, is_new = Letter.objects.get_or_create(
        key=key,
        defaults={
            "to": to,
            "subject": " ".join(subject.split())[:400],
            "body": body,
            "html": html,
            "headers": dict(headers),
            "language": language,
        },
    )
    if is_new:
        _promise(letter.pk)
    return letter


def _promise(letter_id: UUID) -> None:
    services.enqueue(SEND_LETTER, key=str(letter_id), letter_id=str(letter_id))


def send_letter(letter_id: str, *, at: datetime) -> None:
    """One attempt; whatever another worker does with the same letter, it leaves at most once."""
    letter = _to_be_sent(letter_id, at=at)
    if letter is None:
        return
    try:
        deliver(letter, hand_over=lambda: _hand_over(letter, at=timezone.now()))
    except AlreadyHanded:
        return
    except NotTaken as fault:
        _not_taken(letter, fault, at=timezone.now())
    except PerhapsTaken as fault:
        _close(letter, LetterState.UNCLEAR, last_error=str(fault))
    else:
        _close(letter, LetterState.SENT, sent_at=timezone.now(), last_error="")


@transaction.atomic
def _to_be_sent(letter_id: str, *, at: datetime) -> Letter | None:
    """The letter if this attempt may go on; settles one that a dead worker left behind."""
    letter = Letter.objects.select_for_update().filter(pk=letter_id).first()
    if letter is None or letter.state in ENDED:
        services.done(SEND_LETTER, letter_id)
        return None
    if letter.state == LetterState.WAITING:
        return letter
    limit = timedelta(seconds=settings.CTKZ_LETTER_HANDING_SECONDS)
    settled_at = (letter.handed_at or letter.created_at) + limit
    if at < settled_at:
        # Its worker may still be at it.
        services.failed(SEND_LETTER, letter_id, "", again_at=settled_at)
        return None
    Letter.objects.filter(pk=letter.pk).update(state=LetterState.UNCLEAR)
    services.done(SEND_LETTER, letter_id)
    return None


def _hand_over(letter: Letter, *, at: datetime) -> None:
    """Committed on its own before the text leaves; of two workers only one gets past this."""
    with transaction.atomic(durable=True):
        mine = Letter.objects.filter(pk=letter.pk, state=LetterState.WAITING).update(
            state=LetterState.HANDING, handed_at=at
        )
    if not mine:
        raise AlreadyHanded(letter.key)


@transaction.atomic
def _close(letter: Letter, state: LetterState, **values: Any) -> None:
    Letter.objects.filter(pk=letter.pk, state=LetterState.HANDING).update(state=state, **values)
    services.done(SEND_LETTER, str(letter.pk))


@transaction.atomic
def _not_taken(letter: Letter, fault: NotTaken, *, at: datetime) -> None:
    row = Letter.objects.select_for_update().get(pk=letter.pk)
    if row.state not in (LetterState.WAITING, LetterState.HANDING):
        return
    row.attempts += 1
    row.last_error = str(fault)
    row.handed_at = None
    if fault.for_good or row.attempts > len(WAITS):
        row.state = LetterState.FAILED
        row.next_at = None
        services.done(SEND_LETTER, str(row.pk))
    else:
        row.state = LetterState.WAITING
        row.next_at = at + WAITS[row.attempts - 1]
        services.failed(SEND_LETTER, str(row.pk), row.last_error, again_at=row.next_at)
    row.save(update_fields=["attempts", "last_error", "handed_at", "state", "next_at"])


@transaction.atomic
def send_again(*, letter: Letter) -> bool:
    """A failed or unclear letter, on a person's order; the same letter by its Message-ID.

    Whether it will go: one whose address is erased, or that is on its way, will not.
    """
    row = Letter.objects.select_for_update().get(pk=letter.pk)
    if row.state not in (LetterState.FAILED, LetterState.UNCLEAR) or row.erased_at is not None:
        return False
    Letter.objects.filter(pk=row.pk).update(
        state=LetterState.WAITING, attempts=0, handed_at=None, next_at=None
    )
    _promise(row.pk)
    return True


def withdraw_letters(*, keys: list[str]) -> int:
    """Letters that are not wanted any more and have not left; returns how many were stopped."""
    return Letter.objects.filter(key__in=keys, state=LetterState.WAITING).update(
        state=LetterState.WITHDRAWN
    )


@transaction.atomic
def forget(*, keys: list[str], at: datetime) -> None:
    """Somebody wants no letters any more: those waiting stay here, and no address is kept."""
    withdraw_letters(keys=keys)
    _erase(Letter.objects.filter(key__in=keys), at=at)


def forget_letters(*, at: datetime) -> int:
    """Erases addresses and texts of letters that have had their day; that they went stays."""
    before = at - timedelta(days=settings.CTKZ_LETTER_KEEP_DAYS)
    return _erase(Letter.objects.filter(created_at__lt=before), at=at)


def _erase(letters: QuerySet[Letter], *, at: datetime) -> int:
    return letters.filter(erased_at=None, state__in=ENDED).update(
        to="", body="", html="", headers={}, erased_at=at
    )
