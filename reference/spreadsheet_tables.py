"""From the bytes of a file to rows of plain cells, whatever the file really is.

`.xlsx` and text with separators are read; anything else is refused with words that tell the
person what to do. Nothing here knows what the columns mean.
"""

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from accounts.errors import DomainError

MAX_BYTES = 10 * 1024 * 1024
# A small archive can unpack into gigabytes; the declared sizes bound what is ever read.
MAX_UNPACKED_BYTES = 80 * 1024 * 1024
MAX_ARCHIVE_FILES = 500
MAX_COLUMNS = 100
# The headings stand somewhere in these rows, below a title perhaps.
HEADING_ROWS = 25
SEPARATORS = ",;\t"

OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_SIGNATURE = b"PK"
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_SHEET_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]")
_ROWS_OF_RANGE = re.compile(r"[A-Z]+(\d+)")

CellValue = str | Decimal | dt.datetime | None


class SpreadsheetError(DomainError):
    """The file as a whole cannot be read."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"spreadsheet.{code}", message)


@dataclass(frozen=True, slots=True)
class TableRow:
    number: int
    values: tuple[CellValue, ...]

    @property
    def is_blank(self) -> bool:
        return all(value is None or value == "" for value in self.values)


@dataclass(frozen=True, slots=True)
class BadCell:
    """A place that cannot be taken as it is: merged cells, a formula without a value, an error."""

    code: str
    row: int
    place: str


@dataclass(frozen=True, slots=True)
class Table:
    headings: TableRow
    rows: tuple[TableRow, ...]
    sheet: str = ""
    # Visible sheets with headings of the same kind that were left out.
    other_sheets: tuple[str, ...] = ()
    bad_cells: tuple[BadCell, ...] = field(default=())


# How many columns of a row are known headings; the row with the most is the heading row.
Score = Callable[[Sequence[CellValue]], int]


def read_table(data: bytes, filename: str, *, score: Score, max_rows: int) -> Table:
    """The table of the file, its headings found by `score`; raises SpreadsheetError."""
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise SpreadsheetError("empty", _("The file is empty."))
    if len(data) > MAX_BYTES:
        raise SpreadsheetError(
            "too_large",
            _("The file is larger than %(limit)s MB.") % {"limit": MAX_BYTES // 1024 // 1024},
        )
    if data.startswith(OLE_SIGNATURE):
        raise _refusal_of_old_format(data)
    if data.startswith(ZIP_SIGNATURE):
        return _workbook_table(data, score=score, max_rows=max_rows)
    if filename.lower().endswith((".xlsx", ".xlsm")):
        raise _not_a_spreadsheet()
    return _text_table(data, score=score, max_rows=max_rows)


def too_many_rows(max_rows: int) -> SpreadsheetError:
    return SpreadsheetError(
        "too_many_rows",
        _("The sheet has more than %(limit)s rows. Split it into several files.")
        % {"limit": max_rows},
    )


def _not_a_spreadsheet() -> SpreadsheetError:
    return SpreadsheetError(
        "not_a_spreadsheet", _("This is not a spreadsheet. Save it as .xlsx or .csv.")
    )


def _refusal_of_old_format(data: bytes) -> SpreadsheetError:
    if ENCRYPTED_STREAM in data:
        return SpreadsheetError(
            "encrypted", _("The file is protected by a password. Save it without one.")
        )
    return SpreadsheetError(
        "old_format", _("The file is in the old .xls format. Open it and save it as .xlsx.")
    )


# --- workbooks


def _workbook_table(data: bytes, *, score: Score, max_rows: int) -> Table:
    _check_archive(data)
    try:
        return _read_workbook(data, score=score, max_rows=max_rows)
    except SpreadsheetError:
        raise
    except Exception as error:
        # A damaged or hostile file may fail anywhere inside the parsers, with any error.
        raise SpreadsheetError(
            "damaged", _("The file is damaged and cannot be read. Save it once more.")
        ) from error


def _check_archive(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise _not_a_spreadsheet() from error
    names = {member.filename for member in members}
    if any(member.flag_bits & 0x1 for member in members):
        raise SpreadsheetError(
            "encrypted", _("The file is protected by a password. Save it without one.")
        )
    if "xl/workbook.bin" in names or "content.xml" in names:
        raise SpreadsheetError("other_format", _("Open the file and save it as .xlsx."))
    if "xl/workbook.xml" not in names:
        raise _not_a_spreadsheet()
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED_BYTES or len(members) > MAX_ARCHIVE_FILES:
        raise SpreadsheetError(
            "too_large", _("The spreadsheet is too large. Split it into several files.")
        )


def _read_workbook(data: bytes, *, score: Score, max_rows: int) -> Table:
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not visible:
        raise SpreadsheetError("no_sheet", _("The file has no visible sheet."))
    for sheet in visible:
        sheet.reset_dimensions()
    found = [(sheet, _heading_row(_sheet_rows(sheet, HEADING_ROWS), score)) for sheet in visible]
    sheet, headings = max(found, key=lambda pair: score(pair[1].values))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        path = sheet._worksheet_path.lstrip("/")
        with archive.open(path) as source:
            last_row, bad_cells = _scan(source, below=headings.number, max_rows=max_rows)
    rows = _rows_below(_sheet_rows(sheet, last_row), headings, max_rows)
    return Table(
        headings=headings,
        rows=rows,
        sheet=sheet.title,
        other_sheets=tuple(
            other.title for other, row in found if other is not sheet and score(row.values)
        ),
        bad_cells=bad_cells,
    )


def _sheet_rows(sheet: ReadOnlyWorksheet, last_row: int) -> Iterator[TableRow]:
    cells = sheet.iter_rows(max_row=max(last_row, 1), max_col=MAX_COLUMNS)
    for number, row in enumerate(cells, start=1):
        yield TableRow(number, tuple(cell_value(cell) for cell in row))


def cell_value(cell: ReadOnlyCell | EmptyCell) -> CellValue:
    """The value as plain text, exact number or moment; a percentage keeps its sign."""
    value = cell.value
    match value:
        case None:
            return None
        case bool():
            return str(value)
        case int() | float():
            # A spreadsheet keeps 15 significant digits; the rest is noise of binary fractions.
            number = Decimal(f"{value:.15g}") if isinstance(value, float) else Decimal(value)
            if "%" in (cell.number_format or ""):
                return f"{number * 100:f}%"
            return number
        case dt.datetime():
            return value
        case dt.date():
            return dt.datetime.combine(value, dt.time())
        case _:
            return str(value).strip()


def _scan(source: IO[bytes], *, below: int, max_rows: int) -> tuple[int, tuple[BadCell, ...]]:
    """The last filled row, and what openpyxl does not tell when it reads values.

    Rows are counted here, so that a sheet far too long, or with one cell in its very last row,
    is refused before openpyxl walks through it.
    """
    bad: list[BadCell] = []
    filled = last_row = 0
    for _event, element in iterparse(source, forbid_dtd=True):
        match element.tag.removeprefix(_SHEET_NS):
            case "row":
                if any(len(cell) for cell in element):
                    filled += 1
                    last_row = int(element.get("r") or last_row + 1)
                if filled > max_rows + HEADING_ROWS:
                    raise too_many_rows(max_rows)
                if last_row > 2 * max_rows + HEADING_ROWS:
                    raise SpreadsheetError(
                        "stray_cell",
                        _("Row %(row)s is filled far below the table. Delete it.")
                        % {"row": last_row},
                    )
                bad.extend(_unreadable_cells(element))
                element.clear()
            case "mergeCell":
                place = element.get("ref", "")
                top, bottom = (int(row) for row in _ROWS_OF_RANGE.findall(place))
                # A title above the headings may be merged; nobody reads it.
                if bottom >= below:
                    bad.append(BadCell("merged", max(top, below), place))
    return last_row, tuple(cell for cell in bad if cell.row >= below)


def _unreadable_cells(row: Element) -> Iterator[BadCell]:
    for cell in row:
        place = cell.get("r") or ""
        rows = _ROWS_OF_RANGE.findall(place)
        if not rows:
            continue
        kind = cell.get("t")
        value = cell.findtext(f"{_SHEET_NS}v")
        if kind == "e":
            yield BadCell("error_value", int(rows[0]), place)
        # A formula that gives an empty text has a value too: it says so by its type.
        elif cell.find(f"{_SHEET_NS}f") is not None and not value and kind != "str":
            yield BadCell("formula", int(rows[0]), place)


# --- text with separators


def _text_table(data: bytes, *, score: Score, max_rows: int) -> Table:
    text = _decoded(data)
    found = [(mark, _heading_row(_text_rows(text, mark), score)) for mark in SEPARATORS]
    separator, headings = max(found, key=lambda pair: score(pair[1].values))
    return Table(headings, _rows_below(_text_rows(text, separator), headings, max_rows))


def _text_rows(text: str, separator: str) -> Iterator[TableRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for number, cells in enumerate(reader, start=1):
            yield TableRow(number, tuple(cell.strip() for cell in cells))
    except csv.Error as error:
        raise SpreadsheetError(
            "damaged", _("The file is damaged and cannot be read. Save it once more.")
        ) from error


def _decoded(data: bytes) -> str:
    """Text in any encoding that spreadsheets here write; bytes that are no text are refused."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode(data, "utf-16")
    if b"\0" in data[:2000]:
        return _utf_16_without_mark(data)
    if data.startswith(b"%PDF") or _CONTROL.search(data):
        raise _not_a_spreadsheet()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # The Kazakh code page: cp1251 with Kazakh letters in the places of Serbian ones.
        return _decode(data, "kz1048")


