"""An inspector examines a complaint: takes it, records what is found, writes the answer.

Administrative Procedural and Process-Related Code, article 76: fifteen working days from
receipt, prolonged once by a reasoned decision for at most two months; the complainant is told
within three working days.
"""

from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import authorize
from oversight.control.violations import note_violation
from oversight.departments import check_department
from oversight.models import Complaint, Violation
from oversight.papers import order_paper
from reference import working_days
from reference.parameters import parameter
from workflow.moving import WrongStatus, advance, guard, locked

from .papers import EXTENSION

Outcome = Complaint.Outcome
FOUND = (Outcome.CONFIRMED, Outcome.PARTLY)


@transaction.atomic
def take_complaint(
    *, complaint: Complaint, actor: Membership, seen_version: int | None = None
) -> Complaint:
    complaint = locked(complaint)
    check_department(actor, complaint.department)
    guard(complaint, "take", actor, seen_version=seen_version)
    complaint.inspector = actor.user
    advance(complaint, "take", actor, inspector=str(actor.user_id))
    return complaint


@transaction.atomic
def extend_complaint(
    *,
    complaint: Complaint,
    actor: Membership,
    until: date,
    reason: str,
    seen_version: int | None = None,
) -> Complaint:
    """Once, by a decision with its reasons; the notice to the complainant is ordered with it."""
    complaint = locked(complaint)
    check_department(actor, complaint.department)
    guard(complaint, "extend", actor, seen_version=seen_version)
    if complaint.extended_at is not None or complaint.due_on is None:
        raise DomainError("extended_before", _("The term was prolonged already; it is done once."))
    if not reason.strip():
        raise DomainError("no_reason", _("Say why more time is needed."), field="reason")
    last = longest_extension(complaint)
    if not complaint.due_on < until <= last:
        raise DomainError(
            "wrong_day",
            _("Choose a day after %(due)s and not after %(last)s.")
            % {"due": f"{complaint.due_on:%d.%m.%Y}", "last": f"{last:%d.%m.%Y}"},
            field="until",
        )
    complaint.extended_until = complaint.due_on = until
    complaint.extension_reason = reason.strip()
    complaint.extended_by = actor.user
    complaint.extended_at = timezone.now()
    complaint.reminded_on = complaint.overdue_on = None
    advance(complaint, "extend", actor, until=until.isoformat())
    order_paper(EXTENSION, str(complaint.pk))
    return complaint


def longest_extension(complaint: Complaint) -> date:
    """Two months after the day on which the usual term ends."""
    received_on = timezone.localdate(complaint.received_at)
    days: int = parameter("complaint.answer_days", on=received_on)
    months: int = parameter("complaint.extension_months", on=received_on)
    return working_days.add(received_on, days) + relativedelta(months=months)


@transaction.atomic
def note_complaint_violation(
    *,
    complaint: Complaint,
    actor: Membership,
    code: str,
    fault: str,
    text: str,
    legal_ref: str = "",
) -> Violation:
    """One person's finding; it counts once another person has signed the answer."""
    complaint = _under_review(complaint, actor)
    return note_violation(
        actor=actor,
        code=code,
        fault=fault,
        text=text,
        legal_ref=legal_ref,
        complaint=complaint,
        certificate=complaint.certificate,
        organisation=None if complaint.certificate else complaint.organisation,
        auditor=None if complaint.certificate else complaint.auditor,
    )


@transaction.atomic
def remove_complaint_violation(*, violation: Violation, actor: Membership) -> None:
    """Whoever examines the complaint takes an unconfirmed violation back."""
    if violation.complaint is None:
        raise DomainError("not_of_a_complaint", _("This violation belongs to no complaint."))
    complaint = _under_review(violation.complaint, actor)
    if violation.confirmed_at is not None:
        raise DomainError("confirmed", _("A confirmed violation stays; it can be set aside."))
    audit.record(
        "violation.removed",
        actor=actor.ref(),
        subject=complaint.subject_ref(),
        case=str(complaint.case_id),
        violation=str(violation.pk),
        code=violation.code,
        fault=violation.fault,
        certificate=violation.certificate.number if violation.certificate else "",
    )
    violation.delete()


@transaction.atomic
def draft_answer(
    *,
    complaint: Complaint,
    actor: Membership,
    outcome: str,
    answer: str,
    seen_version: int | None = None,
) -> Complaint:
    """Hands the answer in: what is confirmed names at least one violation, and whose it is."""
    complaint = locked(complaint)
    check_department(actor, complaint.department)
    guard(complaint, "draft", actor, seen_version=seen_version)
    check_outcome(complaint, outcome)
    if not answer.strip():
        raise DomainError("no_answer", _("Write the answer."), field="answer")
    complaint.outcome = outcome
    complaint.answer = answer.strip()
    complaint.drafted_by = actor.user
    complaint.drafted_at = timezone.now()
    complaint.return_note = ""
    advance(complaint, "draft", actor, outcome=outcome)
    return complaint


def check_outcome(complaint: Complaint, outcome: str) -> None:
    if outcome not in Outcome.values:
        raise DomainError("no_outcome", _("Say what came out."), field="outcome")
    count = found_violations(complaint).count()
    if outcome in FOUND and not count:
        raise DomainError(
            "nothing_found",
            _("A confirmed complaint names at least one violation: record it first."),
            field="outcome",
        )
    if outcome == Outcome.NOT_CONFIRMED and own_violations(complaint).exists():
        raise DomainError(
            "something_found",
            _("Violations are recorded: take them back, or confirm the complaint in part."),
            field="outcome",
        )


def own_violations(complaint: Complaint) -> Any:
    return complaint.violations.filter(set_aside_at__isnull=True)


def found_violations(complaint: Complaint) -> Any:
    """Those recorded here, and those that a closed desk check on this complaint confirmed."""
    of_checks = Q(desk_check__complaint=complaint, confirmed_at__isnull=False)
    return Violation.objects.filter(
        Q(complaint=complaint) | of_checks, set_aside_at__isnull=True
    ).order_by("noted_at")


def _under_review(complaint: Complaint, actor: Membership) -> Complaint:
    complaint = locked(complaint)
    check_department(actor, complaint.department)
    authorize(actor, "oversight.examine_complaint", complaint)
    if complaint.status != "under_review":
        raise WrongStatus(
            "wrong_status",
            _("This is not possible now: the status is “%(status)s”. Nothing was changed.")
            % {"status": complaint.status_info.label},
        )
    return complaint
