"""What proves what: the auditor's own papers, and each material and finding tied to a page."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership
from documents.uploads import accept_upload
from expertise.document_types import PHOTOS
from expertise.models import (
    ExpertiseRequest,
    Finding,
    FindingEvidence,
    GoodsLine,
    Material,
    RequestDocument,
)
from expertise.near_acts import keep_photo
from expertise.services.examining import examined

PICTURES = ("jpg", "png")
PAGE_MAX = 20


@dataclass(frozen=True)
class Proof:
    """A document of the case and the page that proves; no document unties."""

    document: RequestDocument | None
    page: str = ""
    note: str = ""


@transaction.atomic
def add_evidence(
    *,
    request: ExpertiseRequest,
    actor: Membership,
    upload: UploadedFile,
    type: str,
    title: str = "",
    number: str = "",
    dated_on: date | None = None,
    lines: Collection[GoodsLine] = (),
) -> RequestDocument:
    """Puts a document of the auditor's own with a case under expertise."""
    request = examined(request, actor)
    _refuse_strange_lines(request, lines)
    kinds = {"kinds": PICTURES} if type in PHOTOS else {}
    stored = accept_upload(upload, by=actor.user, field="files", **kinds)
    document = RequestDocument.objects.create(
        request=request,
        type=type,
        title=title.strip() or upload.name or "",
        number=number.strip(),
        dated_on=dated_on,
        file=stored,
        added_by=actor.user,
    )
    document.lines.set(lines)
    keep_photo(document)
    _record(document, "request.document_added", actor)
    return document


@transaction.atomic
def describe_evidence(
    *,
    document: RequestDocument,
    actor: Membership,
    title: str,
    number: str = "",
    dated_on: date | None = None,
    lines: Collection[GoodsLine] = (),
) -> RequestDocument:
    """Changes caption, number, date and goods lines of the auditor's own document."""
    request = _own(document, actor)
    _refuse_strange_lines(request, lines)
    if not title.strip():
        raise DomainError("no_title", _("Write what the document is."), field="title")
    document.title = title.strip()
    document.number = number.strip()
    document.dated_on = dated_on
    document.save(update_fields=["title", "number", "dated_on"])
    document.lines.set(lines)
    return document


@transaction.atomic
def remove_evidence(*, document: RequestDocument, actor: Membership) -> None:
    """Takes the auditor's own document out again; one that proves something has to be untied."""
    request = _own(document, actor)
    if is_proof(document):
        raise DomainError(
            "document_proves",
            _("“%(document)s” proves something. Untie it first.") % {"document": document},
        )
    _record(document, "request.evidence_removed", actor)
    document.lines.clear()
    request.documents.filter(pk=document.pk).delete()


def is_proof(document: RequestDocument) -> bool:
    """Whether a material, finding, operation or laboratory result rests on the document."""
    request = document.request
    return (
        document.proves_materials.exists()
        or document.proves_findings.exists()
        or request.steps.filter(evidence=document).exists()
        or request.lab_results.filter(evidence=document).exists()
    )


@transaction.atomic
def tie_materials(
    *,
    request: ExpertiseRequest,
    actor: Membership,
    material_ids: Collection[int],
    document: RequestDocument | None,
    page: str = "",
) -> int:
    """Ties many materials to one document and page; returns how many there were."""
    ties = dict.fromkeys(material_ids, Proof(document, page))
    return tie_each_material(request=request, actor=actor, ties=ties)


@transaction.atomic
def tie_each_material(
    *, request: ExpertiseRequest, actor: Membership, ties: Mapping[int, Proof]
) -> int:
    """Ties each material to its own document and page.

    What the applicant declared stays as it was submitted: only the two columns of proof change.
    """
    request = examined(request, actor)
    own = Material.objects.filter(line__request=request)
    found = set(own.filter(pk__in=ties).values_list("pk", flat=True))
    if found != set(ties):
        raise DomainError("strange_material", _("A material is not of this request."))
    checked = {pk: checked_proof(request, proof) for pk, proof in ties.items()}
    order = sorted(checked, key=lambda pk: _key(checked[pk]))
    for (document_id, page), pks in groupby(order, key=lambda pk: _key(checked[pk])):
        own.filter(pk__in=list(pks)).update(evidence=document_id or None, evidence_page=page)
    return len(checked)


@transaction.atomic
def tie_findings(
    *,
    request: ExpertiseRequest,
    actor: Membership,
    lines: Collection[GoodsLine],
    proof: Proof,
) -> int:
    """Adds one proof to the findings of many lines; a line that has it already keeps it once."""
    request = examined(request, actor)
    proof = checked_proof(request, proof)
    if proof.document is None:
        raise DomainError("no_document", _("Choose the document."), field="document")
    findings = list(Finding.objects.filter(line__in=lines, line__request=request))
    if not findings:
        raise DomainError("no_lines", _("Choose lines that have a finding."))
    same = FindingEvidence.objects.filter(
        finding__in=findings, document=proof.document, page=proof.page
    )
    known = set(same.values_list("finding_id", flat=True))
    fresh = [_finding_evidence(finding, proof) for finding in findings if finding.pk not in known]
    FindingEvidence.objects.bulk_create(fresh)
    return len(fresh)


@transaction.atomic
def untie_finding(*, evidence: FindingEvidence, actor: Membership) -> None:
    examined(evidence.finding.line.request, actor)
    evidence.delete()


def checked_proof(request: ExpertiseRequest, proof: Proof) -> Proof:
    """The proof with a tidy page; a document of another case proves nothing here."""
    if proof.document is None:
        return Proof(None)
    if proof.document.request_id != request.pk:
        raise DomainError(
            "strange_document", _("The document is not of this case."), field="document"
        )
    page = proof.page.strip()
    if len(page) > PAGE_MAX:
        raise DomainError(
            "page_too_long",
            _("A page has at most %(count)s characters.") % {"count": PAGE_MAX},
            field="page",
        )
    return Proof(proof.document, page, proof.note.strip())


def _key(proof: Proof) -> tuple[str, str]:
    return (str(proof.document.pk) if proof.document else "", proof.page)


def _finding_evidence(finding: Finding, proof: Proof) -> FindingEvidence:
    if proof.document is None:
        raise DomainError("no_document", _("Choose the document."), field="document")
    return FindingEvidence(
        finding=finding, document=proof.document, page=proof.page, note=proof.note[:400]
    )


def _own(document: RequestDocument, actor: Membership) -> ExpertiseRequest:
    """The locked request, if the document is one that this auditor added to it."""
    request = examined(document.request, actor)
    if document.added_by_id != actor.user_id:
        raise DomainError(
            "not_your_document",
            _("Only what you added yourself can be changed or removed."),
            field="document",
        )
    return request


def _refuse_strange_lines(request: ExpertiseRequest, lines: Collection[GoodsLine]) -> None:
    if any(line.request_id != request.pk for line in lines):
        raise DomainError("strange_line", _("A goods line is not of this request."), field="lines")


def _record(document: RequestDocument, event: str, actor: Membership) -> None:
    audit.record(
        event,
        actor=actor.ref(),
        subject=document.request.subject_ref(),
        case=str(document.request.case_id),
        type=document.type,
        file_sha256=document.file.sha256,
    )
