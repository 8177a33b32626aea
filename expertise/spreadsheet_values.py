"""What a cell of a sheet means: quantities, shares and amounts with their doubts. Pure."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from reference.figures import CURRENCY, BadValue, CellValue, Reading, read_number
from reference.units import alias_key


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
