"""Clocks in working days: the whole term of a case, and the terms of its stages.

The whole term is stored with the case (`Clocked`): it stops while somebody else must act and goes
on with what was left. The term of a stage is not stored. A stage is a status and begins with
`status_since`; how long it lasts is the dated parameter `term.<thing>.<status>` that was in force
on that day. So a stage can neither be started twice nor forgotten, a change of the parameter
leaves the stages that began before it as they were, and a decree on days off moves the stages that
are under way by itself (`recompute_due_days` does the same for the days that are stored).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import attrgetter

from django.db import models
from django.utils.translation import gettext_lazy as _

from . import working_days
from .models import Parameter
from .parameters import DEFAULT_SCHEME


class Clocked(models.Model):
    """An object with a deadline in working days.

    While the clock is paused `due_on` is empty and `days_left` keeps what remained; less than
    nothing when the deadline had already passed, for a pause does not undo a delay.
    """

    due_on = models.DateField(_("due"), null=True, blank=True, editable=False)
    days_left = models.SmallIntegerField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def start_clock(self, *, on: date, days: int) -> None:
        self.due_on = working_days.due_day(on, days)
        self.days_left = None

    def pause_clock(self, *, on: date) -> None:
        if self.due_on is not None:
            self.days_left = self.working_days_left(on=on)
            self.due_on = None

    def resume_clock(self, *, on: date) -> None:
        if self.days_left is not None:
            self.start_clock(on=on, days=self.days_left)

    def stop_clock(self) -> None:
        self.due_on = None
        self.days_left = None

    @property
    def is_clock_paused(self) -> bool:
        return self.days_left is not None

    def working_days_left(
        self, *, on: date, calendar: working_days.Calendar | None = None
    ) -> int | None:
        """Working days until the deadline; negative when it has passed.

        A list gives one `calendar` for all its rows.
        """
        if self.due_on is None:
            return self.days_left
        return (calendar or working_days.Calendar.current()).between(on, self.due_on)


STAGE_TERM = "term."


@dataclass(frozen=True, slots=True)
class StageTerms:
    """The terms of all stages with their days, read once for as many cases as a page shows."""

    rows: Mapping[str, tuple[Parameter, ...]] = field(default_factory=dict)

    @classmethod
    def read(cls) -> "StageTerms":
        found = Parameter.objects.filter(key__startswith=STAGE_TERM).order_by("key", "-valid_from")
        by_key = groupby(found, key=attrgetter("key"))
        return cls({key: tuple(rows) for key, rows in by_key})

    def days(
        self, thing: str, stage: str, *, on: date, scheme: str | None = DEFAULT_SCHEME
    ) -> int | None:
        """Working days of a stage that began on the day; None when it has no term.

        The row of the scheme comes before the common one.
        """
        in_force = self._in_force(self.rows.get(f"{STAGE_TERM}{thing}.{stage}", ()), on, scheme)
        row = min(in_force, key=lambda row: row.scheme_id is None, default=None)
        return None if row is None else int(row.value)

    @staticmethod
    def _in_force(rows: Iterable[Parameter], on: date, scheme: str | None) -> list[Parameter]:
        return [
            row
            for row in rows
            if row.scheme_id in (scheme, None)
            and row.valid_from <= on
            and (row.valid_until is None or row.valid_until >= on)
        ]
