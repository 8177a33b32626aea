"""A signed act is never changed: it is corrected by another act, or annulled."""

from collections.abc import Mapping
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import authorize
from expertise.models import (
    Act,
    Examination,
    ExpertiseRequest,
    Finding,
    FindingEvidence,
    LabResult,
    ProcessStep,
    VisitAnswer,
)
from expertise.services.copying import (
    Documents,
    Lines,
    copy_documents,
    copy_lines,
    copy_materials,
    values_of,
)
from expertise.services.filing import PARTY_FIELDS
from expertise.services.numbering import request_number
from expertise.versions import Reason, keep_version
from reference.models import CodeEntry
from reference.parameters import parameter
from workflow.moving import WrongStatus, advance, guard, locked

Copy = TypeVar("Copy")
CORRECTION_REASONS = "act_correction_reason"
ANNULMENT_REASONS = "act_annulment_reason"
# Marks the reasons, in both lists, that lie with the auditor.
AUDITOR_AT_FAULT = "auditor"
# Filing was the applicant's deed; who files again does it knowingly.
NOT_COPIED = ("goes_to_chamber_by_itself",)


def faults_of_auditor(list_code: str) -> set[str]:
    """The codes of a list of reasons that lie with the auditor."""
    entries = CodeEntry.objects.filter(list=list_code, applies_to__contains=[AUDITOR_AT_FAULT])
    return set(entries.values_list("code", flat=True))


@transaction.atomic
def open_correction(
    *, act: Act, actor: Membership, reason: str, note: str = ""
) -> ExpertiseRequest:
    """Opens the expertise of a signed act again, with everything that was established.

    The act stays as it is, in force, until the corrected one is signed.
    """
    act = locked(act)
    authorize(actor, "expertise.correct_act", act)
    if act.status != "signed":
        raise WrongStatus("not_signed", _("Only an act in force is corrected."))
    _known_reason(CORRECTION_REASONS, reason)
    try:
        with transaction.atomic():
            correction = _correction_of(act, reason, note)
    except IntegrityError as error:
        raise DomainError(
            "corrected_already", _("A correction of this act is already under way.")
        ) from error
    _copy_contents(act.request, correction)
    keep_version(request=correction, reason=Reason.CORRECTED, by=actor.user)
    audit.record(
        "act.correction_asked",
        actor=actor.ref(),
        subject=act.subject_ref(),
        case=str(act.case_id),
        number=act.number,
        reason=reason,
    )
    today = timezone.localdate()
    correction.auditor = act.request.auditor
    correction.start_clock(on=today, days=parameter("expertise.deadline_days", on=today))
    advance(correction, "reopen", audit.SYSTEM, act=act.number, reason=reason)
    return correction


def _known_reason(list_code: str, reason: str) -> None:
    if not CodeEntry.objects.of(list_code, on=timezone.localdate()).filter(code=reason).exists():
        raise DomainError("no_reason", _("Choose the reason."), field="reason")


def _correction_of(act: Act, reason: str, note: str) -> ExpertiseRequest:
    """What the applicant declared stays the applicant's, authors and day of filing included."""
    request = act.request
    today = timezone.localdate()
    return ExpertiseRequest.objects.create(
        status=ExpertiseRequest.WORKFLOW.initial,
        case_id=request.case_id,
        corrects=request,
        correction_reason=reason,
        correction_note=note.strip(),
        number=request_number(request.experts, on=today),
        created_by=request.created_by,
        scheme=request.scheme,
        applicant=request.applicant,
        submitted_by=request.submitted_by,
        submitted_at=request.submitted_at,
        signature=request.signature,
        **{name: getattr(request, name) for name in PARTY_FIELDS if name not in NOT_COPIED},
    )


def _copy_contents(source: ExpertiseRequest, target: ExpertiseRequest) -> None:
    lines = copy_lines(source, target)
    documents = copy_documents(source.documents.all(), target, lines)
    copy_materials(source, lines, documents)
    _copy_examination(source, target)
    _copy_on_site(source, target, lines, documents)
    _copy_findings(source, lines, documents)


def _copy_examination(source: ExpertiseRequest, target: ExpertiseRequest) -> None:
    values = values_of(source.examination, without=["request_id"])
    examination = Examination.objects.create(request=target, **values)
    VisitAnswer.objects.bulk_create(
        VisitAnswer(examination=examination, **values_of(answer, without=["examination_id"]))
        for answer in source.examination.visit_answers.all()
    )


def _copy_on_site(
    source: ExpertiseRequest, target: ExpertiseRequest, lines: Lines, documents: Documents
) -> None:
    tied = ("request_id", "line_id", "evidence_id")
    ProcessStep.objects.bulk_create(
        ProcessStep(
            request=target,
            line=_of(lines, step.line_id),
            evidence=_of(documents, step.evidence_id),
            **values_of(step, without=tied),
        )
        for step in source.steps.all()
    )
    LabResult.objects.bulk_create(
        LabResult(
            request=target,
            line=_of(lines, result.line_id),
            evidence=_of(documents, result.evidence_id),
            **values_of(result, without=tied),
        )
        for result in source.lab_results.all()
    )


def _copy_findings(source: ExpertiseRequest, lines: Lines, documents: Documents) -> None:
    findings = Finding.objects.filter(line__request=source)
    Finding.objects.bulk_create(
        Finding(line=lines[finding.line_id], **values_of(finding, without=["line_id"]))
        for finding in findings
    )
    proofs = FindingEvidence.objects.filter(finding__line__request=source).order_by("pk")
    FindingEvidence.objects.bulk_create(
        FindingEvidence(
            finding_id=lines[proof.finding_id].pk,
            document=documents[proof.document_id],
            **values_of(proof, without=["finding_id", "document_id"]),
        )
        for proof in proofs
    )


def _of(copies: Mapping[UUID, Copy], key: UUID | None) -> Copy | None:
    return copies.get(key) if key else None


@transaction.atomic
def supersede(act: Act) -> Act | None:
    """Called with the signature of `act`: the act that it corrects gives way to it.

    An act annulled in the meantime stays annulled.
    """
    if act.request.corrects_id is None:
        return None
    old = Act.objects.select_for_update().get(request=act.request.corrects_id)
    if old.status != "signed":
        return None
    old.superseded_by = act
    advance(old, "supersede", audit.SYSTEM, number=old.number, by=act.number)
    return old


@transaction.atomic
def annul_act(
    *,
    act: Act,
    actor: Membership,
    reason: str,
    note: str = "",
    seen_version: int | None = None,
) -> Act:
    """Takes an act out of force with a reason from the list; its record stays for ever."""
    act = locked(act)
    guard(act, "annul", actor, seen_version=seen_version)
    _known_reason(ANNULMENT_REASONS, reason)
    act.annulment_reason = reason
    act.annulment_note = note.strip()
    advance(act, "annul", actor, number=act.number, reason=reason)
    return act


@transaction.atomic
def reinstate_act(*, act: Act, actor: Membership, basis: str) -> Act:
    """The way back of an annulment whose decision was set aside; `basis` names the decision.

    The reason of the annulment stays in the log and leaves the act. An act that was corrected
    meanwhile has another in its place and stays as it is.
    """
    act = locked(act)
    corrected = Act.objects.filter(request__corrects=act.request_id, status="signed")
    if act.status != "annulled" or corrected.exists():
        return act
    act.annulment_reason = act.annulment_note = ""
    act.reinstatement_basis = basis
    advance(act, "reinstate", actor, number=act.number, basis=basis)
    return act
