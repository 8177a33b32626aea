"""What a cell means: numbers, shares and texts as people and spreadsheets write them. Pure."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from reference.units import alias_key

CellValue = str | Decimal | dt.datetime | None

DASHES = frozenset({"-", "–", "—", "−", "--"})
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


def read_quantity(value: CellValue, *, unit: str | None, units: Mapping[str, str]) -> Reading:
    """More than zero; a unit written behind the number must be the unit of the line."""
    reading = read_number(value)
    doubt = reading.doubt
    if reading.tail:
        code = units.get(alias_key(reading.tail))
        if code is None or (unit is not None and code != unit):
            raise BadValue(
                "tail", _("Write only the number here, without %(text)s.") % {"text": reading.tail}
            )
        doubt = _("The unit %(text)s behind the quantity was left out.") % {"text": reading.tail}
    if reading.number <= 0:
        raise BadValue("not_positive", _("The quantity must be more than zero."))
    if reading.number >= 10**12 or reading.number != _rounded(reading.number, 6):
        raise BadValue("too_long", _("The number has too many digits."))
    return Reading(reading.number, reading.tail, doubt)


def read_percent(value: CellValue) -> Reading:
    """A share between 0 and 100 with at most two digits after the comma."""
    reading = read_number(value)
    if reading.tail not in {"", "%"}:
        raise BadValue("tail", _("Write only the percentage here."))
    if not 0 <= reading.number <= 100:
        raise BadValue("out_of_bounds", _("A share must be between 0 and 100 percent."))
    doubt = ""
    if 0 < reading.number <= 1 and reading.tail != "%":
        doubt = _("%(number)s was read as %(number)s %%. Did you mean %(more)s %%?") % {
            "number": f"{reading.number:f}",
            "more": f"{(reading.number * 100).normalize():f}",
        }
    return _to_hundredths(Reading(reading.number, "", doubt))


def read_money(value: CellValue, *, zero_allowed: bool) -> Reading:
    """Tenge with tiyn; the currency may stand behind."""
    reading = read_number(value)
    if alias_key(reading.tail) not in CURRENCY:
        raise BadValue("tail", _("Write only the amount here, in tenge."))
    if reading.number < 0 or (reading.number == 0 and not zero_allowed):
        raise BadValue("not_positive", _("The amount must be more than zero."))
    if reading.number >= 10**15:
        raise BadValue("too_long", _("The number has too many digits."))
    return _to_hundredths(Reading(reading.number, "", reading.doubt))


CURRENCY = frozenset(alias_key(name) for name in ("", "₸", "тг", "тнг", "тенге", "теңге", "KZT"))


def _to_hundredths(reading: Reading) -> Reading:
    rounded = _rounded(reading.number, 2)
    if rounded == reading.number:
        return Reading(rounded, reading.tail, reading.doubt)
    doubt = _("%(number)s was rounded to %(rounded)s.") % {
        "number": f"{reading.number:f}",
        "rounded": f"{rounded:f}",
    }
    return Reading(rounded, reading.tail, doubt)


def _rounded(number: Decimal, digits: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
