"""Scores follow the log: after each entry only what depends on it is computed again."""

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from audit import tiles
from expertise.models import Act
from issuance.models import Application, Certificate
from issuance.numbering import SEQUENCE_DIGITS
from oversight.models import RiskScore
from oversight.tailing import Tail

from .dependents import dependents, looked_up, touched
from .gaps import take_gaps
from .gathering import Nearness
from .indicators import ACT, APPLICATION, CERTIFICATE
from .scoring import Outcome, score_cases
from .weights import Settings, settings_in_force

FOLLOWER = "risk"
# Entries of the log read at once.
ENTRIES = 500
CHUNK = 500


@dataclass(frozen=True)
class Followed:
    """What one step along the log came to."""

    entries: int
    about: frozenset[UUID]
    dependent: frozenset[UUID]
    computed: int
    written: int


def follow(limit: int = ENTRIES) -> Followed | None:
    """One step: the cases that new entries are about, and those that depend on what changed.

    Nothing is left when there was nothing new. One transaction: killed anywhere, the step is
    taken again from its beginning.
    """
    with transaction.atomic():
        tail = Tail(FOLLOWER)
        batch = tail.batch(limit)
        if not batch:
            return None
        followed = _step(len(batch), batch.case_ids)
        tail.advance(batch)
    return followed


def _step(entries: int, case_ids: Collection[UUID]) -> Followed:
    about = frozenset(touched(case_ids))
    if not about:
        return Followed(entries, about, frozenset(), 0, 0)
    settings = settings_in_force(on=timezone.localdate())
    nearness = Nearness.read(settings)
    own = _score(about, settings, nearness)
    others = frozenset(dependents(own.changed, settings, nearness) - about)
    theirs = _score(others, settings, nearness)
    return Followed(
        entries, about, others, own.computed + theirs.computed, own.written + theirs.written
    )


def follow_all(seconds: float) -> int:
    """Steps until nothing is new or the time is over; returns the entries read."""
    until, entries = time.monotonic() + seconds, 0
    while time.monotonic() < until and (followed := follow()):
        entries += followed.entries
    return entries


def follow_lookups(*, days: int = 1) -> Outcome:
    """Look-ups of unknown numbers leave no entry in the log: they are counts of a day."""
    today = timezone.localdate()
    settings = settings_in_force(on=today)
    since = today - timedelta(days=days)
    found = looked_up(settings, since=since, digits=SEQUENCE_DIGITS)
    return _score(found, settings, Nearness.read(settings)) if found else Outcome()


def _score(case_ids: Collection[UUID], settings: Settings, nearness: Nearness) -> Outcome:
    total = Outcome()
    for chunk in chunks(sorted(case_ids), CHUNK):
        total = total.and_(score_cases(chunk, settings, nearness))
    return total


@dataclass(frozen=True)
class Progress:
    """How far a run over the register has come."""

    cases: int
    of: int
    computed: int
    written: int
    last: UUID


def score_register(
    *, everything: bool = False, after: UUID | None = None, chunk: int = CHUNK
) -> Iterator[Progress]:
    """Scores of the whole register, chunk by chunk, each in a transaction of its own.

    Without `everything` those cases that have no score yet, or one of other weights and
    thresholds: broken off and begun again, it goes on where it was. Distances to limits are
    taken for all of them first, because an act is seen among the others of its auditor.
    """
    settings = settings_in_force(on=timezone.localdate())
    size = tiles.log_size()
    known = signed_cases()
    wanted = known if everything else unscored_cases(settings)
    cases = [case for case in wanted if after is None or case > after]
    for part in chunks(cases, chunk):
        with transaction.atomic():
            take_gaps(part)
    nearness = Nearness.read(settings) if cases else None
    total, done = Outcome(), 0
    for part in chunks(cases, chunk):
        total = total.and_(score_cases(part, settings, nearness))
        done += len(part)
        yield Progress(done, len(cases), total.computed, total.written, part[-1])
    if cases == known:
        Tail(FOLLOWER).skip_to(size)


def signed_cases() -> list[UUID]:
    """Every case with a signed act, in a lasting order."""
    acts = Act.objects.exclude(status="draft").order_by("case_id")
    return list(acts.values_list("case_id", flat=True).distinct())


def unscored_cases(settings: Settings) -> list[UUID]:
    """Cases where something has no score under the weights and thresholds in force."""
    filed = Application.objects.filter(submitted_at__isnull=False)
    left: set[UUID] = set()
    for subject, things in (
        (ACT, Act.objects.exclude(status="draft")),
        (APPLICATION, filed),
        (CERTIFICATE, Certificate.objects.issued()),
    ):
        left |= _without_score(things, subject, settings)
    return sorted(left)


def _without_score(things: QuerySet, subject: str, settings: Settings) -> set[UUID]:
    scored = RiskScore.objects.filter(
        subject_type=subject, subject_id=OuterRef("pk"), versions=settings.versions
    )
    return set(things.filter(~Exists(scored)).values_list("case_id", flat=True))


def chunks(cases: Sequence[UUID], size: int) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(cases), size):
        yield cases[start : start + size]
