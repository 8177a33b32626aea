"""A clock in working days that stops while somebody else must act."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from . import working_days


class Clocked(models.Model):
    """An object with a deadline in working days.

    While the clock is paused `due_on` is empty and `days_left` keeps what remained.
    """

    due_on = models.DateField(_("due"), null=True, blank=True, editable=False)
    days_left = models.SmallIntegerField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def start_clock(self, *, on: date, days: int) -> None:
        self.due_on = working_days.add(on, days)
        self.days_left = None

    def pause_clock(self, *, on: date) -> None:
        if self.due_on is not None:
            self.days_left = self.working_days_left(on=on)
            self.due_on = None

    def resume_clock(self, *, on: date) -> None:
        if self.days_left is not None:
            self.start_clock(on=on, days=max(self.days_left, 0))

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
