"""What a material is worth in tenge: stated in tenge, or in another currency by its rate. Pure.

The rate is either stated with its date and source, or known for the day that is stated. The
value is the exact product of amount and rate; nothing is rounded before the share itself.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, localcontext

from django.utils.translation import gettext as _

from reference.currencies import TENGE
from reference.exchange_rates import KnownRate
from reference.figures import BadValue

# What the columns of a material hold.
LARGEST_VALUE = Decimal(10) ** 18
AMOUNT_DIGITS = 4
RATE_DIGITS = 6
LARGEST_RATE = Decimal(10) ** 10
LARGEST_AMOUNT = Decimal(10) ** 14
CENT = Decimal("0.01")
_EXACT = Context(prec=60, traps=[Inexact])

RateOf = Callable[[str, date], KnownRate | None]


class BadValuation(BadValue):
    """`field` is the part of the valuation that is wrong or missing."""

    def __init__(self, field: str, code: str, reason: str) -> None:
        super().__init__(code, reason)
        self.field = field


@dataclass(frozen=True, slots=True)
class Valuation:
    """The value of a material as it is declared, and as it is kept."""

    value_kzt: Decimal | None = None
    currency: str = TENGE
    amount: Decimal | None = None
    rate: Decimal | None = None
    rate_on: date | None = None
    rate_source: str = ""

    @property
    def is_foreign(self) -> bool:
        return self.currency != TENGE


def settled(declared: Valuation, rate_of: RateOf) -> Valuation:
    """The valuation as it is kept; raises BadValuation that names what does not fit."""
    return _foreign(declared, rate_of) if declared.is_foreign else _in_tenge(declared)


def _in_tenge(declared: Valuation) -> Valuation:
    value = declared.amount if declared.value_kzt is None else declared.value_kzt
    if value is None:
        raise BadValuation("value_kzt", "empty", _("State the value."))
    if declared.amount not in (None, value):
        raise BadValuation(
            "amount", "mismatch", _("The amount and the value in tenge are not the same.")
        )
    if declared.rate not in (None, Decimal(1)):
        raise BadValuation(
            "rate", "rate_of_tenge", _("A value in tenge has no exchange rate. Name the currency.")
        )
    return Valuation(value_kzt=value)


def _foreign(declared: Valuation, rate_of: RateOf) -> Valuation:
    if declared.amount is None:
        raise BadValuation(
            "amount",
            "empty",
            _("State the amount in %(currency)s.") % {"currency": declared.currency},
        )
    if declared.rate_on is None:
        raise BadValuation("rate_on", "empty", _("State the date of the exchange rate."))
    whole = declared if declared.rate is not None else _with_known_rate(declared, rate_of)
    if not whole.rate_source:
        raise BadValuation(
            "rate_source", "empty", _("State whose rate it is: a bank, an exchange, a contract.")
        )
    assert whole.rate is not None  # noqa: S101  stated, or found above
    if whole.rate <= 0:
        raise BadValuation("rate", "not_positive", _("The rate must be more than zero."))
    with localcontext(_EXACT):
        value = declared.amount * whole.rate
    if value >= LARGEST_VALUE:
        raise BadValuation("amount", "too_long", _("The number has too many digits."))
    stated = declared.value_kzt
    if stated is not None and stated not in (value, value.quantize(CENT, ROUND_HALF_UP)):
        raise BadValuation(
            "value_kzt",
            "mismatch",
            _("Amount by rate is %(value)s ₸, not %(stated)s ₸. Correct one of the three.")
            % {"value": f"{value.normalize():f}", "stated": f"{stated:f}"},
        )
    return replace(whole, value_kzt=value)


def _with_known_rate(declared: Valuation, rate_of: RateOf) -> Valuation:
    assert declared.rate_on is not None  # noqa: S101  asked for before
    known = rate_of(declared.currency, declared.rate_on)
    if known is None:
        raise BadValuation(
            "rate",
            "no_rate",
            _(
                "No rate of %(currency)s for %(day)s is known. "
                "State the rate with its date and source."
            )
            % {"currency": declared.currency, "day": f"{declared.rate_on:%d.%m.%Y}"},
        )
    return replace(declared, rate=known.rate, rate_source=known.source)
