"""Record → sealed document, in steps that can each be stopped and taken up again.

1. `rendering.render_pdf` — the unsigned PDF, the same bytes each time.
2. `sealing.seal` — the sealed PDF.
3. `check_sealed` — the portal verifies its own seal as a stranger would.
4. `keep_sealed_document` — the row that makes it the one document of its subject.
"""

import json
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from .canonical import canonical_bytes, sha256_hex
from .models import SealedDocument, StoredFile
from .pdfa import faults
from .rendering import TEMPLATE_VERSION, render_pdf
from .sealing import SealFaulty, SealVerdict, seal, verify_seal
from .storing import read, store

PDF = "application/pdf"


def make_sealed_document(
    *,
    kind: str,
    subject_type: str,
    subject_id: str,
    number: str,
    record_bytes: bytes,
    at: datetime,
) -> SealedDocument:
    """All steps at once. A subject that has its document gets that one, whatever comes in."""
    existing = sealed_document_of(kind, subject_type, subject_id)
    if existing is not None:
        return existing
    unsigned = render_pdf(kind, json.loads(record_bytes))
    sealed = seal(unsigned, reason=number, at=at)
    check_sealed(sealed, unsigned)
    return keep_sealed_document(
        kind=kind,
        subject_type=subject_type,
        subject_id=subject_id,
        number=number,
        record=record_bytes,
        template_version=TEMPLATE_VERSION,
        rendered=store(unsigned, name=f"{number} (unsealed).pdf", content_type=PDF),
        sealed=store(sealed, name=f"{number}.pdf", content_type=PDF),
    )


def sealed_document_of(kind: str, subject_type: str, subject_id: str) -> SealedDocument | None:
    return SealedDocument.objects.filter(
        kind=kind, subject_type=subject_type, subject_id=subject_id
    ).first()


def check_sealed(sealed: bytes, unsigned: bytes) -> SealVerdict:
    """Raise `SealFaulty` unless the seal is good, lies on exactly the rendered bytes, and the
    file is fit for the archive. Nothing leaves the portal without having passed here."""
    if not sealed.startswith(unsigned):
        raise SealFaulty("seal_other_document", _("The seal lies on another document."))
    verdict = verify_seal(sealed)
    if not verdict.ok or verdict.sealed_at is None:
        raise SealFaulty("seal_faulty", verdict.reason)
    found = faults(sealed)
    if found:
        raise SealFaulty(
            "not_archival",
            _("The document is not fit for the archive (PDF/A): %(faults)s.")
            % {"faults": ", ".join(found)},
        )
    return verdict


def keep_sealed_document(
    *,
    kind: str,
    subject_type: str,
    subject_id: str,
    number: str,
    record: bytes,
    template_version: str,
    rendered: StoredFile,
    sealed: StoredFile,
) -> SealedDocument:
    """Add the row, once: of two workers that come here, both get the first one's document.

    What is read back from storage is checked again, since between sealing and keeping there
    may have been a crash and a restart.
    """
    existing = sealed_document_of(kind, subject_type, subject_id)
    if existing is not None:
        return existing
    if canonical_bytes(json.loads(record)) != record:
        raise ValueError("the record is not in canonical form")
    verdict = check_sealed(read(sealed), read(rendered))
    assert verdict.sealed_at is not None  # noqa: S101  check_sealed refuses a seal without it
    try:
        with transaction.atomic():
            return SealedDocument.objects.create(
                kind=kind,
                subject_type=subject_type,
                subject_id=subject_id,
                number=number,
                record=record,
                record_sha256=sha256_hex(record),
                template_version=template_version,
                unsigned_sha256=rendered.sha256,
                file=sealed,
                sealed_sha256=sealed.sha256,
                seal_certificate_sha256=verdict.seal_certificate_sha256,
                sealed_at=verdict.sealed_at,
            )
    except IntegrityError:
        return SealedDocument.objects.get(
            kind=kind, subject_type=subject_type, subject_id=subject_id
        )
