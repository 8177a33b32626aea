"""One row of a sheet: what its cells say, and every reason why they cannot be taken. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from expertise.line_ranges import LineRange
from expertise.spreadsheet_values import (
    read_amount,
    read_date,
    read_lines,
    read_money,
    read_percent,
    read_quantity,
    read_rate,
)
from expertise.valuation import BadValuation, RateOf, Valuation, settled
from origin.criteria import parse_criterion
from reference.codes import normalise_kp_ved, restore_hs_code
from reference.countries import country_code
from reference.currencies import TENGE, currency_code
from reference.exchange_rates import RateKey
from reference.figures import BadValue, CellValue, text_of
from reference.spreadsheet_rows import MAX_TEXT, RowReader
from reference.units import alias_key

# Stands for a figure that could not be read; its row has an error and is never imported.
NOTHING = Decimal(0)
MAX_NAME = 1_000
MAX_DOCUMENT = 200
MAX_SOURCE = 200


def _document_key(text: str) -> str:
    return alias_key(re.sub(r"[-–_]", "", text))


ORIGIN_DOCUMENTS: Mapping[str, str] = {
    _document_key(spelling): code
    for code, spellings in {
        "ct_kz": ("СТ-KZ", "СТ-КЗ", "сертификат СТ-KZ", "ct_kz"),
        "ct_1": ("СТ-1", "сертификат СТ-1", "ct_1"),
        "customs": (
            "ДТ", "ГТД", "КТД", "декларация на товары", "таможенная декларация",
            "кедендік декларация", "customs declaration", "customs",
        ),
        "kz_origin": (
            "документ РК", "документ о казахстанском происхождении",
            "қазақстандық құжат", "ҚР құжаты", "Kazakhstani document", "kz_origin",
        ),
    }.items()
    for spelling in spellings
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GoodsRow:
    row: int
    name: str
    hs_code: str
    kp_ved: str
    quantity: Decimal
    unit_code: str
    criterion: str = ""
    percent: Decimal | None = None
    price_kzt: Decimal | None = None
    cost_kzt: Decimal | None = None


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """A material of one goods line or of several that share it."""

    row: int
    lines: LineRange
    name: str
    value_kzt: Decimal
    hs_code: str = ""
    country: str = ""
    supplier: str = ""
    origin_document: str = ""
    document: str = ""
    local_percent: Decimal | None = None
    currency: str = TENGE
    amount: Decimal | None = None
    rate: Decimal | None = None
    rate_on: date | None = None
    rate_source: str = ""


def goods_row(row: RowReader, units: Mapping[str, str]) -> GoodsRow:
    unit = goods_unit(row, units)
    hs_code = goods_hs_code(row, required=True)
    return GoodsRow(
        row=row.number,
        name=row.text("name", limit=MAX_NAME, required=True),
        hs_code=hs_code,
        kp_ved=goods_kp_ved(row),
        quantity=row.read(
            "quantity", lambda cell: read_quantity(cell, unit=unit, units=units), required=True
        )
        or NOTHING,
        unit_code=unit or "",
        criterion=_criterion(row, hs_code),
        percent=row.read("percent", read_percent, required=False),
        price_kzt=row.read(
            "price_kzt", lambda cell: read_money(cell, zero_allowed=False), required=False
        ),
        cost_kzt=row.read(
            "cost_kzt", lambda cell: read_money(cell, zero_allowed=False), required=False
        ),
    )


def goods_hs_code(row: RowReader, *, required: bool) -> str:
    def restored(text: str) -> str:
        code, was_repaired = restore_hs_code(text)
        if was_repaired:
            row.doubts.append(
                _("The lost first zero of the HS code was put back: %(code)s.") % {"code": code}
            )
        return code

    return row.normalised("hs_code", restored, required=required)


def goods_kp_ved(row: RowReader) -> str:
    if hasattr(row.cell("kp_ved"), "isoformat"):
        reason = _("The spreadsheet has turned this into a date. Format the column as text.")
        row.error("kp_ved", "date", reason)
        return ""
    return row.normalised("kp_ved", normalise_kp_ved, required=False)


def goods_unit(row: RowReader, units: Mapping[str, str]) -> str | None:
    """The unit by its code or its name; when both are there they have to agree."""
    found: dict[str, str] = {}
    for key in ("unit_code", "unit"):
        text = row.text(key, limit=MAX_TEXT)
        code = units.get(alias_key(text)) if text else None
        if code:
            found[key] = code
        elif text:
            reason = _("This unit of measure is not known: %(text)s") % {"text": text}
            row.error(key, "unknown_unit", reason)
            return None
    if not found:
        row.error("unit", "empty", _("The cell is empty."))
        return None
    if len(set(found.values())) > 1:
        row.error("unit", "unit_mismatch", _("The unit and its code name different units."))
        return None
    return next(iter(found.values()))


def _criterion(row: RowReader, hs_code: str) -> str:
    normal = row.normalised("criterion", lambda text: str(parse_criterion(text)), required=False)
    if normal and hs_code and not parse_criterion(normal).fits(hs_code):
        reason = _("The criterion names another heading than the HS code.")
        row.error("criterion", "criterion_mismatch", reason)
    return normal


def material_row(row: RowReader, rate_of: RateOf) -> MaterialRow:
    country = country_of(row)
    document = origin_document_of(row)
    if not country:
        row.doubts.append(_("The origin is not known: the material counts as foreign."))
    elif country == "KZ" and document not in {"ct_kz", "kz_origin"}:
        row.doubts.append(_("Kazakhstani origin has no document: the material counts as foreign."))
    valued = _valuation(row, rate_of)
    return MaterialRow(
        row=row.number,
        lines=row.value("line_number", read_lines, required=True) or LineRange(),
        name=row.text("name", limit=MAX_TEXT, required=True),
        value_kzt=NOTHING if valued.value_kzt is None else valued.value_kzt,
        hs_code=material_hs_code(row),
        country=country,
        supplier=row.text("supplier", limit=MAX_TEXT),
        origin_document=document,
        document=row.text("document", limit=MAX_DOCUMENT),
        local_percent=row.read("local_percent", read_percent, required=False),
        currency=valued.currency,
        amount=valued.amount,
        rate=valued.rate,
        rate_on=valued.rate_on,
        rate_source=valued.rate_source,
    )


def wanted_rate(row: RowReader) -> RateKey | None:
    """The rate that the row leaves to the reference data; what is wrong is told on reading."""
    currency = currency_code(text_of(row.cell("currency")) or TENGE)
    if currency in (None, TENGE) or text_of(row.cell("rate")):
        return None
    try:
        return currency, read_date(row.cell("rate_on"))
    except BadValue:
        return None


def _valuation(row: RowReader, rate_of: RateOf) -> Valuation:
    """The value of a material; nothing when a cell of it is wrong."""
    errors = len(row.errors)
    currency = row.value("currency", _currency, required=False) or TENGE
    declared = Valuation(
        currency=currency,
        value_kzt=row.read(
            "value_kzt", lambda cell: read_money(cell, zero_allowed=True), required=False
        ),
        amount=row.read(
            "amount", lambda cell: read_amount(cell, currency=currency), required=False
        ),
        rate=row.read("rate", read_rate, required=False),
        rate_on=row.value("rate_on", read_date, required=False),
        rate_source=row.text("rate_source", limit=MAX_SOURCE),
    )
    if len(row.errors) > errors:
        return Valuation()
    if not declared.is_foreign:
        # Dates and sources filled down a whole column say nothing about tenge.
        declared = replace(declared, rate_on=None, rate_source="")
    try:
        return settled(declared, rate_of)
    except BadValuation as bad:
        row.error(bad.field, bad.code, bad.reason)
        return Valuation()


def _currency(cell: CellValue) -> str:
    text = text_of(cell)
    code = currency_code(text)
    if code is None:
        raise BadValue(
            "unknown_currency",
            _("This currency is not known: %(text)s. Write its three-letter code.")
            % {"text": text},
        )
    return code


def material_hs_code(row: RowReader) -> str:
    """A heading of four digits is enough for a material; longer codes are checked as such."""
    text = text_of(row.cell("hs_code"))
    compact = re.sub(r"[\s.]", "", text.removesuffix(".0"))
    if re.fullmatch(r"\d{4}|\d{6}", compact, re.ASCII):
        return compact
    return goods_hs_code(row, required=False)


def country_of(row: RowReader) -> str:
    text = row.text("country", limit=MAX_TEXT)
    if not text:
        return ""
    code = country_code(text)
    if code is None and re.fullmatch(r"[A-Z]{2}", text, re.ASCII):
        return text
    if code is None:
        reason = _("This country is not known. Write its two-letter code.")
        row.error("country", "unknown_country", reason)
    return code or ""


def origin_document_of(row: RowReader) -> str:
    text = row.text("origin_document", limit=MAX_TEXT)
    if not text:
        return ""
    code = ORIGIN_DOCUMENTS.get(_document_key(text))
    if code is None:
        reason = _("Write one of: СТ-KZ, СТ-1, ДТ, документ РК.")
        row.error("origin_document", "unknown_document", reason)
    return code or ""
