"""What follows from what between the parts of a condition. Pure.

`implies` may say no where the truth is yes, never the other way: a finding built on it holds for
all goods and not only for its example.
"""

from itertools import chain, product
from math import prod
from typing import TypeGuard

from origin.codes import HEADING_LENGTH, headings_of
from origin.conditions import (
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
from origin.packs import Row, RulePack

from .spans import Spans, contains, shared, spans_of, without

# One way to meet a condition: parts that have to be met together.
Way = tuple[Condition, ...]
# More ways than a person could read through.
MOST_WAYS = 64


def count_ways(condition: Condition) -> int:
    match condition:
        case AnyOf(conditions):
            return sum(map(count_ways, conditions))
        case AllOf(conditions):
            return prod(map(count_ways, conditions))
        case _:
            return 1


def ways(condition: Condition) -> tuple[Way, ...]:
    """The condition as "this way, or that way"; none where they are too many to look through."""
    return _ways(condition) if count_ways(condition) <= MOST_WAYS else ()


def _ways(condition: Condition) -> tuple[Way, ...]:
    match condition:
        case AnyOf(conditions):
            return tuple(chain.from_iterable(map(_ways, conditions)))
        case AllOf(conditions):
            return tuple(
                tuple(chain.from_iterable(parts)) for parts in product(*map(_ways, conditions))
            )
        case _:
            return ((condition,),)


def own_headings(row: Row) -> Spans:
    """Everything under the four-digit headings of the row."""
    return spans_of({heading for code in row.codes for heading in headings_of(code)})


def is_limit(part: Condition) -> TypeGuard[ShareLimit]:
    return isinstance(part, ShareLimit)


def named_operations(part: Condition) -> tuple[str, ...]:
    match part:
        case OperationsRequired(every, some):
            return (*every, *some)
        case OperationsOtherThan(codes):
            return codes
        case _:
            return ()


def always_met(part: Condition) -> bool:
    """No goods can fail it: materials never cost more than the goods, nothing is asked."""
    match part:
        case OperationsRequired(every, some):
            return not every and not some
        case AnyHeadingExcept(codes):
            return not codes
        case _:
            return is_limit(part) and part.percent >= 100


def never_met(part: Condition, pack: RulePack) -> bool:
    """No goods can meet it."""
    match part:
        case MadeFrom(codes):
            return not codes
        case OperationsRequired(every, some):
            known = pack.operations
            return any(code not in known for code in every) or (
                bool(some) and all(code not in known for code in some)
            )
        case OperationsOtherThan(codes):
            return all(
                code in codes for code, operation in pack.operations.items() if operation.sufficient
            )
        case _:
            return False


def way_implies(one: Way, other: Way, own: Spans, pack: RulePack) -> bool:
    """Goods that meet the first way meet the second too."""
    return all(
        always_met(part) or any(implies(mine, part, own, pack) for mine in one) for part in other
    )


def implies(one: Condition, other: Condition, own: Spans, pack: RulePack) -> bool:
    """Goods of the row that meet the first part meet the second too."""
    if one == other:
        return True
    if is_limit(other):
        return _bans(one, other, own) or (
            is_limit(one) and one.percent <= other.percent and _counts_all_of(one, other, own)
        )
    match one, other:
        case ChangeOfHeading(mine), ChangeOfHeading(others):
            return contains(spans_of(others), shared(spans_of(mine), own))
        case AnyHeadingExcept(mine), AnyHeadingExcept(others):
            return contains(spans_of(mine), spans_of(others))
        case AnyHeadingExcept(mine), ChangeOfHeading(allowing):
            return contains(spans_of(mine), without(own, spans_of(allowing)))
        case ChangeOfHeading(allowing), AnyHeadingExcept(codes):
            banned = without(own, spans_of(allowing)) if _is_one_heading(own) else ()
            return contains(banned, spans_of(codes))
        case OperationsRequired(), OperationsRequired():
            return _asks_for_all_of(one, other)
        case OperationsOtherThan(mine), OperationsOtherThan(others):
            return set(mine) >= set(others)
        case OperationsRequired(every, _some), OperationsOtherThan(codes):
            return any(_is_sufficient(code, pack) and code not in codes for code in every)
        case _:
            return False


def _bans(part: Condition, limit: ShareLimit, own: Spans) -> bool:
    """The part leaves nothing for the limit to count."""
    match part:
        case AnyHeadingExcept(codes):
            banned = spans_of(codes)
            for_any_heading = contains(banned, own)
        case ChangeOfHeading(allowing):
            left = without(own, spans_of(allowing))
            for_any_heading = left == own
            banned = left if _is_one_heading(own) else ()
        case _:
            return False
    match limit:
        case SameHeadingShareAtMost():
            return for_any_heading
        case ShareOfHeadingsAtMost(headings):
            return contains(banned, spans_of(headings))
        case _:
            return False


def _counts_all_of(wide: ShareLimit, narrow: ShareLimit, own: Spans) -> bool:
    """Every material that the second limit counts is counted by the first."""
    match wide, narrow:
        case ((ForeignShareAtMost() | ForeignArticlesShareAtMost()), _):
            return True
        case SameHeadingShareAtMost(), SameHeadingShareAtMost():
            return True
        case SameHeadingShareAtMost(), ShareOfHeadingsAtMost(headings):
            return _is_one_heading(own) and contains(own, spans_of(headings))
        case ShareOfHeadingsAtMost(headings), SameHeadingShareAtMost():
            return contains(spans_of(headings), own)
        case ShareOfHeadingsAtMost(mine), ShareOfHeadingsAtMost(others):
            return contains(spans_of(mine), spans_of(others))
        case _:
            return False


def _asks_for_all_of(one: OperationsRequired, other: OperationsRequired) -> bool:
    every = set(one.all) >= set(other.all)
    some = (
        not other.any
        or bool(set(other.any) & set(one.all))
        or (bool(one.any) and set(one.any) <= set(other.any))
    )
    return every and some


def _is_one_heading(own: Spans) -> bool:
    low, high = own[0]
    width = 10 ** (10 - HEADING_LENGTH)
    return len(own) == 1 and low // width == high // width


def _is_sufficient(code: str, pack: RulePack) -> bool:
    operation = pack.operations.get(code)
    return operation is not None and operation.sufficient
