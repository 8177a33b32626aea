"""The letter of refusal: made by a worker from the frozen decision, sealed and kept once."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
import outbox
from accounts.errors import DomainError
from documents.canonical import canonical_bytes
from documents.sealed import make_sealed_document
from reference.parameters import parameter
from workflow.moving import locked

from .appeals import appeal_rights, appeal_until
from .decisions import kept_decision
from .models import Application
from .records import signature_record
from .services import MAKE_LETTER

LETTER = "letter"


def refusal_letter(application: Application) -> dict[str, Any]:
    """The letter as data: what was decided, why, and how to appeal."""
    decision = kept_decision(application)
    if decision is None:
        raise DomainError("not_decided", _("There is no decision to write a letter on."))
    decided_at = timezone.localtime(application.decided_at)
    decided_on = decided_at.date()
    refusal, decided_by = decision["refusal"], decision["decided_by"]
    act, applicant = application.act, application.applicant
    return {
        "schema": "ctkz.letter/1",
        "kind": "refusal",
        "number": letter_number(application, on=decided_on),
        "dated_at": decided_at.isoformat(timespec="seconds"),
        "chamber": decision["chamber"],
        "to": {
            "name": applicant.names(),
            "bin": applicant.bin,
            "address": applicant.addresses(),
        },
        "application": {
            "number": application.number,
            "submitted_on": timezone.localdate(application.submitted_at).isoformat(),
        },
        "act": {
            "number": act.number,
            "sha256": act.record_sha256,
            "signed_on": timezone.localdate(act.signed_at).isoformat(),
        },
        "reason": {
            "code": refusal["reason"]["code"],
            "name": {"kk": refusal["reason"]["kk"], "ru": refusal["reason"]["ru"]},
        },
        "note": refusal["note"],
        "rights": appeal_rights(on=decided_on),
        "appeal_until": appeal_until(decided_on).isoformat(),
        "signed_by": {"name": decided_by["name"], "position": decided_by["position"]},
        "signature": signature_record(application.decision_signature),
        "verify_url": None,
    }


def letter_number(application: Application, *, on: date) -> str:
    """An application is refused once, so its own number tells the letter."""
    pattern: str = parameter("number_format.refusal_letter", on=on)
    return pattern.format(application=application.number)


def make_refusal_letter(application_id: str) -> None:
    """Safe to run any number of times; without a seal the work waits in the outbox."""
    application = Application.objects.select_related(
        "act", "applicant", "chamber", "decision_signature"
    ).get(pk=application_id)
    if application.status != "refused" or application.letter_id:
        with transaction.atomic():
            outbox.done(MAKE_LETTER, application_id)
        return
    try:
        _make(application)
    except DomainError as refusal:
        outbox.failed(MAKE_LETTER, application_id, str(refusal))


def _make(application: Application) -> None:
    record = refusal_letter(application)
    document = make_sealed_document(
        kind=LETTER,
        subject_type=Application.SUBJECT_TYPE,
        subject_id=str(application.pk),
        number=record["number"],
        record_bytes=canonical_bytes(record),
        at=timezone.now(),
    )
    with transaction.atomic():
        current = locked(application)
        if current.letter_id is None:
            current.letter = document
            current.save(update_fields=["letter"])
            audit.record(
                "application.letter_sealed",
                actor=audit.SYSTEM,
                subject=current.subject_ref(),
                case=str(current.case_id),
                number=document.number,
                record_sha256=document.record_sha256,
                sealed_sha256=document.sealed_sha256,
            )
        outbox.done(MAKE_LETTER, str(application.pk))
