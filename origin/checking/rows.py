"""Contradictions between the rows of a pack: overlaps, holes, rows that nothing reaches. Pure."""

from collections.abc import Iterator
from itertools import combinations

from origin.codes import printed
from origin.lookup import lookup
from origin.packs import Row, RulePack

from .examples import USUAL_PERCENT, Workshop, outcomes_of, telling_apart
from .findings import RuleFinding, Severity
from .spans import Spans, contains, first_code, shared, spans_of, without

Findings = Iterator[RuleFinding]


def held_by(row: Row) -> Spans:
    """The codes of a row without those carved out of it."""
    return without(spans_of(row.codes), spans_of(row.but_not))


def check_rows(pack: RulePack) -> Findings:
    for row in pack.rows:
        yield from _carved_out_of_nothing(row)
    unreachable = {row.id for row in pack.rows if not reached_code(pack, row)}
    for row in pack.rows:
        if row.id in unreachable:
            yield _unreachable(pack, row)
    spans = {row.id: held_by(row) for row in pack.rows}
    for one, other in combinations(pack.rows, 2):
        both = shared(spans[one.id], spans[other.id])
        if both and not {one.id, other.id} & unreachable:
            yield from _overlapping(pack, one, other, spans, both)


def reached_code(pack: RulePack, row: Row) -> str:
    """The lowest code for which the row is looked up; empty where there is none."""
    taken = spans_of(
        code for other in pack.rows if other.excluded and other.id != row.id for code in other.codes
    )
    held = held_by(row)
    for left in (without(held, taken), held):
        for span in left:
            found = lookup(pack, first_code((span,)))
            if row in found.rows or row in found.excluded:
                return found.hs_code
    return ""


def _carved_out_of_nothing(row: Row) -> Findings:
    named = spans_of(row.codes)
    for code in row.but_not:
        if not shared(named, spans_of([code])):
            yield RuleFinding(
                Severity.ERROR, "but_not_outside", (row.id,), params={"hs_code": printed(code)}
            )


def _unreachable(pack: RulePack, row: Row) -> RuleFinding:
    """Every code of the row is carved out, or returned to the general rule by another row."""
    hs_code = first_code(spans_of(row.codes))
    line = Workshop.for_rows(pack, hs_code, row).goods()
    by = lookup(pack, hs_code).excluded
    return RuleFinding(
        severity=Severity.ERROR,
        code="row_unreachable",
        rows=(row.id, *(other.id for other in by)),
        params={"hs_code": printed(hs_code)},
        example=line,
        outcomes=outcomes_of(pack, line, [""]),
    )


def _overlapping(
    pack: RulePack, one: Row, other: Row, spans: dict[str, Spans], both: Spans
) -> Findings:
    if one.excluded or other.excluded:
        yield from _excluded_inside(pack, one, other, spans, both)
    elif one.is_partial and other.is_partial:
        if _same_words(one, other):
            yield from _compared(pack, one, other, both, "equal_part_words", always=True)
    elif one.is_partial or other.is_partial:
        part, whole = (one, other) if one.is_partial else (other, one)
        yield from _compared(pack, part, whole, both, "part_beside_whole")
    else:
        narrow = _narrower(one, other, spans)
        if narrow is None:
            yield from _compared(pack, one, other, both, "two_verdicts_for_one_code", always=True)
        else:
            wide = other if narrow is one else one
            yield from _compared(pack, narrow, wide, both, "narrower_row_swallowed")


# Of rows that overlap, these give contradictory answers; the others leave a choice to explain.
ERRORS = frozenset({"two_verdicts_for_one_code", "equal_part_words"})


def _compared(
    pack: RulePack, one: Row, other: Row, both: Spans, code: str, *, always: bool = False
) -> Findings:
    """A finding with goods on which the rows differ; equal rows are a repetition at most."""
    hs_code = first_code(both)
    rows = (one.id, other.id)
    line, outcomes = telling_apart(Workshop.for_rows(pack, hs_code, one, other), one, other)
    severity = Severity.ERROR if code in ERRORS else Severity.WARNING
    if not outcomes and not always:
        return
    if not outcomes:
        severity, code = Severity.WARNING, "row_repeated"
        outcomes = outcomes_of(pack, line, rows)
    yield RuleFinding(severity, code, rows, {"hs_code": printed(hs_code)}, (), line, outcomes)


def _excluded_inside(
    pack: RulePack, one: Row, other: Row, spans: dict[str, Spans], both: Spans
) -> Findings:
    """A row that returns to the general rule what another row has a condition for."""
    if one.excluded and other.excluded:
        return
    excluded, holding = (one, other) if one.excluded else (other, one)
    hs_code = first_code(both)
    line = Workshop.for_rows(pack, hs_code, holding).goods(foreign=[(hs_code[:4], USUAL_PERCENT)])
    yield RuleFinding(
        severity=Severity.WARNING,
        code="excluded_inside",
        rows=(excluded.id, holding.id),
        params={"hs_code": printed(hs_code)},
        example=line,
        outcomes=outcomes_of(pack, line, [""]),
    )


def _narrower(one: Row, other: Row, spans: dict[str, Spans]) -> Row | None:
    """The row whose codes all lie inside the other's, if only one of them does."""
    inside = contains(spans[other.id], spans[one.id])
    around = contains(spans[one.id], spans[other.id])
    if inside == around:
        return None
    return one if inside else other


def _same_words(one: Row, other: Row) -> bool:
    """Equal in some language: nobody could tell the two parts of the heading apart."""
    pairs = (
        (getattr(one.part, language), getattr(other.part, language))
        for language in ("kk", "ru", "en")
    )
    return any(_plain(mine) == _plain(theirs) != "" for mine, theirs in pairs)


def _plain(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())
