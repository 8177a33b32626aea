"""Chance that comes out the same for the same seed, and moments of working days."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from typing import TypeVar
from uuid import UUID

from django.utils import timezone

from issuance.numbering import CODE_ALPHABET, CODE_LENGTH
from reference.working_days import Calendar

T = TypeVar("T")

OPENS, CLOSES = 9 * 3600, 18 * 3600


class Chance(Random):
    """A stream of its own for every purpose: one more draw here changes nothing there."""

    def __init__(self, seed: int, purpose: str) -> None:
        super().__init__(f"{seed}/{purpose}")

    def uuid(self) -> UUID:
        return UUID(int=self.getrandbits(128), version=4)

    def verify_code(self) -> str:
        return "".join(self.choices(CODE_ALPHABET, k=CODE_LENGTH))

    def happens(self, percent: float) -> bool:
        return self.random() * 100 < percent

    def digits(self, count: int) -> str:
        return "".join(self.choices("0123456789", k=count))


class Weighted:
    """A choice among things of which some are taken far more often than others."""

    def __init__(self, weights: Sequence[float]) -> None:
        self._ends = list(accumulate(weights))

    def draw(self, chance: Chance) -> int:
        return bisect_right(self._ends, chance.random() * self._ends[-1])


class WorkingDays:
    """The working days of a span, numbered, so that terms are differences."""

    def __init__(self, first: date, last: date) -> None:
        calendar = Calendar.current()
        span = (last - first).days
        every = (first + timedelta(days=number) for number in range(span + 1))
        self.days = [day for day in every if calendar.is_working(day)]

    def at_or_after(self, day: date) -> int:
        return bisect_left(self.days, day)

    def at_or_before(self, day: date) -> int:
        return bisect_right(self.days, day) - 1

    def later(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`."""
        return self.days[self.at_or_before(day) + count]


def moment(day: date, second: float) -> datetime:
    """So many seconds after midnight in Kazakhstan."""
    whole = timedelta(seconds=round(second, 3))
    return timezone.make_aware(datetime.combine(day, time.min) + whole)


def office_hours(chance: Chance, days: Sequence[date]) -> list[datetime]:
    """A moment on each of these days, in office hours; on the same day one after another."""
    moments: list[datetime] = []
    at = 0
    while at < len(days):
        same = sum(1 for day in days[at:] if day == days[at])
        seconds = sorted(chance.uniform(OPENS, CLOSES) for _number in range(same))
        moments += [moment(days[at], second + number) for number, second in enumerate(seconds)]
        at += same
    return moments
