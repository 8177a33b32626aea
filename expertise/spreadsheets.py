"""Goods lines and materials from spreadsheets: bytes in, rows or reasons out.

Nothing is stored here and nothing needs a database. A result with errors must not be imported,
not even its good rows: the person repairs the file and sends it whole.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.identifiers import normalise_bin_iin
from expertise.line_ranges import MAX_LINE_NUMBER
from expertise.spreadsheet_columns import GOODS, MATERIALS
from expertise.spreadsheet_rows import (
    GoodsRow,
    MaterialRow,
    goods_row,
    material_row,
    wanted_rate,
)
from reference.data_files import code_of
from reference.exchange_rates import KnownRate, RateKey, Rates
from reference.figures import text_of
from reference.spreadsheet_columns import Headings, Layout, known_headings, recognise
from reference.spreadsheet_rows import (
    RowError,
    RowReader,
    bad_cell_errors,
    check_width,
    heading_errors,
)
from reference.spreadsheet_tables import SpreadsheetError, Table, read_table

MAX_GOODS = MAX_LINE_NUMBER
MAX_MATERIALS = 20_000
# Beyond this many reasons nobody reads on; the first ones show what is wrong.
MAX_ERRORS = 200
MAX_NOTES = 60
TOTALS = frozenset({"итого", "всего", "барлығы", "жиыны", "total"})


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was repaired or left out, for the person to look at."""

    text: str
    rows: tuple[int, ...] = ()

    def __str__(self) -> str:
        if not self.rows:
            return self.text
        shown = ", ".join(str(row) for row in self.rows[:20])
        more = "…" if len(self.rows) > 20 else ""
        return _("Rows") + f" {shown}{more}: {self.text}"


class SheetRow(Protocol):
    """A row that was read: it knows where it stood."""

    __slots__: tuple[str, ...]

    @property
    def row(self) -> int: ...


R = TypeVar("R", bound=SheetRow)


