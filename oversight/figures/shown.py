"""Figures as people print them. Pure."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import get_language

NARROW_SPACE = "\u202f"
NO_BREAK_SPACE = "\u00a0"
HUNDRED = Decimal(100)
TENTH = Decimal("0.1")
NEARLY_ALL = Decimal(99)


def grouped(number: int | Decimal) -> str:
    """A count or a sum, thousands apart, with the decimal sign of the active language."""
    whole, _point, fraction = f"{Decimal(number):,f}".replace("-", "−").partition(".")
    fraction = fraction.rstrip("0")
    sign = "." if (get_language() or "").startswith("en") else ","
    return whole.replace(",", NARROW_SPACE) + (sign + fraction if fraction else "")


def rounded_percent(part: int, whole: int) -> Decimal:
    """Two digits that say something: 0.24, 5.5, 74; never 100 while something is missing."""
    percent = HUNDRED * part / whole
    if not percent or percent == HUNDRED:
        return percent
    digits = TENTH if percent > NEARLY_ALL else Decimal(1).scaleb(percent.adjusted() - 1)
    # 9.96 becomes 10, not 10.0.
    shown = percent.quantize(digits, ROUND_HALF_UP)
    shown = min(shown, Decimal("99.9"))
    return shown.quantize(Decimal(1)) if shown >= 10 and shown == shown.to_integral() else shown


def percent(part: int, whole: int) -> str:
    """With its sign; nothing is said of no cases."""
    if not whole:
        return "–"
    return f"{grouped(rounded_percent(part, whole))}{NO_BREAK_SPACE}%"


def tenge(amount: Decimal) -> str:
    return f"{grouped(amount.quantize(Decimal(1), ROUND_HALF_UP))}{NO_BREAK_SPACE}₸"


def days(amount: Decimal | None) -> str:
    return "–" if amount is None else grouped(rounded_days(amount))


def rounded_days(amount: Decimal) -> Decimal:
    """To a tenth of a day."""
    return Decimal(amount).quantize(TENTH, ROUND_HALF_UP)
