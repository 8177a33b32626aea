"""Two versions of a form side by side: pure functions over what was read from their records.

`compare(a, a)` has no changes, and `applied(a, compare(a, b))` is `b`: nothing that differs is
left unsaid.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

# By what a row is known again when it stands at another place or under another number.
IDENTITY: Mapping[str, tuple[str, ...]] = {
    "line": ("name", "hs_code"),
    "material": ("name", "hs_code", "supplier"),
    "paper": ("sha256",),
}
NUMBER = "number"


@dataclass(frozen=True)
class Row:
    """A goods line, a material or a paper; `parts` are the materials of a line."""

    kind: str
    cells: Mapping[str, str]
    parts: tuple["Row", ...] = ()

    @property
    def identity(self) -> tuple[str, ...]:
        return tuple(self.cells.get(name, "") for name in IDENTITY[self.kind])


@dataclass(frozen=True)
class Form:
    facts: Mapping[str, str]
    lines: tuple[Row, ...] = ()
    papers: tuple[Row, ...] = ()


@dataclass(frozen=True)
class CellChange:
    """One value on both sides; None where that side has no such value."""

    key: str
    before: str | None
    after: str | None

    @property
    def kind(self) -> str:
        if self.before == self.after:
            return "same"
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


@dataclass(frozen=True)
class RowChange:
    """`kind` is added, removed, changed, moved (only its number differs) or same.

    `was` and `place` are the row's places in the two versions.
    """

    kind: str
    before: Row | None
    after: Row | None
    cells: tuple[CellChange, ...] = ()
    parts: tuple["RowChange", ...] = ()
    was: int | None = None
    place: int | None = None

    @property
    def row(self) -> Row:
        found = self.after or self.before
        assert found is not None  # noqa: S101  a change has one side at least
        return found

    @property
    def changed_parts(self) -> tuple["RowChange", ...]:
        return tuple(part for part in self.parts if part.kind not in ("same", "moved"))


@dataclass(frozen=True)
class Changes:
    facts: tuple[CellChange, ...] = ()
    lines: tuple[RowChange, ...] = ()
    papers: tuple[RowChange, ...] = ()
    # What only one of the two kinds of record speaks of, and is not compared.
    left_out: frozenset[str] = field(default_factory=frozenset)

    @property
    def count(self) -> int:
        """Facts, lines and papers that differ; a line that only moved does not count."""
        rows = [row for row in (*self.lines, *self.papers) if row.kind not in ("same", "moved")]
        return len(rows) + sum(fact.kind != "same" for fact in self.facts)

    @property
    def is_empty(self) -> bool:
        rows = (*self.lines, *self.papers)
        kinds = {fact.kind for fact in self.facts} | {row.kind for row in rows}
        return kinds <= {"same"}


def compare(before: Form, after: Form) -> Changes:
    return Changes(
        facts=_cells(before.facts, after.facts),
        lines=_rows(before.lines, after.lines),
        papers=_rows(before.papers, after.papers),
    )


def only(form: Form, *, facts: Iterable[str], cells: Mapping[str, Iterable[str]]) -> Form:
    """The form with nothing but the named facts and cells: two kinds of record meet in them."""
    kept, named = set(facts), {kind: set(keys) for kind, keys in cells.items()}

    def cut(row: Row) -> Row:
        return replace(
            row,
            cells={key: value for key, value in row.cells.items() if key in named[row.kind]},
            parts=tuple(cut(part) for part in row.parts),
        )

    return Form(
        facts={key: value for key, value in form.facts.items() if key in kept},
        lines=tuple(cut(row) for row in form.lines),
        papers=tuple(cut(row) for row in form.papers),
    )


def applied(form: Form, changes: Changes) -> Form:
    """The other version, made from this one and the changes alone."""
    facts = dict(form.facts)
    _apply_cells(facts, changes.facts)
    return Form(facts, _applied_rows(form.lines, changes.lines),
                _applied_rows(form.papers, changes.papers))  # fmt: skip


def _applied_rows(rows: Sequence[Row], changes: Iterable[RowChange]) -> tuple[Row, ...]:
    placed: dict[int, Row] = {}
    for change in changes:
        if change.place is None:
            continue
        if change.was is None:
            assert change.after is not None  # noqa: S101  an added row is told whole
            placed[change.place] = change.after
            continue
        row = rows[change.was]
        cells = dict(row.cells)
        _apply_cells(cells, change.cells)
        parts = _applied_rows(row.parts, change.parts)
        placed[change.place] = replace(row, cells=cells, parts=parts)
    return tuple(placed[place] for place in sorted(placed))


def _apply_cells(cells: dict[str, str], changes: Iterable[CellChange]) -> None:
    for change in changes:
        if change.after is None:
            cells.pop(change.key, None)
        else:
            cells[change.key] = change.after


def _cells(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[CellChange, ...]:
    keys = [*after, *(key for key in before if key not in after)]
    return tuple(CellChange(key, before.get(key), after.get(key)) for key in keys)


def _rows(before: Sequence[Row], after: Sequence[Row]) -> tuple[RowChange, ...]:
    """In the order of the later version; what was removed stands where it stood."""
    pairs = _matched(before, after)
    changes = [
        _paired(before, after, pairs[place], place)
        if place in pairs
        else RowChange("added", None, row, _cells({}, row.cells), place=place)
        for place, row in enumerate(after)
    ]
    kept = set(pairs.values())
    removed = [
        RowChange("removed", row, None, _cells(row.cells, {}), was=was)
        for was, row in enumerate(before)
        if was not in kept
    ]
    for gone in removed:
        ahead = [place for place, one in enumerate(changes)
                 if one.was is not None and one.was < (gone.was or 0)]  # fmt: skip
        changes.insert(ahead[-1] + 1 if ahead else 0, gone)
    return tuple(changes)


def _paired(before: Sequence[Row], after: Sequence[Row], was: int, place: int) -> RowChange:
    left, right = before[was], after[place]
    cells, parts = _cells(left.cells, right.cells), _rows(left.parts, right.parts)
    differing = {cell.key for cell in cells if cell.kind != "same"}
    if differing - {NUMBER} or any(part.kind not in ("same", "moved") for part in parts):
        kind = "changed"
    elif differing or was != place or any(part.kind == "moved" for part in parts):
        kind = "moved"
    else:
        kind = "same"
    return RowChange(kind, left, right, cells, parts, was, place)


def _matched(before: Sequence[Row], after: Sequence[Row]) -> dict[int, int]:
    """Places of the later version to places of the earlier one.

    First the same thing under the same number, then the same thing anywhere, then another thing
    under the same number.
    """
    pairs: dict[int, int] = {}
    free = dict.fromkeys(range(len(before)))
    for key in (_thing_and_number, _thing, _number):
        waiting: dict[object, list[int]] = {}
        for was in free:
            waiting.setdefault(key(before[was]), []).append(was)
        for place, row in enumerate(after):
            known = key(row)
            if place in pairs or known is None or not waiting.get(known):
                continue
            pairs[place] = was = waiting[known].pop(0)
            del free[was]
    return pairs


def _thing_and_number(row: Row) -> object:
    return (*row.identity, row.cells.get(NUMBER))


def _thing(row: Row) -> object:
    return row.identity


def _number(row: Row) -> object:
    """A paper's number is not its place: another paper under it is another paper."""
    return None if row.kind == "paper" else row.cells.get(NUMBER) or None
