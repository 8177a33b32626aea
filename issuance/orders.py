"""The order on a decided change: made by a worker from the decision, sealed and kept once."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

import audit
import outbox
from accounts.errors import DomainError
from accounts.models import COMMITTEE_ROLES, Membership, Organisation, Role
from documents.canonical import canonical_bytes
from documents.sealed import make_sealed_document
from reference.numbering import next_number
from reference.parameters import parameter
from workflow.moving import locked

from .appeals import appeal_rights
from .change_records import named_certificate, party, position_of, reason_record
from .models import CertificateChange
from .originals import return_term
from .records import signature_record, verify_url

MAKE_ORDER = "issuance.make_order"
# In the number of an order that the Committee gives, where a chamber has its code.
COMMITTEE_CODE = "000"


def new_order_number(organisation: Organisation, *, on: date) -> str:
    """The next order of this chamber in the year."""
    code = organisation.code or COMMITTEE_CODE
    pattern: str = parameter("number_format.order", on=on)
    return pattern.format(
        chamber=code, year=on.year, seq=next_number(kind="order", series=code, year=on.year)
    )


def order_record(change: CertificateChange) -> dict[str, Any]:
    """The order as data, from what was decided."""
    certificate = change.certificate
    issuer = issuer_of(change)
    decided_at = timezone.localtime(change.decided_at)
    decided_on = decided_at.date()
    return {
        "schema": "ctkz.order/1",
        "kind": change.kind,
        "number": change.order_number,
        "dated_at": decided_at.isoformat(timespec="seconds"),
        "chamber": {"code": issuer.code, **party(issuer)},
        "to": party(certificate.application.applicant),
        "certificate": named_certificate(certificate),
        "reason": reason_record(change),
        "grounds": change.grounds,
        "effective_at": decided_at.isoformat(timespec="seconds"),
        "appeal_until": change.appeal_until.isoformat() if change.appeal_until else None,
        "rights": appeal_rights(on=decided_on),
        "return_original_by": _return_by(change, decided_on),
        "signed_by": {
            "name": change.decided_by.full_name if change.decided_by else "",
            "position": position_of(Role.COMMITTEE_HEAD, change.mandate),
        },
        "signature": signature_record(change.signature),
        "verify_url": verify_url(certificate),
    }


def issuer_of(change: CertificateChange) -> Organisation:
    """The chamber, or the Committee where it decided on its own inspector's proposal."""
    if change.proposed_role not in COMMITTEE_ROLES:
        return change.certificate.application.chamber
    return (
        Membership.objects.filter(user=change.decided_by, role=Role.COMMITTEE_HEAD)
        .select_related("organisation")
        .latest("valid_from")
        .organisation
    )


def _return_by(change: CertificateChange, decided_on: date) -> str | None:
    """Only where a paper original was in somebody's hands when the certificate was revoked."""
    if change.kind != CertificateChange.Kind.REVOKE:
        return None
    handed_out = change.certificate.originals.filter(handed_out_on__lte=decided_on)
    return return_term(on=decided_on).isoformat() if handed_out.exists() else None


def make_order(change_id: str) -> None:
    """Safe to run any number of times; without a seal the work waits in the outbox."""
    change = CertificateChange.objects.select_related(
        "certificate__application__chamber",
        "certificate__application__applicant",
        "decided_by",
        "mandate",
        "signature",
    ).get(pk=change_id)
    if change.status != "in_force" or not change.order_number or change.document_id:
        with transaction.atomic():
            outbox.done(MAKE_ORDER, change_id)
        return
    try:
        _make(change)
    except DomainError as refusal:
        outbox.failed(MAKE_ORDER, change_id, str(refusal))


def _make(change: CertificateChange) -> None:
    document = make_sealed_document(
        kind="order",
        subject_type=CertificateChange.SUBJECT_TYPE,
        subject_id=str(change.pk),
        number=change.order_number,
        record_bytes=canonical_bytes(order_record(change)),
        at=timezone.now(),
    )
    with transaction.atomic():
        current = locked(change)
        if current.document_id is None:
            current.document = document
            current.save(update_fields=["document"])
            audit.record(
                "certificate_change.order_made",
                actor=audit.SYSTEM,
                subject=current.subject_ref(),
                case=str(current.case_id),
                number=current.order_number,
                certificate=change.certificate.number,
                pdf_sha256=document.sealed_sha256,
            )
        outbox.done(MAKE_ORDER, str(change.pk))
