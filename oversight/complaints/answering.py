"""The answer: written by whoever examined the complaint, signed and sent by another person."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import Membership, Role
from documents import signing
from documents.canonical import canonical_bytes, sha256_hex
from documents.models import SigningItem
from issuance.change_records import party
from oversight.control.violations import confirm_violations
from oversight.departments import check_department
from oversight.models import Complaint
from oversight.papers import code_names, order_paper
from workflow.moving import advance, check_version, guard, locked

from .examining import check_outcome, found_violations, own_violations
from .papers import ANSWER

PURPOSE = "complaint.answer"


@transaction.atomic
def answer_complaint(
    *,
    complaint: Complaint,
    actor: Membership,
    seen_version: int | None = None,
    signed: SigningItem | None = None,
) -> Complaint:
    """The second person signs: the violations count from now on, the document is ordered."""
    complaint = locked(complaint)
    _check_answerable(complaint, actor, seen_version)
    content = canonical_bytes(answer_record(complaint, actor))
    if signed is None:
        signing.refuse_unsigned(PURPOSE)
    else:
        complaint.answer_signature = signing.accept(
            item=signed,
            purpose=PURPOSE,
            record=content,
            actor=actor,
            subject=complaint.subject_ref(),
            case=complaint.case_id,
        )
    complaint.answer_sha256 = sha256_hex(content)
    complaint.answered_by = actor.user
    complaint.answered_at = timezone.now()
    complaint.stop_clock()
    violations = list(own_violations(complaint))
    advance(
        complaint,
        "answer",
        actor,
        outcome=str(complaint.outcome),
        violations=found_violations(complaint).count(),
    )
    confirm_violations(actor=actor, violations=violations)
    order_paper(ANSWER, str(complaint.pk))
    return complaint


@transaction.atomic
def return_draft(
    *, complaint: Complaint, actor: Membership, note: str, seen_version: int | None = None
) -> Complaint:
    """The inspector writes the answer anew; the term runs on."""
    complaint = locked(complaint)
    check_department(actor, complaint.department)
    guard(complaint, "return", actor, seen_version=seen_version)
    if not note.strip():
        raise DomainError("no_note", _("Say what is missing."), field="note")
    complaint.return_note = note.strip()
    advance(complaint, "return", actor)
    return complaint


def record_to_sign(complaint: Complaint, actor: Membership) -> dict[str, Any]:
    """What is shown and signed; refuses whoever may not answer this now."""
    _check_answerable(complaint, actor, None)
    return answer_record(complaint, actor)


def answer_record(complaint: Complaint, actor: Membership) -> dict[str, Any]:
    assert complaint.drafted_by is not None  # noqa: S101 - handed in by somebody
    return {
        "schema": "ctkz.complaint-answer/1",
        "number": complaint.number,
        "received_at": timezone.localtime(complaint.received_at).isoformat(timespec="seconds"),
        "about": str(complaint.about),
        "certificate": complaint.number_given or None,
        "outcome": str(complaint.outcome),
        "answer": complaint.answer,
        "violations": [
            {
                "code": each.code,
                "fault": each.fault,
                "text": each.text,
                "legal_ref": each.legal_ref,
            }
            for each in found_violations(complaint)
        ],
        "drafted_by": {"name": complaint.drafted_by.full_name},
        "signed_by": {
            "name": actor.user.full_name,
            "organisation": party(actor.organisation),
            "position": code_names("official_position", Role.COMMITTEE_HEAD),
        },
    }


def _check_answerable(complaint: Complaint, actor: Membership, seen_version: int | None) -> None:
    check_department(actor, complaint.department)
    if actor.user_id in (complaint.drafted_by_id, complaint.inspector_id):
        raise DomainError(
            "same_person", _("Whoever examined the complaint does not sign its answer.")
        )
    guard(complaint, "answer", actor)
    check_version(complaint, seen_version)
    check_outcome(complaint, complaint.outcome)
    if own_violations(complaint).filter(noted_by=actor.user).exists():
        raise DomainError(
            "own_violation", _("Another person has to confirm what you noted yourself.")
        )
