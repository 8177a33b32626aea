"""Every clock of the portal in one shape: how long is left, whether it stands still, who must act.

A room of the portal knows its own statuses; here each kind of thing has one `Source` that says
which of its things have a clock running and what it shows. Baskets, case pages, the page of what
is late and the keeping of deadlines read the same clocks, so that they never disagree.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise

from accounts.models import (
    COMMITTEE_ROLES,
    Membership,
    Organisation,
    OrganisationKind,
    Role,
    User,
)
from reference.deadlines import Clocked, StageTerms
from reference.working_days import Calendar, local_day
from workflow.tracked import Tracked


@dataclass(frozen=True)
class Clock:
    """The clock of one thing on one day.

    - `due_on` is the day until which whoever has the thing now must act: the end of the stage, or
      of the whole term (`whole_due_on`) when that comes first; None while the clock is paused;
    - `days_left` are working days, negative when the day has passed; of a paused clock, what will
      be left when it goes on;
    - `pause` says why the clock stands still, `pause_until` until when the other one is expected
      to act;
    - `organisation` and `user` must act now; without a user, anybody of the organisation's
      `roles`. Of the Committee's things `department` says whose they are;
    - `holder` has the case in its charge, also while somebody else must act;
    - `url` is the page of whoever must act, `desk_url` that of those who look on.
    """

    subject_type: str
    subject_id: str
    case_id: str
    number: str
    url: str
    stage_code: str
    stage: str | Promise
    scheme: str
    since: datetime
    due_on: date | None
    days_left: int | None
    pause: str | Promise = ""
    pause_until: date | None = None
    organisation: Organisation | None = None
    user: User | None = None
    roles: tuple[str, ...] = ()
    department: str = ""
    holder: Organisation | None = None
    desk_url: str = ""
    waits_for: str | Promise = ""
    whole_due_on: date | None = None

    @property
    def is_paused(self) -> bool:
        return bool(self.pause)

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and self.days_left is not None and self.days_left < 0

    @property
    def key(self) -> tuple[str, str]:
        return (self.subject_type, self.subject_id)


@dataclass(frozen=True)
class Counting:
    """The day, the calendar and the terms of stages, read once for many clocks."""

    today: date
    calendar: Calendar = field(default_factory=Calendar)
    terms: StageTerms = field(default_factory=StageTerms)

    @cached_property
    def committee(self) -> Organisation | None:
        return Organisation.objects.filter(kind=OrganisationKind.COMMITTEE).first()

    @classmethod
    def at(cls, moment: datetime | None = None) -> "Counting":
        """On the day in Almaty on which the moment falls."""
        day = local_day(moment or timezone.now())
        return cls(day, Calendar.current(), StageTerms.read())

    def left(self, due_on: date | None) -> int | None:
        return None if due_on is None else self.calendar.between(self.today, due_on)

    def stage_due_on(
        self, subject_type: str, stage: str, since: datetime, scheme: str | None
    ) -> date | None:
        """The last day of a stage by the term that was in force when it began."""
        began = local_day(since)
        days = self.terms.days(subject_type, stage, on=began, scheme=scheme)
        return None if days is None else self.calendar.due_day(began, days)

    def dated(
        self,
        thing: Tracked,
        *,
        scheme: str | None,
        pause: str | Promise = "",
        whole: date | None = None,
    ) -> dict[str, Any]:
        """Stage, since when, how long is left: the part of a clock that any thing has.

        The whole term is that of a `Clocked` thing, or `whole`; a stage never outlasts it.
        """
        kept: int | None = None
        if isinstance(thing, Clocked):
            whole, kept = thing.due_on, thing.days_left
        stage = self.stage_due_on(thing.SUBJECT_TYPE, thing.status, thing.status_since, scheme)
        ends = [day for day in (stage, whole) if day is not None]
        due_on = None if pause else min(ends, default=None)
        left = kept if pause else self.left(due_on)
        return {
            "subject_type": thing.SUBJECT_TYPE,
            "subject_id": str(thing.pk),
            "case_id": str(thing.case_id),
            "number": thing.label,
            "stage_code": thing.status,
            "stage": thing.status_info.label,
            "scheme": scheme or "",
            "since": thing.status_since,
            "due_on": due_on,
            "days_left": left,
            "pause": pause,
            "whole_due_on": whole,
        }

    def of_committee(
        self, *, page: str, whom: str, user: User | None, department: str | None
    ) -> dict[str, Any]:
        """Of a thing that the Committee has in hand: the person's page, who must act, where."""
        return {
            "url": page,
            "organisation": self.committee,
            "holder": self.committee,
            "user": user,
            "roles": (whom,),
            "department": department or "",
            "waits_for": str(user or self.committee or ""),
        }


