"""Which goods lines a material is for: "3", "1-20", "1, 3, 5-8", "all". Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from reference.figures import BadValue

MAX_LINE_NUMBER = 5_000
ALL_WORDS = frozenset({"all", "все", "всё", "барлығы", "барлық", "бәрі", "*"})
_PART = re.compile(r"^(\d+)(?:\s*[-–—−]\s*(\d+))?$", re.ASCII)
_BETWEEN = re.compile(r"[,;]")


@dataclass(frozen=True, slots=True)
class LineRange:
    """Lines by their numbers, in pieces from-to; without pieces every line of the request."""

    pieces: tuple[tuple[int, int], ...] = ()

    @property
    def is_all(self) -> bool:
        return not self.pieces

    def __contains__(self, number: int) -> bool:
        return self.is_all or any(first <= number <= last for first, last in self.pieces)

    def numbers(self) -> Iterator[int]:
        """The numbers that were written; those of "all" are known to the request alone."""
        for first, last in self.pieces:
            yield from range(first, last + 1)

    def count(self, *, of: int) -> int:
        """How many lines are meant in a request that has `of` lines, existing ones or not."""
        return of if self.is_all else sum(last - first + 1 for first, last in self.pieces)

    def of(self, existing: Iterable[int]) -> list[int]:
        return [number for number in existing if number in self]


def parse_lines(text: str) -> LineRange:
    """Reads what a person wrote; raises BadValue with the reason."""
    words = text.strip().casefold()
    if words in ALL_WORDS:
        return LineRange()
    pieces = []
    for part in _BETWEEN.split(words.removesuffix(".0")):
        found = _PART.match(part.strip())
        if not found:
            raise BadValue(
                "line_number",
                _("Write the numbers of goods lines here: 3, or 1-20, or 1, 3, 5-8, or “all”."),
            )
        first = int(found[1])
        last = int(found[2] or first)
        if first > last:
            raise BadValue(
                "line_number",
                _("The range %(range)s is the wrong way round.") % {"range": part.strip()},
            )
        if not 1 <= first <= last <= MAX_LINE_NUMBER:
            raise BadValue(
                "line_number",
                _("Goods lines are numbered from 1 to %(last)s.") % {"last": MAX_LINE_NUMBER},
            )
        pieces.append((first, last))
    return LineRange(_joined(pieces))


def _joined(pieces: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """In order and without overlaps: a line named twice gets the material once."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(pieces):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return tuple(joined)


def shown(numbers: Iterable[int]) -> str:
    """1, 2, 3, 7 → 1–3, 7."""
    pieces = _joined([(number, number) for number in numbers])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in pieces)
