"""An export of the register as rows of plain cells, however it was saved, in flat memory.

Text is read as a stream, so that a file of any size can be taken; its encoding and separator
are found from the file itself unless they are named.
"""

import codecs
import csv
import hashlib
import re
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from reference.spreadsheet_columns import Headings, known_headings, recognise
from reference.spreadsheet_tables import (
    HEADING_ROWS,
    OLE_SIGNATURE,
    SEPARATORS,
    ZIP_SIGNATURE,
    CellValue,
    SpreadsheetError,
    TableRow,
    cell_value,
)

from .register_columns import LAYOUT

CHUNK = 1 << 20
# The Kazakh code page is cp1251 with Kazakh letters in the places of Serbian ones.
FALLBACK = "kz1048"
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# Somebody types a name of the code page; cp1251 without Kazakh letters is the same otherwise.
_CP1251 = re.compile(r"^(cp|windows)-?_?1251$", re.IGNORECASE)
LONGEST_CELL = 1 << 20
# Lines of one record: texts of several lines stand in quotes.
LONGEST_RECORD = 50

# Given how many cells a row has; 0 while that is not known.
RowsOf = Callable[[int], Iterator[TableRow]]


@dataclass(frozen=True, slots=True)
class Export:
    """An open export: which column stands where, and the rows below the headings."""

    headings: Headings
    width: int
    rows: Iterator[TableRow]
    is_text: bool


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def open_export(path: Path, *, encoding: str = "") -> Iterator[Export]:
    """Raises SpreadsheetError when the file is not an export of the register."""
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(OLE_SIGNATURE):
        raise SpreadsheetError(
            "old_format", _("The file is in the old .xls format. Open it and save it as .xlsx.")
        )
    if start.startswith(ZIP_SIGNATURE):
        yield _below_headings(lambda _width: _sheet_rows(path), is_text=False)
        return
    encoding = _named(encoding) if encoding else encoding_of(path)
    separator = _separator_of(path, encoding)
    yield _below_headings(lambda width: _text_rows(path, encoding, separator, width), is_text=True)


def _below_headings(rows_of: RowsOf, *, is_text: bool) -> Export:
    headings_row = _headings_of(rows_of(0))
    headings = recognise(LAYOUT, headings_row.values)
    missing = LAYOUT.missing(headings.positions)
    if missing or headings.repeated:
        wrong = missing or headings.repeated
        raise SpreadsheetError(
            "columns",
            _("This is not an export of the register. Columns missing or repeated: %(columns)s.")
            % {"columns": ", ".join(wrong)},
        )
    width = len(headings_row.values)
    below = (row for row in rows_of(width) if row.number > headings_row.number and not row.is_blank)
    return Export(headings, width, below, is_text)


def _headings_of(rows: Iterator[TableRow]) -> TableRow:
    """The row with the most known headings, among the first ones."""
    first = []
    for row in rows:
        if row.number > HEADING_ROWS:
            break
        first.append(row)
    return max(first, key=lambda row: known_headings(LAYOUT, row.values), default=TableRow(0, ()))


# --- text


def encoding_of(path: Path) -> str:
    """By its mark, else UTF-8 when all of the file is that, else the Kazakh code page."""
    with path.open("rb") as file:
        start = file.read(4)
        for mark, encoding in MARKS:
            if start.startswith(mark):
                return encoding
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return FALLBACK
    return "utf-8"


def _named(encoding: str) -> str:
    try:
        codecs.lookup(encoding)
    except LookupError as error:
        raise SpreadsheetError(
            "encoding", _("There is no encoding called %(name)s.") % {"name": encoding}
        ) from error
    return FALLBACK if _CP1251.match(encoding) else encoding


def _separator_of(path: Path, encoding: str) -> str:
    def known(separator: str) -> int:
        headings = _headings_of(_text_rows(path, encoding, separator))
        return known_headings(LAYOUT, headings.values)

    return max(SEPARATORS, key=known)


def _text_rows(path: Path, encoding: str, separator: str, width: int = 0) -> Iterator[TableRow]:
    """A byte that the encoding does not know becomes a mark in its cell and spoils no other row."""
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        lines = (line.replace("\0", "") for line in file)
        for number, cells in enumerate(_records(lines, separator, width), start=1):
            yield TableRow(number, tuple(cells))


def _records(lines: Iterator[str], separator: str, width: int) -> Iterator[list[str]]:
    """Cells of one record after the other; a quote that is never closed costs one row, not all.

    A record of several lines must have the `width` of the headings; otherwise its first line
    stands alone, as damaged as it is, and the next ones are read anew.
    """
    waiting: deque[str] = deque()
    while True:
        record = [line] if (line := _next(waiting, lines)) is not None else []
        while record and sum(part.count('"') for part in record) % 2:
            further = _next(waiting, lines) if len(record) < LONGEST_RECORD else None
            if further is None:
                break
            record.append(further)
        if not record:
            return
        cells = _cells(record, separator)
        if len(record) > 1 and len(cells) != (width or len(cells)):
            waiting.extendleft(reversed(record[1:]))
            cells = _cells(record[:1], separator)
        yield cells


def _next(waiting: deque[str], lines: Iterator[str]) -> str | None:
    return waiting.popleft() if waiting else next(lines, None)


def _cells(record: list[str], separator: str) -> list[str]:
    try:
        return next(csv.reader(record, delimiter=separator), [])
    except csv.Error:
        return record[0].split(separator)


# --- workbooks


def _sheet_rows(path: Path) -> Iterator[TableRow]:
    """The sheet with the known headings, row by row."""
    try:
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except Exception as error:
        # A damaged archive may fail anywhere inside the parser, with any error.
        raise SpreadsheetError(
            "damaged", _("The file is damaged and cannot be read. Save it once more.")
        ) from error
    try:
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        for sheet in sheets:
            sheet.reset_dimensions()

        def known(sheet: object) -> int:
            rows = sheet.iter_rows(max_row=HEADING_ROWS)  # type: ignore[attr-defined]
            return max(
                (known_headings(LAYOUT, [_shown(cell.value) for cell in row]) for row in rows),
                default=0,
            )

        chosen = max(sheets, key=known, default=None)
        if chosen is not None:
            for number, row in enumerate(chosen.iter_rows(), start=1):
                yield TableRow(number, tuple(cell_value(cell) for cell in row))  # type: ignore[arg-type]
    finally:
        book.close()


def _shown(value: object) -> CellValue:
    return str(value) if value is not None else None
