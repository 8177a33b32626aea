"""How much of the time between two moments fell on working days."""

import datetime as dt
from bisect import bisect_right
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from reference.working_days import ALMATY, Calendar

FIRST_DAY = dt.date(2014, 1, 1)
SECONDS_IN_A_DAY = Decimal(24 * 60 * 60)
EXACTNESS = Decimal("0.0001")


class WorkingTime:
    """Counts days of twenty-four hours and leaves out the days that are not worked.

    Monday noon to Tuesday noon is one day, and so is Friday noon to Monday noon. Made once for
    many questions: the working days are counted up at the first one.
    """

    def __init__(self, calendar: Calendar, *, until: dt.date) -> None:
        self._calendar = calendar
        self._until = until

    @cached_property
    def _working_days(self) -> list[int]:
        """The working days as numbers, in order."""
        first, last = FIRST_DAY.toordinal(), self._until.toordinal() + 1
        return [
            day
            for day in range(first, last + 1)
            if self._calendar.is_working(dt.date.fromordinal(day))
        ]

    def between(self, since: dt.datetime, until: dt.datetime) -> Decimal:
        days = self._up_to(until) - self._up_to(since)
        return max(days, Decimal(0)).quantize(EXACTNESS, ROUND_HALF_UP)

    def _up_to(self, moment: dt.datetime) -> Decimal:
        local = moment.astimezone(ALMATY)
        day = local.date().toordinal()
        before = bisect_right(self._working_days, day - 1)
        if not self._calendar.is_working(local.date()):
            return Decimal(before)
        seconds = local.hour * 3600 + local.minute * 60 + local.second
        return before + Decimal(seconds) / SECONDS_IN_A_DAY
