"""Desk checks: opened by a plan, an alert or an order, examined by one person, closed by another.

The clock stands while an organisation is asked, and ends with the conclusion;
violations count from the moment at which a second person closes the check.
"""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership, Role, User
from issuance.models import Certificate
from oversight.departments import check_department, department_of_certificate, may_act_in
from oversight.models import CheckNote, Complaint, ControlPlan, DeskCheck, FrameEntry
from oversight.papers import new_number
from reference.parameters import parameter
from workflow.blockers import refuse_blocked
from workflow.moving import Actor, advance, guard, locked

from .apart import stands_apart
from .blockers import closing_blockers
from .violations import confirm_violations, standing_violations

LONGEST_TEXT = 8000


@transaction.atomic
def open_check(
    *,
    certificate: Certificate,
    way: str,
    actor: Actor,
    plan: ControlPlan | None = None,
    frame_entry: FrameEntry | None = None,
    complaint: Complaint | None = None,
    score: int = 0,
    due_on: date | None = None,
) -> DeskCheck:
    """A certificate is taken for a desk check; in a plan once. Who may order it asks the caller."""
    if certificate.issued_at is None:
        raise DomainError("not_issued", _("Only an issued certificate can be checked."))
    today = timezone.localdate()
    check = DeskCheck(
        status=DeskCheck.WORKFLOW.initial,
        number=new_number("desk_check", "", today),
        plan=plan,
        frame_entry=frame_entry,
        way=way,
        certificate=certificate,
        department=department_of_certificate(certificate),
        complaint=complaint,
        score=score,
    )
    if due_on is None:
        check.start_clock(on=today, days=parameter("desk_check.days", on=today))
    else:
        check.due_on = due_on
    try:
        with transaction.atomic():
            check.save(force_insert=True)
    except IntegrityError as error:
        raise DomainError(
            "already_in_plan", _("This certificate is already checked in the same plan.")
        ) from error
    audit.record(
        "desk_check.opened",
        actor=actor.ref() if isinstance(actor, Membership) else actor,
        subject=check.subject_ref(),
        case=str(check.case_id),
        certificate=certificate.number,
        way=way,
        plan=plan.number if plan else "",
        complaint=complaint.number if complaint else "",
        score=score,
    )
    return check


def order_check(*, certificate: Certificate, actor: Membership, complaint: Complaint | None = None,
                ) -> DeskCheck:  # fmt: skip
    """A check outside any plan, on the order of whoever may assign it."""
    check_department(actor, department_of_certificate(certificate))
    open_ones = DeskCheck.objects.filter(certificate=certificate).exclude(status="closed")
    if known := open_ones.first():
        raise DomainError(
            "check_open",
            _("Certificate %(number)s is being checked already: %(check)s.")
            % {"number": certificate.number, "check": known.number},
        )
    way = DeskCheck.Way.COMPLAINT if complaint else DeskCheck.Way.ORDER
    return open_check(certificate=certificate, way=way, actor=actor, complaint=complaint)


@transaction.atomic
def assign_check(
    *, check: DeskCheck, actor: Membership, inspector: User, seen_version: int | None = None
) -> DeskCheck:
    """Gives the check to an inspector of the department who stands apart from the case."""
    check = locked(check)
    guard(check, "assign", actor, seen_version=seen_version)
    check_department(actor, check.department)
    _check_inspector(check, inspector)
    was_under_way = check.status == "in_progress"
    check.inspector = inspector
    check.assigned_by = actor.user
    check.assigned_at = timezone.now()
    advance(check, "assign", actor, inspector=str(inspector.pk), again=was_under_way)
    return check


def inspectors_for(check: DeskCheck) -> list[User]:
    """Everybody to whom the check may be given today."""
    members = (
        Membership.objects.current().filter(role=Role.INSPECTOR).select_related("user")
    )  # fmt: skip
    return [
        member.user
        for member in members.order_by("user__full_name")
        if may_act_in(member, check.department) and stands_apart(member.user, check.certificate)
    ]


def _check_inspector(check: DeskCheck, inspector: User) -> None:
    serving = Membership.objects.current().filter(user=inspector, role=Role.INSPECTOR).first()
    if serving is None or not may_act_in(serving, check.department):
        raise DomainError(
            "not_of_department",
            _("Choose an inspector of the department or of the central office."),
            field="inspector",
        )
    if not stands_apart(inspector, check.certificate):
        raise DomainError(
            "took_part",
            _("This person took part in the case or belongs to one of its sides."),
            field="inspector",
        )


@transaction.atomic
def start_check(
    *, check: DeskCheck, actor: Membership, seen_version: int | None = None
) -> DeskCheck:
    check = locked(check)
    guard(check, "start", actor, seen_version=seen_version)
    check.started_at = check.started_at or timezone.now()
    advance(check, "start", actor)
    return check


@transaction.atomic
def add_note(*, check: DeskCheck, actor: Membership, text: str) -> CheckNote:
    """What the people of the Committee write to each other about the check."""
    check_department(actor, check.department)
    if not text.strip():
        raise DomainError("no_text", _("Write the note."), field="text")
    note = CheckNote.objects.create(check_of=check, by=actor.user, text=text.strip())
    audit.record(
        "desk_check.noted",
        actor=actor.ref(),
        subject=check.subject_ref(),
        case=str(check.case_id),
        entry=note.pk,
    )
    return note


@transaction.atomic
def object_to_check(
    *, check: DeskCheck, actor: Membership, text: str, seen_version: int | None = None
) -> DeskCheck:
    """An organisation that the conclusion names does not agree; once, before it is closed."""
    check = locked(check)
    guard(check, "object", actor, seen_version=seen_version)
    if check.objected_at is not None:
        raise DomainError("objected_before", _("An objection to this check was decided already."))
    if not text.strip():
        raise DomainError("no_text", _("Say what you object to and why."), field="text")
    check.objection = text.strip()
    check.objected_by = actor.user
    check.objected_at = timezone.now()
    advance(check, "object", actor, organisation=str(actor.organisation_id))
    return check


@transaction.atomic
def decide_check_objection(
    *,
    check: DeskCheck,
    actor: Membership,
    accepted: bool,
    answer: str,
    seen_version: int | None = None,
) -> DeskCheck:
    """Another person than the inspector has the case checked again, or leaves the conclusion."""
    check = locked(check)
    name = "reopen" if accepted else "uphold"
    guard(check, name, actor, seen_version=seen_version)
    if not answer.strip():
        raise DomainError("no_text", _("Answer the objection."), field="answer")
    check.objection_answer = answer.strip()
    if accepted:
        today = timezone.localdate()
        check.result, check.concluded_at = "", None
        check.start_clock(on=today, days=parameter("desk_check.reopened_days", on=today))
    advance(check, name, actor)
    return check


@transaction.atomic
def close_check(
    *, check: DeskCheck, actor: Membership, seen_version: int | None = None
) -> DeskCheck:
    """A second person closes the check; from this moment its violations count."""
    check = locked(check)
    guard(check, "close", actor, seen_version=seen_version)
    refuse_blocked(closing_blockers(check, actor), code="not_ready_to_close")
    violations = standing_violations(check)
    check.closed_by = actor.user
    check.closed_at = timezone.now()
    advance(check, "close", actor, result=check.result, violations=len(violations))
    confirm_violations(actor=actor, violations=violations)
    return check
