"""Papers of the generated history: the applicants' documents and the one sealed specimen sheet."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from audit.copying import copy_in, reserved_keys
from ctkz_portal.demo.papers import document_pdf
from documents.canonical import sha256_hex
from documents.demo_seal import make_demo_seal
from documents.models import SealedDocument, StoredFile
from documents.rendering import TEMPLATE_VERSION, render_pdf
from documents.sealed import PDF, check_sealed
from documents.sealing import seal
from documents.storing import path_of, store
from issuance.models import Certificate

from .people import Applicant, Cast
from .variations import PAPERS

TITLES = {
    "legal_status": "Справка о государственной регистрации",
    "cost_calculation": "Калькуляция на единицу продукции",
    "process_description": "Технологическая карта",
    "output_capacity": "Справка о мощности и выпуске",
    "material_origin": "Реестр документов на сырьё и материалы",
}
# What is taken over from another producer together with its technology.
TAKEN_OVER = ("cost_calculation", "process_description")
Files = dict[object, tuple[StoredFile, ...]]


def specimen_paper() -> StoredFile:
    """A paper that stands for any other while the moulds are made."""
    return store(document_pdf("Пример документа"), name="example.pdf", content_type=PDF)


def papers_of_applicants(cast: Cast, at: datetime) -> Files:
    """The papers of every applicant, in the order of `PAPERS`; some producers share theirs."""
    bodies = {type_: document_pdf(TITLES[type_]) for type_ in PAPERS}
    made: Files = {}
    rows: list[StoredFile] = []
    keys = iter(reserved_keys(StoredFile, len(cast.applicants) * len(PAPERS)))
    for applicant in cast.applicants:
        own = []
        for type_ in PAPERS:
            file = _paper(next(keys), type_, _owner(applicant, type_), applicant, bodies, at)
            rows.append(file)
            own.append(file)
        made[applicant.organisation.pk] = tuple(own)
    copy_in(rows)
    return made


def _owner(applicant: Applicant, type_: str) -> Applicant:
    if type_ in TAKEN_OVER and applicant.papers_of is not None:
        return applicant.papers_of
    return applicant


def _paper(
    key: int,
    type_: str,
    owner: Applicant,
    applicant: Applicant,
    bodies: dict[str, bytes],
    at: datetime,
) -> StoredFile:
    # After the end of a PDF a comment is allowed; it makes each owner's paper another file.
    content = bodies[type_] + f"% {owner.organisation.bin}\n".encode()
    digest = sha256_hex(content)
    path = path_of(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o440)
    return StoredFile(
        id=key, sha256=digest, size=len(content), content_type=PDF, name=f"{type_}.pdf",
        stored_by=applicant.member.user, created_at=at,
    )  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A sealed PDF as the rows of certificates refer to it."""

    rendered: StoredFile
    sealed: StoredFile
    seal_certificate_sha256: str
    sealed_at: datetime


def seal_at_hand() -> None:
    """The demonstration seal where none is set up; a real one is never used up on examples."""
    if settings.CTKZ_DEMO_SEAL_ALLOWED:
        make_demo_seal()


def sealed_sheet(record: dict[str, Any], name: str) -> Sheet:
    """Rendered and sealed as any certificate, and checked by the portal's own check."""
    unsigned = render_pdf("certificate", record)
    sealed = seal(unsigned, reason=record["number"], at=timezone.now())
    verdict = check_sealed(sealed, unsigned)
    assert verdict.sealed_at is not None  # noqa: S101  check_sealed refuses a seal without it
    return Sheet(
        store(unsigned, name=f"{name} (unsealed).pdf", content_type=PDF),
        store(sealed, name=f"{name}.pdf", content_type=PDF),
        verdict.seal_certificate_sha256,
        verdict.sealed_at,
    )


def specimen_sheet(certificate: Certificate) -> Sheet:
    """The sheet that all certificates share whose own paper is not made."""
    record = json.loads(bytes(certificate.record or b""))
    name = {"kk": "Ойдан шығарылған тарихтың үлгі парағы", "ru": "Лист-образец вымышленной истории"}
    nobody = {"name": name, "bin": "0" * 12, "address": {"kk": "–", "ru": "–"}}
    lines = [{**line, "name": "Пример товара"} for line in record["lines"][:1]]
    shown = {**record, "applicant": nobody, "producer": nobody, "lines": lines, "number": "ПРИМЕР"}
    return sealed_sheet(shown, "specimen")


def document_of(certificate: Certificate, sheet: Sheet, key: int) -> SealedDocument:
    """The row that ties a certificate's record to its paper."""
    record = bytes(certificate.record or b"")
    return SealedDocument(
        id=key,
        kind="certificate",
        subject_type=Certificate.SUBJECT_TYPE,
        subject_id=str(certificate.pk),
        number=certificate.number,
        record=record,
        record_sha256=certificate.record_sha256,
        template_version=TEMPLATE_VERSION,
        unsigned_sha256=sheet.rendered.sha256,
        file=sheet.sealed,
        sealed_sha256=sheet.sealed.sha256,
        seal_certificate_sha256=sheet.seal_certificate_sha256,
        sealed_at=sheet.sealed_at,
    )


def own_sheet(certificate: Certificate) -> Sheet:
    """The certificate's own paper."""
    return sealed_sheet(json.loads(bytes(certificate.record or b"")), certificate.number)


def record_bytes(record: dict[str, Any]) -> tuple[bytes, str]:
    """The canonical bytes of a record and their digest, several times faster than by RFC 8785.

    The two are the same where keys are plain words and every figure that is not whole is text, as
    in all records here; the tests of the history compare them.
    """
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    content = text.encode()
    return content, sha256_hex(content)
