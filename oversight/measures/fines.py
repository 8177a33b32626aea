"""The fine: in monthly calculation indices by the article, in tenge by the index of the day."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from reference.parameters import parameter

TIYN = Decimal("0.01")


def mci_on(day: date) -> Decimal:
    """The monthly calculation index in force on the day, tenge."""
    return Decimal(parameter("mci", on=day))


def tenge_of(mci: Decimal, *, on: date) -> Decimal:
    """Rounded once, to the tiyn, half up."""
    return (mci * mci_on(on)).quantize(TIYN, rounding=ROUND_HALF_UP)
