"""Completing an issue: the steps a worker performs after the number was reserved.

The intent (`certificate.issuing_started`) is on record before the first step. Every step leaves
its result in the row or in the store before the next begins, so a worker killed anywhere
resumes where it stopped; a step whose result is there is not done again. No seal, no
certificate: whatever goes wrong ends in the status `issue_failed`, never in an unsealed paper.
"""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
import outbox
from accounts.errors import DomainError
from documents.canonical import canonical_bytes, sha256_hex
from documents.rendering import TEMPLATE_VERSION, render_pdf
from documents.sealed import check_sealed, keep_sealed_document
from documents.sealing import seal
from documents.storing import read, store
from workflow.moving import advance, locked

from .mandates import seal_in_force
from .models import Certificate
from .periods import enter_status
from .records import certificate_record
from .replacing import end_by_successor, locked_with_predecessor, refuse_unreplaceable
from .services import COMPLETE_ISSUE

logger = logging.getLogger(__name__)

# Faults of the surroundings: the work stays in the outbox and is done again later.
TRANSIENT = (OperationalError, InterfaceError, OSError)


def complete_issue(certificate_id: str) -> None:
    """Step 1 freeze the record, 2 render, 3 seal, 4 verify the own seal, 5 put into force.

    Safe to run any number of times and side by side: one worker at a time holds the
    certificate, and a finished one is left alone.
    """
    with only_one_worker(certificate_id) as is_mine:
        if not is_mine:
            return
        certificate = Certificate.objects.get(pk=certificate_id)
        if certificate.status != "issuing":
            _close_outbox(certificate)
            return
        for step in STEPS:
            try:
                step(certificate)
            except TRANSIENT:
                raise
            except DomainError as refusal:
                stop_issue(certificate, step.__name__, refusal.code, str(refusal))
                return
            except Exception as fault:
                logger.exception("issue of %s stopped", certificate.number)
                stop_issue(certificate, step.__name__, "unexpected", type(fault).__name__)
                return


def freeze_record(certificate: Certificate) -> None:
    """Step 1: the certificate as data, canonical and hashed; from here on it cannot change."""
    if certificate.record is not None:
        return
    record = canonical_bytes(certificate_record(certificate))
    certificate.record = record
    certificate.record_sha256 = sha256_hex(record)
    certificate.save(update_fields=["record", "record_sha256"])


def render_document(certificate: Certificate) -> None:
    """Step 2: the PDF, made from the frozen record and from nothing else."""
    if certificate.rendered_id:
        return
    pdf = render_pdf("certificate", json.loads(bytes(certificate.record)))
    certificate.rendered = store(
        pdf, name=f"{certificate.number} (unsealed).pdf", content_type="application/pdf"
    )
    certificate.save(update_fields=["rendered"])


def seal_document(certificate: Certificate) -> None:
    """Step 3: the seal."""
    if certificate.sealed_id:
        return
    sealed = seal(read(certificate.rendered), reason=certificate.number, at=timezone.now())
    certificate.sealed = store(
        sealed, name=f"{certificate.number}.pdf", content_type="application/pdf"
    )
    certificate.save(update_fields=["sealed"])


def check_own_seal(certificate: Certificate) -> None:
    """Step 4: the stored file is read back and its seal verified as a stranger would do it.

    The seal may have been changed since the approval: it has to be one of the chamber's today.
    """
    verdict = check_sealed(read(certificate.sealed), read(certificate.rendered))
    chamber = certificate.application.chamber
    if seal_in_force(chamber, verdict.seal_certificate_sha256, timezone.localdate()) is None:
        raise DomainError(
            "seal_not_registered",
            _("The seal in use is not in the chamber's register of seals."),
        )


def put_into_force(certificate: Certificate) -> None:
    """Step 5: the digest is stored and logged and the certificate is in force, all at once.

    With it ends the certificate that it replaces: at no moment are both in force, or none.
    """
    with transaction.atomic():
        current, replaced = locked_with_predecessor(certificate)
        if current.status != "issuing":
            return
        refuse_unfounded(current)
        if replaced is not None:
            refuse_unreplaceable(replaced)
        document = keep_sealed_document(
            kind="certificate",
            subject_type=Certificate.SUBJECT_TYPE,
            subject_id=str(current.pk),
            number=current.number,
            record=bytes(current.record),
            template_version=TEMPLATE_VERSION,
            rendered=current.rendered,
            sealed=current.sealed,
        )
        current.document = document
        current.issued_at = timezone.now()
        enter_status(
            current,
            "complete",
            audit.SYSTEM,
            number=current.number,
            record_sha256=current.record_sha256,
            act_sha256=current.application.act.record_sha256,
            pdf_sha256=document.sealed_sha256,
            seal_certificate_sha256=document.seal_certificate_sha256,
        )
        if replaced is not None:
            end_by_successor(replaced, current)
        outbox.done(COMPLETE_ISSUE, str(current.pk))


def refuse_unfounded(certificate: Certificate) -> None:
    """Asked again at the last step: an issue that stopped may be resumed weeks after the approval,
    and the act may have been annulled or corrected since."""
    if certificate.application.act.status != "signed":
        raise DomainError("act_not_in_force", _("The act of expertise is not in force any more"))
    if certificate.is_expired(on=timezone.localdate()):
        raise DomainError("expired", _("The certificate would have expired before its issue."))


STEPS: tuple[Callable[[Certificate], None], ...] = (
    freeze_record,
    render_document,
    seal_document,
    check_own_seal,
    put_into_force,
)


def stop_issue(certificate: Certificate, step: str, code: str, reason: str) -> None:
    """The issue stops in a status of its own, with the reason, and can be resumed by hand."""
    with transaction.atomic():
        current = locked(certificate)
        if current.status != "issuing":
            return
        current.failure = reason
        advance(current, "fail", audit.SYSTEM, number=current.number, step=step, code=code)
        outbox.done(COMPLETE_ISSUE, str(current.pk))


@contextmanager
def only_one_worker(certificate_id: str) -> Iterator[bool]:
    """Whether this process alone may work on the certificate.

    The lock belongs to the database session: a killed worker's session ends and frees it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [certificate_id])
        is_mine = cursor.fetchone()[0]
    try:
        yield is_mine
    finally:
        if is_mine:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [certificate_id]
                )


def _close_outbox(certificate: Certificate) -> None:
    with transaction.atomic():
        outbox.done(COMPLETE_ISSUE, str(certificate.pk))
