"""Evaluates a line of goods against the rules of a day. Pure: no database, no clock, exact figures.

The same line and the same rules give the same bytes of `evaluation_data` for ever. It holds codes
and figures; `wording` puts them into words. The cost grows in step with the number of materials.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from .conditions import GENERAL_RULE, Condition
from .criteria import WHOLLY_PRODUCED, criterion_of_processing
from .errors import OriginError
from .explaining import reasons_of_part
from .facts import Goods, LineFacts, MaterialFacts, Reason, checked_goods
from .judging import PartVerdict, judge
from .lookup import Lookup, lookup
from .packs import GENERAL, Row
from .rulebook import Dispute, RuleBook

__all__ = [
    "Choice",
    "Evaluation",
    "LineFacts",
    "MaterialFacts",
    "OriginError",
    "PartVerdict",
    "Reason",
    "Verdict",
    "evaluate",
    "evaluation_data",
]

SCHEMA = "ctkz.verdict/1"
# Parts that no row names: they stand above every row.
WHOLLY_PRODUCED_KIND = "wholly_produced"
SUFFICIENT_OPERATIONS_KIND = "sufficient_operations"


class Verdict(StrEnum):
    ORIGINATING = "originating"
    NOT_ORIGINATING = "not_originating"
    CHOICE_NEEDED = "choice_needed"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the verdict would be under one of the open rules or readings."""

    row: str
    verdict: Verdict
    reading: str = ""
    root: PartVerdict | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    on: date
    pack: str
    pack_sha256: str
    hs_code: str
    verdict: Verdict
    # П, or Д with the heading, where the goods originate; empty otherwise.
    criterion: str
    # The rule that decided: the id of a row, `general`, or empty (П, or a choice is open).
    row: str
    reading: str
    choices: tuple[Choice, ...]
    root: PartVerdict | None
    reasons: tuple[Reason, ...]
    warnings: tuple[Reason, ...]


def evaluate(line: LineFacts, book: RuleBook, *, on: date) -> Evaluation:
    """The verdict on a line; impossible facts are an OriginError."""
    goods = checked_goods(line, book.pack)
    found = lookup(book.pack, goods.hs_code)
    blank = Evaluation(
        on=on,
        pack=book.pack.code,
        pack_sha256=book.pack.sha256,
        hs_code=goods.hs_code,
        verdict=Verdict.CHOICE_NEEDED,
        criterion="",
        row="",
        reading="",
        choices=(),
        root=None,
        reasons=(),
        warnings=tuple(_warnings(line, goods, found, book, on)),
    )
    if line.ground:
        return _wholly_produced(blank, goods, line.ground)
    if line.choice and line.choice in found.options:
        chosen = line.choice
    elif found.needs_choice:
        return _choice_of_row(blank, goods, found, line, book)
    else:
        chosen = found.options[0]
    return _by_rule(blank, goods, chosen, line, book)


def evaluation_data(evaluation: Evaluation) -> dict[str, Any]:
    """Codes and figures only, without words: the canonical form that an act keeps."""
    return {
        "schema": SCHEMA,
        "on": evaluation.on.isoformat(),
        "pack": evaluation.pack,
        "pack_sha256": evaluation.pack_sha256,
        "hs_code": evaluation.hs_code,
        "verdict": evaluation.verdict.value,
        "criterion": evaluation.criterion,
        "row": evaluation.row,
        "reading": evaluation.reading,
        "choices": [
            {
                "row": choice.row,
                "reading": choice.reading,
                "verdict": choice.verdict.value,
                "root": None if choice.root is None else part_data(choice.root),
            }
            for choice in evaluation.choices
        ],
        "root": None if evaluation.root is None else part_data(evaluation.root),
        "reasons": [reason_data(reason) for reason in evaluation.reasons],
        "warnings": [reason_data(reason) for reason in evaluation.warnings],
    }


def part_data(part: PartVerdict) -> dict[str, Any]:
    return {
        "kind": part.kind,
        "met": part.met,
        "figures": dict(part.figures),
        "materials": list(part.materials),
        "operations": list(part.operations),
        "parts": [part_data(inner) for inner in part.parts],
    }


def reason_data(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code, "params": dict(reason.params)}


def condition_in_force(row: Row, dispute: Dispute | None, picked: str) -> Condition | None:
    """The row's own condition, or that of the reading that holds or was picked; None if open."""
    if dispute is None:
        return row.condition
    reading = dispute.reading(dispute.holding or picked)
    return reading.condition if reading else None


