"""Test results from a spreadsheet: bytes in, rows or reasons out. Nothing is stored here."""

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill

from accounts.identifiers import Kind, complete_identifier, normalise_bin_iin
from reference.figures import BadValue, CellValue, Reading, read_number, text_of
from reference.spreadsheet_columns import Column, Layout, known_headings, recognise
from reference.spreadsheet_rows import (
    RowError,
    RowReader,
    bad_cell_errors,
    check_width,
    heading_errors,
)
from reference.spreadsheet_tables import SpreadsheetError, read_table

MAX_ROWS = 2_000
DATE_FORMATS = ("%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y")

HEADINGS = Layout(
    columns=(
        Column("iin", "ИИН", ("ЖСН", "IIN", "ИИН участника", "Person's IIN"), is_required=True),
        Column(
            "taken_on",
            "Дата",
            ("Күні", "Date", "Дата тестирования", "Дата теста", "Date of the test"),
            is_required=True,
        ),
        Column(
            "score",
            "Правильных ответов",
            ("Дұрыс жауаптар", "Right answers", "Score", "Балл", "Баллы", "Результат"),
            is_required=True,
        ),
        Column(
            "questions",
            "Вопросов",
            ("Сұрақтар", "Questions", "Всего вопросов", "Количество вопросов"),
            is_required=True,
        ),
        # Names help the people who fill the file; the identifier decides.
        Column("name", "ФИО", ("Аты-жөні", "Т.А.Ә.", "Name", "Full name", "Фамилия")),
    )
)


@dataclass(frozen=True, slots=True)
class ResultRow:
    row: int
    iin: str
    taken_on: dt.date
    score: int
    questions: int


@dataclass(frozen=True, slots=True)
class ResultsSheet:
    """The rows that could be read and a reason for each cell that could not."""

    rows: tuple[ResultRow, ...] = ()
    errors: tuple[RowError, ...] = ()


def read_results(data: bytes, filename: str) -> ResultsSheet:
    try:
        table = read_table(
            data,
            filename,
            score=lambda cells: known_headings(HEADINGS, cells),
            max_rows=MAX_ROWS,
        )
    except SpreadsheetError as refusal:
        return ResultsSheet(errors=(RowError(refusal.code, str(refusal.message)),))
    headings = recognise(HEADINGS, table.headings.values)
    if errors := heading_errors(HEADINGS, headings, table):
        return ResultsSheet(errors=tuple(errors))
    errors = bad_cell_errors(table, headings)
    told = {(error.row, error.column) for error in errors}
    rows = []
    for row in table.rows:
        reader = RowReader(row, headings, HEADINGS)
        check_width(reader, table)
        result = _result(reader)
        if result is not None and not reader.errors:
            rows.append(result)
        errors += [e for e in reader.errors if (e.row, e.column) not in told]
    if not table.rows:
        errors.append(RowError("no_rows", _("There are no rows below the headings.")))
    return ResultsSheet(tuple(rows), tuple(errors))


def _result(row: RowReader) -> ResultRow | None:
    iin = row.normalised("iin", lambda text: normalise_bin_iin(text, only=Kind.IIN), required=True)
    taken_on = _day(row)
    score = row.read("score", _whole, required=True)
    questions = row.read("questions", _whole, required=True)
    if taken_on is None or score is None or questions is None:
        return None
    return ResultRow(row.number, iin, taken_on, int(score), int(questions))


def _day(row: RowReader) -> dt.date | None:
    value = row.cell("taken_on")
    if isinstance(value, dt.datetime):
        return value.date()
    text = text_of(value)
    if not text:
        row.error("taken_on", "empty", _("The cell is empty."))
        return None
    for pattern in DATE_FORMATS:
        try:
            # A day as it stands in the cell; no moment and no zone is meant.
            return dt.datetime.strptime(text, pattern).date()  # noqa: DTZ007
        except ValueError:
            continue
    row.error(
        "taken_on", "date", _("A date looks like 18.11.2026, this is %(text)s.") % {"text": text}
    )
    return None


def _whole(value: CellValue) -> Reading:
    reading = read_number(value)
    if reading.tail or reading.number != int(reading.number) or reading.number < 0:
        raise BadValue("not_whole", _("Write a whole number here."))
    if reading.number > 10_000:
        raise BadValue("too_long", _("The number has too many digits."))
    return Reading(Decimal(int(reading.number)))


def example_rows() -> list[tuple[object, ...]]:
    """Invented people: their identifiers are sound and nobody's."""
    return [
        (complete_identifier("85010130001"), "18.11.2026", 86, 100, "Примеров Пример"),
        (complete_identifier("90020240002"), "18.11.2026", 64, 100, "Мысалова Мысал"),
    ]


def example_workbook() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new workbook has a sheet
    sheet.title = "Результаты"
    sheet.append(_titles())
    for row in example_rows():
        sheet.append(list(row))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E3F3F6")
    for letter in "ABCDE":
        sheet.column_dimensions[letter].width = 22
    for row_number in range(2, 500):
        # As text, so that no leading zero is lost.
        sheet.cell(row=row_number, column=1).number_format = "@"
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def results_csv(rows: Sequence[Sequence[object]]) -> bytes:
    """The same table as text, for those whose program writes it so."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_titles())
    writer.writerows(rows)
    return out.getvalue().encode()


def _titles() -> list[str]:
    return [column.title for column in HEADINGS.columns]
