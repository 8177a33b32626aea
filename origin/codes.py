"""HS codes and ranges of codes as the rules of origin write them: `8501`, `4418 50`, `0201 - 0206`.

Pure. A code names everything below it; a range names every code between its two ends. Inside the
engine a code is digits only and a range is two codes of equal length with a hyphen.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from django.utils.translation import gettext as _

HEADING_LENGTH = 4
LONGEST = 10

_SPACES = re.compile(r"\s")
_DASHES = re.compile(r"[-‐‑‒–—]")
_DIGITS = re.compile(r"\d{2,10}", re.ASCII)


class CodeFault(ValueError):
    """The text is neither an HS code nor a range of HS codes."""


def parse_code(text: str, *, shortest: int = 2) -> str:
    """`0201 – 0206` → `0201-0206`; a CodeFault says what is wrong with the text."""
    ends = _DASHES.split(_SPACES.sub("", text))
    shown = {"text": text.strip(), "shortest": shortest, "longest": LONGEST}
    if len(ends) > 2 or not all(_DIGITS.fullmatch(end) for end in ends):
        raise CodeFault(_("“%(text)s” is neither an HS code nor a range of codes.") % shown)
    if min(map(len, ends)) < shortest:
        raise CodeFault(
            _("“%(text)s” is too short: an HS code has %(shortest)s to %(longest)s digits here.")
            % shown
        )
    if len(ends) == 1:
        return ends[0]
    first, last = ends
    if len(first) != len(last):
        raise CodeFault(_("The ends of the range “%(text)s” have different lengths.") % shown)
    if first > last:
        raise CodeFault(_("The range “%(text)s” is the wrong way round.") % shown)
    return first if first == last else f"{first}-{last}"


@lru_cache(maxsize=4096)
def ends_of(code: str) -> tuple[str, str]:
    """The first and the last code of a range; twice the same for a single code."""
    first, _dash, last = code.partition("-")
    return first, last or first


def length_of(code: str) -> int:
    return len(ends_of(code)[0])


def is_within(hs_code: str, code: str) -> bool:
    """Everything that `hs_code` names lies inside `code`."""
    first, last = ends_of(code)
    length = len(first)
    return len(hs_code) >= length and first <= hs_code[:length] <= last


def overlaps(hs_code: str, code: str) -> bool:
    """Something that `hs_code` names lies inside `code`: a short code may be a longer one."""
    first, last = ends_of(code)
    length = min(len(first), len(hs_code))
    return first[:length] <= hs_code[:length] <= last[:length]


def is_under(hs_code: str, codes: Iterable[str]) -> bool:
    return any(is_within(hs_code, code) for code in codes)


def may_be_under(hs_code: str, codes: Iterable[str]) -> bool:
    return any(overlaps(hs_code, code) for code in codes)


def headings_of(code: str) -> tuple[str, ...]:
    """The four-digit headings that a code of at least four digits touches."""
    first, last = (end[:HEADING_LENGTH] for end in ends_of(code))
    return tuple(f"{heading:04}" for heading in range(int(first), int(last) + 1))


def printed(code: str) -> str:
    """`2818200000` → `2818 20 000 0`; `0201-0206` → `0201–0206`."""
    first, last = ends_of(code)
    return _spaced(first) if first == last else f"{_spaced(first)}–{_spaced(last)}"


def _spaced(code: str) -> str:
    return " ".join(part for part in (code[:4], code[4:6], code[6:9], code[9:]) if part)
