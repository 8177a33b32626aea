"""Materials pasted from a spreadsheet: name, HS code, country and value, in whatever order. Pure.

A line of headings decides what the columns are; without one every cell is recognised by itself.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.identifiers import fold_lookalikes
from reference.countries import country_code
from reference.figures import CURRENCY, BadValue, read_number, text_of
from reference.units import alias_key

HOME = "KZ"
# A code as spreadsheets give it: spaces and points between the groups, `.0` behind.
_CODE = re.compile(r"\d{4}|\d{6}|\d{8,10}", re.ASCII)
_IDLE_ZERO = re.compile(r"^(\d+)\.0+$", re.ASCII)
_GAPS = re.compile(r"[\s\u00a0.]")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "material", "наименование", "материал", "сырье", "атауы", "материалдыңатауы",
             "наименованиематериала", "materialname"),
    "hs_code": ("hs", "hscode", "code", "тнвэд", "кодтнвэд", "кодтнвэдеаэс", "код", "сэқтн",
                "сэқткоды", "сэқтнкоды"),
    "country": ("country", "countryoforigin", "origin", "страна", "странапроисхождения", "ел",
                "елі", "шыққанелі", "шығарылғанелі"),
    "value_kzt": ("value", "valuekzt", "cost", "price", "стоимость", "стоимостьтенге", "сумма",
                  "цена", "құны", "құнытеңге", "бағасы"),
}  # fmt: skip
_KEYS: Mapping[str, str] = {
    fold_lookalikes(name, to="cyrillic"): key for key, names in _COLUMNS.items() for name in names
}


@dataclass(frozen=True, slots=True)
class PastedRow:
    """One material; what could not be read is empty, and the form asks for it."""

    name: str
    hs_code: str
    is_local: bool
    value_kzt: Decimal


@dataclass(frozen=True, slots=True)
class PastedFault:
    line: int
    message: str

    def __str__(self) -> str:
        return _("Line %(line)s: %(message)s") % {"line": self.line, "message": self.message}


@dataclass(frozen=True, slots=True)
class Pasted:
    rows: tuple[PastedRow, ...]
    faults: tuple[PastedFault, ...]


def read_pasted(text: str) -> Pasted:
    """Every row, or why it cannot be taken."""
    rows: list[PastedRow] = []
    faults: list[PastedFault] = []
    headings: dict[str, int] | None = None
    for number, cells in _lines(text):
        if headings is None:
            headings = _headings(cells)
            if headings:
                continue
        found = _by_headings(cells, headings) if headings else _by_content(cells)
        try:
            rows.append(_row(found))
        except BadValue as fault:
            faults.append(PastedFault(number, fault.reason))
    return Pasted(tuple(rows), tuple(faults))


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The lines that say something, as cells."""
    for number, line in enumerate(text.splitlines(), start=1):
        for mark in ("\t", ";", "|"):
            if mark in line:
                cells = line.split(mark)
                break
        else:
            cells = re.split(r",\s+|\s{2,}", line.strip())
        cells = [text_of(cell) for cell in cells]
        if any(cells):
            yield number, cells


def _headings(cells: Sequence[str]) -> dict[str, int]:
    """The positions of the columns if this line names at least a name and a value."""
    found: dict[str, int] = {}
    for position, cell in enumerate(cells):
        key = _KEYS.get(fold_lookalikes(_NOT_LETTERS.sub("", cell.casefold()), to="cyrillic"))
        if key:
            found.setdefault(key, position)
    return found if {"name", "value_kzt"} <= found.keys() else {}


def _by_headings(cells: Sequence[str], headings: Mapping[str, int]) -> dict[str, str]:
    return {key: cells[position] for key, position in headings.items() if position < len(cells)}


def _by_content(cells: Sequence[str]) -> dict[str, str]:
    """The value is the last number that is no code or stands last; the rest by its look."""
    left = list(enumerate(cells))
    if len(left) >= 4 and cells[0].isdigit() and len(cells[0]) < 4:
        # The number of the row in the person's own sheet.
        left = left[1:]
    found: dict[str, str] = {}
    for position, cell in reversed(left):
        if _is_amount(cell) and (position == len(cells) - 1 or not _is_code(cell)):
            found["value_kzt"] = cell
            left = [pair for pair in left if pair[0] != position]
            break
    for _position, cell in left:
        if "hs_code" not in found and _is_code(cell):
            found["hs_code"] = cell
        elif cell and "country" not in found and country_code(cell):
            found["country"] = cell
        elif cell and "name" not in found:
            found["name"] = cell
    return found


def _is_amount(cell: str) -> bool:
    try:
        return bool(cell) and alias_key(read_number(cell).tail) in CURRENCY
    except BadValue:
        return False


def _is_code(cell: str) -> bool:
    return bool(_CODE.fullmatch(_plain_code(cell)))


def _plain_code(cell: str) -> str:
    return _GAPS.sub("", _IDLE_ZERO.sub(r"\1", cell))


def _row(found: Mapping[str, str]) -> PastedRow:
    value = found.get("value_kzt", "")
    if not value:
        raise BadValue("value", _("no value was found."))
    reading = read_number(value)
    if alias_key(reading.tail) not in CURRENCY:
        raise BadValue("tail", _("write only the amount in tenge."))
    country = found.get("country", "")
    if country and country_code(country) is None:
        raise BadValue("country", _("there is no country %(name)s.") % {"name": country})
    return PastedRow(
        name=found.get("name", "")[:200],
        hs_code=_plain_code(found.get("hs_code", "")),
        is_local=country_code(country) == HOME if country else False,
        value_kzt=reading.number,
    )
