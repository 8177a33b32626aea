"""A calculation for the public page: a line under the rules of a day, in words and tables.

Nothing is stored. The engine, the share and the advice are the same that the auditor works with.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .checking.logic import named_operations
from .conditions import GENERAL_RULE, Condition, leaves
from .evaluation import (
    WHOLLY_PRODUCED_KIND,
    Choice,
    LineFacts,
    MaterialFacts,
    PartVerdict,
    Verdict,
)
from .local_content import Formula, LocalContentResult
from .lookup import Lookup, lookup
from .packs import GENERAL, Operation, RulePack
from .rulebook import Dispute, RuleBook
from .sensitivity import (
    Sensitivity,
    ShareDistance,
    advice_text,
    decisive_text,
    near_text,
    sensitivity,
    share_distance,
    share_texts,
)
from .wording import condition_text, number_text, part_text, reason_text, rule_text


@dataclass(frozen=True, slots=True)
class Settings:
    """What the dated parameters say on the day."""

    formula: Formula
    treatment: str
    margin_points: Decimal


@dataclass(frozen=True, slots=True)
class RuleOption:
    """One rule that is open for a code, as a person chooses it."""

    id: str
    name: str
    condition: str
    source: str
    is_chosen: bool = False
    readings: tuple[tuple[str, str, str], ...] = ()
    holding: str = ""


@dataclass(frozen=True, slots=True)
class ListedOperation:
    code: str
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class RuleAnswer:
    """What applies to a code: the open rules and the operations that go with them."""

    hs_code: str
    options: tuple[RuleOption, ...]
    needs_choice: bool
    asked: tuple[ListedOperation, ...]
    simple: tuple[ListedOperation, ...]
    others: tuple[ListedOperation, ...]

    @property
    def others_chosen(self) -> bool:
        return any(operation.is_chosen for operation in self.others)

    @property
    def simple_chosen(self) -> bool:
        return any(operation.is_chosen for operation in self.simple)


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of the condition as a row of the worked table."""

    text: str
    met: bool
    counted_kzt: str = ""
    percent: str = ""
    limit: str = ""
    materials: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """What the verdict would be under one of several open rules."""

    name: str
    verdict: str
    parts: tuple[PartRow, ...]

    @property
    def has_limits(self) -> bool:
        return any(part.limit for part in self.parts)


@dataclass(frozen=True, slots=True)
class ShareRow:
    material: MaterialFacts
    foreign_percent: Decimal
    foreign_kzt: Decimal


@dataclass(frozen=True, slots=True)
class Calculation:
    """Everything the page shows about one line."""

    line: LineFacts
    verdict: str
    criterion: str
    rule: str
    parts: tuple[PartRow, ...]
    options: tuple[Option, ...]
    is_wholly_produced: bool
    share: LocalContentResult
    share_rows: tuple[ShareRow, ...]
    share_advice: tuple[str, ...]
    decisive: str
    advice: tuple[str, ...]
    near: str
    warnings: tuple[str, ...]

    @property
    def has_limits(self) -> bool:
        return any(part.limit for part in self.parts)

    @property
    def common_verdict(self) -> str:
        """What every open rule says, where they agree."""
        verdicts = {option.verdict for option in self.options}
        return verdicts.pop() if len(verdicts) == 1 else ""


def rule_answer(
    book: RuleBook,
    hs_code: str,
    language: str,
    *,
    choice: str = "",
    operations: Iterable[str] = (),
) -> RuleAnswer:
    """The rules open for a code with what each asks for; an OriginError for what is no code."""
    found = lookup(book, hs_code)
    chosen = set(operations)
    named = _named_operations(book, found)
    pack = book.pack

    def listed(codes: Iterable[Operation]) -> tuple[ListedOperation, ...]:
        return tuple(
            ListedOperation(each.code, each.name.in_language(language), each.code in chosen)
            for each in codes
        )

    catalogue = pack.operations.values()
    return RuleAnswer(
        hs_code=found.hs_code,
        options=tuple(_option(rule, book, language, choice) for rule in found.options),
        needs_choice=found.needs_choice,
        asked=listed(each for each in catalogue if each.code in named),
        simple=listed(e for e in catalogue if not e.sufficient and e.code not in named),
        others=listed(e for e in catalogue if e.sufficient and e.code not in named),
    )


