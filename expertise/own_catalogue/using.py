"""Taking from the catalogue into a draft: values are copied, nothing stays tied."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import authorize
from expertise.models import (
    CatalogueMaterial,
    CatalogueProduct,
    CatalogueSupplier,
    ExpertiseRequest,
    GoodsLine,
    Material,
)
from expertise.services.filing import editable, save_line

from .entries import VALUE_FIELDS

FOUND_AT_ONCE = 12


def products_for(actor: Membership | None) -> QuerySet[CatalogueProduct]:
    entries = CatalogueProduct.objects.visible_to(actor)
    return entries.select_related("unit").order_by("name_ru", "pk")


def materials_for(actor: Membership | None) -> QuerySet[CatalogueMaterial]:
    entries = CatalogueMaterial.objects.visible_to(actor)
    return entries.select_related("supplier", "unit").order_by("name_ru", "pk")


def suppliers_for(actor: Membership | None) -> QuerySet[CatalogueSupplier]:
    return CatalogueSupplier.objects.visible_to(actor).order_by("name", "pk")


def matching(entries: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Entries whose name, code or number holds every word of `text`."""
    names = {field.name for field in entries.model._meta.concrete_fields}
    looked_in = names & {
        "name", "name_ru", "name_kk", "name_en", "hs_code", "standard", "bin", "foreign_id",
    }  # fmt: skip
    for word in text.split():
        condition = Q()
        for name in looked_in:
            condition |= Q(**{f"{name}__icontains": word})
        entries = entries.filter(condition)
    return entries


def product_values(product: CatalogueProduct) -> dict[str, Any]:
    """A new line as the product fills it; how many there are the person says."""
    name = product.name_ru
    if product.standard and product.standard not in name:
        name = f"{name}, {product.standard}"
    return {
        "name": name,
        "hs_code": product.hs_code,
        "kp_ved": product.kp_ved,
        "unit": product.unit_id,
        "price_kzt": product.price_kzt,
    }


def material_values(material: CatalogueMaterial) -> dict[str, Any]:
    """A row of a bill as the material fills it; its value the person says."""
    return {
        "name": material.name_ru,
        "hs_code": material.hs_code,
        "country": material.country,
        "supplier": material.supplier.name if material.supplier else "",
        "origin_document": material.origin_document,
        "document": material.document,
        "local_percent": material.local_percent,
    }


@transaction.atomic
def take_product(
    *,
    request: ExpertiseRequest,
    product: CatalogueProduct,
    quantity: Decimal,
    actor: Membership,
) -> GoodsLine:
    """A new line of the draft with the usual materials of the product."""
    authorize(actor, "expertise.use_catalogue", product)
    values = product_values(product)
    values["unit_id"] = values.pop("unit")
    line = save_line(request=request, actor=actor, values={**values, "quantity": quantity})
    take_bill(product=product, line=line, actor=actor)
    return line


@transaction.atomic
def take_bill(*, product: CatalogueProduct, line: GoodsLine, actor: Membership) -> int:
    """The usual materials of the product for a line that has none; returns how many."""
    authorize(actor, "expertise.use_catalogue", product)
    request = editable(line.request, actor)
    if line.materials.exists():
        raise DomainError("has_materials", _("The line has materials already; remove them first."))
    rows = list(product.bill.select_related("material__supplier"))
    Material.objects.bulk_create(
        Material(
            line=line,
            number=number,
            **material_values(row.material),
            **{name: getattr(row, name) for name in VALUE_FIELDS},
        )
        for number, row in enumerate(rows, start=1)
    )
    if rows and not request.operations.strip() and product.operations:
        ExpertiseRequest.objects.filter(pk=request.pk).update(operations=product.operations)
    _mark_used([product], [row.material for row in rows])
    return len(rows)


def _mark_used(
    products: Sequence[CatalogueProduct], materials: Iterable[CatalogueMaterial]
) -> None:
    now = timezone.now()
    for model, entries in ((CatalogueProduct, products), (CatalogueMaterial, materials)):
        model.objects.filter(pk__in=[entry.pk for entry in entries]).update(used_at=now)
