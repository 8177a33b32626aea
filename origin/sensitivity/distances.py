"""Where goods stand at the limits of their rule, and which material decides. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal, localcontext

from origin.evaluation import LineFacts, MaterialFacts, PartVerdict
from origin.facts import EXACT
from origin.judging import shown_percent

TIYN = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class LimitDistance:
    """One limit of the rule: where the goods stand, and how far from it.

    `points` and `kzt` are positive inside the limit and negative beyond it.
    """

    kind: str
    percent: str
    limit: str
    met: bool
    points: Decimal
    # Value of foreign materials that may still be added, or must go.
    kzt: Decimal
    # Numbers of the materials that count, the dearest first.
    materials: tuple[int, ...]
    figures: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Decisive:
    """A material on which the verdict hangs: it blocks a part, or weighs most in a limit."""

    number: int
    blocks: bool
    percent: str


def limits(part: PartVerdict, line: LineFacts) -> Iterator[LimitDistance]:
    for inner in part.parts:
        yield from limits(inner, line)
    if "limit" not in part.figures:
        return
    figures = part.figures
    total, limit = Decimal(figures["foreign_kzt"]), Decimal(figures["limit"])
    with localcontext(EXACT):
        kzt = limit * line.price_kzt / 100 - total
        points = limit - Decimal(shown_percent(total, line.price_kzt, limit))
    yield LimitDistance(
        kind=part.kind,
        percent=figures["percent"],
        limit=figures["limit"],
        met=part.met,
        points=points,
        kzt=kzt,
        materials=tuple(dearest_first(line, part.materials)),
        figures=figures,
    )


def dearest_first(line: LineFacts, numbers: tuple[int, ...]) -> list[int]:
    wanted = set(numbers)
    counted = [m for m in line.materials if m.number in wanted and not m.is_local]
    return [m.number for m in sorted(counted, key=lambda m: (-m.value_kzt, m.number))]


def unmet(part: PartVerdict) -> Iterator[PartVerdict]:
    """The leaves that fail."""
    if part.parts:
        for inner in part.parts:
            if not inner.met:
                yield from unmet(inner)
    elif not part.met:
        yield part


def decisive(
    root: PartVerdict | None, distances: tuple[LimitDistance, ...], line: LineFacts
) -> Decisive | None:
    """A material that blocks before one that only weighs much; the dearest of them."""
    failed = list(unmet(root)) if root else []
    blocking = {n for part in failed if "limit" not in part.figures for n in part.materials}
    weighing = [distance.materials for distance in distances if not distance.met]
    numbers = dearest_first(line, tuple(blocking)) or [n for some in weighing for n in some[:1]]
    if not numbers:
        return None
    return Decisive(numbers[0], bool(blocking), weight(line, numbers[0]))


def weight(line: LineFacts, number: int) -> str:
    return shown_percent(material(line, number).value_kzt, line.price_kzt, Decimal(0))


def material(line: LineFacts, number: int) -> MaterialFacts:
    return next(one for one in line.materials if one.number == number)


def lowest_price(figures: Mapping[str, str]) -> Decimal:
    """The price in whole tiyn at which the foreign value is not above the limit."""
    price = Decimal(figures["foreign_kzt"]) * 100 / Decimal(figures["limit"])
    return price.quantize(TIYN, rounding=ROUND_CEILING)
