"""What requests teach the catalogue: products with their bills, materials, suppliers.

Only what the catalogue does not know is added. What stands in it was written or checked by the
applicant's own people, and a retired entry was put aside on purpose: neither is touched.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

import audit
import outbox
from accounts.models import Membership, Organisation
from accounts.permissions import authorize
from expertise.models import (
    CatalogueBillRow,
    CatalogueMaterial,
    CatalogueProduct,
    CatalogueSupplier,
    ExpertiseRequest,
    GoodsLine,
    Material,
)

from .entries import VALUE_FIELDS

REMEMBER = "expertise.remember_request"
# A request may have ten thousand lines; they are learnt in helpings.
LINES_AT_ONCE = 200

SupplierKey = str
MaterialKey = tuple[str, str, str, str]


@dataclass
class Learnt:
    """How many entries are new."""

    products: int = 0
    materials: int = 0
    suppliers: int = 0

    @property
    def total(self) -> int:
        return self.products + self.materials + self.suppliers

    def add(self, other: "Learnt") -> None:
        self.products += other.products
        self.materials += other.materials
        self.suppliers += other.suppliers


def enqueue_remembering(request: ExpertiseRequest) -> None:
    """In the transaction of the submission: learning must not keep the applicant waiting."""
    outbox.enqueue(REMEMBER, key=str(request.pk), request_id=str(request.pk))


@transaction.atomic
def remember_request(request_id: str) -> Learnt:
    """The worker's step after a submission."""
    request = ExpertiseRequest.objects.select_related("applicant").get(pk=request_id)
    learnt = _learn(request.applicant, list(request.lines.order_by("number")), request.operations)
    if learnt.total:
        _record(request.applicant, audit.SYSTEM, learnt)
    outbox.done(REMEMBER, request_id)
    return learnt


@transaction.atomic
def remember_line(*, line: GoodsLine, actor: Membership) -> Learnt:
    """One line of a draft, because the person says so."""
    authorize(actor, "expertise.edit_request", line.request)
    learnt = _learn(line.request.applicant, [line], line.request.operations)
    if learnt.total:
        _record(line.request.applicant, actor.ref(), learnt)
    return learnt


def _record(owner: Organisation, actor: audit.ActorRef, learnt: Learnt) -> None:
    """In no case of a request: what an applicant keeps for itself is not the auditor's matter."""
    audit.record(
        "catalogue.filled",
        actor=actor,
        subject=audit.SubjectRef(type="catalogue", id=str(owner.pk), label=""),
        products=learnt.products,
        materials=learnt.materials,
        suppliers=learnt.suppliers,
    )


def _learn(owner: Organisation, lines: Sequence[GoodsLine], operations: str) -> Learnt:
    # One at a time per organisation: two requests submitted together teach the same entries.
    Organisation.objects.select_for_update().get(pk=owner.pk)
    learnt = Learnt()
    for start in range(0, len(lines), LINES_AT_ONCE):
        some = lines[start : start + LINES_AT_ONCE]
        bills = list(Material.objects.filter(line__in=some).order_by("line", "number"))
        suppliers, fresh_suppliers = _suppliers(owner, bills)
        materials, fresh_materials = _materials(owner, bills, suppliers)
        fresh = _products(owner, some, operations)
        _bills(fresh, bills, materials)
        learnt.add(Learnt(len(fresh), fresh_materials, fresh_suppliers))
    return learnt


def _suppliers(
    owner: Organisation, bills: Iterable[Material]
) -> tuple[dict[SupplierKey, CatalogueSupplier], int]:
    """By the name as it was written: a request tells nothing more of a supplier."""
    names = {row.supplier.strip() for row in bills} - {""}
    known: dict[SupplierKey, CatalogueSupplier] = {}
    found = CatalogueSupplier.objects.filter(organisation=owner, name__in=names)
    for supplier in found.order_by("created_at"):
        known.setdefault(supplier.name, supplier)
    fresh = [
        CatalogueSupplier(organisation=owner, name=name) for name in sorted(names - set(known))
    ]
    CatalogueSupplier.objects.bulk_create(fresh)
    return known | {supplier.name: supplier for supplier in fresh}, len(fresh)


def _materials(
    owner: Organisation,
    bills: Iterable[Material],
    suppliers: dict[SupplierKey, CatalogueSupplier],
) -> tuple[dict[MaterialKey, CatalogueMaterial], int]:
    wanted = {_key(row): row for row in bills}
    names = {key[0] for key in wanted}
    found = CatalogueMaterial.objects.filter(organisation=owner, name_ru__in=names)
    known: dict[MaterialKey, CatalogueMaterial] = {}
    for entry in found.select_related("supplier"):
        supplier = entry.supplier.name if entry.supplier else ""
        known[entry.name_ru, entry.hs_code, entry.country, supplier] = entry
    fresh = {
        key: CatalogueMaterial(
            organisation=owner,
            name_ru=row.name,
            hs_code=row.hs_code,
            country=row.country,
            supplier=suppliers.get(row.supplier.strip()),
            origin_document=row.origin_document,
            document=row.document,
            local_percent=row.local_percent,
        )
        for key, row in wanted.items()
        if key not in known
    }
    CatalogueMaterial.objects.bulk_create(fresh.values())
    return known | fresh, len(fresh)


def _key(row: Material) -> MaterialKey:
    return row.name, row.hs_code, row.country, row.supplier.strip()


def _products(
    owner: Organisation, lines: Iterable[GoodsLine], operations: str
) -> dict[CatalogueProduct, GoodsLine]:
    """The new products, each with the line that it was learnt from."""
    wanted = {(line.name, line.hs_code): line for line in reversed(list(lines))}
    known = set(
        CatalogueProduct.objects.filter(
            organisation=owner, name_ru__in={name for name, _code in wanted}
        ).values_list("name_ru", "hs_code")
    )
    fresh = {
        CatalogueProduct(
            organisation=owner,
            name_ru=line.name,
            hs_code=line.hs_code,
            kp_ved=line.kp_ved,
            unit_id=line.unit_id,
            price_kzt=line.price_kzt,
            operations=operations,
            used_at=timezone.now(),
        ): line
        for key, line in wanted.items()
        if key not in known
    }
    CatalogueProduct.objects.bulk_create(fresh)
    return fresh


def _bills(
    products: dict[CatalogueProduct, GoodsLine],
    bills: Sequence[Material],
    materials: dict[MaterialKey, CatalogueMaterial],
) -> None:
    of_line = {line.pk: product for product, line in products.items()}
    CatalogueBillRow.objects.bulk_create(
        CatalogueBillRow(
            product=of_line[row.line_id],
            number=row.number,
            material=materials[_key(row)],
            **{name: getattr(row, name) for name in VALUE_FIELDS},
        )
        for row in bills
        if row.line_id in of_line
    )
