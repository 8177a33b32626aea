"""The Committee looks at an application: every requirement, then admission or refusal."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import audit
from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import authorize
from auditors.models import AttestationCase, QualificationProof
from reference.models import CodeEntry
from reference.parameters import parameter
from workflow.blockers import Blocker, refuse_blocked
from workflow.moving import WrongStatus, advance, guard, locked

from .applying import REQUIREMENTS
from .deciding import check_reason


@dataclass(frozen=True)
class Requirement:
    """One requirement with its documents; `state` is missing, waits, met or unmet."""

    entry: CodeEntry
    proofs: tuple[QualificationProof, ...]

    @property
    def state(self) -> str:
        if not self.proofs:
            return "missing"
        if any(proof.is_met is None for proof in self.proofs):
            return "waits"
        return "met" if all(proof.is_met for proof in self.proofs) else "unmet"

    @property
    def finding(self) -> str:
        return next((proof.finding for proof in reversed(self.proofs) if proof.finding), "")


def requirements_of(case: AttestationCase) -> list[Requirement]:
    """The requirements of the day of the application, each with its documents."""
    proofs = list(case.proofs.select_related("file", "decided_by"))
    on = timezone.localdate(case.applied_at)
    return [
        Requirement(entry, tuple(proof for proof in proofs if proof.requirement == entry.code))
        for entry in CodeEntry.objects.of(REQUIREMENTS, on=on)
    ]


def admission_blockers(case: AttestationCase, *, on: date) -> list[Blocker]:
    """What has to be settled before the person is admitted to the test."""
    hints = {
        "missing": _("The person has not added a document."),
        "waits": _("Decide whether the documents show it."),
        "unmet": _("The documents do not show it."),
        "met": "",
    }
    blockers = [
        Blocker(
            f"requirement_{requirement.entry.code}",
            requirement.entry.name,
            requirement.state == "met",
            url=f"#requirement-{requirement.entry.code}",
            hint=hints[requirement.state],
        )
        for requirement in requirements_of(case)
    ]
    least = parameter("attestation.experience_years", on=on)
    return [
        *blockers,
        Blocker(
            "experience_years",
            _("At least %(years)s years of experience") % {"years": least},
            case.experience_years >= least,
            hint=_("The application names %(years)s.") % {"years": case.experience_years},
        ),
    ]


@transaction.atomic
def decide_requirement(
    *,
    case: AttestationCase,
    actor: Membership,
    requirement: str,
    is_met: bool,
    finding: str = "",
) -> None:
    """Decides whether the documents of one requirement show that it is met."""
    case = locked(case)
    authorize(actor, "auditors.decide_requirement", case)
    if case.status != "applied":
        raise WrongStatus("not_under_review", gettext_lazy("The application is not under review."))
    if not is_met and not finding.strip():
        raise DomainError("no_finding", gettext_lazy("Say what is missing."), field="finding")
    decided = case.proofs.filter(requirement=requirement).update(
        is_met=is_met,
        finding=finding.strip(),
        decided_by=actor.user,
        decided_at=timezone.now(),
    )
    if not decided:
        raise DomainError("no_proof", gettext_lazy("There is no document to decide on."))
    audit.record(
        "attestation.requirement_decided",
        actor=actor.ref(),
        subject=case.subject_ref(),
        case=str(case.case_id),
        requirement=requirement,
        is_met=is_met,
    )


@transaction.atomic
def admit_applicant(
    *, case: AttestationCase, actor: Membership, seen_version: int | None = None
) -> AttestationCase:
    """Admits to the test a person who meets every requirement."""
    case = locked(case)
    guard(case, "admit", actor, seen_version=seen_version)
    refuse_blocked(admission_blockers(case, on=timezone.localdate()), code="blocked")
    case.admitted_by = actor.user
    advance(case, "admit", actor)
    return case


@transaction.atomic
def refuse_applicant(
    *,
    case: AttestationCase,
    actor: Membership,
    reason: str,
    note: str = "",
    seen_version: int | None = None,
) -> AttestationCase:
    """Refuses admission for a reason of the list."""
    case = locked(case)
    guard(case, "refuse", actor, seen_version=seen_version)
    check_reason("attestation_refusal_reason", reason)
    case.refusal_reason = reason
    case.refusal_note = note
    advance(case, "refuse", actor, reason=reason)
    return case
