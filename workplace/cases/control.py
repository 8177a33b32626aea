"""What control did about a case, as far as its reader may know.

The Committee sees checks, violations, measures, complaints and risk of its own department; an
organisation sees what is addressed to it, and nothing of why.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import COMMITTEE_ROLES, Membership
from oversight.control.apart import addressed
from oversight.control.inbox import AUDITOR_OF_CHECK, conclusions_about
from oversight.control.violations import named
from oversight.measures.selectors import of_subject
from oversight.models import (
    CheckQuestion,
    Complaint,
    DeskCheck,
    Measure,
    Posting,
    Recommendation,
    RiskScore,
    Violation,
)
from oversight.risk.scores import Reason, reasons
from oversight.risk.selectors import ScoreChip, chip_of
from oversight.risk.selectors import visible as scores_seen
from reference.models import Department
from workflow.transitions import Status

from .whole import WholeCase

OF_CASE = "certificate__application__case_id"


@dataclass(frozen=True)
class ControlRow:
    """One thing of control with its page."""

    kind: str | Promise
    title: str
    url: str
    status: Status | None
    since: datetime
    due_on: date | None = None
    note: str | Promise = ""


@dataclass(frozen=True)
class Risk:
    score: RiskScore
    chip: ScoreChip
    reasons: list[Reason]


@dataclass(frozen=True)
class Control:
    rows: list[ControlRow]
    violations: list[tuple[Violation, str]] = field(default_factory=list)
    risks: list[Risk] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.rows or self.violations or self.risks)


def served(rows: QuerySet[Any], actor: Membership, field: str = "department") -> QuerySet[Any]:
    """The rows of the person's department, all of them for the central office, in one query.

    The same rule as `oversight.departments.within`, asked inside the query itself.
    """
    posting = Posting.objects.filter(user=actor.user_id).in_force(on=timezone.localdate())
    own = posting.values("department")
    return rows.filter(
        ~Exists(posting)
        | Exists(posting.filter(department=Department.CENTRAL))
        | Exists(own.filter(department=OuterRef(field)))
    )


def checks(actor: Membership, case_id: UUID) -> QuerySet[DeskCheck]:
    found = DeskCheck.objects.filter(**{OF_CASE: case_id})
    return served(found, actor) if actor.role in COMMITTEE_ROLES else found.none()


def check_questions(actor: Membership, case_id: UUID) -> QuerySet[CheckQuestion]:
    """The Committee's own, or those addressed to the reader."""
    found = CheckQuestion.objects.filter(**{f"check_of__{OF_CASE}": case_id})
    if actor.role in COMMITTEE_ROLES:
        return served(found, actor, "check_of__department")
    return found.filter(
        addressed(actor, organisation="addressee", auditor=f"check_of__{AUDITOR_OF_CHECK}")
    )


def recommendations(actor: Membership, case_id: UUID) -> QuerySet[Recommendation]:
    found = Recommendation.objects.filter(**{f"desk_check__{OF_CASE}": case_id})
    if actor.role in COMMITTEE_ROLES:
        return served(found, actor, "desk_check__department")
    own = addressed(actor, organisation="addressee", auditor=f"desk_check__{AUDITOR_OF_CHECK}")
    return found.filter(own, sent_at__isnull=False)


def measures(actor: Membership, case_id: UUID) -> QuerySet[Measure]:
    of_case = Q(**{OF_CASE: case_id}) | Q(act__case_id=case_id)
    if actor.role in COMMITTEE_ROLES:
        return served(Measure.objects.filter(of_case), actor)
    return of_subject(actor).filter(of_case)


def complaints(actor: Membership, case_id: UUID) -> QuerySet[Complaint]:
    """All of them for the Committee; for an applicant, those of the own company."""
    found = Complaint.objects.filter(Q(**{OF_CASE: case_id}) | Q(application__case_id=case_id))
    if actor.role in COMMITTEE_ROLES:
        return served(found, actor)
    return found.filter(complainant=actor.organisation_id)


def violations(actor: Membership, case_id: UUID) -> QuerySet[Violation]:
    if actor.role not in COMMITTEE_ROLES:
        return Violation.objects.none()
    of_case = Q(**{OF_CASE: case_id}) | Q(act__case_id=case_id)
    found = Violation.objects.filter(of_case).select_related("organisation", "desk_check")
    own = [served(found, actor, f"{place}__department").filter(**{f"{place}__isnull": False})
           for place in ("desk_check", "complaint", "inspection")]  # fmt: skip
    return (own[0] | own[1] | own[2]).order_by("-noted_at")


def control_of(case: WholeCase) -> Control:
    actor, case_id = case.actor, case.case_id
    rows = [
        *_check_rows(actor, case_id),
        *_recommendation_rows(case),
        *_measure_rows(case),
        *_complaint_rows(case),
    ]
    rows.sort(key=lambda row: row.since, reverse=True)
    if not case.is_of_committee:
        return Control(rows)
    scores = scores_seen(actor).filter(case_id=case_id).prefetch_related("hits").order_by("pk")
    return Control(
        rows=rows,
        violations=named(violations(actor, case_id)),
        risks=[Risk(score, chip_of(score.points), reasons(score)) for score in scores],
    )


def _check_rows(actor: Membership, case_id: UUID) -> Iterable[ControlRow]:
    for check in checks(actor, case_id):
        yield ControlRow(
            _("Desk check"),
            check.number,
            reverse("oversight:check-detail", args=[check.number]),
            check.status_info,
            check.created_at,
            check.due_on,
            check.get_result_display() or check.get_way_display(),
        )
    concluded = conclusions_about(actor).filter(**{OF_CASE: case_id})
    for check in concluded if actor.role not in COMMITTEE_ROLES else ():
        yield ControlRow(
            _("Conclusion of a desk check"),
            check.number,
            reverse("control:conclusion", args=[check.number]),
            None,
            check.concluded_at or check.created_at,
        )


def _recommendation_rows(case: WholeCase) -> Iterable[ControlRow]:
    page = "oversight:recommendation-detail" if case.is_of_committee else "control:recommendation"
    for found in recommendations(case.actor, case.case_id).select_related("addressee"):
        yield ControlRow(
            _("Recommendation"),
            found.number,
            reverse(page, args=[found.number]),
            found.status_info,
            found.sent_at or found.prepared_at,
            found.due_on,
            found.addressee.name,
        )


def _measure_rows(case: WholeCase) -> Iterable[ControlRow]:
    page = "oversight:measure-detail" if case.is_of_committee else "control:measure"
    for measure in measures(case.actor, case.case_id).select_related("type"):
        yield ControlRow(
            _("Measure"),
            measure.number,
            reverse(page, args=[measure.number]),
            measure.status_info,
            (None if case.is_of_committee else measure.approved_at) or measure.proposed_at,
            measure.due_on,
            measure.type.name,
        )


def _complaint_rows(case: WholeCase) -> Iterable[ControlRow]:
    for complaint in complaints(case.actor, case.case_id):
        url = ""
        if case.is_of_committee:
            url = reverse("oversight:complaint-detail", args=[complaint.number])
        yield ControlRow(
            _("Complaint"),
            complaint.number,
            url,
            complaint.status_info,
            complaint.received_at,
            complaint.due_on,
            complaint.get_about_display(),
        )
