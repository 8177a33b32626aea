"""Reasons in the words of the reader: a sentence of the indicator with the figures of the hit."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.formats import get_format

from .indicators import INDICATORS

NARROW_SPACE = "\u202f"
# Figures that are exact decimals and kept as text; other text is a number or a code.
DECIMALS = frozenset({"percent", "gap", "limit", "quantity", "usual"})


def words_of(code: str, facts: Mapping[str, Any]) -> str:
    """The sentence in the active language; an indicator that is no more is told by its code."""
    known = INDICATORS.get(code)
    if known is None:
        return code
    return str(known.words % {name: _shown(name, value) for name, value in facts.items()})


def _shown(name: str, value: Any) -> Any:
    return shown(Decimal(value)) if name in DECIMALS else value


def shown(figure: Decimal) -> str:
    """Without idle zeros, thin spaces between thousands, with the reader's decimal sign."""
    whole, _point, fraction = f"{figure:,f}".partition(".")
    fraction = fraction.rstrip("0")
    sign = get_format("DECIMAL_SEPARATOR")
    return whole.replace(",", NARROW_SPACE) + (sign + fraction if fraction else "")
