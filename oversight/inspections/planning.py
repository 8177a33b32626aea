"""Planning: entries of a half-yearly list, unscheduled inspections, cancelling."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership, Organisation
from accounts.permissions import authorize
from oversight.departments import check_department
from oversight.models import Complaint, HalfYearList, Inspection, Recommendation
from oversight.papers import new_number
from reference.models import CodeEntry, Department
from workflow.moving import advance, guard, locked

from .half_years import HalfYear
from .lists import KINDS, LISTED, OBJECTS, UNSCHEDULED

LONGEST_TEXT = 4000


@dataclass(frozen=True)
class Subject:
    """Who is inspected: an organisation of the portal, or a name with its identifier."""

    name: str
    bin: str = ""
    address: str = ""
    organisation: Organisation | None = None

    @classmethod
    def of(cls, organisation: Organisation) -> "Subject":
        return cls(organisation.name_ru, organisation.bin, organisation.address_ru, organisation)


@dataclass(frozen=True)
class Entry:
    """One line of a half-yearly list."""

    subject: Subject
    kind: str
    object_kind: str
    planned_on: date


@transaction.atomic
def plan_inspection(
    *, actor: Membership, department: Department, half_year: str, entry: Entry
) -> Inspection:
    """One more subject of the half-yearly list; a subject stands in the half-year once."""
    half = open_half_year(actor=actor, department=department, half_year=half_year)
    check_entry(entry, half)
    if taken := planned_already([entry.subject.bin], half):
        raise once_a_half_year(taken[entry.subject.bin])
    return _write(actor, department, entry, half_year=str(half))


@transaction.atomic
def plan_many(
    *, actor: Membership, department: Department, half_year: str, entries: Iterable[Entry]
) -> list[Inspection]:
    """Many lines at once, whose faults were told before: all of them, or none."""
    half = open_half_year(actor=actor, department=department, half_year=half_year)
    lines = list(entries)
    taken = planned_already([entry.subject.bin for entry in lines], half)
    written = []
    for entry in lines:
        check_entry(entry, half)
        if entry.subject.bin in taken:
            raise once_a_half_year(taken[entry.subject.bin])
        made = _write(actor, department, entry, half_year=str(half))
        taken[entry.subject.bin] = made
        written.append(made)
    return written


@transaction.atomic
def plan_unscheduled(
    *,
    actor: Membership,
    department: Department,
    kind: str,
    object_kind: str,
    subject: Subject,
    planned_on: date,
    grounds: str,
    registration_number: str = "",
    recommendation: Recommendation | None = None,
    complaint: Complaint | None = None,
) -> Inspection:
    """Outside the list, and so with grounds of its own: a recommendation that was not executed, a
    complaint, an order.

    Entrepreneurial Code 29.10.2015 No 375-V, article 144.
    """
    check_department(actor, department)
    authorize(actor, "oversight.plan_inspection", None)
    _check_codes(kind, object_kind, UNSCHEDULED)
    _check_subject(subject)
    if not grounds.strip():
        raise DomainError("no_grounds", _("Say on what grounds."), field="grounds")
    if len(grounds) > LONGEST_TEXT:
        raise DomainError("too_long", _("The text is too long."), field="grounds")
    if recommendation is not None:
        _check_recommendation(recommendation)
    return _write(
        actor,
        department,
        Entry(subject, kind, object_kind, planned_on),
        grounds=grounds.strip(),
        registration_number=registration_number.strip(),
        recommendation=recommendation,
        complaint=complaint,
    )


@transaction.atomic
def cancel_inspection(
    *, inspection: Inspection, actor: Membership, reason: str, seen_version: int | None = None
) -> Inspection:
    """Only before it begins, and with a reason."""
    inspection = locked(inspection)
    check_department(actor, inspection.department)
    guard(inspection, "cancel", actor, seen_version=seen_version)
    if not reason.strip():
        raise DomainError("no_reason", _("Say why it is cancelled."), field="reason")
    inspection.cancel_reason = reason.strip()
    advance(inspection, "cancel", actor)
    return inspection


def open_half_year(*, actor: Membership, department: Department, half_year: str) -> HalfYear:
    """The half-year, if the person may still plan into its list; the department stays locked, so
    that an approval and a late line never pass each other."""
    check_department(actor, department)
    authorize(actor, "oversight.plan_inspection", None)
    half = HalfYear.parse(half_year)
    if half.last < timezone.localdate():
        raise DomainError("half_year_over", _("This half-year is over."), field="half_year")
    Department.objects.select_for_update(no_key=True).get(pk=department.pk)
    if HalfYearList.objects.filter(department=department, half_year=str(half)).exists():
        raise DomainError(
            "list_approved",
            _("The list of this half-year is approved. Plan an unscheduled inspection instead."),
            field="half_year",
        )
    return half


def check_entry(entry: Entry, half: HalfYear) -> None:
    _check_codes(entry.kind, entry.object_kind, LISTED)
    _check_subject(entry.subject)
    if not entry.subject.bin:
        raise DomainError("no_bin", _("A subject of the list needs its BIN or IIN."), field="bin")
    if entry.planned_on not in half:
        raise DomainError(
            "outside_half_year",
            _("The day lies outside of the half-year of the list."),
            field="planned_on",
        )


def planned_already(bins: Iterable[str], half: HalfYear) -> dict[str, Inspection]:
    """Which of the subjects stand in a list of the half-year, in whichever department."""
    rows = (
        Inspection.objects.filter(half_year=str(half), subject_bin__in=list(bins))
        .exclude(status="cancelled")
        .select_related("department")
    )
    return {row.subject_bin: row for row in rows}


def once_a_half_year(known: Inspection) -> DomainError:
    """Entrepreneurial Code 29.10.2015 No 375-V, article 144: one unified period for a subject."""
    return DomainError(
        "subject_twice",
        _("This subject is in the list of this half-year already: %(number)s, %(department)s.")
        % {"number": known.number, "department": known.department.name},
        field="bin",
    )


def _check_codes(kind: str, object_kind: str, way: str) -> None:
    today = timezone.localdate()
    kinds = CodeEntry.objects.of(KINDS, on=today, applies_to=way)
    if not kinds.filter(code=kind).exists():
        raise DomainError("no_kind", _("Choose the kind of control."), field="kind")
    if not CodeEntry.objects.of(OBJECTS, on=today).filter(code=object_kind).exists():
        raise DomainError("no_object", _("Choose the object of control."), field="object_kind")


def _check_subject(subject: Subject) -> None:
    if not subject.name.strip():
        raise DomainError("no_subject", _("Say who is inspected."), field="name")


def _check_recommendation(recommendation: Recommendation) -> None:
    if recommendation.status != "unexecuted":
        raise DomainError(
            "executed", _("Only a recommendation that was not executed is a ground for a visit.")
        )
    known = recommendation.inspections.exclude(status="cancelled").first()
    if known is not None:
        raise DomainError(
            "planned_already",
            _("An inspection on this recommendation is planned already: %(number)s.")
            % {"number": known.number},
        )


def _write(
    actor: Membership,
    department: Department,
    entry: Entry,
    *,
    half_year: str = "",
    grounds: str = "",
    registration_number: str = "",
    recommendation: Recommendation | None = None,
    complaint: Complaint | None = None,
) -> Inspection:
    subject = entry.subject
    inspection = Inspection(
        status=Inspection.WORKFLOW.initial,
        number=new_number("inspection", "", timezone.localdate()),
        department=department,
        kind=entry.kind,
        object_kind=entry.object_kind,
        half_year=half_year,
        organisation=subject.organisation,
        subject_name=subject.name.strip()[:400],
        subject_bin=subject.bin,
        subject_address=subject.address.strip()[:400],
        grounds=grounds,
        registration_number=registration_number,
        recommendation=recommendation,
        complaint=complaint,
        planned_by=actor.user,
        planned_on=entry.planned_on,
    )
    inspection.save(force_insert=True)
    audit.record(
        "inspection.planned",
        actor=actor.ref(),
        subject=inspection.subject_ref(),
        case=str(inspection.case_id),
        department=department.pk,
        kind=entry.kind,
        object_kind=entry.object_kind,
        half_year=half_year,
        recommendation=recommendation.number if recommendation else "",
        complaint=complaint.number if complaint else "",
    )
    return inspection
