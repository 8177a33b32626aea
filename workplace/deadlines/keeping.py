"""Keeping deadlines: reminders before the last day, a word when it has passed, a step up after.

Any number of runs, one after another or at the same time, do the same as one. Every step is a
`DeadlineMark` for that day of that thing; whoever adds the mark records the event, in the same
transaction, and nobody else does. A run that comes late does not make up for what it missed one by
one: of everything that is due, the last step alone is told.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models, transaction

import audit
from accounts.models import OrganisationKind
from reference.parameters import parameter
from workflow.tracked import Tracked
from workplace.models import DeadlineMark

from .clocks import Clock, Counting, Source, sources

Kind = DeadlineMark.Kind
# Any two distinct numbers; the first half is "ctkz" in ASCII, as in `audit.locking`.
KEEPING = (0x63746B7A, 61)
EVENTS: dict[str, str] = {
    Kind.REMINDER: "deadline.reminded",
    Kind.PASSED: "deadline.passed",
    Kind.ESCALATED: "deadline.escalated",
}
# The order of escalation, as in the parameter `deadline.escalation_days`.
LEVELS = ("head", "committee")


@dataclass(frozen=True)
class Step:
    """One mark that a clock deserves today; `level` is whom an escalation reaches."""

    kind: str
    step: int = 0
    level: str = ""


@dataclass(frozen=True)
class Plan:
    """The dated parameters of reminding, in force on one day."""

    reminders: tuple[int, ...]
    escalations: Mapping[str, int]

    @classmethod
    def on(cls, day: dt.date) -> "Plan":
        reminders = parameter("deadline.reminder_days", on=day, scheme=None)
        escalations = parameter("deadline.escalation_days", on=day, scheme=None)
        return cls(tuple(sorted(reminders, reverse=True)), escalations)

    def steps(self, clock: Clock, source: Source) -> list[Step]:
        """All that is due for the clock today, from the mildest to the last.

        What the thing's own room tells of its whole term is left to it.
        """
        left = clock.days_left
        if clock.due_on is None or left is None:
            return []
        told = source.told_by_room if clock.due_on == clock.whole_due_on else frozenset[str]()
        if left >= 0:
            steps = [Step(Kind.REMINDER, days) for days in self.reminders if left <= days]
        else:
            steps = [Step(Kind.PASSED), *self._escalations(clock, -left)]
        return [step for step in steps if step.kind not in told]

    def _escalations(self, clock: Clock, late: int) -> Iterator[Step]:
        """An applicant who is late with an answer stops only the own case: nobody above is told."""
        organisation = clock.organisation
        is_own_affair = (
            organisation is not None
            and organisation.kind == OrganisationKind.APPLICANT
            and (clock.holder is None or clock.holder.kind != OrganisationKind.COMMITTEE)
        )
        if is_own_affair:
            return
        for level in LEVELS:
            days = self.escalations.get(level)
            if days is not None and late >= days:
                yield Step(Kind.ESCALATED, days, level)


@dataclass
class Kept:
    """How many of each a run told."""

    counts: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.counts.total()


def keep_deadlines(*, at: dt.datetime) -> Kept:
    """Tells whatever is due on the day in Almaty on which `at` falls; another run goes first."""
    kept = Kept()
    with _alone() as is_alone:
        if not is_alone:
            return kept
        counting = Counting.at(at)
        plan = Plan.on(counting.today)
        for source in sources():
            for pk in list(_to_tell(source, plan, counting)):
                _tell(source, pk, plan, counting, at, kept)
    return kept


def _to_tell(source: Source, plan: Plan, counting: Counting) -> Iterator[Any]:
    """Things with a step that has no mark yet: two queries for all of them."""
    wanted: dict[tuple[str, str], tuple[Any, Clock, Step]] = {}
    for thing in source.running():
        clock = source.clock(thing, counting)
        steps = plan.steps(clock, source) if clock else []
        if clock and steps:
            wanted[clock.key] = (thing.pk, clock, steps[-1])
    marks = DeadlineMark.objects.filter(
        subject_type__in={subject_type for subject_type, _id in wanted},
        due_on__in={clock.due_on for _pk, clock, _step in wanted.values()},
    )
    done = {
        ((mark.subject_type, mark.subject_id), mark.due_on, mark.kind, mark.step) for mark in marks
    }
    for key, (pk, clock, step) in wanted.items():
        if (key, clock.due_on, step.kind, step.step) not in done:
            yield pk


@transaction.atomic
def _tell(
    source: Source, pk: Any, plan: Plan, counting: Counting, at: dt.datetime, kept: Kept
) -> None:
    """Looks again under lock, for the case may have moved on; tells the last step alone."""
    rows: models.QuerySet[Any] = source.model._default_manager.select_for_update(of=("self",))
    thing = rows.filter(pk=pk).first()
    clock = source.clock(thing, counting) if thing else None
    steps = plan.steps(clock, source) if clock else []
    if clock is None or not steps:
        return
    added = [step for step in steps if _mark(clock, step, at)]
    if steps[-1] in added:
        _record(thing, clock, steps[-1])
        kept.counts[steps[-1].kind] += 1


def _mark(clock: Clock, step: Step, at: dt.datetime) -> bool:
    """Whether this run added the mark; a run that waited for another finds it there."""
    assert clock.due_on is not None  # noqa: S101 - a step has its day
    _row, is_new = DeadlineMark.objects.get_or_create(
        subject_type=clock.subject_type,
        subject_id=clock.subject_id,
        due_on=clock.due_on,
        kind=step.kind,
        step=step.step,
        defaults={"at": at},
    )
    return is_new


def _record(thing: Any, clock: Clock, step: Step) -> None:
    subject = audit.SubjectRef(clock.subject_type, clock.subject_id, clock.number)
    facts: dict[str, Any] = {"level": step.level} if step.kind == Kind.ESCALATED else {}
    assert clock.due_on is not None  # noqa: S101 - a step has its day
    audit.record(
        EVENTS[step.kind],
        actor=audit.SYSTEM,
        subject=thing.subject_ref() if isinstance(thing, Tracked) else subject,
        case=clock.case_id,
        due_on=clock.due_on.isoformat(),
        stage=clock.stage_code,
        days=clock.days_left,
        organisation=str(clock.organisation.pk) if clock.organisation else "",
        user=str(clock.user.pk) if clock.user else "",
        holder=str(clock.holder.pk) if clock.holder else "",
        department=clock.department,
        roles=list(clock.roles),
        **facts,
    )


@contextmanager
def _alone() -> Iterator[bool]:
    """One run at a time; another one is told so and leaves the work to it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", KEEPING)
        is_alone = bool(cursor.fetchone()[0])
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", KEEPING)
