"""Judges one condition on goods, part by part, with the figures that each part used. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction
from math import floor
from typing import Any

from .codes import is_under, is_within, may_be_under
from .condition_data import plain
from .conditions import (
    AllOf,
    AnyHeadingExcept,
    AnyOf,
    ChangeOfHeading,
    Condition,
    ForeignArticlesShareAtMost,
    ForeignShareAtMost,
    MadeFrom,
    OperationsOtherThan,
    OperationsRequired,
    SameHeadingShareAtMost,
    ShareLimit,
    ShareOfHeadingsAtMost,
)
from .facts import EXACT, Goods, Item

SHOWN_DECIMALS = 2
Codes = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartVerdict:
    """One part of a condition on the goods.

    `materials` are those that the verdict rests on: for a share the ones it counts, for other
    parts the ones in the way, or the ones the goods are made from. `operations` are the missing
    ones where the part is not met, the ones that meet it otherwise.
    """

    kind: str
    met: bool
    figures: Mapping[str, str] = field(default_factory=dict, hash=False)
    materials: tuple[int, ...] = ()
    operations: tuple[str, ...] = ()
    parts: tuple["PartVerdict", ...] = ()


def judge(condition: Condition, goods: Goods, row_codes: Codes) -> PartVerdict:
    """`row_codes` are the codes of the row that the condition belongs to."""
    if isinstance(condition, AllOf | AnyOf):
        parts = tuple(judge(inner, goods, row_codes) for inner in condition.conditions)
        met = (all if isinstance(condition, AllOf) else any)(part.met for part in parts)
        return PartVerdict(condition.KIND, met, parts=parts)
    return _JUDGES[type(condition)](condition, goods, row_codes)


def shown_percent(part: Decimal, whole: Decimal, limit: Decimal) -> str:
    """The share in percent, with as many digits as it takes to see its side of the limit."""
    share, bound = Fraction(part) * 100 / Fraction(whole), Fraction(limit)
    digits = SHOWN_DECIMALS
    while True:
        scale = 10**digits
        rounded = floor(share * scale + Fraction(1, 2))
        if (Fraction(rounded, scale) <= bound) == (share <= bound):
            return format(Decimal(rounded).scaleb(-digits, EXACT), "f")
        digits += 1


def share_of(
    kind: str, counted: Iterable[Item], goods: Goods, limit: Decimal, figures: Mapping[str, str]
) -> PartVerdict:
    """Σ counted / price ≤ limit, compared exactly."""
    numbers: list[int] = []
    with localcontext(EXACT):
        total = Decimal(0)
        for item in counted:
            numbers.append(item.number)
            total += item.value_kzt
        met = total * 100 <= limit * goods.price_kzt
    shown = {
        "foreign_kzt": plain(total),
        "price_kzt": plain(goods.price_kzt),
        "percent": shown_percent(total, goods.price_kzt, limit),
        "limit": plain(limit),
    }
    return PartVerdict(kind, met, {**shown, **figures}, materials=tuple(numbers))


def _unknown(goods: Goods) -> dict[str, str]:
    """The materials that count only because their heading is not known."""
    return {"unknown": ", ".join(map(str, goods.unknown))} if goods.unknown else {}


def _change_of_heading(part: ChangeOfHeading, goods: Goods, _row: Codes) -> PartVerdict:
    blocking = tuple(
        item.number
        for item in goods.foreign
        if not item.hs_code
        or (item.hs_code[:4] == goods.heading and not is_under(item.hs_code, part.allowing))
    )
    figures = {"heading": goods.heading}
    if part.allowing:
        figures["allowing"] = ", ".join(part.allowing)
    return PartVerdict(part.KIND, not blocking, figures | _unknown(goods), materials=blocking)


def _any_heading_except(part: AnyHeadingExcept, goods: Goods, _row: Codes) -> PartVerdict:
    blocking = tuple(
        item.number
        for item in goods.foreign
        if not item.hs_code or may_be_under(item.hs_code, part.codes)
    )
    figures = {"codes": ", ".join(part.codes)}
    return PartVerdict(part.KIND, not blocking, figures | _unknown(goods), materials=blocking)


def counted_by(part: ShareLimit, goods: Goods) -> Iterable[Item]:
    """The foreign materials that a limit of share counts; an unknown heading is always counted."""
    match part:
        case SameHeadingShareAtMost():
            heading = goods.heading
            return (i for i in goods.foreign if not i.hs_code or i.hs_code[:4] == heading)
        case ShareOfHeadingsAtMost(headings, _percent):
            return (i for i in goods.foreign if not i.hs_code or may_be_under(i.hs_code, headings))
        case _:
            return goods.foreign


def _share_limit(part: ShareLimit, goods: Goods, _row: Codes) -> PartVerdict:
    figures: dict[str, str] = {}
    if isinstance(part, SameHeadingShareAtMost):
        figures = {"heading": goods.heading, **_unknown(goods)}
    elif isinstance(part, ShareOfHeadingsAtMost):
        figures = {"codes": ", ".join(part.headings), **_unknown(goods)}
    return share_of(part.KIND, counted_by(part, goods), goods, part.percent, figures)


def _made_from(part: MadeFrom, goods: Goods, row_codes: Codes) -> PartVerdict:
    """A foreign material of the row's own codes that is not one of `codes` is a finished step."""
    figures = {"codes": ", ".join(part.codes)}
    blocking = tuple(
        item.number
        for item in goods.foreign
        if not item.hs_code
        or (may_be_under(item.hs_code, row_codes) and not is_under(item.hs_code, part.codes))
    )
    base = tuple(
        item.number
        for item in goods.items
        if item.hs_code and any(is_within(item.hs_code, code) for code in part.codes)
    )
    met = bool(base) and not blocking
    figures |= _unknown(goods)
    if not base:
        figures["missing"] = "yes"
    return PartVerdict(part.KIND, met, figures, materials=base if met else blocking)


def _operations_required(part: OperationsRequired, goods: Goods, _row: Codes) -> PartVerdict:
    performed = set(goods.operations)
    missing = tuple(code for code in part.all if code not in performed)
    some = tuple(code for code in part.any if code in performed)
    met = not missing and (bool(some) or not part.any)
    if met:
        return PartVerdict(part.KIND, True, operations=(*part.all, *some))
    figures = {"any": ", ".join(part.any)} if part.any and not some else {}
    return PartVerdict(part.KIND, False, figures, operations=missing)


def _operations_other_than(part: OperationsOtherThan, goods: Goods, _row: Codes) -> PartVerdict:
    others = tuple(code for code in goods.sufficient_operations if code not in part.codes)
    figures = {"barred": ", ".join(part.codes)}
    return PartVerdict(part.KIND, bool(others), figures, operations=others)


_JUDGES: Mapping[type, Callable[[Any, Goods, Codes], PartVerdict]] = {
    ChangeOfHeading: _change_of_heading,
    AnyHeadingExcept: _any_heading_except,
    ForeignShareAtMost: _share_limit,
    SameHeadingShareAtMost: _share_limit,
    ShareOfHeadingsAtMost: _share_limit,
    ForeignArticlesShareAtMost: _share_limit,
    MadeFrom: _made_from,
    OperationsRequired: _operations_required,
    OperationsOtherThan: _operations_other_than,
}
