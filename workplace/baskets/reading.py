"""For whom a basket is made and when; what a page asks many times is asked once."""

from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from accounts.models import COMMITTEE_ROLES, Membership, Role
from issuance.holding import lock_term
from oversight.departments import department_of
from reference.deadlines import STAGE_TERM
from reference.models import Department
from reference.working_days import Calendar
from workplace.deadlines.clocks import Counting


class Reader:
    """One person in one role at one moment."""

    def __init__(self, actor: Membership, *, now: datetime | None = None) -> None:
        self.actor = actor
        self.now = now or timezone.now()
        self.today: date = timezone.localdate(self.now)

    @property
    def me(self) -> UUID:
        return self.actor.user_id

    @property
    def role(self) -> str:
        return self.actor.role

    @property
    def is_committee(self) -> bool:
        return self.role in COMMITTEE_ROLES

    @property
    def is_head(self) -> bool:
        return self.role == Role.COMMITTEE_HEAD

    @property
    def is_inspector(self) -> bool:
        return self.role == Role.INSPECTOR

    @cached_property
    def counting(self) -> Counting:
        """The day, the calendar and the terms of stages, as the clocks read them."""
        return Counting.at(self.now)

    @property
    def calendar(self) -> Calendar:
        return self.counting.calendar

    def stages_of(self, subject: str) -> list[str]:
        """The stages of such things that have a term of their own."""
        start = f"{STAGE_TERM}{subject}."
        return [
            key.removeprefix(start) for key in self.counting.terms.rows if key.startswith(start)
        ]

    @cached_property
    def lock_term(self) -> timedelta:
        """How long an open case is held for whoever opened it."""
        return lock_term(at=self.now)

    @cached_property
    def department(self) -> Department:
        """Where a person of the Committee serves today."""
        return department_of(self.actor, on=self.today)

    @property
    def is_central(self) -> bool:
        return self.is_committee and self.department.is_central

    def serves(self, field: str = "department") -> Q:
        """`oversight.departments.may_act_in` as a condition; central office: everywhere."""
        if not self.is_committee:
            return NOTHING
        return EVERYTHING if self.is_central else Q(**{field: self.department})


NOTHING = Q(pk__in=[])
EVERYTHING = Q(pk__isnull=False)


def when(condition: bool) -> Q:
    """A fact about the person as a condition on rows."""
    return EVERYTHING if condition else NOTHING
