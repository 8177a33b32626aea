"""One row of a sheet: its cells by the names of their columns, and all that is wrong. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl.utils.cell import range_boundaries

from reference.figures import BadValue, CellValue, Reading, text_of
from reference.spreadsheet_columns import Headings, Layout
from reference.spreadsheet_tables import BadCell, Table, TableRow

MAX_TEXT = 400
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a cell cannot be taken: row as the spreadsheet counts, heading as it is written there.

    Without a row the reason concerns the file as a whole.
    """

    code: str
    reason: str
    row: int | None = None
    column: str = ""


class RowReader:
    """One row while it is read: collects what is wrong and what is doubtful, never stops early."""

    def __init__(self, row: TableRow, headings: Headings, layout: Layout) -> None:
        self.number = row.number
        self.values = row.values
        self.headings = headings
        self.layout = layout
        self.errors: list[RowError] = []
        self.doubts: list[str] = []

    def cell(self, key: str) -> CellValue:
        position = self.headings.positions.get(key)
        if position is None or position >= len(self.values):
            return None
        return self.values[position]

    def text(self, key: str, *, limit: int, required: bool = False) -> str:
        text = text_of(self.cell(key))
        if required and not text:
            self.error(key, "empty", _("The cell is empty."))
        elif len(text) > limit:
            self.error(
                key,
                "too_long",
                _("The text has %(length)s characters, %(limit)s are allowed.")
                % {"length": len(text), "limit": limit},
            )
        return text

    def error(self, key: str, code: str, reason: str) -> None:
        column = self.headings.titles.get(key) or self.layout.title(key)
        self.errors.append(RowError(code, reason, self.number, column))

    def read(
        self, key: str, reader: Callable[[CellValue], Reading], *, required: bool
    ) -> Decimal | None:
        """The number of a cell; None when it is blank or wrong."""
        reading = self.value(key, reader, required=required)
        if reading is None:
            return None
        if reading.doubt:
            self.doubts.append(reading.doubt)
        return reading.number

    def value(
        self, key: str, reader: Callable[[CellValue], Read], *, required: bool
    ) -> Read | None:
        """Whatever `reader` makes of a cell; None when it is blank or wrong."""
        cell = self.cell(key)
        if not text_of(cell):
            if required:
                self.error(key, "empty", _("The cell is empty."))
            return None
        try:
            return reader(cell)
        except BadValue as bad:
            self.error(key, bad.code, bad.reason)
            return None

    def normalised(self, key: str, normalise: Callable[[str], str], *, required: bool) -> str:
        text = self.text(key, limit=MAX_TEXT, required=required)
        try:
            return normalise(text) if text else ""
        except ValidationError as refusal:
            self.error(key, str(refusal.code), refusal.messages[0])
            return ""


def heading_errors(layout: Layout, headings: Headings, table: Table) -> list[RowError]:
    errors = []
    missing = layout.missing(headings.positions)
    if missing:
        found = [text_of(cell) for cell in table.headings.values if text_of(cell)]
        reason = _("Columns are missing: %(missing)s. Found: %(found)s.") % {
            "missing": ", ".join(missing),
            "found": ", ".join(found[:30]) or _("none"),
        }
        errors.append(RowError("missing_columns", reason, table.headings.number or None))
    errors += [
        RowError("repeated_column", _("Two columns mean the same."), table.headings.number, title)
        for title in headings.repeated
    ]
    return errors


def bad_cell_errors(table: Table, headings: Headings) -> list[RowError]:
    titles = {position: headings.titles[key] for key, position in headings.positions.items()}
    return [
        RowError(bad.code, _reason_of(bad), bad.row, title)
        for bad in table.bad_cells
        for title in [_title_of(bad, titles)]
        if title is not None
    ]


def _title_of(bad: BadCell, titles: Mapping[int, str]) -> str | None:
    """The heading of the first column that the place touches; None when it touches none we read."""
    first, _row, last, _last_row = range_boundaries(bad.place)
    touched = [
        titles[n - 1] for n in range(first or 1, (last or first or 1) + 1) if n - 1 in titles
    ]
    return touched[0] if touched else None


def _reason_of(bad: BadCell) -> str:
    reasons = {
        "merged": _("The cells %(place)s are merged. Split them and fill every row."),
        "formula": _("The formula in %(place)s has no saved value. Paste it as a value."),
        "error_value": _("The formula in %(place)s ends with an error."),
    }
    return reasons[bad.code] % {"place": bad.place}


def check_width(row: RowReader, table: Table) -> None:
    """More cells than headings: in text files a comma inside a number has split it in two."""
    if table.sheet:
        return
    surplus = row.values[len(table.headings.values) :]
    if any(text_of(value) for value in surplus):
        reason = _(
            "The row has more cells than there are headings. Put texts with commas in quotes."
        )
        row.errors.append(RowError("too_many_cells", reason, row.number))