@dataclass(frozen=True)
class Source:
    """The clocks of one model.

    `running` gives the things whose clock may run or stand still now, with everything that
    `clock` reads, in a fixed number of queries; `clock` gives None for a thing that is waited for
    by nobody.
    """

    model: type[models.Model]
    running: Callable[[], models.QuerySet[Any]]
    clock: Callable[[Any, Counting], Clock | None]
    # What the thing's own room already tells of its whole term: `reminder`, `passed`.
    told_by_room: frozenset[str] = frozenset()
    # Of a model that is not `Tracked`, the name under which the log knows its rows.
    named: str = ""
    # What people call it, where the name of the model does not tell it from another one.
    label: str | Promise = ""
    # Paths to the organisations and people outside the Committee whom the things concern; without
    # any the things are the Committee's alone.
    organisations: tuple[str, ...] = ()
    people: tuple[str, ...] = ()

    def concerning(self, actor: Membership) -> models.QuerySet[Any]:
        """The running things that may concern the person; all of them for the Committee."""
        rows = self.running()
        if actor.role in COMMITTEE_ROLES:
            return rows
        mine = Q(*((path, actor.organisation_id) for path in self.organisations), _connector=Q.OR)
        mine |= Q(*((path, actor.user_id) for path in self.people), _connector=Q.OR)
        return rows.filter(mine) if mine else rows.none()

    @property
    def subject_type(self) -> str:
        return self.named or str(getattr(self.model, "SUBJECT_TYPE", ""))


_SOURCES: dict[type[models.Model], Source] = {}


def register_clocks(source: Source) -> None:
    """Called when the portal starts; one source for a model."""
    if source.model in _SOURCES:
        raise ValueError(f"{source.model.__name__} has its clocks already")
    if not source.subject_type:
        raise ValueError(f"{source.model.__name__} has no name in the log")
    _SOURCES[source.model] = source


def sources() -> Iterable[Source]:
    return _SOURCES.values()


def thing_of(subject_type: str, subject_id: str) -> models.Model | None:
    """What a clock is about, by the names that the log keeps."""
    for source in sources():
        if source.subject_type == subject_type:
            return source.model._default_manager.filter(pk=subject_id).first()
    return None


def running_clocks(
    counting: Counting | None = None, *, actor: Membership | None = None
) -> Iterator[Clock]:
    """The clock of every thing that somebody must act on; a fixed number of queries.

    With an `actor`, those alone that concern this person: everything for the Committee, what they
    must do themselves for applicants and auditors, all that their organisation has in charge or
    must act on for the others.
    """
    counting = counting or Counting.at()
    for source in sources():
        for thing in source.concerning(actor) if actor else source.running():
            clock = source.clock(thing, counting)
            if clock is not None and (actor is None or concerns(clock, actor)):
                yield clock


def concerns(clock: Clock, actor: Membership) -> bool:
    organisation = clock.organisation.pk if clock.organisation else None
    match actor.role:
        case Role.INSPECTOR | Role.COMMITTEE_HEAD:
            return True
        case Role.APPLICANT:
            return organisation == actor.organisation_id
        case Role.AUDITOR:
            return clock.user is not None and clock.user.pk == actor.user_id
    holder = clock.holder.pk if clock.holder else None
    return actor.organisation_id in (organisation, holder)


def clock_of(thing: models.Model, counting: Counting | None = None) -> Clock | None:
    """The clock of one thing; a list gives one `Counting.at()` for all its rows."""
    source = _SOURCES.get(type(thing))
    return None if source is None else source.clock(thing, counting or Counting.at())
