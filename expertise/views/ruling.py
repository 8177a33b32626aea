"""The rules of a line as a page shows them: conditions in words, figures, what is still open."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from expertise.evaluating import LineEvaluation, Rules
from expertise.records import condition_words
from origin.evaluation import Choice, PartVerdict, Verdict
from origin.lookup import Lookup, lookup
from origin.packs import GENERAL
from origin.rulebook import Dispute
from origin.wording import part_text, reason_text, rule_text

Options = list[tuple[str, str]]


@dataclass(frozen=True)
class Part:
    """One part of a condition on the goods; `depth` is how far it stands inside others."""

    text: str
    is_met: bool
    depth: int
    materials: tuple[int, ...]


@dataclass(frozen=True)
class Way:
    """One of the conditions or readings that are open, with what would come of it."""

    name: str
    condition: str
    passes: bool
    source: str = ""


@dataclass(frozen=True)
class Ruling:
    """What the rules say of a line, in the reader's language."""

    name: str
    condition: str
    source: str
    parts: list[Part]
    reasons: list[str]
    warnings: list[str]
    ways: list[Way]
    passes: bool
    needs_choice: bool
    note: str = ""
    refusal: str = ""
    dispute: Dispute | None = None


def ruling(found: LineEvaluation, rules: Rules) -> Ruling:
    language = _language()
    pack = rules.book.pack
    evaluation = found.evaluation
    if evaluation is None:
        return Ruling("", "", "", [], [], [], [], False, False, refusal=str(found.refusal))
    return Ruling(
        name=rule_text(evaluation.row, pack, language) if evaluation.row else "",
        condition=_condition(rules, evaluation.row, evaluation.reading),
        source=_source(rules, evaluation.row),
        parts=list(_parts(evaluation.root, rules)),
        reasons=[reason_text(reason, pack, language) for reason in evaluation.reasons],
        warnings=[reason_text(reason, pack, language) for reason in evaluation.warnings],
        ways=[_way(choice, rules) for choice in evaluation.choices],
        passes=found.passes,
        needs_choice=found.needs_choice,
        note=_note(rules, evaluation.row),
        refusal=str(found.refusal) if found.refusal else "",
        dispute=rules.book.disputes.get(_row_in_question(found)),
    )


def open_rows(hs_codes: Iterable[str], rules: Rules) -> Options:
    """The conditions to choose from for these goods; none where the code leaves no choice."""
    found: dict[str, str] = {}
    for hs_code in dict.fromkeys(hs_codes):
        options = _lookup(hs_code, rules)
        if options is not None and options.needs_choice:
            for row in options.options:
                found.setdefault(row, _option(rules, row))
    return list(found.items())


def open_readings(hs_codes: Iterable[str], rules: Rules) -> Options:
    """The readings to choose from where a condition is disputed and none of them holds."""
    language = _language()
    found: dict[str, str] = {}
    for hs_code in dict.fromkeys(hs_codes):
        options = _lookup(hs_code, rules)
        for row in options.options if options else ():
            dispute = rules.book.disputes.get(row)
            if dispute is not None and not dispute.holding:
                found.update(
                    (reading.code, reading.words.in_language(language))
                    for reading in dispute.readings
                )
    return list(found.items())


def grounds(rules: Rules) -> Options:
    language = _language()
    return [
        (ground.code, f"{ground.code} {ground.name.in_language(language)}")
        for ground in rules.book.pack.grounds.values()
    ]


def _language() -> str:
    return (get_language() or "ru").split("-")[0]


def _lookup(hs_code: str, rules: Rules) -> Lookup | None:
    try:
        return lookup(rules.book.pack, hs_code)
    except DomainError:
        return None


def _option(rules: Rules, row: str) -> str:
    name = rule_text(row, rules.book.pack, _language())
    condition = _condition(rules, row, "")
    return f"{name}: {condition}" if condition and row != GENERAL else name


def _condition(rules: Rules, row: str, reading: str) -> str:
    if not row:
        return ""
    return condition_words(rules.book, row, reading, _language())


def _source(rules: Rules, row: str) -> str:
    pack = rules.book.pack
    if not row:
        return ""
    source = pack.general_source if row == GENERAL else pack.row(row).source
    return ", ".join(filter(None, (source.act, source.place)))


def _note(rules: Rules, row: str) -> str:
    """How the Committee understands a row whose text leaves room."""
    if row in ("", GENERAL):
        return ""
    note = rules.book.pack.row(row).note
    return note.in_language(_language()) if note else ""


def _parts(root: PartVerdict | None, rules: Rules, depth: int = 0) -> Iterator[Part]:
    if root is None:
        return
    yield Part(part_text(root, rules.book.pack, _language()), root.met, depth, root.materials)
    for inner in root.parts:
        yield from _parts(inner, rules, depth + 1)


def _way(choice: Choice, rules: Rules) -> Way:
    language = _language()
    name = rule_text(choice.row, rules.book.pack, language)
    dispute = rules.book.disputes.get(choice.row)
    reading = dispute.reading(choice.reading) if dispute and choice.reading else None
    if reading is not None:
        name = _("%(name)s, reading: %(reading)s") % {
            "name": name,
            "reading": reading.words.in_language(language),
        }
    return Way(
        name=name,
        condition=_condition(rules, choice.row, choice.reading),
        passes=choice.verdict is Verdict.ORIGINATING,
        source=_source(rules, choice.row),
    )


def _row_in_question(found: LineEvaluation) -> str:
    if found.evaluation is None:
        return ""
    if found.evaluation.row:
        return found.evaluation.row
    rows = {choice.row for choice in found.evaluation.choices if choice.reading}
    return rows.pop() if len(rows) == 1 else ""
