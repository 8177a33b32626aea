"""Any table as a file: `.xlsx` and `.csv`, harmless to the program that opens it."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

Cell = str | Promise | int | Decimal | dt.date | dt.datetime | None

FORMATS = ("xlsx", "csv")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a spreadsheet program takes for the beginning of a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
WIDEST_COLUMN = 60
HEADING_FILL = PatternFill("solid", fgColor="E3F3F6")


def export(
    request: HttpRequest,
    name: str,
    columns: Sequence[str | Promise],
    rows: Iterable[Sequence[Cell]],
) -> HttpResponse:
    """The table in the format that the address asks for with `?format=`."""
    return as_file(name, request.GET.get("format", ""), columns, rows)


def as_file(
    name: str,
    wanted: str,
    columns: Sequence[str | Promise],
    rows: Iterable[Sequence[Cell]],
) -> HttpResponse:
    """The same in a format given otherwise."""
    if wanted not in FORMATS:
        raise Http404
    content = xlsx(columns, rows) if wanted == "xlsx" else csv_text(columns, rows).encode()
    kind = XLSX if wanted == "xlsx" else "text/csv; charset=utf-8"
    response = HttpResponse(content, content_type=kind)
    file_name = f"{name}-{timezone.localdate():%Y-%m-%d}.{wanted}"
    response["Content-Disposition"] = content_disposition_header(True, file_name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def csv_text(columns: Sequence[str | Promise], rows: Iterable[Sequence[Cell]]) -> str:
    """With the mark that tells spreadsheet programs that the text is UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([harmless(str(column)) for column in columns])
    writer.writerows([_as_text(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()


def xlsx(columns: Sequence[str | Promise], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Numbers stay numbers and days stay days; a text is a text whatever it begins with."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new workbook has a sheet
    widths = [len(str(column)) for column in columns]
    sheet.append([_of_sheet(column) for column in columns])
    for row in rows:
        cells = [_of_sheet(cell) for cell in row]
        sheet.append(cells)
        for position, value in enumerate(cells):
            widths[position] = max(widths[position], len(str(value or "")))
    for sheet_row in sheet.iter_rows():
        for cell in sheet_row:
            if cell.data_type == "f":
                cell.data_type = "s"
    for position, width in enumerate(widths, start=1):
        heading = sheet.cell(row=1, column=position)
        heading.font, heading.fill = Font(bold=True), HEADING_FILL
        heading.alignment = Alignment(wrap_text=True, vertical="top")
        column_width = min(max(width + 2, 10), WIDEST_COLUMN)
        sheet.column_dimensions[get_column_letter(position)].width = column_width
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _of_sheet(cell: Cell) -> str | int | Decimal | dt.date | None:
    if isinstance(cell, dt.datetime):
        return timezone.localtime(cell).replace(tzinfo=None)
    if isinstance(cell, int | Decimal | dt.date) or cell is None:
        return cell
    return ILLEGAL_CHARACTERS_RE.sub(" ", str(cell))


def _as_text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return f"{timezone.localtime(cell):%d.%m.%Y %H:%M}"
    if isinstance(cell, dt.date):
        return f"{cell:%d.%m.%Y}"
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return str(cell) if isinstance(cell, int) else harmless(str(cell))


def harmless(text: str) -> str:
    """A text that a spreadsheet would run is marked as a text; a dash alone runs nothing."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) and text not in ("-", "–") else text
