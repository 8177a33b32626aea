"""Confidence intervals of shares: a count of few cases is never shown as a naked ratio. Pure."""

from dataclasses import dataclass
from decimal import Context, Decimal, localcontext

# Quantile of the normal distribution for 95 % on two sides.
Z_95 = Decimal("1.959963984540054")
PRECISION = Context(prec=28)


@dataclass(frozen=True)
class Interval:
    """Both ends as fractions 0..1."""

    low: Decimal
    high: Decimal


def wilson(count: int, total: int, *, z: Decimal = Z_95) -> Interval | None:
    """Wilson's score interval for `count` of `total`; nothing can be said of no cases.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference (1927).
    Unlike the ratio with its normal error it stays within 0..1 and does not shrink to a point
    when nothing was found in few cases.
    """
    if not 0 <= count <= total:
        raise ValueError(f"{count} of {total} is not a share")
    if total == 0:
        return None
    with localcontext(PRECISION):
        n, share, square = Decimal(total), Decimal(count) / total, z * z
        middle = share + square / (2 * n)
        spread = z * (share * (1 - share) / n + square / (4 * n * n)).sqrt()
        scale = 1 + square / n
        low = max((middle - spread) / scale, Decimal(0)) if count else Decimal(0)
        high = min((middle + spread) / scale, Decimal(1)) if count < total else Decimal(1)
        return Interval(low, high)
