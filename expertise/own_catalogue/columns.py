"""The columns of the parts of the catalogue: on the page, in its order and in its file."""

from django.utils.translation import gettext_lazy as _

from expertise.models.goods import OriginDocument
from reference.columns import choice, field
from reference.lists import Column, by_name

_HS_CODE = field("hs_code", _("HS code"), "hs_code")
_USED = field("used", _("Used"), "used_at")

PRODUCT_COLUMNS = (
    Column("name", _("Product"), lambda row: row.name, order=(by_name("name"),)),
    _HS_CODE,
    field("kp_ved", _("KP VED code"), "kp_ved"),
    field("standard", _("Standard"), "standard"),
    Column("unit", _("Unit"), lambda row: row.unit.symbol),
    field("price", _("Usual price"), "price_kzt"),
    field("materials", _("Materials"), "materials_count"),
    _USED,
)

MATERIAL_COLUMNS = (
    Column("name", _("Material"), lambda row: row.name, order=(by_name("name"),)),
    _HS_CODE,
    field("origin", _("Origin"), "country"),
    choice("kind", _("Document of origin"), "origin_document", OriginDocument.values),
    field("document", _("Document number and date"), "document"),
    field("local", _("Local content, %"), "local_percent"),
    field("supplier", _("Supplier"), "supplier__name"),
    _USED,
)

SUPPLIER_COLUMNS = (
    field("name", _("Supplier"), "name"),
    Column(
        "bin",
        _("BIN or number abroad"),
        lambda row: row.bin or row.foreign_id,
        order=("bin", "foreign_id"),
    ),
    field("country", _("Country"), "country"),
    _USED,
)

COLUMNS = {
    "products": PRODUCT_COLUMNS,
    "materials": MATERIAL_COLUMNS,
    "suppliers": SUPPLIER_COLUMNS,
}
