"""Goods that show a fault of the rules: built from the parts and put to the real engine. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product

from origin.codes import HEADING_LENGTH, ends_of, headings_of
from origin.conditions import (
    AnyHeadingExcept,
    ChangeOfHeading,
    Condition,
    MadeFrom,
    OperationsOtherThan,
    OperationsRequired,
    SameHeadingShareAtMost,
    ShareOfHeadingsAtMost,
    leaves,
)
from origin.errors import OriginError
from origin.evaluation import LineFacts, MaterialFacts, Verdict, evaluate
from origin.packs import Row, RulePack
from origin.rulebook import RuleBook

from .findings import Outcome
from .logic import Way, is_limit, named_operations
from .spans import Spans, first_code, shared, spans_of, without

PRICE_KZT = Decimal(100_000)
# The share of a foreign material where no limit asks for another.
USUAL_PERCENT = Decimal(10)
# Headings of ordinary things, one of which stands for "some other material".
ORDINARY = ("7318", "3926", "4016", "8481", "5407", "2836", "1701", "7208", "4819", "8536")
# Goods tried before two conditions are taken for equal in effect.
MOST_TRIES = 400


@dataclass(frozen=True, slots=True)
class Workshop:
    """Makes goods of one code; `avoided` are codes that its ordinary material must not have."""

    pack: RulePack
    hs_code: str
    avoided: Spans

    @classmethod
    def for_rows(cls, pack: RulePack, hs_code: str, *rows: Row) -> "Workshop":
        named: set[str] = {
            heading for row in rows for code in row.codes for heading in headings_of(code)
        }
        for row in rows:
            for part in leaves(row.condition) if row.condition else ():
                named.update(named_codes(part))
        return cls(pack, hs_code, spans_of(named))

    @property
    def ordinary(self) -> str:
        """A heading that no part speaks of."""
        candidates = (*ORDINARY, *(f"{heading:04}" for heading in range(101, 9700)))
        return next(
            heading for heading in candidates if not shared(spans_of([heading]), self.avoided)
        )

    def goods(
        self,
        *,
        foreign: Iterable[tuple[str, Decimal]] = (),
        local: Iterable[str] = (),
        operations: Iterable[str] = (),
        choice: str = "",
    ) -> LineFacts:
        """Goods for 100 000 tenge; foreign materials by code and share of the price in percent."""
        made = [(code, percent, False) for code, percent in foreign]
        made += [(code, Decimal(1), True) for code in local]
        return LineFacts(
            number=1,
            name="",
            hs_code=self.hs_code,
            price_kzt=PRICE_KZT,
            materials=tuple(
                MaterialFacts(number, "", code, PRICE_KZT * percent / 100, is_local)
                for number, (code, percent, is_local) in enumerate(made, start=1)
            ),
            operations=tuple(code for code in operations if code in self.pack.operations),
            choice=choice,
        )


def named_codes(part: Condition) -> tuple[str, ...]:
    match part:
        case ChangeOfHeading(codes) | AnyHeadingExcept(codes) | MadeFrom(codes):
            return codes
        case ShareOfHeadingsAtMost(headings, _percent):
            return headings
        case _:
            return ()


def material_code(code: str) -> str:
    """A heading or longer code inside a code: a commodity group gives its first heading."""
    first, _last = ends_of(code)
    return first if len(first) >= HEADING_LENGTH else f"{first}01"[:HEADING_LENGTH]


def asked_operations(way: Way) -> tuple[str, ...]:
    """What the way names and nothing more: all that is required, the first of each "any"."""
    asked: dict[str, None] = {}
    for part in way:
        if isinstance(part, OperationsRequired):
            asked.update(dict.fromkeys((*part.all, *part.any[:1])))
    return tuple(asked)


def other_operation(pack: RulePack, way: Way) -> tuple[str, ...]:
    """A sufficient operation that no part of the way sets aside, where one asks for such."""
    barred = [set(part.codes) for part in way if isinstance(part, OperationsOtherThan)]
    if not barred:
        return ()
    sufficient = (code for code, operation in pack.operations.items() if operation.sufficient)
    return tuple(code for code in sufficient if not any(code in codes for codes in barred))[:1]


def base_materials(way: Way) -> tuple[str, ...]:
    """Kazakhstani materials of the codes that the goods must be made from."""
    return tuple(
        material_code(part.codes[0]) for part in way if isinstance(part, MadeFrom) and part.codes
    )


def meeting(shop: Workshop, way: Way, *, with_other_operation: bool = True) -> LineFacts:
    """Goods that do what the way asks, with a foreign material well inside its limits."""
    limits = [part.percent for part in way if is_limit(part)]
    percent = min([USUAL_PERCENT * 2, *limits]) / 2
    extra = other_operation(shop.pack, way) if with_other_operation else ()
    return shop.goods(
        foreign=[(shop.ordinary, percent)] if percent else [],
        local=base_materials(way),
        operations=(*asked_operations(way), *extra),
    )


def counted_code(shop: Workshop, part: Condition) -> str:
    """The code of a material that the part counts or bans."""
    match part:
        case SameHeadingShareAtMost():
            return shop.hs_code[:HEADING_LENGTH]
        case ChangeOfHeading(allowing):
            own = spans_of([shop.hs_code[:HEADING_LENGTH]])
            left = without(own, spans_of(allowing))
            return first_code(left) if left and left != own else shop.hs_code[:HEADING_LENGTH]
        case ShareOfHeadingsAtMost() | AnyHeadingExcept() if named_codes(part):
            return material_code(named_codes(part)[0])
        case _:
            return shop.ordinary


def with_share(shop: Workshop, way: Way, part: Condition, percent: Decimal) -> LineFacts:
    """Goods like those of `meeting`, but with this share of what the part counts or bans."""
    return shop.goods(
        foreign=[(counted_code(shop, part), min(percent, Decimal(95)))],
        local=base_materials(way),
        operations=(*asked_operations(way), *other_operation(shop.pack, way)),
    )


def without_operations(shop: Workshop, way: Way, barred: Iterable[str]) -> LineFacts:
    """Goods like those of `meeting`, but with none of these operations."""
    line = meeting(shop, way)
    left = set(barred)
    return replace(line, operations=tuple(code for code in line.operations if code not in left))


def outcomes_of(pack: RulePack, line: LineFacts, rows: Iterable[str]) -> tuple[Outcome, ...]:
    """What the engine says of the goods under each of these choices; nothing if it refuses them."""
    book = RuleBook(pack)
    found = []
    for row in rows:
        try:
            evaluation = evaluate(replace(line, choice=row), book, on=pack.valid_from)
        except OriginError:
            return ()
        found.append(Outcome(row, evaluation.verdict))
    return tuple(found)


def verdict_of(pack: RulePack, line: LineFacts, row: str) -> Verdict | None:
    outcomes = outcomes_of(pack, line, [row])
    return outcomes[0].verdict if outcomes else None


def telling_apart(shop: Workshop, one: Row, other: Row) -> tuple[LineFacts, tuple[Outcome, ...]]:
    """Goods on which two rows give different verdicts; no outcomes where none were found."""
    rows = (one.id, other.id)
    line = shop.goods()
    for tries, line in enumerate(_tries(shop, one, other)):
        outcomes = outcomes_of(shop.pack, line, rows)
        if outcomes and len({outcome.verdict for outcome in outcomes}) > 1:
            return line, outcomes
        if tries >= MOST_TRIES:
            break
    return line, ()


def _tries(shop: Workshop, *rows: Row) -> Iterator[LineFacts]:
    """One foreign material of every kind that the rows tell apart, around every limit of theirs."""
    parts = [part for row in rows if row.condition for part in leaves(row.condition)]
    codes = dict.fromkeys(
        [shop.ordinary, shop.hs_code[:HEADING_LENGTH]]
        + [material_code(code) for part in parts for code in named_codes(part)]
    )
    limits = {part.percent for part in parts if is_limit(part)}
    shares = {USUAL_PERCENT, *limits, *(limit + 1 for limit in limits)}
    asked = [tuple(code for code in named_operations(part)) for part in parts]
    sufficient = [code for code, each in shop.pack.operations.items() if each.sufficient][:1]
    everything = tuple(dict.fromkeys([code for some in asked for code in some] + sufficient))
    operations = dict.fromkeys([everything, (), *asked, tuple(sufficient)])
    bases = [material_code(part.codes[0]) for part in parts if isinstance(part, MadeFrom)]
    locals_ = dict.fromkeys([tuple(bases), ()])
    for code, percent, done, local in product(codes, sorted(shares), operations, locals_):
        if 0 < percent <= 95:
            yield shop.goods(foreign=[(code, percent)], local=local, operations=done)
