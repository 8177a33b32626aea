"""Halves of a year as the lists name them: "2024-1" and "2024-2". Pure."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from django.utils.translation import gettext as _

from accounts.errors import DomainError

PATTERN = re.compile(r"^(\d{4})-([12])$", re.ASCII)


@dataclass(frozen=True, order=True)
class HalfYear:
    year: int
    half: int

    @classmethod
    def parse(cls, text: str) -> Self:
        if (found := PATTERN.match(text.strip())) is None:
            raise DomainError(
                "no_half_year", _("Choose the half-year of the list."), field="half_year"
            )
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year, 1 if day.month <= 6 else 2)

    @property
    def first(self) -> date:
        return date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def last(self) -> date:
        return date(self.year, 6, 30) if self.half == 1 else date(self.year, 12, 31)

    @property
    def following(self) -> "HalfYear":
        return HalfYear.of(self.last + timedelta(days=1))

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return f"{self.year}-{self.half}"

    @property
    def label(self) -> str:
        if self.half == 1:
            return _("first half of %(year)s") % {"year": self.year}
        return _("second half of %(year)s") % {"year": self.year}