def _wholly_produced(blank: Evaluation, goods: Goods, ground: str) -> Evaluation:
    """П needs a ground of the list, and no foreign material at all."""
    foreign = tuple(item.number for item in goods.foreign)
    root = PartVerdict(WHOLLY_PRODUCED_KIND, not foreign, {"ground": ground}, materials=foreign)
    return replace(
        blank,
        verdict=_verdict(root),
        criterion=WHOLLY_PRODUCED if root.met else "",
        root=root,
        reasons=tuple(reasons_of_part(root)),
    )


def _by_rule(
    blank: Evaluation, goods: Goods, rule: str, line: LineFacts, book: RuleBook
) -> Evaluation:
    if rule == GENERAL:
        root = judged(GENERAL_RULE, goods, None)
        return _decided(blank, goods, root, rule, "", Reason("rule.general", {}))
    row = book.pack.row(rule)
    dispute = book.disputes.get(rule)
    condition = condition_in_force(row, dispute, line.reading)
    if condition is None:
        return replace(
            blank,
            choices=tuple(_readings_of(row, dispute, goods)),
            reasons=(Reason("choice.reading", {"row": rule}),),
        )
    root = judged(condition, goods, row)
    reading = (dispute.holding or line.reading) if dispute else ""
    return _decided(blank, goods, root, rule, reading, Reason("rule.row", {"row": rule}))


def _decided(
    blank: Evaluation, goods: Goods, root: PartVerdict, rule: str, reading: str, first: Reason
) -> Evaluation:
    reasons = [first]
    if reading:
        reasons.append(Reason("rule.reading", {"row": rule, "reading": reading}))
    return replace(
        blank,
        verdict=_verdict(root),
        criterion=str(criterion_of_processing(goods.hs_code)) if root.met else "",
        row=rule,
        reading=reading,
        root=root,
        reasons=(*reasons, *reasons_of_part(root)),
    )


def judged(condition: Condition, goods: Goods, row: Row | None) -> PartVerdict:
    """A condition judged, with the rule above every row: insufficient operations never suffice.

    Origin rules, operations that do not meet the criterion of sufficient processing: goods that
    underwent nothing else do not originate, whatever the row says.
    """
    part = judge(condition, goods, row.codes if row else (goods.heading,))
    if not goods.operations or goods.sufficient_operations:
        return part
    barred = PartVerdict(SUFFICIENT_OPERATIONS_KIND, False, {}, operations=goods.operations)
    return PartVerdict("all", False, {}, parts=(barred, part))


def _choice_of_row(
    blank: Evaluation, goods: Goods, found: Lookup, line: LineFacts, book: RuleBook
) -> Evaluation:
    choices: list[Choice] = []
    for rule in found.options:
        option = _by_rule(blank, goods, rule, line, book)
        choices.extend(
            option.choices or [Choice(rule, option.verdict, option.reading, option.root)]
        )
    return replace(
        blank,
        choices=tuple(choices),
        reasons=(Reason("choice.row", {"rows": ", ".join(found.options)}),),
    )


def _readings_of(row: Row, dispute: Dispute | None, goods: Goods) -> list[Choice]:
    readings = dispute.readings if dispute else ()
    judgements = [(reading.code, judged(reading.condition, goods, row)) for reading in readings]
    return [Choice(row.id, _verdict(root), code, root) for code, root in judgements]


def _verdict(root: PartVerdict) -> Verdict:
    return Verdict.ORIGINATING if root.met else Verdict.NOT_ORIGINATING


def _warnings(
    line: LineFacts, goods: Goods, found: Lookup, book: RuleBook, on: date
) -> list[Reason]:
    warnings: list[Reason] = []
    if on < book.pack.valid_from:
        warnings.append(
            Reason("pack_not_in_force", {"valid_from": book.pack.valid_from.isoformat()})
        )
    if goods.unknown:
        warnings.append(
            Reason("heading_unknown", {"materials": ", ".join(map(str, goods.unknown))})
        )
    if line.ground:
        return warnings
    if not goods.operations:
        warnings.append(Reason("no_operations", {}))
    if not goods.foreign:
        warnings.append(Reason("no_foreign_materials", {}))
    if line.choice and line.choice not in found.options:
        warnings.append(Reason("choice_not_open", {"choice": line.choice}))
    if line.reading and not _reading_is_open(line, found, book):
        warnings.append(Reason("reading_not_open", {"reading": line.reading}))
    return warnings


def _reading_is_open(line: LineFacts, found: Lookup, book: RuleBook) -> bool:
    rules = [line.choice] if line.choice in found.options else found.options
    disputes = [book.disputes[rule] for rule in rules if rule in book.disputes]
    return any(
        line.reading == dispute.holding if dispute.holding else dispute.reading(line.reading)
        for dispute in disputes
    )
