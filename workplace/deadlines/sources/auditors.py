"""Clocks of attestation: applications, passed tests, extensions and proposals."""

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from auditors.models import AttestationCase, Proposal
from workplace.deadlines.clocks import Clock, Counting, Source, register_clocks

WITH_THE_COMMITTEE = ("applied", "tested")


def running_cases() -> QuerySet[AttestationCase]:
    """Cases in which an inspector has to prepare something; the test itself is held elsewhere."""
    waits = Q(status__in=WITH_THE_COMMITTEE) | Q(
        status="attested", extension_asked_at__isnull=False
    )
    pending = Proposal.objects.filter(outcome=Proposal.Outcome.PENDING)
    return (
        AttestationCase.objects.filter(waits)
        .select_related("user")
        .prefetch_related(Prefetch("proposals", queryset=pending))
    )


def case_clock(case: AttestationCase, counting: Counting) -> Clock | None:
    """A case with a proposal waits for the head of the department: the proposal has the clock."""
    asked = case.extension_asked_at if case.status == "attested" else None
    if case.status not in WITH_THE_COMMITTEE and asked is None:
        return None
    if case.pending_proposal() is not None:
        return None
    dates = counting.dated(case, scheme=None)
    if asked is not None:
        due_on = counting.stage_due_on(case.SUBJECT_TYPE, "extension_asked", asked, None)
        dates |= {
            "stage_code": "extension_asked",
            "stage": _("Extension asked for"),
            "since": asked,
            "due_on": due_on,
            "days_left": counting.left(due_on),
        }
    return Clock(
        **dates,
        **counting.of_committee(
            page=reverse("auditors:case-detail", args=[case.pk]),
            whom=Role.INSPECTOR,
            user=None,
            department=None,
        ),
    )


def pending_proposals() -> QuerySet[Proposal]:
    rows = Proposal.objects.filter(outcome=Proposal.Outcome.PENDING)
    return rows.select_related("case__user")


def proposal_clock(proposal: Proposal, counting: Counting) -> Clock | None:
    if proposal.outcome != Proposal.Outcome.PENDING:
        return None
    case = proposal.case
    due_on = counting.stage_due_on("attestation_proposal", "pending", proposal.proposed_at, None)
    return Clock(
        subject_type="attestation_proposal",
        subject_id=str(proposal.pk),
        case_id=str(case.case_id),
        number=case.label,
        stage_code="pending",
        stage=proposal.get_kind_display(),
        scheme="",
        since=proposal.proposed_at,
        due_on=due_on,
        days_left=counting.left(due_on),
        **counting.of_committee(
            page=reverse("auditors:case-detail", args=[case.pk]),
            whom=Role.COMMITTEE_HEAD,
            user=None,
            department=None,
        ),
    )


register_clocks(Source(AttestationCase, running_cases, case_clock))
register_clocks(Source(Proposal, pending_proposals, proposal_clock, named="attestation_proposal"))
