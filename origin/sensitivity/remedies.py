"""What would make refused goods originate. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal
from itertools import islice

from origin.condition_data import plain
from origin.evaluation import Evaluation, LineFacts, MaterialFacts, PartVerdict, Verdict

from .attempts import Advice, Attempt, changed, listed, localised
from .distances import TIYN, dearest_first, limits, lowest_price, material, unmet

MOST_MATERIALS = 20
MOST_OF_A_KIND = 3
# Ways to meet a condition that are looked at one by one.
MOST_WAYS = 8
# Headings of ordinary things: one of them stands for a heading that the rule does not speak of.
ORDINARY_HEADINGS = ("7318", "3926", "8481", "4819")


def remedies(attempt: Attempt, evaluation: Evaluation) -> Iterator[Advice]:
    root = evaluation.root
    if root is None:
        return
    yield from _without_ground(attempt)
    yield from _done_more(attempt, root)
    yield from _headings_named(attempt, root)
    found = list(_replaced(attempt, root))
    yield from found
    yield from _dearer_goods(attempt, root)
    yield from _cheaper_material(attempt, root)
    if not found:
        yield from _several_changes(attempt, root)


def _without_ground(attempt: Attempt) -> Iterator[Advice]:
    """Goods that are not wholly produced may still be sufficiently processed."""
    if attempt.line.ground:
        yield from attempt.remedy("claim_processing", replace(attempt.line, ground=""))


def _done_more(attempt: Attempt, root: PartVerdict) -> Iterator[Advice]:
    """Operations that are missing, and materials that the goods must be made from."""
    for wanted in islice(ways_unmet(root), MOST_WAYS):
        operations = _missing_operations(wanted, attempt)
        line = _performed(attempt.line, operations)
        if any(part.kind == "sufficient_operations" for part in wanted) and not any(
            part.kind == "operations_required" for part in wanted
        ):
            yield from attempt.remedy("sufficient_operation", line)
        elif operations:
            yield from attempt.remedy("add_operations", line, operations=", ".join(operations))
        bases = [part.figures["codes"] for part in wanted if "missing" in part.figures]
        if bases:
            line = _made_from(line, [codes.split(", ")[0] for codes in bases])
            named = {"operations": ", ".join(operations)} if operations else {}
            yield from attempt.remedy("use_base_material", line, codes=bases[0], **named)


def ways_unmet(part: PartVerdict) -> Iterator[list[PartVerdict]]:
    """The leaves to be mended, for each way in which the condition could be met."""
    if part.met:
        yield []
    elif not part.parts:
        yield [part]
    elif part.kind == "any":
        for inner in part.parts:
            yield from ways_unmet(inner)
    else:
        yield from _all_of(part.parts)


def _all_of(parts: tuple[PartVerdict, ...]) -> Iterator[list[PartVerdict]]:
    if not parts:
        yield []
        return
    for first in islice(ways_unmet(parts[0]), MOST_WAYS):
        for rest in islice(_all_of(parts[1:]), MOST_WAYS):
            yield [*first, *rest]


def _missing_operations(wanted: list[PartVerdict], attempt: Attempt) -> tuple[str, ...]:
    """What the failing parts ask for, in the order of the catalogue."""
    catalogue = attempt.book.pack.operations
    sufficient = [code for code, operation in catalogue.items() if operation.sufficient]
    missing: list[str] = []
    for part in wanted:
        if part.kind == "operations_required":
            missing.extend(part.operations)
            if "any" in part.figures:
                choices = part.figures["any"].split(", ")
                missing.append(next((c for c in choices if c in sufficient), choices[0]))
        elif part.kind == "operations_other_than":
            barred = part.figures["barred"].split(", ")
            missing.extend([code for code in sufficient if code not in barred][:1])
    if not missing and any(part.kind == "sufficient_operations" for part in wanted):
        missing.extend(sufficient[:1])
    return tuple(dict.fromkeys(missing))


def _performed(line: LineFacts, operations: tuple[str, ...]) -> LineFacts:
    return replace(line, operations=(*line.operations, *operations)) if operations else line


def _made_from(line: LineFacts, codes: list[str]) -> LineFacts:
    """With a Kazakhstani material of each code, costing nothing."""
    number = max((material.number for material in line.materials), default=0)
    added = tuple(
        MaterialFacts(number + step, "", _heading_in(code), Decimal(0), True)
        for step, code in enumerate(codes, start=1)
    )
    return replace(line, materials=(*line.materials, *added))


def _heading_in(code: str) -> str:
    first = code.partition("-")[0]
    return first if len(first) >= 4 else f"{first}01"


def _headings_named(attempt: Attempt, root: PartVerdict) -> Iterator[Advice]:
    """A material without a code counts against the goods everywhere."""
    unknown = [m.number for m in attempt.line.materials if not m.is_local and not m.hs_code[:4]]
    if not unknown:
        return
    for heading in ORDINARY_HEADINGS:
        line = changed(attempt.line, unknown, hs_code=heading)
        found = list(attempt.remedy("name_heading", line, materials=listed(unknown)))
        if found:
            yield from found
            return


def _replaced(attempt: Attempt, root: PartVerdict) -> Iterator[Advice]:
    """Single materials whose replacement suffices; else as few as it takes, one after another."""
    candidates = _candidates(attempt.line, root)
    singles = 0
    for number in candidates:
        line = localised(attempt.line, [number])
        for advice in attempt.remedy("replace_materials", line, materials=str(number)):
            singles += 1
            yield advice
        if singles == MOST_OF_A_KIND:
            return
    if not singles:
        yield from _replaced_together(attempt, attempt.line, candidates)


def _replaced_together(
    attempt: Attempt, start: LineFacts, candidates: list[int], **params: str
) -> Iterator[Advice]:
    for count in range(1, len(candidates) + 1):
        chosen = candidates[:count]
        line = localised(start, chosen)
        if attempt.verdict(line) is not Verdict.ORIGINATING:
            continue
        # One that was taken along for nothing is left as it is.
        for number in chosen[:-1]:
            fewer = [n for n in chosen if n != number]
            if attempt.verdict(localised(start, fewer)) is Verdict.ORIGINATING:
                chosen = fewer
        line = localised(start, chosen)
        yield from attempt.remedy(
            "replace_materials", line, materials=listed(sorted(chosen)), **params
        )
        return


def _candidates(line: LineFacts, root: PartVerdict) -> list[int]:
    """Foreign materials worth trying: those that block, then the dearest that count."""
    failed = list(unmet(root))
    blocking = {n for part in failed if "limit" not in part.figures for n in part.materials}
    counted = {n for part in failed for n in part.materials} - blocking
    ordered = dearest_first(line, tuple(blocking)) + dearest_first(line, tuple(counted))
    return ordered[:MOST_MATERIALS]


def _several_changes(attempt: Attempt, root: PartVerdict) -> Iterator[Advice]:
    """Operations and materials together, where neither alone is enough."""
    for wanted in islice(ways_unmet(root), MOST_WAYS):
        operations = _missing_operations(wanted, attempt)
        if operations:
            start = _performed(attempt.line, operations)
            yield from _replaced_together(
                attempt, start, _candidates(attempt.line, root), operations=", ".join(operations)
            )
            return


def _dearer_goods(attempt: Attempt, root: PartVerdict) -> Iterator[Advice]:
    """The lowest price at which every limit that fails would hold."""
    line = attempt.line
    failed = [part.figures for part in unmet(root) if "limit" in part.figures]
    if not failed or any(Decimal(figures["limit"]) == 0 for figures in failed):
        return
    price = max(lowest_price(figures) for figures in failed)
    yield from attempt.remedy(
        "raise_price",
        replace(line, price_kzt=price),
        price_kzt=plain(price),
        by_kzt=plain(price - line.price_kzt),
    )


def _cheaper_material(attempt: Attempt, root: PartVerdict) -> Iterator[Advice]:
    """How much the dearest counted material may cost at most."""
    line = attempt.line
    failed = [limit for limit in limits(root, line) if not limit.met]
    for limit in sorted(failed, key=lambda limit: limit.kzt)[:1]:
        for number in limit.materials[:1]:
            value = material(line, number).value_kzt + limit.kzt
            value = value.quantize(TIYN, rounding=ROUND_FLOOR)
            if value > 0:
                cheaper = changed(line, [number], value_kzt=value)
                yield from attempt.remedy(
                    "cheaper_material", cheaper, materials=str(number), value_kzt=plain(value)
                )


def by_choice(attempt: Attempt, evaluation: Evaluation) -> Iterator[Advice]:
    """Under which of the open rules and readings the goods would originate."""
    for choice in evaluation.choices:
        line = replace(attempt.line, choice=choice.row, reading=choice.reading)
        yield from attempt.remedy("choose", line, row=choice.row, reading=choice.reading)
