"""What a cell of a sheet means: quantities, shares and amounts with their doubts. Pure."""

import datetime as dt
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from expertise.line_ranges import LineRange, parse_lines
from expertise.valuation import AMOUNT_DIGITS, LARGEST_AMOUNT, LARGEST_RATE, RATE_DIGITS
from reference.currencies import currency_code
from reference.figures import CURRENCY, BadValue, CellValue, Reading, read_number, text_of
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
    is_bare = reading.tail != "%"
    if is_bare and 0 < reading.number < 1:
        # 35 % of a spreadsheet is often kept as 0.35; nobody but its author knows which is meant.
        raise BadValue(
            "ambiguous",
            _("%(number)s: write %(more)s for %(more)s %%, or %(number)s %% with the sign.")
            % {"number": f"{reading.number:f}", "more": f"{(reading.number * 100).normalize():f}"},
        )
    doubt = ""
    if is_bare and reading.number == 1:
        doubt = _("1 was read as 1 %. Did you mean 100 %?")
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


def read_amount(value: CellValue, *, currency: str) -> Reading:
    """An amount in the currency of the row, which may stand behind it."""
    reading = read_number(value)
    if reading.tail and currency_code(reading.tail) != currency:
        raise BadValue(
            "tail",
            _("The amount is in %(text)s, the row in %(currency)s.")
            % {"text": reading.tail, "currency": currency},
        )
    if reading.number < 0:
        raise BadValue("not_positive", _("The amount must be more than zero."))
    if reading.number >= LARGEST_AMOUNT or reading.number != _rounded(
        reading.number, AMOUNT_DIGITS
    ):
        raise BadValue("too_long", _("The number has too many digits."))
    return Reading(reading.number, "", reading.doubt)


def read_rate(value: CellValue) -> Reading:
    """Tenge for one unit of a currency; more digits than are kept would not be that rate."""
    reading = read_number(value)
    if alias_key(reading.tail) not in CURRENCY:
        raise BadValue("tail", _("Write only the rate here, in tenge for one unit."))
    if reading.number <= 0:
        raise BadValue("not_positive", _("The rate must be more than zero."))
    if reading.number >= LARGEST_RATE or reading.number != _rounded(reading.number, RATE_DIGITS):
        raise BadValue("too_long", _("The number has too many digits."))
    return Reading(reading.number, "", reading.doubt)


def read_date(value: CellValue) -> dt.date:
    if isinstance(value, dt.datetime):
        return value.date()
    text = text_of(value)
    for pattern in ("%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(text, pattern).replace(tzinfo=dt.UTC).date()
        except ValueError:
            continue
    raise BadValue("not_a_date", _("Write the date as 31.12.2026."))


def read_lines(value: CellValue) -> LineRange:
    """Goods lines; "1-20" and "1,3" are what a spreadsheet likes to turn into something else."""
    is_broken = isinstance(value, Decimal) and value != value.to_integral_value()
    if is_broken or isinstance(value, dt.datetime):
        raise BadValue(
            "line_number",
            _("The spreadsheet has changed what was written here. Format the column as text."),
        )
    if isinstance(value, Decimal):
        value = f"{value:.0f}"
    return parse_lines(text_of(value))


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
