"""The catalogue from a spreadsheet: products, or materials with their suppliers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.identifiers import normalise_bin_iin
from accounts.models import Membership, Organisation
from accounts.permissions import authorize
from expertise.examples import workbook
from expertise.models import CatalogueMaterial, CatalogueProduct, CatalogueSupplier
from expertise.spreadsheet_columns import GOODS, MATERIALS
from expertise.spreadsheet_rows import (
    country_of,
    goods_hs_code,
    goods_kp_ved,
    goods_unit,
    material_hs_code,
    origin_document_of,
)
from expertise.spreadsheet_values import read_money, read_percent
from expertise.spreadsheets import SheetResult, read_sheet
from reference.spreadsheet_columns import Column, Layout
from reference.spreadsheet_rows import MAX_TEXT, RowReader

MAX_ENTRIES = 5_000
MAX_NAME = 1_000
MAX_STANDARD = 200
MAX_OPERATIONS = 10_000

_NAMES = (
    Column("name_kk", "Наименование на казахском",
           ("Наименование на казахском языке", "Қазақша атауы", "Name in Kazakh")),
    Column("name_en", "Наименование на английском",
           ("Наименование на английском языке", "Ағылшынша атауы", "Name in English")),
)  # fmt: skip


def _of(layout: Layout, *keys: str) -> tuple[Column, ...]:
    return tuple(column for column in layout.columns if column.key in keys)


PRODUCTS = Layout(
    columns=(
        *_of(GOODS, "number", "name"),
        *_NAMES,
        *_of(GOODS, "hs_code", "kp_ved", "unit", "unit_code"),
        Column("standard", "Стандарт или спецификация",
               ("Стандарт", "Спецификация", "ГОСТ", "СТ РК", "ТУ", "Нормативный документ",
                "Стандарт немесе ерекшелік", "Standard", "Specification")),
        *_of(GOODS, "price_kzt"),
        Column("operations", "Технологические операции",
               ("Операции", "Как изготавливается", "Технология", "Технологиялық операциялар",
                "Operations", "How it is made")),
    ),
    one_of=(("unit", "unit_code"),),
)  # fmt: skip

OWN_MATERIALS = Layout(
    columns=(
        *_of(MATERIALS, "number", "name"),
        *_NAMES,
        *_of(MATERIALS, "hs_code", "country", "supplier"),
        Column("supplier_bin", "БИН поставщика",
               ("БИН/ИИН поставщика", "ИИН/БИН поставщика", "Өнім берушінің БСН", "Supplier BIN")),
        *_of(MATERIALS, "origin_document", "document", "local_percent"),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProductRow:
    row: int
    name: str
    hs_code: str
    unit_code: str
    name_kk: str = ""
    name_en: str = ""
    kp_ved: str = ""
    standard: str = ""
    price_kzt: Decimal | None = None
    operations: str = ""


@dataclass(frozen=True, slots=True)
class OwnMaterialRow:
    row: int
    name: str
    name_kk: str = ""
    name_en: str = ""
    hs_code: str = ""
    country: str = ""
    supplier: str = ""
    supplier_bin: str = ""
    origin_document: str = ""
    document: str = ""
    local_percent: Decimal | None = None


def read_products(
    data: bytes, filename: str, *, units: Mapping[str, str]
) -> SheetResult[ProductRow]:
    def product(row: RowReader) -> ProductRow:
        return ProductRow(
            row=row.number,
            name=row.text("name", limit=MAX_NAME, required=True),
            hs_code=goods_hs_code(row, required=True),
            unit_code=goods_unit(row, units) or "",
            name_kk=row.text("name_kk", limit=MAX_NAME),
            name_en=row.text("name_en", limit=MAX_NAME),
            kp_ved=goods_kp_ved(row),
            standard=row.text("standard", limit=MAX_STANDARD),
            price_kzt=row.read(
                "price_kzt", lambda cell: read_money(cell, zero_allowed=False), required=False
            ),
            operations=row.text("operations", limit=MAX_OPERATIONS),
        )

    return read_sheet(data, filename, PRODUCTS, MAX_ENTRIES, product)


def read_own_materials(data: bytes, filename: str) -> SheetResult[OwnMaterialRow]:
    def material(row: RowReader) -> OwnMaterialRow:
        return OwnMaterialRow(
            row=row.number,
            name=row.text("name", limit=MAX_TEXT, required=True),
            name_kk=row.text("name_kk", limit=MAX_TEXT),
            name_en=row.text("name_en", limit=MAX_TEXT),
            hs_code=material_hs_code(row),
            country=country_of(row),
            supplier=row.text("supplier", limit=MAX_TEXT),
            supplier_bin=row.normalised("supplier_bin", normalise_bin_iin, required=False),
            origin_document=origin_document_of(row),
            document=row.text("document", limit=MAX_STANDARD),
            local_percent=row.read("local_percent", read_percent, required=False),
        )

    return read_sheet(data, filename, OWN_MATERIALS, MAX_ENTRIES, material)


@transaction.atomic
def import_products(
    *, actor: Membership, sheet: SheetResult[ProductRow], file_sha256: str
) -> tuple[int, int]:
    """Adds what is new and changes what is known by name and code; how many of each."""
    owner = _opened(actor, sheet)
    known = {
        (entry.name_ru, entry.hs_code): entry
        for entry in CatalogueProduct.objects.filter(
            organisation=owner, name_ru__in={row.name for row in sheet.lines}
        )
    }
    counts = [0, 0]
    for row in sheet.lines:
        entry = known.get((row.name, row.hs_code))
        counts[entry is not None] += 1
        entry = entry or CatalogueProduct(organisation=owner, name_ru=row.name, hs_code=row.hs_code)
        known[row.name, row.hs_code] = entry
        _fill(entry, {"unit_id": row.unit_code, **_said(row, _PRODUCT_FIELDS)})
    _record(owner, actor, "products", sum(counts), file_sha256)
    return counts[0], counts[1]


@transaction.atomic
def import_own_materials(
    *, actor: Membership, sheet: SheetResult[OwnMaterialRow], file_sha256: str
) -> tuple[int, int]:
    """As products; a supplier that is not known yet comes along."""
    owner = _opened(actor, sheet)
    suppliers = {
        entry.name: entry
        for entry in CatalogueSupplier.objects.filter(
            organisation=owner, name__in={row.supplier for row in sheet.lines}
        ).order_by("-created_at")
    }
    known = {
        (entry.name_ru, entry.hs_code, entry.country, entry.supplier_id): entry
        for entry in CatalogueMaterial.objects.filter(
            organisation=owner, name_ru__in={row.name for row in sheet.lines}
        )
    }
    counts = [0, 0]
    for row in sheet.lines:
        supplier = _supplier(owner, row, suppliers)
        key = (row.name, row.hs_code, row.country, supplier.pk if supplier else None)
        entry = known.get(key)
        counts[entry is not None] += 1
        entry = entry or CatalogueMaterial(
            organisation=owner,
            name_ru=row.name,
            hs_code=row.hs_code,
            country=row.country,
            supplier=supplier,
        )
        known[key] = entry
        _fill(entry, _said(row, _MATERIAL_FIELDS))
    _record(owner, actor, "materials", sum(counts), file_sha256)
    return counts[0], counts[1]


_PRODUCT_FIELDS = ("name_kk", "name_en", "kp_ved", "standard", "price_kzt", "operations")
_MATERIAL_FIELDS = ("name_kk", "name_en", "origin_document", "document", "local_percent")


def _said(row: ProductRow | OwnMaterialRow, names: Sequence[str]) -> dict[str, Any]:
    """What the row says; an empty cell leaves a known entry as it is."""
    found = {name: getattr(row, name) for name in names}
    return {name: value for name, value in found.items() if value not in ("", None)}


def _fill(entry: CatalogueProduct | CatalogueMaterial, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(entry, name, value)
    entry.save()


def _supplier(
    owner: Organisation, row: OwnMaterialRow, known: dict[str, CatalogueSupplier]
) -> CatalogueSupplier | None:
    if not row.supplier:
        return None
    supplier = known.get(row.supplier)
    if supplier is None:
        supplier = CatalogueSupplier(organisation=owner, name=row.supplier)
    if supplier._state.adding or (row.supplier_bin and not supplier.bin):
        supplier.bin = supplier.bin or row.supplier_bin
        supplier.save()
    known[row.supplier] = supplier
    return supplier


def _opened(actor: Membership, sheet: SheetResult[Any]) -> Organisation:
    """The owner of the catalogue, locked: two files at once do not make entries twice."""
    authorize(actor, "expertise.edit_catalogue", None)
    if not sheet.is_sound or not sheet.lines:
        raise DomainError(
            "faulty_file", _("The file has errors; nothing was imported."), field="file"
        )
    return Organisation.objects.select_for_update().get(pk=actor.organisation_id)


def _record(
    owner: Organisation, actor: Membership, kind: str, entries: int, file_sha256: str
) -> None:
    audit.record(
        "catalogue.imported",
        actor=actor.ref(),
        subject=audit.SubjectRef(type="catalogue", id=str(owner.pk), label=""),
        kind=kind,
        entries=entries,
        file_sha256=file_sha256,
    )


_EXAMPLES: Mapping[str, tuple[str, Layout, tuple[str, ...], tuple[tuple[object, ...], ...]]] = {
    "products": (
        "Товары",
        PRODUCTS,
        ("name", "name_kk", "hs_code", "kp_ved", "unit", "standard", "price_kzt", "operations"),
        (
            ("Фильтр воздушный PF-0001A", "PF-0001A ауа сүзгісі", "8421990006", "28.29.82", "шт",
             "СТ РК 0000-2020", 10_000, "Гофрирование, склейка, сборка, испытание"),
        ),
    ),
    "materials": (
        "Материалы",
        OWN_MATERIALS,
        ("name", "hs_code", "country", "supplier", "origin_document", "document",
         "local_percent"),
        (
            ("Картон фильтровальный", "4805400000", "RU", "ООО «Бумага-Пример»", "ДТ",
             "55302070/010126/0000001", None),
            ("Корпус стальной", "7326909807", "KZ", "ТОО «Металл-Пример»", "СТ-KZ",
             "KZ 6 110 00001", "82,5 %"),
        ),
    ),
}  # fmt: skip


def example(kind: str) -> bytes:
    """A workbook to fill; its rows are invented."""
    title, layout, keys, rows = _EXAMPLES[kind]
    return workbook(layout, keys, rows, title=title)
