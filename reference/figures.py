"""Numbers and texts as people, spreadsheets and forms write them. Pure."""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from reference.units import alias_key

CellValue = str | Decimal | dt.datetime | None

DASHES = frozenset({"-", "–", "—", "−", "--"})
CURRENCY = frozenset(alias_key(name) for name in ("", "₸", "тг", "тнг", "тенге", "теңге", "KZT"))
_SPACES = re.compile(r"[\s\u00a0\u200b\u202f\ufeff]+")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\u200b\u200e\u200f\u00ad\ufeff]")
_THOUSANDS_SPACE = re.compile(r"(?<=\d)[\s\u00a0\u2009\u202f'’](?=\d{3}(?!\d))")
_NUMBER = re.compile(r"^([-+−]?)(\d*(?:[.,]\d*)*)\s*(.*)$", re.ASCII | re.DOTALL)
_ONE_MARK_AND_THREE = re.compile(r"^[1-9]\d{0,2}[.,]\d{3}$", re.ASCII)


class BadValue(ValueError):
    """The cell cannot be used; the text says why, for the person who filled it."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Reading:
    """A number, what followed it in the cell, and what a person should look at once more."""

    number: Decimal
    tail: str = ""
    doubt: str = ""


def text_of(value: CellValue) -> str:
    """One line of text; a dash stands for nothing."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dt.datetime):
        return f"{value:%d.%m.%Y}"
    text = _SPACES.sub(" ", _INVISIBLE.sub(" ", value)).strip()
    return "" if text in DASHES else text


def read_number(value: CellValue) -> Reading:
    """A number with a comma or a point, spaces between thousands, a unit behind perhaps."""
    if isinstance(value, Decimal):
        return Reading(value)
    if isinstance(value, dt.datetime):
        raise BadValue(
            "date", _("The spreadsheet has turned this into a date. Format the column as text.")
        )
    text = _THOUSANDS_SPACE.sub("", text_of(value))
    sign, digits, tail = _NUMBER.match(text).groups()
    if not any(char.isdigit() for char in digits):
        raise BadValue("not_a_number", _("This is not a number: %(text)s") % {"text": text})
    number = Decimal(_with_point(digits.rstrip(".,") if tail else digits, text))
    doubt = ""
    if _ONE_MARK_AND_THREE.match(digits):
        doubt = _("%(text)s was read as a decimal fraction, not as thousands.") % {"text": digits}
    return Reading(-number if sign in {"-", "−"} else number, tail.strip(), doubt)


def _with_point(digits: str, text: str) -> str:
    """The last mark is the decimal one when both occur; the same mark twice divides thousands."""
    marks = [char for char in digits if char in ".,"]
    if len(set(marks)) == 2 and marks.count(marks[-1]) == 1:
        whole, _mark, fraction = digits.rpartition(marks[-1])
        groups = re.split(r"[.,]", whole)
        if all(len(group) == 3 for group in groups[1:]):
            return f"{''.join(groups)}.{fraction}"
    elif len(marks) >= 2 and len(set(marks)) == 1:
        groups = re.split(r"[.,]", digits)
        if all(len(group) == 3 for group in groups[1:]):
            return "".join(groups)
    elif len(marks) <= 1:
        return digits.replace(",", ".")
    raise BadValue("not_a_number", _("This is not a number: %(text)s") % {"text": text})
