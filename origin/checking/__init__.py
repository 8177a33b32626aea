"""Finds contradictions and ambiguities of a rule pack before they bite. Pure.

`check` looks at every condition, at every pair of rows that share a code, at the catalogue of
operations and at the translations. Each finding carries goods that show it: what the engine
answers about them is computed when the finding is made, never asserted.
"""

from collections.abc import Iterator

from origin.conditions import Words, leaves
from origin.packs import RulePack

from .conditions import check_condition
from .findings import Outcome, RuleFinding, Severity
from .logic import named_operations
from .rows import check_rows, reached_code
from .spans import first_code, spans_of
from .wording import FindingWords, example_text, finding_words

__all__ = [
    "FindingWords",
    "Outcome",
    "RuleFinding",
    "Severity",
    "check",
    "example_text",
    "finding_words",
]

# Acts are in Kazakh and Russian: without these words a document cannot be made.
LANGUAGES_OF_ACTS = frozenset({"kk", "ru"})


def check(pack: RulePack) -> tuple[RuleFinding, ...]:
    """Every finding once, errors first, otherwise in the order of the rows."""
    found: dict[object, RuleFinding] = {}
    for finding in _findings(pack):
        key = (finding.code, finding.rows, tuple(sorted(finding.params.items())), finding.parts)
        found.setdefault(key, finding)
    return tuple(sorted(found.values(), key=lambda finding: not finding.is_error))


def _findings(pack: RulePack) -> Iterator[RuleFinding]:
    for row in pack.rows:
        hs_code = reached_code(pack, row) or first_code(spans_of(row.codes))
        yield from check_condition(pack, row, hs_code)
    yield from check_rows(pack)
    yield from _unused_operations(pack)
    yield from _missing_translations(pack)


def _unused_operations(pack: RulePack) -> Iterator[RuleFinding]:
    named = {
        code
        for row in pack.rows
        if row.condition
        for part in leaves(row.condition)
        for code in named_operations(part)
    }
    unused = [
        code
        for code, operation in pack.operations.items()
        if operation.sufficient and code not in named
    ]
    if unused:
        params = {"operations": ", ".join(unused)}
        yield RuleFinding(Severity.WARNING, "operation_unused", params=params)


def _missing_translations(pack: RulePack) -> Iterator[RuleFinding]:
    texts: list[tuple[str, str, tuple[str, ...], Words]] = [("title", pack.code, (), pack.title)]
    for row in pack.rows:
        texts.append(("name", row.id, (row.id,), row.name))
        if row.part is not None:
            texts.append(("part", row.id, (row.id,), row.part))
    texts += [("operation", code, (), each.name) for code, each in pack.operations.items()]
    texts += [("ground", code, (), each.name) for code, each in pack.grounds.items()]
    for of, code, rows, words in texts:
        for language in words.missing:
            yield RuleFinding(
                Severity.ERROR if language in LANGUAGES_OF_ACTS else Severity.WARNING,
                "translation_missing",
                rows,
                params={"of": of, "named": code, "language": language},
            )