def _utf_16_without_mark(data: bytes) -> str:
    """Read in the wrong order of bytes, or not being text, it would be full of rare letters."""
    for encoding in ("utf-16-le", "utf-16-be"):
        text = data.decode(encoding, errors="replace")
        usual = sum(char in "\t\r\n" or " " <= char < "\u2200" for char in text)
        if usual > 0.95 * len(text):
            return text
    raise _not_a_spreadsheet()


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _not_a_spreadsheet() from error


# --- both


def _heading_row(rows: Iterator[TableRow], score: Score) -> TableRow:
    """The row with the most known headings, among the first rows that hold anything."""
    candidates = []
    for row in rows:
        if row.number > HEADING_ROWS:
            break
        if not row.is_blank:
            candidates.append(row)
    if not candidates:
        return TableRow(0, ())
    best = max(candidates, key=lambda row: score(row.values))
    return best if score(best.values) else candidates[0]


def _rows_below(
    rows: Iterator[TableRow], headings: TableRow, max_rows: int
) -> tuple[TableRow, ...]:
    kept: list[TableRow] = []
    for row in rows:
        if row.number <= headings.number or row.is_blank:
            continue
        if len(kept) == max_rows:
            raise too_many_rows(max_rows)
        kept.append(row)
    return tuple(kept)
