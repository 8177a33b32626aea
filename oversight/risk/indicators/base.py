"""What an indicator is: a small function over frozen facts, with its words. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeVar

from django.utils.functional import Promise

ACT, APPLICATION, CERTIFICATE = "act", "application", "certificate"
THOUSANDTH = Decimal("0.001")

Figure = int | Decimal
Threshold = Mapping[str, Decimal]


@dataclass(frozen=True)
class Hit:
    """The indicator speaks: how strongly (0..1], and on which figures."""

    strength: Decimal
    facts: Mapping[str, Any] = field(default_factory=dict)


Judge = Callable[[Any, Threshold], Hit | None]
J = TypeVar("J", bound=Judge)


@dataclass(frozen=True)
class Indicator:
    """One reason to look closer.

    `words` is a sentence with the figures of the hit in it; `ngettext_lazy` may count one of
    them. `reads` names the neighbours whose deeds change what this indicator sees of a case, see
    `oversight.risk.dependents`.
    """

    code: str
    subject: str
    title: Promise
    words: Promise
    explains: Promise
    judge: Judge
    reads: tuple[str, ...] = ()


INDICATORS: dict[str, Indicator] = {}


def indicator(
    code: str,
    subject: str,
    *,
    title: Promise,
    words: Promise,
    explains: Promise,
    reads: tuple[str, ...] = (),
) -> Callable[[J], J]:
    """Enters the function in the table of indicators."""

    def enter(judge: J) -> J:
        if code in INDICATORS:
            raise RuntimeError(f"The indicator {code} is there twice.")
        INDICATORS[code] = Indicator(code, subject, title, words, explains, judge, reads)
        return judge

    return enter


def hit(strength: Figure, **facts: Any) -> Hit | None:
    """A hit of a strength between nothing and one; a strength of nothing is no hit."""
    bounded = min(max(Decimal(strength), Decimal(0)), Decimal(1))
    rounded = bounded.quantize(THOUSANDTH, ROUND_HALF_UP)
    return Hit(rounded, facts) if rounded else None


def rising(value: Figure, *, start: Decimal, full: Decimal) -> Decimal:
    """Nothing at `start`, one at `full` and beyond, in a straight line between."""
    beyond, span = Decimal(value) - start, full - start
    if beyond <= 0:
        return Decimal(0)
    return min(beyond / span, Decimal(1)) if span > 0 else Decimal(1)
