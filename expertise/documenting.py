"""The PDF of an act, made by a worker from the frozen record, sealed and kept."""

import json

from django.db import transaction
from django.utils import timezone

import audit
import outbox
from accounts.errors import DomainError
from documents.rendering import TEMPLATE_VERSION, render_pdf
from documents.sealed import keep_sealed_document
from documents.sealing import SealFaulty, seal, verify_seal
from documents.storing import store

from .models import Act
from .services.signing import MAKE_DOCUMENT


def make_act_document(act_id: str) -> None:
    """Renders, seals, verifies and keeps the act's PDF once.

    Without a seal the work stays in the outbox and is tried again; the act itself is signed
    and valid as a record.
    """
    act = Act.objects.get(pk=act_id)
    if act.document_id:
        with transaction.atomic():
            outbox.done(MAKE_DOCUMENT, act_id)
        return
    try:
        _make(act)
    except DomainError as refusal:
        outbox.failed(MAKE_DOCUMENT, act_id, str(refusal))


def _make(act: Act) -> None:
    pdf = render_pdf("act", json.loads(bytes(act.record)))
    sealed_pdf = seal(pdf, reason=act.number, at=timezone.now())
    verdict = verify_seal(sealed_pdf)
    if not verdict.ok:
        raise SealFaulty("seal_faulty", verdict.reason)
    rendered = store(pdf, name=f"{act.number} (unsealed).pdf", content_type="application/pdf")
    sealed = store(sealed_pdf, name=f"{act.number}.pdf", content_type="application/pdf")
    with transaction.atomic():
        current = Act.objects.select_for_update().get(pk=act.pk)
        if current.document_id:
            return
        current.document = keep_sealed_document(
            kind="act",
            subject_type=Act.SUBJECT_TYPE,
            subject_id=str(act.pk),
            number=act.number,
            record=bytes(act.record),
            template_version=TEMPLATE_VERSION,
            rendered=rendered,
            sealed=sealed,
        )
        current.save(update_fields=["document"])
        audit.record(
            "act.document_sealed",
            actor=audit.SYSTEM,
            subject=act.subject_ref(),
            case=str(act.case_id),
            number=act.number,
            sealed_sha256=current.document.sealed_sha256,
        )
        outbox.done(MAKE_DOCUMENT, str(act.pk))
