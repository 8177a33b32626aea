"""One row of an export of the register: its facts, or every reason why it cannot be taken. Pure.

The export has been through spreadsheets: zeros at the front are lost, `.0` hangs at the end,
letters of the wrong alphabet stand in codes, dates come in several forms, a dash means nothing.
What can be read in one way only is read; anything else is refused with its reason.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.identifiers import normalise_bin_iin, normalise_text_id
from origin.criteria import normalise_criterion
from reference.codes import normalise_kp_ved, restore_hs_code
from reference.figures import BadValue, read_number, text_of
from reference.numbers import CertificateNumber, parse_certificate_number, year_digit
from reference.spreadsheet_columns import heading_key
from reference.spreadsheet_rows import RowError
from reference.spreadsheet_tables import CellValue, TableRow
from reference.units import alias_key

from .importing_files import Export
from .models import State
from .register import Key
from .register_columns import LAYOUT, STATES

Read = TypeVar("Read")

MAX_TEXT = 400
MAX_NAME = 4_000
BLANK_DIGITS = 7
LONGEST_BLANK = 20
YEARS = range(2000, 2100)
SIX_PLACES = Decimal("0.000001")
FOUR_PLACES = Decimal("0.0001")
MOST = Decimal(10) ** 14
UNREADABLE = "\ufffd"

_DAY_FIRST = re.compile(r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})$", re.ASCII)
_YEAR_FIRST = re.compile(r"^(\d{4})[./-](\d{1,2})[./-](\d{1,2})$", re.ASCII)
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$", re.ASCII)
# Days since the spreadsheet's own zero; these are the years 2000 to 2064.
_SERIAL = re.compile(r"^(\d{5})(\.0+)?$", re.ASCII)
_SERIAL_ZERO = dt.date(1899, 12, 30)
_SERIALS = range(36_526, 60_000)
_SHORT_KP_VED = re.compile(r"^\d\.\d{2}\.\d{2}(\.\d{3})?$", re.ASCII)


@dataclass(frozen=True, slots=True)
class RowRead:
    """What one row gave: of which certificate it is, when that can be told, and the facts.

    `facts` and `goods` are there only when there is nothing wrong with the row.
    """

    key: Key | None
    number: str
    facts: dict[str, Any]
    goods: dict[str, Any]
    errors: list[RowError]


class ExportReader:
    """Reads the rows of one export; `chambers` are names by code, `units` codes by spelling."""

    def __init__(
        self, export: Export, *, chambers: Mapping[str, str], units: Mapping[str, str]
    ) -> None:
        self.positions = export.headings.positions
        self.titles = {
            column.key: export.headings.titles.get(column.key, column.title)
            for column in LAYOUT.columns
        }
        self.width = export.width if export.is_text else 0
        self.chambers = chambers
        self.units = units

    def read(self, row: TableRow) -> RowRead:
        return _Row(self, row).read()


class _Row:
    """One row while it is read: collects everything that is wrong."""

    def __init__(self, reader: ExportReader, row: TableRow) -> None:
        self.reader = reader
        self.row = row
        self.errors: list[RowError] = []

    def read(self) -> RowRead:
        if self.reader.width and any(map(text_of, self.row.values[self.reader.width :])):
            reason = _(
                "The row has more cells than there are headings. Put texts with commas in quotes."
            )
            self.errors.append(RowError("too_many_cells", reason, self.row.number))
            return RowRead(None, "", {}, {}, self.errors)
        number = self.value("number", _number, required=True)
        issued_on = self.value("issued_on", read_date, required=True)
        year = self._year(number, issued_on)
        key = (year, number.chamber, number.sequence) if number and year else None
        facts = self._facts(number, issued_on)
        goods = self._goods()
        if self.errors:
            facts, goods = {}, {}
        return RowRead(key, str(number or ""), facts, goods, self.errors)

    def _year(self, number: CertificateNumber | None, issued_on: dt.date | None) -> int | None:
        year = self.value("year", _year, required=False)
        if year is None and issued_on:
            year = issued_on.year
        if year and number and year_digit(year) != number.year_digit:
            self.error("year", "year_mismatch", _("The number is of another year."))
            return None
        if year and issued_on and issued_on.year != year:
            self.error("issued_on", "year_mismatch", _("The day of issue is of another year."))
        return year

    def _facts(self, number: CertificateNumber | None, issued_on: dt.date | None) -> dict[str, Any]:
        valid_until = self.value("valid_until", read_date, required=True)
        if issued_on and valid_until and valid_until < issued_on:
            self.error("valid_until", "ends_before_issue", _("It ends before the day of issue."))
        state, is_replacement = self.value("status", _state, required=True) or (None, False)
        chamber = self._chamber(number)
        return {
            "chamber_name": self.text("chamber_name", MAX_TEXT)
            or self.reader.chambers.get(chamber, ""),
            "blank_number": self.value("blank_number", _blank_number, required=False) or "",
            "issued_on": issued_on,
            "valid_until": valid_until,
            "state": state,
            "is_replacement": is_replacement,
            "purpose": self.text("purpose", MAX_TEXT),
            "category": self.text("category", MAX_TEXT),
            "producer_bin": self.value("producer_bin", _identifier, required=True) or "",
            "producer_name": self.text("producer_name", MAX_NAME, required=True),
            "producer_address": self.text("producer_address", MAX_NAME),
            "recipient_bin": self.value("recipient_bin", _identifier, required=False) or "",
            "recipient_name": self.text("recipient_name", MAX_NAME),
            "recipient_address": self.text("recipient_address", MAX_NAME),
        }

    def _chamber(self, number: CertificateNumber | None) -> str:
        code = normalise_text_id(text_of(self.cell("chamber_code")))
        if number and code and code != number.chamber:
            self.error("chamber_code", "chamber_mismatch", _("The number is of another chamber."))
        if number and number.chamber not in self.reader.chambers:
            reason = _("There is no regional chamber with the code %(code)s.")
            self.error("number", "no_chamber", reason % {"code": number.chamber})
        return number.chamber if number else ""

    def _goods(self) -> dict[str, Any]:
        unit = self.text("unit", 60)
        code = self.value("unit_code", _unit_code, required=False)
        return {
            "name": self.text("name", MAX_NAME, required=True),
            "hs_code": self.value("hs_code", _hs_code, required=True) or "",
            "kp_ved": self.value("kp_ved", _kp_ved, required=False) or "",
            "quantity": self.value("quantity", _quantity, required=False),
            "unit": unit,
            "unit_code": code or (self.reader.units.get(alias_key(unit), "") if unit else ""),
            "criterion": self.value("criterion", _criterion, required=True) or "",
            "share_percent": self.value("share", _share, required=False),
        }

    def cell(self, key: str) -> CellValue:
        position = self.reader.positions.get(key)
        if position is None or position >= len(self.row.values):
            return None
        return self.row.values[position]

    def error(self, key: str, code: str, reason: str) -> None:
        self.errors.append(RowError(code, reason, self.row.number, self.reader.titles[key]))

    def text(self, key: str, limit: int, *, required: bool = False) -> str:
        text = text_of(self.cell(key))
        if required and not text:
            self.error(key, "empty", _("The cell is empty."))
        elif len(text) > limit:
            reason = _("The text has %(length)s characters, %(limit)s are allowed.")
            self.error(key, "too_long", reason % {"length": len(text), "limit": limit})
        elif UNREADABLE in text:
            reason = _("Letters of this text are lost: the file was saved in another encoding.")
            self.error(key, "unreadable", reason)
        return text

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
        except ValidationError as refusal:
            self.error(key, str(refusal.code), refusal.messages[0])
        return None


# --- cells; the same values stand on row after row, so what was read once is remembered


@lru_cache(maxsize=1024)
def _number(cell: CellValue) -> CertificateNumber:
    return parse_certificate_number(text_of(cell))


@lru_cache(maxsize=1024)
def _identifier(cell: CellValue) -> str:
    return normalise_bin_iin(text_of(cell))


@lru_cache(maxsize=4096)
def _hs_code(cell: CellValue) -> str:
    code, _was_restored = restore_hs_code(text_of(cell))
    return code


@lru_cache(maxsize=4096)
def _kp_ved(cell: CellValue) -> str:
    text = text_of(cell)
    return normalise_kp_ved(f"0{text}" if _SHORT_KP_VED.match(text) else text)


@lru_cache(maxsize=1024)
def _criterion(cell: CellValue) -> str:
    return normalise_criterion(text_of(cell))


@lru_cache(maxsize=256)
def _state(cell: CellValue) -> tuple[State, bool]:
    meaning = STATES.get(heading_key(text_of(cell)))
    if meaning is None:
        raise BadValue(
            "status",
            _("The register has no status “%(text)s”.") % {"text": text_of(cell)},
        )
    return meaning


@lru_cache(maxsize=256)
def _year(cell: CellValue) -> int:
    text = normalise_text_id(text_of(cell))
    if not (text.isascii() and text.isdigit() and int(text) in YEARS):
        raise BadValue("year", _("This is not a year: %(text)s") % {"text": text})
    return int(text)


def _blank_number(cell: CellValue) -> str:
    """Seven digits; what stands on older blanks is kept as it is."""
    text = normalise_text_id(text_of(cell))
    if text.isascii() and text.isdigit() and len(text) < BLANK_DIGITS:
        return text.zfill(BLANK_DIGITS)
    if len(text) > LONGEST_BLANK:
        raise BadValue("blank_number", _("This is not the number of a blank."))
    return text


@lru_cache(maxsize=256)
def _unit_code(cell: CellValue) -> str:
    code = alias_key(text_of(cell))
    if not (code.isdigit() and len(code) in (3, 4)):
        raise BadValue("unit_code", _("A unit code has three digits."))
    return code


def _quantity(cell: CellValue) -> Decimal:
    reading = read_number(cell)
    if reading.tail or reading.number < 0 or reading.number >= MOST:
        raise BadValue("quantity", _("This is not a quantity: %(text)s") % {"text": text_of(cell)})
    return _with_places(reading.number, SIX_PLACES)


def _share(cell: CellValue) -> Decimal:
    reading = read_number(cell)
    if reading.tail not in ("", "%") or not 0 <= reading.number <= 100:
        raise BadValue(
            "share", _("This is not a percentage from 0 to 100: %(text)s") % {"text": text_of(cell)}
        )
    return _with_places(reading.number, FOUR_PLACES)


def _with_places(number: Decimal, places: Decimal) -> Decimal:
    """A spreadsheet's binary fractions leave noise in the last digits; it is rounded away."""
    rounded = number.quantize(places)
    return number if number == rounded else rounded


@lru_cache(maxsize=4096)
def read_date(cell: CellValue) -> dt.date:
    """`27.03.2025`, `2025-03-27 00:00:00`, `27/03/25`, or the number a spreadsheet makes of it."""
    text = text_of(cell)
    day = _date(_TIME.sub("", text))
    if day is None or day.year not in YEARS:
        raise BadValue("date", _("This is not a date: %(text)s") % {"text": text})
    return day


def _date(text: str) -> dt.date | None:
    if (serial := _SERIAL.match(text)) and int(serial[1]) in _SERIALS:
        return _SERIAL_ZERO + dt.timedelta(days=int(serial[1]))
    if found := _DAY_FIRST.match(text):
        day, month, year = found.groups()
        year = f"20{year}" if len(year) == 2 else year
    elif found := _YEAR_FIRST.match(text):
        year, month, day = found.groups()
    else:
        return None
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
