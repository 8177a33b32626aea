"""An inspector proposes a measure; whoever proposed it takes it back, and never decides it."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership, Organisation, User
from accounts.permissions import authorize
from documents.models import StoredFile
from expertise.models import Act
from issuance.models import Certificate
from oversight.departments import check_department, department_of
from oversight.models import Complaint, DeskCheck, Inspection, Measure, Violation
from oversight.papers import new_number
from reference.models import CodeEntry, Department, MeasureType
from reference.parameters import parameter
from workflow.moving import advance, guard, locked

from .targets import REASON_LISTS, Aim, check_possible, department_of_aim, fitted

LONGEST_TEXT = 4000
Source = DeskCheck | Complaint | Inspection | None


@transaction.atomic
def propose_measure(
    *,
    actor: Membership,
    type_code: str,
    form_token: UUID,
    grounds: str,
    reason: str = "",
    certificate: Certificate | None = None,
    act: Act | None = None,
    auditor: User | None = None,
    organisation: Organisation | None = None,
    subject_name: str = "",
    subject_bin: str = "",
    subject_address: str = "",
    desk_check: DeskCheck | None = None,
    complaint: Complaint | None = None,
    inspection: Inspection | None = None,
    violations: Iterable[Violation] = (),
    fine_mci: Decimal | None = None,
    file: StoredFile | None = None,
) -> Measure:
    """Puts a measure before the person who approves it; one form sent twice is one proposal."""
    authorize(actor, "oversight.propose_measure", None)
    if known := Measure.objects.filter(form_token=form_token).first():
        return _same_form(known, actor, type_code)
    today = timezone.localdate()
    kind = type_in_force(type_code)
    aim = fitted(
        kind,
        Aim(certificate, act, auditor, organisation, subject_name, subject_bin, subject_address),
    )
    check_possible(kind, aim)
    source = desk_check or complaint or inspection
    department = _department(actor, source, aim)
    check_department(actor, department)
    chosen = list(violations)
    _check_words(kind, reason, grounds, chosen, source)
    if aim.auditor is not None and aim.auditor.pk == actor.user_id:
        raise DomainError("own_case", _("Nobody proposes a measure against themselves."))
    measure = Measure(
        status=Measure.WORKFLOW.initial,
        number=new_number("measure", "", today),
        type=kind,
        department=department,
        desk_check=desk_check,
        complaint=complaint,
        inspection=inspection,
        reason=reason,
        grounds=grounds.strip(),
        file=file,
        form_token=form_token,
        proposed_by=actor.user,
        proposed_at=timezone.now(),
        fine_mci=_fine(kind, fine_mci, on=today),
        **vars(aim),
    )
    return _kept(measure, actor, chosen)


@transaction.atomic
def withdraw_measure(
    *, measure: Measure, actor: Membership, seen_version: int | None = None
) -> Measure:
    """Before it is approved, whoever proposed it takes it back."""
    measure = locked(measure)
    guard(measure, "withdraw", actor, seen_version=seen_version)
    advance(measure, "withdraw", actor)
    return measure


def types_in_force() -> list[MeasureType]:
    return list(MeasureType.objects.in_force(on=timezone.localdate()))


def type_in_force(code: str) -> MeasureType:
    kind = MeasureType.objects.in_force(on=timezone.localdate()).filter(code=code).first()
    if kind is None:
        raise DomainError("unknown_type", _("There is no such measure today."), field="type")
    return kind


def _same_form(known: Measure, actor: Membership, type_code: str) -> Measure:
    if (known.proposed_by_id, known.type.code) != (actor.user_id, type_code):
        raise DomainError("form_used", _("This form was sent before. Open it anew."))
    return known


def _department(actor: Membership, source: Source, aim: Aim) -> Department | None:
    """Where it was found, else where the certificate was issued, else where the person serves."""
    if source is not None and source.department is not None:
        return source.department
    found = department_of_aim(aim)
    return found or department_of(actor, on=timezone.localdate())


def _check_words(
    kind: MeasureType, reason: str, grounds: str, chosen: list[Violation], source: Source
) -> None:
    reasons = REASON_LISTS.get(kind.effect)
    if reasons is None and reason:
        raise DomainError("no_reason", _("This measure has no list of reasons."), field="reason")
    if reasons is not None:
        known = CodeEntry.objects.of(reasons, on=timezone.localdate()).filter(code=reason)
        if not known.exists():
            raise DomainError("no_reason", _("Choose the reason from the list."), field="reason")
    if not grounds.strip():
        raise DomainError("no_grounds", _("Say what the measure rests on."), field="grounds")
    if len(grounds) > LONGEST_TEXT:
        raise DomainError("too_long", _("The text is too long."), field="grounds")
    for violation in chosen:
        found_in = violation.desk_check or violation.complaint or violation.inspection
        if found_in != source or violation.set_aside_at is not None:
            raise DomainError(
                "foreign_violation",
                _("A violation was found elsewhere or is set aside."),
                field="violations",
            )


def _fine(kind: MeasureType, given: Decimal | None, *, on: date) -> Decimal | None:
    """As the article sets it; where it sets none, as the inspector proposes."""
    if not kind.has_fine:
        return None
    if kind.fine_mci is not None:
        return Decimal(kind.fine_mci)
    most: int = parameter("measure.most_fine_mci", on=on)
    if given is None or not 0 < given <= most:
        raise DomainError(
            "no_fine",
            _("Give the fine in MCI, up to %(most)s.") % {"most": most},
            field="fine_mci",
        )
    return given


def _kept(measure: Measure, actor: Membership, chosen: list[Violation]) -> Measure:
    try:
        with transaction.atomic():
            measure.save(force_insert=True)
    except IntegrityError:
        # The same form sent twice at the same moment.
        known = Measure.objects.filter(form_token=measure.form_token).first()
        if known is None:
            raise
        return _same_form(known, actor, measure.type.code)
    measure.violations.set(chosen)
    audit.record(
        "measure.proposed",
        actor=actor.ref(),
        subject=measure.subject_ref(),
        case=str(measure.case_id),
        type=measure.type.code,
        certificate=measure.certificate.number if measure.certificate else "",
        act=measure.act.number if measure.act else "",
        auditor=str(measure.auditor_id or ""),
        organisation=str(measure.organisation_id or ""),
        desk_check=measure.desk_check.number if measure.desk_check else "",
        complaint=measure.complaint.number if measure.complaint else "",
        inspection=measure.inspection.number if measure.inspection else "",
        violations=[str(each.pk) for each in chosen],
    )
    return measure
