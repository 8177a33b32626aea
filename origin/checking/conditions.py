"""Contradictions inside the condition of one row. Pure.

Source of the first rule: the joint statement of the Committee and the National Chamber of 2019,
"the combination of foreign content requirements and simple assembly operations is controversial
and mutually exclusive".
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import permutations

from origin.condition_data import plain
from origin.conditions import (
    AllOf,
    AnyHeadingExcept,
    ChangeOfHeading,
    Condition,
    OperationsOtherThan,
    OperationsRequired,
    leaves,
)
from origin.evaluation import LineFacts, Verdict
from origin.packs import Row, RulePack

from .examples import (
    Workshop,
    base_materials,
    meeting,
    outcomes_of,
    verdict_of,
    with_share,
    without_operations,
)
from .findings import RuleFinding, Severity
from .logic import (
    MOST_WAYS,
    Way,
    always_met,
    count_ways,
    implies,
    is_limit,
    named_operations,
    never_met,
    own_headings,
    way_implies,
    ways,
)

Findings = Iterator[RuleFinding]
# A hundredth more than a limit is already above it.
A_LITTLE = Decimal("0.01")


def check_condition(pack: RulePack, row: Row, hs_code: str) -> Findings:
    """Everything found in the row's condition; examples are goods of `hs_code`."""
    if row.condition is None:
        return
    yield from _undefined_operations(pack, row, row.condition)
    if count_ways(row.condition) > MOST_WAYS:
        yield RuleFinding(Severity.WARNING, "too_many_ways", (row.id,))
        return
    shop = Workshop.for_rows(pack, hs_code, row)
    all_ways = ways(row.condition)
    yield from _always_met(shop, row, all_ways)
    for way in all_ways:
        yield from _never_met(shop, row, way, all_ways)
        yield from _insufficient_operations(shop, row, way)
        yield from _required_but_set_aside(shop, row, way)
        yield from _parts_without_effect(shop, row, way)
    yield from _ways_without_effect(shop, row, all_ways)


def _finding(
    severity: Severity,
    code: str,
    shop: Workshop,
    row: Row,
    line: LineFacts,
    *,
    parts: Way = (),
    **params: str,
) -> RuleFinding:
    return RuleFinding(
        severity=severity,
        code=code,
        rows=(row.id,),
        params=params,
        parts=parts,
        example=line,
        outcomes=outcomes_of(shop.pack, line, [row.id]),
    )


def _undefined_operations(pack: RulePack, row: Row, condition: Condition) -> Findings:
    named = {code for part in leaves(condition) for code in named_operations(part)}
    for code in sorted(named - pack.operations.keys()):
        yield RuleFinding(
            Severity.ERROR, "operation_undefined", (row.id,), params={"operation": code}
        )


def _always_met(shop: Workshop, row: Row, all_ways: tuple[Way, ...]) -> Findings:
    """A way that asks for nothing lets everything pass, so that the other ways say nothing."""
    empty = next((way for way in all_ways if all(map(always_met, way))), None)
    if empty is not None:
        line = shop.goods(foreign=[(shop.hs_code[:4], Decimal(95))])
        yield _finding(Severity.ERROR, "always_met", shop, row, line, parts=empty)


def _never_met(shop: Workshop, row: Row, way: Way, all_ways: tuple[Way, ...]) -> Findings:
    for part in way:
        if never_met(part, shop.pack) and not _is_undefined(part, shop.pack):
            # Goods to which everything was done that the catalogue knows, and still refused; where
            # there are other ways, they are goods that would have needed this one.
            is_only = len(all_ways) == 1
            code, percent = ("never_met", 10) if is_only else ("branch_never_met", 95)
            line = shop.goods(
                foreign=[(shop.hs_code[:4], Decimal(percent))],
                local=base_materials(way),
                operations=[c for c, each in shop.pack.operations.items() if each.sufficient],
            )
            yield _finding(Severity.ERROR, code, shop, row, line, parts=(part,))


def _is_undefined(part: Condition, pack: RulePack) -> bool:
    """Told already as an operation that the catalogue does not have."""
    return any(code not in pack.operations for code in named_operations(part))


