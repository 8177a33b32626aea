"""Duplicates: the same certificate once more, marked and counted, after loss or damage.

The number stays; the record gains the duplicate's ordinal and day. A worker makes the paper from
the certificate's frozen record; killed anywhere, it is begun again from the outbox and ends with
one document.
"""

import json
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
import outbox
from accounts.errors import DomainError
from documents.canonical import canonical_bytes
from documents.seal_keys import seal_key
from documents.sealed import make_sealed_document

from .mandates import seal_in_force
from .models import Certificate, CertificateChange, Duplicate

MAKE_DUPLICATE = "issuance.make_duplicate"
SUBJECT_TYPE = "duplicate"


def order_duplicate(change: CertificateChange) -> Duplicate:
    """The next duplicate of the certificate, which the caller holds locked."""
    certificate = change.certificate
    duplicate = Duplicate.objects.create(
        certificate=certificate,
        ordinal=certificate.duplicates.count() + 1,
        change=change,
        requested_at=change.decided_at or timezone.now(),
    )
    outbox.enqueue(MAKE_DUPLICATE, key=str(duplicate.pk), duplicate_id=str(duplicate.pk))
    return duplicate


def duplicate_record(duplicate: Duplicate) -> dict[str, Any]:
    """The certificate's own record, and which duplicate this is.

    The blank is given to it on paper, later; it is told in the chamber's book of originals.
    """
    content: Any = duplicate.certificate.record
    record: dict[str, Any] = json.loads(bytes(content))
    record["duplicate"] = {
        "ordinal": duplicate.ordinal,
        "given_on": timezone.localdate(duplicate.requested_at).isoformat(),
        "blank_number": None,
    }
    return record


def make_duplicate(duplicate_id: str) -> None:
    """Safe to run any number of times; without a seal the work waits in the outbox."""
    duplicate = Duplicate.objects.select_related("certificate").get(pk=duplicate_id)
    if duplicate.document_id:
        with transaction.atomic():
            outbox.done(MAKE_DUPLICATE, duplicate_id)
        return
    try:
        _make(duplicate)
    except DomainError as refusal:
        Duplicate.objects.filter(pk=duplicate_id).update(failure=str(refusal))
        outbox.failed(MAKE_DUPLICATE, duplicate_id, str(refusal))


def _make(duplicate: Duplicate) -> None:
    certificate = duplicate.certificate
    _refuse_unregistered_seal(certificate)
    document = make_sealed_document(
        kind="duplicate",
        subject_type=SUBJECT_TYPE,
        subject_id=str(duplicate.pk),
        number=certificate.number,
        record_bytes=canonical_bytes(duplicate_record(duplicate)),
        at=timezone.now(),
    )
    with transaction.atomic():
        current = Duplicate.objects.select_for_update().get(pk=duplicate.pk)
        if current.document_id is None:
            current.document = document
            current.failure = ""
            current.save(update_fields=["document", "failure"])
            audit.record(
                "certificate.duplicate_made",
                actor=audit.SYSTEM,
                subject=certificate.subject_ref(),
                case=str(certificate.case_id),
                number=certificate.number,
                ordinal=current.ordinal,
                record_sha256=document.record_sha256,
                act_sha256=certificate.application.act.record_sha256,
                pdf_sha256=document.sealed_sha256,
                seal_certificate_sha256=document.seal_certificate_sha256,
            )
        outbox.done(MAKE_DUPLICATE, str(duplicate.pk))


def _refuse_unregistered_seal(certificate: Certificate) -> None:
    """A duplicate stands for the certificate, so it goes out under a seal of its chamber too."""
    digest = seal_key().certificate_sha256
    chamber = certificate.application.chamber
    if seal_in_force(chamber, digest, timezone.localdate()) is None:
        raise DomainError(
            "seal_not_registered",
            _("The seal in use is not in the chamber's register of seals."),
        )


def duplicate_with_digest(sealed_sha256: str) -> Duplicate | None:
    """The duplicate whose sealed file has this digest."""
    return (
        Duplicate.objects.filter(document__sealed_sha256=sealed_sha256)
        .select_related("certificate", "document")
        .first()
    )


def duplicates_of(certificate: Certificate) -> list[Duplicate]:
    return list(
        certificate.duplicates.select_related("document__file", "change").order_by("ordinal")
    )
