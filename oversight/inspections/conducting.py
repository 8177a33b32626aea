"""Conducting an inspection: given to an inspector, begun, what was found, completed."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError, PermissionRefused
from accounts.models import Membership, Organisation, User
from accounts.permissions import authorize, has_permission
from documents.models import StoredFile
from oversight.control.violations import confirm_violations, note_violation, set_aside
from oversight.departments import check_department
from oversight.models import ControlOutcome, Inspection, Sample, Violation
from reference.models import CodeEntry
from workflow.blockers import refuse_blocked
from workflow.moving import WrongStatus, advance, check_version, guard, locked

from .blockers import completion_blockers, standing_violations, starting_blockers
from .lists import OUTCOMES
from .postings import serves_in

LONGEST_TEXT = 8000


@transaction.atomic
def assign_inspector(
    *,
    inspection: Inspection,
    actor: Membership,
    inspector: User,
    seen_version: int | None = None,
) -> Inspection:
    """A head gives it to an inspector of the department; an inspector may take it."""
    inspection = locked(inspection)
    check_department(actor, inspection.department)
    is_taken = inspector.pk == actor.user_id
    if not (is_taken and has_permission(actor, "oversight.take_inspection", inspection)):
        authorize(actor, "oversight.assign_inspection", inspection)
    check_version(inspection, seen_version)
    if inspection.status not in ("planned", "under_way"):
        raise WrongStatus("wrong_status", _("This inspection is over. Nothing was changed."))
    if not serves_in(inspector, inspection.department, on=timezone.localdate()):
        raise DomainError(
            "inspector_elsewhere",
            _("This person is no inspector of the department: %(department)s.")
            % {"department": inspection.department.name},
            field="inspector",
        )
    inspection.inspector = inspector
    inspection.version += 1
    inspection.save(update_fields=["inspector", "version"])
    _tell("inspection.assigned", actor, inspection, inspector=str(inspector.pk))
    return inspection


@transaction.atomic
def register_act(
    *,
    inspection: Inspection,
    actor: Membership,
    registration_number: str,
    seen_version: int | None = None,
) -> Inspection:
    """The act of appointment, registered with the body of legal statistics.

    Rules of registration 25.12.2020 No 162.
    """
    inspection = locked(inspection)
    check_department(actor, inspection.department)
    authorize(actor, "oversight.plan_inspection", inspection)
    check_version(inspection, seen_version)
    if inspection.status != "planned":
        raise WrongStatus("wrong_status", _("The inspection has begun. Nothing was changed."))
    number = registration_number.strip()
    if not number:
        raise DomainError(
            "no_number", _("Write the number of the registration."), field="registration_number"
        )
    inspection.registration_number = number[:60]
    inspection.version += 1
    inspection.save(update_fields=["registration_number", "version"])
    _tell("inspection.act_registered", actor, inspection, registration_number=number[:60])
    return inspection


@transaction.atomic
def start_inspection(
    *, inspection: Inspection, actor: Membership, seen_version: int | None = None
) -> Inspection:
    """One of a list not before the list is approved; with a visit not without a registered act."""
    inspection = locked(inspection)
    check_department(actor, inspection.department)
    guard(inspection, "start", actor, seen_version=seen_version)
    refuse_blocked(starting_blockers(inspection, on=timezone.localdate()), code="cannot_begin")
    inspection.started_at = timezone.now()
    advance(inspection, "start", actor)
    return inspection


@transaction.atomic
def record_sample(
    *,
    inspection: Inspection,
    actor: Membership,
    product: str,
    bought_on: date,
    bought_at: str = "",
    price: Decimal | None = None,
    laboratory: str = "",
) -> Sample:
    """A sample that was bought; what the laboratory says of it comes later."""
    inspection = under_way(inspection, actor)
    if not product.strip():
        raise DomainError("no_product", _("Say what was bought."), field="product")
    _check_day(bought_on, "bought_on")
    sample = Sample.objects.create(
        inspection=inspection,
        product=product.strip()[:300],
        bought_on=bought_on,
        bought_at=bought_at.strip()[:300],
        price=price,
        laboratory=laboratory.strip()[:300],
    )
    _tell(
        "inspection.sample_bought", actor, inspection,
        sample=str(sample.pk), bought_on=bought_on.isoformat(),
    )  # fmt: skip
    return sample


@transaction.atomic
def record_result(
    *,
    sample: Sample,
    actor: Membership,
    result: str,
    tested_on: date,
    protocol_number: str,
    note: str = "",
    file: StoredFile | None = None,
) -> Sample:
    """The laboratory's word on a sample, with the number of its protocol."""
    inspection = under_way(sample.inspection, actor)
    if result not in Sample.Result.values:
        raise DomainError("no_result", _("Choose the result."), field="result")
    if not protocol_number.strip():
        raise DomainError(
            "no_protocol", _("Write the number of the protocol."), field="protocol_number"
        )
    _check_day(tested_on, "tested_on")
    if tested_on < sample.bought_on:
        raise DomainError(
            "tested_before_bought",
            _("A sample is not tested before it was bought."),
            field="tested_on",
        )
    sample.result, sample.tested_on = result, tested_on
    sample.protocol_number, sample.note = protocol_number.strip()[:60], note.strip()
    sample.file = file or sample.file
    sample.save()
    _tell(
        "inspection.sample_tested", actor, inspection,
        sample=str(sample.pk), result=result, tested_on=tested_on.isoformat(),
    )  # fmt: skip
    return sample