def _insufficient_operations(shop: Workshop, row: Row, way: Way) -> Findings:
    """Operations that never suffice, asked for as if they did.

    Goods that do exactly what the row asks are refused by the rule above every row.
    """
    named = {code for part in way if _requires(part) for code in named_operations(part)}
    known = {code for code in named if code in shop.pack.operations}
    idle = sorted(code for code in known if not shop.pack.operations[code].sufficient)
    if not idle:
        return
    only_idle = named == set(idle) and not any(isinstance(p, OperationsOtherThan) for p in way)
    limits = tuple(part for part in way if is_limit(part))
    asks = tuple(part for part in way if _requires(part))
    operations = ", ".join(idle)
    if only_idle:
        code = "limit_with_insufficient_operations" if limits else "only_insufficient_operations"
        line = meeting(shop, way)
        yield _finding(
            Severity.ERROR, code, shop, row, line, parts=(*limits, *asks), operations=operations
        )
    else:
        line = shop.goods(operations=idle)
        yield _finding(
            Severity.WARNING,
            "insufficient_operation_required",
            shop,
            row,
            line,
            parts=asks,
            operations=operations,
        )


def _requires(part: Condition) -> bool:
    return isinstance(part, OperationsRequired)


def _required_but_set_aside(shop: Workshop, row: Row, way: Way) -> Findings:
    """One part of an "and" asks for an operation that another part does not count."""
    asked = {code for part in way if _requires(part) for code in named_operations(part)}
    barring = tuple(part for part in way if isinstance(part, OperationsOtherThan))
    both = sorted(asked & {code for part in barring for code in part.codes})
    if not both:
        return
    line = meeting(shop, way, with_other_operation=False)
    refused = verdict_of(shop.pack, line, row.id) is not Verdict.ORIGINATING
    yield _finding(
        Severity.ERROR if refused else Severity.WARNING,
        "required_operation_excluded",
        shop,
        row,
        line,
        parts=(*(part for part in way if _requires(part)), *barring),
        operations=", ".join(both),
    )


def _parts_without_effect(shop: Workshop, row: Row, way: Way) -> Findings:
    """Parts of an "and" that another part makes pointless, and limits that refuse nothing."""
    own = own_headings(row)
    told: set[int] = set()
    for index, part in enumerate(way):
        if always_met(part) and len(way) > 1:
            told.add(index)
            line = with_share(shop, way, part, Decimal(95))
            yield _finding(Severity.WARNING, "part_always_met", shop, row, line, parts=(part,))
    for stronger, weaker in permutations(range(len(way)), 2):
        if weaker in told or stronger in told or always_met(way[stronger]):
            continue
        if implies(way[stronger], way[weaker], own, shop.pack):
            told.add(weaker)
            yield _overruled(shop, row, way, way[weaker], way[stronger])


def _overruled(
    shop: Workshop, row: Row, way: Way, weaker: Condition, stronger: Condition
) -> RuleFinding:
    if is_limit(weaker) and isinstance(stronger, ChangeOfHeading | AnyHeadingExcept):
        line = with_share(shop, way, weaker, weaker.percent / 2 or A_LITTLE)
        return _finding(
            Severity.WARNING,
            "limit_beside_ban",
            shop,
            row,
            line,
            parts=(weaker, stronger),
            limit=plain(weaker.percent),
        )
    line = _goods_against(weaker, shop, way)
    return _finding(
        Severity.WARNING, "part_without_effect", shop, row, line, parts=(weaker, stronger)
    )


def _goods_against(part: Condition, shop: Workshop, way: Way) -> LineFacts:
    """Goods that the part would refuse by itself; another part refuses them as well."""
    if named_operations(part):
        return without_operations(shop, way, named_operations(part))
    percent = part.percent + A_LITTLE if is_limit(part) else Decimal(10)
    return with_share(shop, way, part, percent)


def _ways_without_effect(shop: Workshop, row: Row, all_ways: tuple[Way, ...]) -> Findings:
    """A branch of an "or" that lets nothing pass which another branch would not."""
    own = own_headings(row)
    sound = [way for way in all_ways if _can_decide(way, shop.pack)]
    told: set[int] = set()
    for narrow, wide in permutations(range(len(sound)), 2):
        if narrow in told or wide in told:
            continue
        if way_implies(sound[narrow], sound[wide], own, shop.pack):
            told.add(narrow)
            yield _finding(
                Severity.WARNING,
                "branch_without_effect",
                shop,
                row,
                meeting(shop, sound[narrow]),
                parts=(_together(sound[narrow]), _together(sound[wide])),
            )


def _can_decide(way: Way, pack: RulePack) -> bool:
    return not all(map(always_met, way)) and not any(never_met(part, pack) for part in way)


def _together(way: Way) -> Condition:
    return way[0] if len(way) == 1 else AllOf(way)
