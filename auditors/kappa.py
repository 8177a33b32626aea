"""Agreement of two auditors beyond chance: Cohen's kappa with its interval. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext

from .intervals import Z_95

PRECISION = Context(prec=28)


@dataclass(frozen=True)
class Agreement:
    """`kappa` is 1 for full agreement and 0 for what chance alone would give.

    It is undefined (None) when both auditors only ever said one and the same thing: chance
    agreement is then complete, and nothing can be told apart from it.
    """

    pairs: int
    agreed: int
    kappa: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None


def cohens_kappa(pairs: Iterable[tuple[str, str]], *, z: Decimal = Z_95) -> Agreement:
    """Kappa over pairs (first said, second said), 95 % interval by the large-sample error.

    J. Cohen, A coefficient of agreement for nominal scales (1960); the error is that of
    J. L. Fleiss, J. Cohen and B. S. Everitt (1969), good from some dozens of pairs on.
    """
    counts = Counter(pairs)
    total = counts.total()
    agreed = sum(count for (first, second), count in counts.items() if first == second)
    if total == 0:
        return Agreement(0, 0, None)
    with localcontext(PRECISION):
        n = Decimal(total)
        first_said: Counter[str] = Counter()
        second_said: Counter[str] = Counter()
        for (first, second), count in counts.items():
            first_said[first] += count
            second_said[second] += count
        observed = agreed / n
        chance = sum(
            (first_said[word] * Decimal(second_said[word]) for word in first_said), Decimal(0)
        ) / (n * n)
        if chance == 1:
            return Agreement(total, agreed, None)
        kappa = (observed - chance) / (1 - chance)
        error = _error(counts, first_said, second_said, kappa=kappa, chance=chance)
        low = max(kappa - z * error, Decimal(-1))
        high = min(kappa + z * error, Decimal(1))
        return Agreement(total, agreed, kappa, low, high)


def _error(
    counts: Counter[tuple[str, str]],
    first_said: Counter[str],
    second_said: Counter[str],
    *,
    kappa: Decimal,
    chance: Decimal,
) -> Decimal:
    """Large-sample standard error of kappa when it is not nought."""
    n = Decimal(counts.total())
    on_diagonal = off_diagonal = Decimal(0)
    for (first, second), count in counts.items():
        share = count / n
        if first == second:
            margins = (first_said[first] + second_said[first]) / n
            on_diagonal += share * (1 - margins * (1 - kappa)) ** 2
        else:
            margins = (second_said[first] + first_said[second]) / n
            off_diagonal += share * margins**2
    rest = kappa - chance * (1 - kappa)
    variance = on_diagonal + (1 - kappa) ** 2 * off_diagonal - rest * rest
    return max(variance, Decimal(0)).sqrt() / ((1 - chance) * n.sqrt())