@transaction.atomic
def remove_sample(*, sample: Sample, actor: Membership) -> None:
    """A sample entered by mistake, as long as the laboratory said nothing of it."""
    inspection = under_way(sample.inspection, actor)
    if sample.result:
        raise DomainError("tested", _("The laboratory told its result; the sample stays."))
    _tell("inspection.sample_removed", actor, inspection, sample=str(sample.pk))
    sample.delete()


@transaction.atomic
def record_outcome(
    *,
    inspection: Inspection,
    actor: Membership,
    kind: str,
    quantity: int,
    decided_on: date,
    note: str = "",
) -> ControlOutcome:
    """What the inspection led to, counted in units of its kind."""
    inspection = under_way(inspection, actor)
    entries = CodeEntry.objects.of(
        OUTCOMES, on=timezone.localdate(), applies_to=inspection.object_kind
    )
    if not entries.filter(code=kind).exists():
        raise DomainError(
            "no_outcome", _("This outcome does not fit the object of control."), field="kind"
        )
    if quantity < 1:
        raise DomainError("no_quantity", _("Say how many."), field="quantity")
    _check_day(decided_on, "decided_on")
    outcome = ControlOutcome.objects.create(
        inspection=inspection,
        kind=kind,
        quantity=quantity,
        decided_on=decided_on,
        note=note.strip()[:400],
    )
    _tell(
        "inspection.outcome_recorded", actor, inspection,
        outcome=str(outcome.pk), kind=kind, quantity=quantity,
    )  # fmt: skip
    return outcome


@transaction.atomic
def remove_outcome(*, outcome: ControlOutcome, actor: Membership) -> None:
    """An outcome entered by mistake; the log keeps both."""
    inspection = under_way(outcome.inspection, actor)
    _tell(
        "inspection.outcome_removed", actor, inspection,
        outcome=str(outcome.pk), kind=outcome.kind, quantity=outcome.quantity,
    )  # fmt: skip
    outcome.delete()


@transaction.atomic
def add_violation(
    *,
    inspection: Inspection,
    actor: Membership,
    code: str,
    fault: str,
    text: str,
    legal_ref: str = "",
    organisation: Organisation | None = None,
    file: StoredFile | None = None,
) -> Violation:
    """It counts from the completion of the inspection on."""
    inspection = under_way(inspection, actor)
    return note_violation(
        actor=actor,
        code=code,
        fault=fault,
        text=text,
        legal_ref=legal_ref,
        inspection=inspection,
        organisation=organisation or inspection.organisation,
        file=file,
    )


@transaction.atomic
def drop_violation(*, violation: Violation, actor: Membership, note: str) -> None:
    """A violation that turned out to be none, before the inspection is completed."""
    inspection = violation.inspection
    if inspection is None:
        raise DomainError("elsewhere", _("This violation belongs to something else."))
    under_way(inspection, actor)
    set_aside(actor=actor, violations=[violation], note=note)


@transaction.atomic
def complete_inspection(
    *,
    inspection: Inspection,
    actor: Membership,
    has_violations: bool,
    summary: str,
    file: StoredFile | None = None,
    seen_version: int | None = None,
) -> Inspection:
    """With its result; what it says of violations has to agree with what was recorded."""
    inspection = locked(inspection)
    check_department(actor, inspection.department)
    guard(inspection, "complete", actor, seen_version=seen_version)
    if not summary.strip():
        raise DomainError("no_summary", _("Write the result."), field="summary")
    if len(summary) > LONGEST_TEXT:
        raise DomainError("too_long", _("The text is too long."), field="summary")
    refuse_blocked(
        completion_blockers(inspection, has_violations=has_violations), code="cannot_complete"
    )
    violations = standing_violations(inspection)
    confirm_violations(actor=actor, violations=violations)
    inspection.has_violations = has_violations
    inspection.summary = summary.strip()
    inspection.file = file
    inspection.completed_at = timezone.now()
    advance(
        inspection, "complete", actor,
        has_violations=has_violations, violations=len(violations),
        samples=inspection.samples.count(),
    )  # fmt: skip
    return inspection


def under_way(inspection: Inspection, actor: Membership) -> Inspection:
    """The inspection, locked, if the actor conducts it now."""
    inspection = locked(inspection)
    check_department(actor, inspection.department)
    if inspection.inspector_id != actor.user_id:
        raise PermissionRefused(
            "other_inspector", _("Only the inspector of this inspection writes its record.")
        )
    authorize(actor, "oversight.conduct_inspection", inspection)
    if inspection.status != "under_way":
        raise WrongStatus(
            "wrong_status",
            _("This is not possible now: the status is “%(status)s”. Nothing was changed.")
            % {"status": inspection.status_info.label},
        )
    return inspection


def _check_day(day: date, field: str) -> None:
    if day > timezone.localdate():
        raise DomainError("in_future", _("This day has not come yet."), field=field)


def _tell(event: str, actor: Membership, inspection: Inspection, **facts: str | int) -> None:
    audit.record(
        event,
        actor=actor.ref(),
        subject=inspection.subject_ref(),
        case=str(inspection.case_id),
        **facts,
    )
