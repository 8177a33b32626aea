"""Following the log: a notice for everybody whom a turn concerns, and a letter as they prefer.

A batch is done in the transaction that moves the place, so nothing is told twice or passed over.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

import outbox
from audit import tiles
from audit.models import AuditEvent
from oversight.models import ProjectionCursor
from oversight.tailing import Tail

from .choosing import Choices, choices_of
from .models import ByMail, Choice, Notice
from .turns import Told, Turn, Written, turn_of, turns
from .wording import subject_of
from .writing import write_notice, write_outside

log = logging.getLogger(__name__)

NAME = "notices"
TELL_EVENT = "notices.tell_event"
BATCH = 200
BY_MAIL = {Choice.NOW: ByMail.NOW, Choice.DIGEST: ByMail.DIGEST, Choice.NEVER: ByMail.NONE}


def follow(*, at: datetime) -> int:
    """Tells everything that the log has new; returns how many entries were read."""
    begin_here()
    read = 0
    while done := _follow_batch(at=at):
        read += done
    return read


@transaction.atomic
def begin_here() -> None:
    """The first time ever: what happened before nobody waits to be told."""
    if not ProjectionCursor.objects.filter(name=NAME).exists():
        pass_over()


def pass_over() -> None:
    """After a past was made up: it is told to nobody."""
    Tail(NAME).skip_to(tiles.log_size())


@transaction.atomic
def _follow_batch(*, at: datetime) -> int:
    tail = Tail(NAME)
    batch = tail.batch(BATCH)
    if not batch:
        return 0
    names = [turn.event for turn in turns()]
    events = AuditEvent.objects.filter(
        leaf__index__gte=batch.first, leaf__index__lt=batch.after, event__in=names
    ).order_by("leaf__index")
    for event in events:
        _tell_or_put_off(event, at=at)
    tail.advance(batch)
    return len(batch)


def _tell_or_put_off(event: AuditEvent, *, at: datetime) -> None:
    """A turn that cannot be told must not hold up the others; it comes again by the outbox."""
    try:
        with transaction.atomic():
            tell(event, at=at)
    except Exception:
        log.exception("Event %s (%s) could not be told; it is tried again.", event.pk, event.event)
        outbox.enqueue(TELL_EVENT, key=str(event.pk), event_id=str(event.pk))


@transaction.atomic
def tell_put_off(event_id: str, *, at: datetime) -> None:
    event = AuditEvent.objects.filter(pk=event_id).first()
    if event is not None:
        tell(event, at=at)
    outbox.done(TELL_EVENT, event_id)


def tell(event: AuditEvent, *, at: datetime) -> list[Notice]:
    """Makes the notices of one event and writes its letters; twice is once."""
    turn = turn_of(event.event)
    if turn is None or event.at < at - timedelta(days=settings.CTKZ_NOTICE_DAYS):
        return []
    is_fresh = event.at >= at - timedelta(days=settings.CTKZ_NOTICE_LETTER_DAYS)
    subject = subject_of(event)
    told = _each_once(event, turn, at=at)
    chosen = choices_of(told)
    notices = [
        _notice(event, turn, one, subject, chosen[user], with_letter=is_fresh)
        for user, one in told.items()
    ]
    made = _made(notices)
    for notice in made:
        if notice.by_mail == ByMail.NOW:
            write_notice(notice)
    if is_fresh:
        for written in _outside(event, turn):
            write_outside(event, written, subject)
    return made


def _each_once(event: AuditEvent, turn: Turn, *, at: datetime) -> dict[UUID, Told]:
    """One entry a person; in the role in which something is expected, when there are several."""
    today = timezone.localdate(at)
    chosen: dict[UUID, Told] = {}
    for told in turn.to(event):
        membership = told.membership
        if not membership.is_in_force(on=today):
            continue
        if str(membership.user_id) == event.actor_id and not turn.tells_actor:
            continue
        known = chosen.get(membership.user_id)
        if known is None or (told.must_act and not known.must_act):
            chosen[membership.user_id] = told
    return chosen


def _notice(
    event: AuditEvent, turn: Turn, told: Told, subject: str, chosen: Choices, *, with_letter: bool
) -> Notice:
    choice = chosen.of(turn.group, told.membership, must_act=told.must_act)
    return Notice(
        event=event,
        user=told.membership.user,
        membership=told.membership,
        group=turn.group,
        must_act=told.must_act,
        subject=subject[:300],
        link=(told.link or event.url)[:300],
        by_mail=BY_MAIL[choice] if with_letter else ByMail.NONE,
    )


def _made(notices: Iterable[Notice]) -> list[Notice]:
    """Kept with one query; those that were there already are not told again."""
    notices = list(notices)
    if not notices:
        return []
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    kept = set(
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).values_list("pk", flat=True)
    )
    return [notice for notice in notices if notice.pk in kept]


def _outside(event: AuditEvent, turn: Turn) -> Iterable[Written]:
    return turn.letters(event) if turn.letters else ()
