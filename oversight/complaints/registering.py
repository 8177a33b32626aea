"""A complaint gets its department, its inspector and whom it is about, or goes elsewhere.

Administrative Procedural and Process-Related Code, article 76: what belongs to another body is
forwarded within three working days of receipt, and the complainant is told.
"""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import Membership, Organisation, Role, User
from oversight.control.apart import stands_apart
from oversight.departments import check_department, may_act_in
from oversight.models import Complaint
from oversight.papers import order_paper
from reference import working_days
from reference.models import Department
from reference.parameters import parameter
from workflow.moving import advance, guard, locked

from .papers import FORWARDING


@transaction.atomic
def register_complaint(
    *,
    complaint: Complaint,
    actor: Membership,
    department: Department,
    inspector: User | None = None,
    organisation: Organisation | None = None,
    auditor: User | None = None,
    seen_version: int | None = None,
) -> Complaint:
    """Says where the complaint is examined, by whom, and whom it is about."""
    complaint = locked(complaint)
    check_department(actor, complaint.department)
    guard(complaint, "register", actor, seen_version=seen_version)
    complaint.department = department
    complaint.inspector = _fit(inspector, complaint)
    complaint.organisation = organisation or complaint.organisation
    complaint.auditor = auditor or complaint.auditor
    complaint.registered_by = actor.user
    complaint.registered_at = timezone.now()
    advance(
        complaint,
        "register",
        actor,
        department=department.code,
        due_on=complaint.due_on.isoformat() if complaint.due_on else "",
    )
    return complaint


@transaction.atomic
def hand_over_complaint(
    *,
    complaint: Complaint,
    actor: Membership,
    department: Department,
    inspector: User | None = None,
    seen_version: int | None = None,
) -> Complaint:
    """Another department or another inspector goes on; the term runs as it ran."""
    complaint = locked(complaint)
    check_department(actor, complaint.department)
    guard(complaint, "hand_over", actor, seen_version=seen_version)
    complaint.department = department
    complaint.inspector = _fit(inspector, complaint)
    advance(
        complaint,
        "hand_over",
        actor,
        department=department.code,
        inspector=str(inspector.pk) if inspector else "",
    )
    return complaint


@transaction.atomic
def forward_complaint(
    *,
    complaint: Complaint,
    actor: Membership,
    body: str,
    note: str = "",
    seen_version: int | None = None,
) -> Complaint:
    """What belongs to another body goes there with a letter that the complainant gets too."""
    complaint = locked(complaint)
    check_department(actor, complaint.department)
    guard(complaint, "forward", actor, seen_version=seen_version)
    if not body.strip():
        raise DomainError("no_body", _("Name the body that it goes to."), field="body")
    complaint.forwarded_to = body.strip()
    complaint.rejection_note = note.strip()
    complaint.closed_by = actor.user
    complaint.forwarded_at = timezone.now()
    late = working_days.between(forward_by(complaint), timezone.localdate())
    complaint.stop_clock()
    advance(complaint, "forward", actor, days_late=max(late, 0))
    order_paper(FORWARDING, str(complaint.pk))
    return complaint


@transaction.atomic
def leave_complaint(
    *, complaint: Complaint, actor: Membership, note: str, seen_version: int | None = None
) -> Complaint:
    """Nothing in it can be examined; the complainant reads why."""
    complaint = locked(complaint)
    check_department(actor, complaint.department)
    guard(complaint, "leave", actor, seen_version=seen_version)
    if not note.strip():
        raise DomainError("no_note", _("Say why it is not examined."), field="note")
    complaint.rejection_note = note.strip()
    complaint.closed_by = actor.user
    complaint.stop_clock()
    advance(complaint, "leave", actor)
    return complaint


def forward_by(complaint: Complaint) -> date:
    """The last day on which it goes to another body in time."""
    received_on = timezone.localdate(complaint.received_at)
    days: int = parameter("complaint.forward_days", on=received_on)
    return working_days.add(received_on, days)


def inspectors_for(complaint: Complaint, department: Department | None) -> list[User]:
    """Everybody to whom the complaint may be given today, if that department examines it."""
    members = Membership.objects.current().filter(role=Role.INSPECTOR).select_related("user")
    certificate = complaint.certificate
    return [
        member.user
        for member in members.order_by("user__full_name")
        if may_act_in(member, department)
        and (certificate is None or stands_apart(member.user, certificate))
    ]


def _fit(inspector: User | None, complaint: Complaint) -> User | None:
    if inspector is None:
        return None
    serving = Membership.objects.current().filter(user=inspector, role=Role.INSPECTOR).first()
    if serving is None or not may_act_in(serving, complaint.department):
        raise DomainError(
            "not_of_department",
            _("Choose an inspector of the department or of the central office."),
            field="inspector",
        )
    certificate = complaint.certificate
    if certificate is not None and not stands_apart(inspector, certificate):
        raise DomainError(
            "took_part",
            _("This person took part in the case or belongs to one of its sides."),
            field="inspector",
        )
    return inspector