@dataclass(frozen=True, slots=True)
class SheetResult(Generic[R]):
    """Either every line of the sheet or the reasons why there are none."""

    lines: tuple[R, ...] = ()
    errors: tuple[RowError, ...] = ()
    notes: tuple[Note, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    rows_read: int = 0

    @property
    def is_sound(self) -> bool:
        return not self.errors


def read_goods(data: bytes, filename: str, *, units: Mapping[str, str]) -> SheetResult[GoodsRow]:
    """Goods lines of a sheet; `units` maps `alias_key` of every spelling to the unit's code."""
    return read_sheet(data, filename, GOODS, MAX_GOODS, lambda row: goods_row(row, units))


RateLookup = Callable[[Iterable[RateKey]], Rates]


def no_rates(_wanted: Iterable[RateKey]) -> Rates:
    return {}


def read_materials(
    data: bytes, filename: str, *, rates: RateLookup = no_rates
) -> SheetResult[MaterialRow]:
    """Materials with the goods lines they go into.

    `rates` is asked once, for every rate that the sheet does not state itself.
    """
    known: dict[RateKey, KnownRate] = {}

    def prepare(rows: list[RowReader]) -> None:
        known.update(rates({key for row in rows if (key := wanted_rate(row))}))

    return read_sheet(
        data,
        filename,
        MATERIALS,
        MAX_MATERIALS,
        lambda row: material_row(row, lambda currency, on: known.get((currency, on))),
        prepare,
    )


def read_sheet(
    data: bytes,
    filename: str,
    layout: Layout,
    max_rows: int,
    row_of: Callable[[RowReader], R],
    prepare: Callable[[list[RowReader]], None] = lambda rows: None,
) -> SheetResult[R]:
    """The rows of a sheet of this layout, or every reason why they cannot be taken."""
    try:
        table = read_table(
            data,
            filename,
            score=lambda cells: known_headings(layout, cells),
            max_rows=max_rows,
        )
    except SpreadsheetError as refusal:
        return SheetResult(errors=(RowError(refusal.code, str(refusal.message)),))
    headings = recognise(layout, table.headings.values)
    errors = heading_errors(layout, headings, table)
    if errors:
        return SheetResult(errors=tuple(errors), sheet=table.sheet)
    errors = bad_cell_errors(table, headings)
    rows = [RowReader(row, headings, layout) for row in table.rows]
    kept, notes = _without_totals(rows)
    prepare(kept)
    lines: list[R] = []
    for row in kept:
        check_width(row, table)
        line = row_of(row)
        if not row.errors:
            lines.append(line)
    told = {(error.row, error.column) for error in errors}
    errors += [
        error
        for row in kept
        for error in row.errors
        # One reason for a cell is enough: the first explains the others.
        if (error.row, error.column) not in told
    ]
    if not kept:
        errors.append(RowError("no_rows", _("There are no rows below the headings.")))
    facts, fact_notes = _facts(layout, kept)
    notes = _heading_notes(headings, table) + notes + fact_notes + _doubts(kept)
    notes += _numbering(kept) + _repeats(lines)
    return SheetResult(
        # Half a file is never imported.
        lines=() if errors else tuple(lines),
        errors=_shortened(errors),
        notes=tuple(notes),
        facts=facts,
        sheet=table.sheet,
        rows_read=len(kept),
    )


def _without_totals(rows: list[RowReader]) -> tuple[list[RowReader], list[Note]]:
    kept: list[RowReader] = []
    totals: list[RowReader] = []
    for row in rows:
        first = next((text_of(value) for value in row.values if text_of(value)), "")
        is_total = first.casefold().strip(" :.") in TOTALS and not text_of(row.cell("hs_code"))
        (totals if is_total else kept).append(row)
    notes = (
        [Note(_("A total was left out."), tuple(row.number for row in totals))] if totals else []
    )
    return kept, notes


def _heading_notes(headings: Headings, table: Table) -> list[Note]:
    notes = []
    if headings.unknown:
        unknown = ", ".join(headings.unknown)
        notes.append(Note(_("Columns that were not read: %(columns)s.") % {"columns": unknown}))
    if table.other_sheets:
        others = ", ".join(table.other_sheets)
        notes.append(Note(_("Sheets that were not read: %(sheets)s.") % {"sheets": others}))
    return notes


def _doubts(rows: list[RowReader]) -> list[Note]:
    found: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        for doubt in row.doubts:
            found[doubt].append(row.number)
    notes = [Note(text, tuple(numbers)) for text, numbers in found.items()]
    more = len(notes) - MAX_NOTES
    if more > 0:
        return [*notes[:MAX_NOTES], Note(_("and %(count)s more notes") % {"count": more})]
    return notes


def _numbering(rows: list[RowReader]) -> list[Note]:
    """Lines are numbered in their order; a column that counts otherwise misleads materials."""
    given = [text_of(row.cell("number")).removesuffix(".0") for row in rows]
    if not any(given) or given == [str(number) for number in range(1, len(rows) + 1)]:
        return []
    return [Note(_("The lines are numbered anew, from 1 in their order."))]


def _repeats(lines: list[R]) -> list[Note]:
    found: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for line in lines:
        found[tuple(getattr(line, name) for name in line.__slots__ if name != "row")].append(
            line.row
        )
    return [
        Note(_("The lines are the same in every column."), tuple(rows))
        for rows in found.values()
        if len(rows) > 1
    ]


def _facts(layout: Layout, rows: list[RowReader]) -> tuple[dict[str, str], list[Note]]:
    """What every row says alike about the sheet; a column that says two things is only noted."""
    facts: dict[str, str] = {}
    notes: list[Note] = []
    for key in layout.facts:
        values = {text_of(row.cell(key)) for row in rows} - {""}
        if len(values) > 1:
            title = rows[0].headings.titles[key]
            notes.append(Note(_("The column %(column)s has different values.") % {"column": title}))
        elif values:
            fact = _fact(key, values.pop())
            if fact is None:
                title = rows[0].headings.titles[key]
                notes.append(
                    Note(_("The value of the column %(column)s is wrong.") % {"column": title})
                )
            else:
                facts[key] = fact
    return facts, notes


def _fact(key: str, text: str) -> str | None:
    if key in {"category", "purpose"}:
        return code_of(key, text)
    if key.endswith("_bin"):
        try:
            return normalise_bin_iin(text)
        except ValidationError:
            return None
    return text


def _shortened(errors: list[RowError]) -> tuple[RowError, ...]:
    errors = sorted(errors, key=lambda error: error.row or 0)
    if len(errors) <= MAX_ERRORS:
        return tuple(errors)
    more = _("and %(count)s more errors") % {"count": len(errors) - MAX_ERRORS}
    return (*errors[:MAX_ERRORS], RowError("more", more))
