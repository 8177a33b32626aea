"""A decree moves days off while clocks run: terms in working days end on another day.

A term is counted in working days of the calendar in force. What has passed was counted by the
calendar of its day and stays; from the day of the change on, as many working days are left as
before, by the new calendar. A paused clock holds a number of days and needs nothing; a stage is
counted anew at each look (`reference.deadlines`). Days that somebody chose (a plan's last day, the
day of execution in a decision, a prolonged complaint) are days, not terms, and stay.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q

import audit
from expertise.models import ExpertiseRequest, RequestQuestion
from issuance.models import Application, ApplicationQuestion, Consultation
from oversight.models import Appeal, CheckQuestion, Complaint, DeskCheck, Measure, Recommendation
from reference.working_days import Calendar
from workflow.questions import Question
from workflow.tracked import Tracked


@dataclass(frozen=True)
class Term:
    """The last days of a model that were counted in working days, and of which rows."""

    model: type[models.Model]
    fields: tuple[str, ...] = ("due_on",)
    rows: Q = field(default_factory=Q)


OPEN_QUESTION = Q(answered_at__isnull=True)
TERMS = (
    Term(ExpertiseRequest),
    Term(RequestQuestion, rows=OPEN_QUESTION),
    Term(Application),
    Term(ApplicationQuestion, rows=OPEN_QUESTION),
    Term(Consultation, rows=Q(closed_at__isnull=True)),
    Term(CheckQuestion, rows=OPEN_QUESTION),
    Term(DeskCheck, rows=Q(plan__isnull=True) | ~Q(due_on=F("plan__due_on"))),
    Term(
        Recommendation,
        ("due_on", "send_by", "object_by", "execute_by"),
        Q(status__in=("prepared", "sent", "objected", "reported")),
    ),
    Term(Measure, rows=Q(status="approved")),
    Term(Appeal, rows=Q(status="filed")),
    Term(Complaint, rows=Q(extended_until__isnull=True)),
)


@transaction.atomic
def recompute_due_days(*, old: Calendar, new: Calendar, on: dt.date) -> int:
    """Moves every last day that the new calendar moves; returns how many things have another.

    Called in the transaction that changes the calendar, once for each change.
    """
    days = {day for day in old.moved.keys() | new.moved.keys() if day >= on}
    if all(old.is_working(day) == new.is_working(day) for day in days):
        return 0
    moved = 0
    for term in TERMS:
        for thing in list(_under_way(term, on)):
            moved += _move(thing, term, old, new, on)
    return moved


def _under_way(term: Term, on: dt.date) -> Iterator[Any]:
    ahead = Q(*((f"{name}__gte", on) for name in term.fields), _connector=Q.OR)
    rows = term.model._default_manager.filter(term.rows, ahead).order_by("pk")
    yield from rows.select_for_update(of=("self",))


def _move(thing: Any, term: Term, old: Calendar, new: Calendar, on: dt.date) -> bool:
    before = {name: getattr(thing, name) for name in term.fields}
    after = {
        name: new.due_day(on, old.between(on, day)) if day is not None and day >= on else day
        for name, day in before.items()
    }
    if after == before:
        return False
    for name, day in after.items():
        setattr(thing, name, day)
    thing.save(update_fields=list(term.fields))
    if isinstance(thing, Tracked) and after["due_on"] != before["due_on"]:
        _record(thing, before["due_on"], after["due_on"])
    elif isinstance(thing, Question | Consultation):
        _record(_case_of(thing), before["due_on"], after["due_on"])
    return True


def _case_of(asked: Question | Consultation) -> Tracked:
    match asked:
        case RequestQuestion():
            return asked.request
        case ApplicationQuestion() | Consultation():
            return asked.application
        case CheckQuestion():
            return asked.check_of
    raise TypeError(f"{asked!r} belongs to no case")


def _record(thing: Tracked, was: dt.date | None, now: dt.date | None) -> None:
    audit.record(
        "deadline.moved",
        actor=audit.SYSTEM,
        subject=thing.subject_ref(),
        case=str(thing.case_id),
        was_due_on=str(was),
        due_on=str(now),
    )
