"""The working calendar of Kazakhstan: five-day week, public holidays, days moved by decree.

Holidays and the transfers known when it was released come from the `holidays` library; rows of
`CalendarDay` override both, so that a new decree needs no release. All dates are days in Almaty.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import holidays

from reference.models import CalendarDay

ALMATY = ZoneInfo("Asia/Almaty")
_PUBLIC_HOLIDAYS = holidays.country_holidays("KZ")


@dataclass(frozen=True, slots=True)
class Calendar:
    """The calendar with the moved days read once; use one for many questions on a page."""

    moved: Mapping[dt.date, bool] = field(default_factory=dict)

    @classmethod
    def current(cls) -> "Calendar":
        return cls(dict(CalendarDay.objects.values_list("date", "is_working")))

    def is_working(self, day: dt.date) -> bool:
        moved = self.moved.get(day)
        return _PUBLIC_HOLIDAYS.is_working_day(day) if moved is None else moved

    def add(self, start: dt.date, count: int) -> dt.date:
        """The `count`-th working day after `start`; zero gives `start` as it is."""
        if count < 0:
            raise ValueError("a term cannot be negative")
        day = start
        while count:
            day += dt.timedelta(days=1)
            count -= self.is_working(day)
        return day

    def due_day(self, start: dt.date, days: int) -> dt.date:
        """The last day of a term that has `days` working days left on `start`.

        It is always a working day: a term that would end on a day off ends on the next working
        day, as civil law counts. A term that had passed keeps its delay.
        """
        if days < 0:
            return self._working(self._before(start, -days), step=-1)
        return self._working(self.add(start, days), step=1)

    def _before(self, day: dt.date, count: int) -> dt.date:
        while count:
            count -= self.is_working(day)
            day -= dt.timedelta(days=1)
        return day

    def _working(self, day: dt.date, *, step: int) -> dt.date:
        while not self.is_working(day):
            day += dt.timedelta(days=step)
        return day

    def between(self, start: dt.date, end: dt.date) -> int:
        """Working days after `start` up to and with `end`; negative when `end` lies before."""
        if end < start:
            return -self.between(end, start)
        span = (end - start).days
        return sum(self.is_working(start + dt.timedelta(days=n)) for n in range(1, span + 1))

    def deadline(self, start: dt.datetime, days: int) -> dt.datetime:
        """The last second of the term: the day of the event is not counted."""
        due = self.add(local_day(start), days)
        return dt.datetime.combine(due, dt.time(23, 59, 59), tzinfo=ALMATY)


def local_day(moment: dt.datetime) -> dt.date:
    """The day in Almaty on which an aware moment falls."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(ALMATY).date()


def is_working(day: dt.date) -> bool:
    return Calendar.current().is_working(day)


def add(start: dt.date, count: int) -> dt.date:
    return Calendar.current().add(start, count)


def between(start: dt.date, end: dt.date) -> int:
    return Calendar.current().between(start, end)


def due_day(start: dt.date, days: int) -> dt.date:
    return Calendar.current().due_day(start, days)


def deadline(start: dt.datetime, days: int) -> dt.datetime:
    return Calendar.current().deadline(start, days)
