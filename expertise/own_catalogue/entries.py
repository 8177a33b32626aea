"""Entries of the catalogue by hand: added, changed, retired, taken back."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import authorize
from expertise.models import (
    CatalogueBillRow,
    CatalogueMaterial,
    CatalogueProduct,
    CatalogueSupplier,
)

Entry = CatalogueProduct | CatalogueMaterial | CatalogueSupplier
KINDS: Mapping[str, type[Entry]] = {
    "products": CatalogueProduct,
    "materials": CatalogueMaterial,
    "suppliers": CatalogueSupplier,
}
VALUE_FIELDS = ("value_kzt", "currency", "amount", "rate", "rate_on", "rate_source")


@transaction.atomic
def save_entry(*, entry: Entry, actor: Membership, values: Mapping[str, Any]) -> Entry:
    """Adds an entry to the catalogue of the actor's organisation, or changes one of it."""
    is_new = entry._state.adding
    if is_new:
        entry.organisation = actor.organisation
    authorize(actor, "expertise.edit_catalogue", entry)
    for name, value in values.items():
        setattr(entry, name, value)
    _check(entry)
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError as error:
        raise DomainError(
            "known_entry", _("The catalogue has this entry already; it may be a retired one.")
        ) from error
    _record("catalogue.entry_added" if is_new else "catalogue.entry_changed", entry, actor)
    return entry


def _check(entry: Entry) -> None:
    try:
        entry.full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise DomainError("invalid", messages[0], field=name) from error
    supplier = getattr(entry, "supplier", None)
    if supplier is not None and supplier.organisation_id != entry.organisation_id:
        raise DomainError("strange_supplier", _("The supplier is not of this catalogue."))


@transaction.atomic
def retire_entry(*, entry: Entry, actor: Membership) -> Entry:
    """No longer offered; requests made from it keep what they took."""
    authorize(actor, "expertise.edit_catalogue", entry)
    if entry.retired_at is None:
        entry.retired_at = timezone.now()
        entry.save(update_fields=["retired_at", "changed_at"])
        _record("catalogue.entry_retired", entry, actor)
    return entry


@transaction.atomic
def restore_entry(*, entry: Entry, actor: Membership) -> Entry:
    authorize(actor, "expertise.edit_catalogue", entry)
    if entry.retired_at is not None:
        entry.retired_at = None
        entry.save(update_fields=["retired_at", "changed_at"])
        _record("catalogue.entry_restored", entry, actor)
    return entry


@transaction.atomic
def save_bill(
    *, product: CatalogueProduct, actor: Membership, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Replaces the usual bill of a product: materials of the same catalogue with their values."""
    authorize(actor, "expertise.edit_catalogue", product)
    if any(row["material"].organisation_id != product.organisation_id for row in rows):
        raise DomainError("strange_material", _("A material is not of this catalogue."))
    product.bill.all().delete()
    CatalogueBillRow.objects.bulk_create(
        CatalogueBillRow(product=product, number=number, **row)
        for number, row in enumerate(rows, start=1)
    )
    product.save(update_fields=["changed_at"])
    _record("catalogue.entry_changed", product, actor)


def _record(event: str, entry: Entry, actor: Membership) -> None:
    kind = next(name for name, model in KINDS.items() if isinstance(entry, model))
    subject = audit.SubjectRef(type="catalogue_entry", id=str(entry.pk), label="")
    audit.record(event, actor=actor.ref(), subject=subject, kind=kind)
