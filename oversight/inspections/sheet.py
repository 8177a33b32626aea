"""A half-yearly list from a spreadsheet: bytes in, lines or reasons out. Nothing is stored here."""

import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill

from accounts.identifiers import complete_identifier, normalise_bin_iin
from oversight.models import Inspection
from reference.figures import text_of
from reference.models import CodeEntry
from reference.spreadsheet_columns import Column, Layout, heading_key, known_headings, recognise
from reference.spreadsheet_rows import (
    RowError,
    RowReader,
    bad_cell_errors,
    check_width,
    heading_errors,
)
from reference.spreadsheet_tables import SpreadsheetError, read_table

from .half_years import HalfYear
from .lists import KINDS, LISTED, OBJECTS
from .planning import Entry, Subject, once_a_half_year, planned_already

MAX_ROWS = 2_000
DATE_FORMATS = ("%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y")

HEADINGS = Layout(
    columns=(
        Column("bin", "БИН/ИИН", ("БСН/ЖСН", "BIN/IIN", "БИН", "ИИН", "BIN"), is_required=True),
        Column(
            "name",
            "Субъект контроля",
            ("Бақылау субъектісі", "Subject", "Наименование", "Атауы", "Name"),
            is_required=True,
        ),
        Column("address", "Адрес", ("Мекенжайы", "Мекенжай", "Address")),
        Column(
            "kind", "Вид контроля", ("Бақылау түрі", "Kind", "Kind of control"), is_required=True
        ),
        Column(
            "object_kind",
            "Объект контроля",
            ("Бақылау объектісі", "Object", "Object of control"),
            is_required=True,
        ),
        Column(
            "planned_on", "Дата", ("Күні", "Date", "Day", "Дата начала", "Срок"), is_required=True
        ),
    )
)


@dataclass(frozen=True, slots=True)
class ListSheet:
    """The lines that could be read and a reason for each cell that could not."""

    entries: tuple[Entry, ...] = ()
    errors: tuple[RowError, ...] = ()


def read_list(data: bytes, filename: str, *, half: HalfYear, on: dt.date) -> ListSheet:
    """Every fault of every row is told, those against the lists of the portal too."""
    try:
        table = read_table(
            data,
            filename,
            score=lambda cells: known_headings(HEADINGS, cells),
            max_rows=MAX_ROWS,
        )
    except SpreadsheetError as refusal:
        return ListSheet(errors=(RowError(refusal.code, str(refusal.message)),))
    headings = recognise(HEADINGS, table.headings.values)
    if errors := heading_errors(HEADINGS, headings, table):
        return ListSheet(errors=tuple(errors))
    errors = bad_cell_errors(table, headings)
    told = {(error.row, error.column) for error in errors}
    spellings = {
        KINDS: _spellings(KINDS, on=on, applies_to=LISTED),
        OBJECTS: _spellings(OBJECTS, on=on),
    }
    read: list[tuple[RowReader, Entry | None]] = []
    for row in table.rows:
        reader = RowReader(row, headings, HEADINGS)
        check_width(reader, table)
        read.append((reader, _entry(reader, spellings, half)))
    _refuse_repeated(read, half)
    for reader, _line in read:
        errors += [e for e in reader.errors if (e.row, e.column) not in told]
    if not table.rows:
        errors.append(RowError("no_rows", _("There are no rows below the headings.")))
    entries = tuple(entry for reader, entry in read if entry is not None and not reader.errors)
    return ListSheet(entries, tuple(errors))


def _spellings(list_code: str, *, on: dt.date, applies_to: str | None = None) -> dict[str, str]:
    """Codes by their names in every language, and by themselves."""
    return {
        heading_key(spelling): entry.code
        for entry in CodeEntry.objects.of(list_code, on=on, applies_to=applies_to)
        for spelling in (
            entry.code, entry.name_kk, entry.name_ru, entry.name_en, *entry.aliases,
        )
    }  # fmt: skip


def _entry(
    row: RowReader, spellings: Mapping[str, Mapping[str, str]], half: HalfYear
) -> Entry | None:
    identifier = row.normalised("bin", normalise_bin_iin, required=True)
    name = row.text("name", limit=400, required=True)
    address = row.text("address", limit=400)
    kind = _code(row, "kind", spellings[KINDS])
    object_kind = _code(row, "object_kind", spellings[OBJECTS])
    planned_on = _day(row, half)
    if planned_on is None:
        return None
    return Entry(Subject(name, identifier, address), kind, object_kind, planned_on)


def _code(row: RowReader, key: str, spellings: Mapping[str, str]) -> str:
    text = row.text(key, limit=400, required=True)
    if not text:
        return ""
    code = spellings.get(heading_key(text), "")
    if not code:
        row.error(key, "unknown", _("“%(text)s” is not in the list.") % {"text": text})
    return code


def _day(row: RowReader, half: HalfYear) -> dt.date | None:
    day = _read_day(row)
    if day is not None and day not in half:
        reason = _("The day lies outside of the half-year of the list.")
        row.error("planned_on", "outside_half_year", reason)
    return day


def _read_day(row: RowReader) -> dt.date | None:
    value = row.cell("planned_on")
    if isinstance(value, dt.datetime):
        return value.date()
    text = text_of(value)
    if not text:
        row.error("planned_on", "empty", _("The cell is empty."))
        return None
    for pattern in DATE_FORMATS:
        try:
            # A day as it stands in the cell; no moment and no zone is meant.
            return dt.datetime.strptime(text, pattern).date()  # noqa: DTZ007
        except ValueError:
            continue
    reason = _("A date looks like 18.11.2026, this is %(text)s.") % {"text": text}
    row.error("planned_on", "date", reason)
    return None


def _refuse_repeated(read: list[tuple[RowReader, Entry | None]], half: HalfYear) -> None:
    """One unified period for a subject: not twice in the file, nor in a list of the half-year."""
    bins = [entry.subject.bin for _row, entry in read if entry is not None and entry.subject.bin]
    taken: dict[str, Inspection] = planned_already(bins, half)
    first: dict[str, int] = {}
    for row, entry in read:
        if entry is None or not entry.subject.bin:
            continue
        if known := taken.get(entry.subject.bin):
            row.error("bin", "subject_twice", str(once_a_half_year(known).message))
        elif earlier := first.get(entry.subject.bin):
            row.error(
                "bin",
                "repeated",
                _("This subject stands in row %(row)s already.") % {"row": earlier},
            )
        else:
            first[entry.subject.bin] = row.number


def example_workbook(half: HalfYear, *, on: dt.date) -> bytes:
    """Invented subjects: their identifiers are sound and nobody's."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new workbook has a sheet
    sheet.title = str(half)
    sheet.append([column.title for column in HEADINGS.columns])
    kinds = list(CodeEntry.objects.of(KINDS, on=on, applies_to=LISTED))
    objects = list(CodeEntry.objects.of(OBJECTS, on=on))
    for number, eleven in enumerate(("99024000003", "99024000012")):
        sheet.append(
            [
                complete_identifier(eleven),
                f"ТОО «Пример-{number + 1}»",
                "г. Астана, ул. Примерная, 1",
                kinds[number % len(kinds)].name_ru,
                objects[number % len(objects)].name_ru,
                f"{half.first + dt.timedelta(days=30 * (number + 1)):%d.%m.%Y}",
            ]
        )
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E3F3F6")
    for letter, width in zip("ABCDEF", (16, 32, 32, 40, 44, 14), strict=True):
        sheet.column_dimensions[letter].width = width
    for row_number in range(2, 500):
        # As text, so that no leading zero is lost.
        sheet.cell(row=row_number, column=1).number_format = "@"
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