def calculation(
    line: LineFacts,
    book: RuleBook,
    language: str,
    *,
    on: date,
    settings: Settings,
    wanted_percent: Decimal | None = None,
) -> Calculation:
    """The verdict with its working, the share with its working, and what would change both."""
    found = sensitivity(line, book, on=on, margin_points=settings.margin_points)
    evaluation, pack = found.evaluation, book.pack
    is_wholly_produced = bool(line.ground) and evaluation.verdict is Verdict.ORIGINATING
    share = share_distance(
        line,
        formula=settings.formula,
        treatment=settings.treatment,
        wanted_percent=wanted_percent,
        wholly_produced=is_wholly_produced,
    )
    return Calculation(
        line=line,
        verdict=evaluation.verdict.value,
        criterion=evaluation.criterion,
        rule=rule_text(evaluation.row, pack, language) if evaluation.row else "",
        parts=tuple(_part_rows(evaluation.root, pack, language)) if evaluation.root else (),
        options=tuple(_choice(choice, book, language) for choice in evaluation.choices),
        is_wholly_produced=is_wholly_produced,
        share=share.result,
        share_rows=tuple(_share_rows(line, share)),
        share_advice=tuple(share_texts(share, line, language)),
        decisive=_decisive(found, line, language),
        advice=tuple(advice_text(each, pack, language) for each in found.advice),
        near=near_text(found.closest, language) if found.is_near and found.closest else "",
        warnings=tuple(reason_text(each, pack, language) for each in evaluation.warnings),
    )


def _decisive(found: Sensitivity, line: LineFacts, language: str) -> str:
    """Of refused goods the material on which the verdict hangs."""
    if found.decisive is None or found.evaluation.verdict is not Verdict.NOT_ORIGINATING:
        return ""
    return decisive_text(found.decisive, line, language)


def _named_operations(book: RuleBook, found: Lookup) -> set[str]:
    """Operations that the open rules ask for or set aside."""
    return {
        code
        for rule in found.options
        for condition in _conditions(rule, book)
        for part in leaves(condition)
        for code in named_operations(part)
    }


def _conditions(rule: str, book: RuleBook) -> list[Condition]:
    if rule == GENERAL:
        return [GENERAL_RULE]
    dispute = book.disputes.get(rule)
    if dispute is not None:
        return [reading.condition for reading in dispute.readings]
    condition = book.pack.row(rule).condition
    return [condition] if condition else []


def _option(rule: str, book: RuleBook, language: str, choice: str) -> RuleOption:
    pack = book.pack
    if rule == GENERAL:
        return RuleOption(
            id=GENERAL,
            name=rule_text(GENERAL, pack, language),
            condition=condition_text(GENERAL_RULE, pack, language),
            source=pack.general_source.act,
            is_chosen=choice == GENERAL,
        )
    row = pack.row(rule)
    dispute: Dispute | None = book.disputes.get(rule)
    return RuleOption(
        id=rule,
        name=rule_text(rule, pack, language),
        condition=condition_text(row.condition, pack, language) if row.condition else "",
        source=row.source.act,
        is_chosen=choice == rule,
        readings=tuple(
            (
                reading.code,
                reading.words.in_language(language),
                condition_text(reading.condition, pack, language),
            )
            for reading in dispute.readings
        )
        if dispute
        else (),
        holding=dispute.holding if dispute else "",
    )


def _choice(choice: Choice, book: RuleBook, language: str) -> Option:
    name = rule_text(choice.row, book.pack, language)
    return Option(
        name=f"{name}, {choice.reading}" if choice.reading else name,
        verdict=choice.verdict.value,
        parts=tuple(_part_rows(choice.root, book.pack, language)) if choice.root else (),
    )


def _part_rows(part: PartVerdict, pack: RulePack, language: str) -> Iterator[PartRow]:
    """The leaves; of an "or" that is met only the branches that met it."""
    if part.parts:
        for inner in part.parts:
            if not (part.kind == "any" and part.met and not inner.met):
                yield from _part_rows(inner, pack, language)
        return
    figures = part.figures
    counts = part.kind != WHOLLY_PRODUCED_KIND and "limit" in figures
    yield PartRow(
        text=part_text(part, pack, language),
        met=part.met,
        counted_kzt=figures["foreign_kzt"] if counts else "",
        percent=number_text(figures["percent"]) if counts else "",
        limit=number_text(figures["limit"]) if counts else "",
        materials=", ".join(map(str, part.materials)),
    )


def _share_rows(line: LineFacts, share: ShareDistance) -> Iterator[ShareRow]:
    by_number = {material.number: material for material in line.materials}
    for step in share.result.steps:
        yield ShareRow(by_number[step.number], step.foreign_percent, step.counted_foreign_kzt)
