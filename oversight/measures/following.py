"""What comes after the decision: execution, payment, lifting, the end of a term."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import authorize
from oversight.departments import check_department
from oversight.models import Measure
from reference.models import MeasureType
from workflow.moving import WrongStatus, advance, check_version, guard, locked

from .effects import LIFTABLE, undo
from .records import basis_of

Effect = MeasureType.Effect
LIFTED = "remedied"


@transaction.atomic
def execute_measure(
    *, measure: Measure, actor: Membership, note: str, seen_version: int | None = None
) -> Measure:
    """What was ordered is done: the prescription executed, the fine paid, the papers handed on."""
    measure = locked(measure)
    guard(measure, "execute", actor, seen_version=seen_version)
    check_department(actor, measure.department)
    if not can_be_executed(measure):
        raise DomainError(
            "nothing_to_execute",
            _("This measure is carried out by the portal; it ends with its term or is lifted."),
        )
    if measure.type.has_fine and measure.fine_paid_on is None:
        raise DomainError("not_paid", _("Enter first on which day the fine was paid."))
    _end(measure, actor, note)
    measure.stop_clock()
    advance(measure, "execute", actor)
    return measure


@transaction.atomic
def note_payment(
    *, measure: Measure, actor: Membership, paid_on: date, seen_version: int | None = None
) -> Measure:
    """The day on which the fine came in; entered twice it is entered once."""
    measure = locked(measure)
    authorize(actor, "oversight.follow_measure", measure)
    check_department(actor, measure.department)
    if measure.fine_paid_on == paid_on:
        return measure
    check_version(measure, seen_version)
    if measure.status not in ("in_force", "executed") or measure.fine_tenge is None:
        raise WrongStatus("no_fine", _("There is no fine to be paid."))
    if measure.fine_paid_on is not None:
        raise WrongStatus("paid", _("The payment is entered already."))
    decided_on = timezone.localdate(measure.decided_at)
    if not decided_on <= paid_on <= timezone.localdate():
        raise DomainError(
            "wrong_day",
            _("The day lies before the decision, or has not come yet."),
            field="paid_on",
        )
    measure.fine_paid_on = paid_on
    measure.version += 1
    measure.save(update_fields=["fine_paid_on", "version"])
    audit.record(
        "measure.fine_paid",
        actor=actor.ref(),
        subject=measure.subject_ref(),
        case=str(measure.case_id),
        paid_on=paid_on.isoformat(),
    )
    return measure


@transaction.atomic
def lift_measure(
    *, measure: Measure, actor: Membership, note: str, seen_version: int | None = None
) -> Measure:
    """The reason is gone: the measure ends early, and with it what it does."""
    measure = locked(measure)
    guard(measure, "lift", actor, seen_version=seen_version)
    check_department(actor, measure.department)
    if measure.type.effect not in LIFTABLE:
        raise DomainError(
            "final", _("This measure is final; only an appeal or a court sets it aside.")
        )
    _end(measure, actor, note)
    undo(
        measure,
        actor,
        reason=LIFTED,
        note=note.strip(),
        basis=basis_of(measure),
        on=timezone.localdate(),
    )
    measure.stop_clock()
    advance(measure, "lift", actor)
    return measure


def expire_measures(*, on: date) -> int:
    """Ends the measures whose last day has passed; what they do ends by its own dates.

    Gives the number of measures ended. Run twice on a day it finds nothing the second time.
    """
    due = Measure.objects.filter(status="in_force", ends_on__lt=on).values_list("pk", flat=True)
    return sum(_expire(pk, on=on) for pk in due)


@transaction.atomic
def _expire(pk: UUID, *, on: date) -> bool:
    measure = Measure.objects.select_for_update(of=("self",)).get(pk=pk)
    if measure.status != "in_force" or measure.ends_on is None or measure.ends_on >= on:
        return False
    measure.ended_at = timezone.now()
    measure.stop_clock()
    advance(measure, "expire", audit.SYSTEM, ends_on=measure.ends_on.isoformat())
    return True


def can_be_executed(measure: Measure) -> bool:
    """Only what a person does is marked as done; an effect is there from the decision on."""
    return bool(measure.type.effect == Effect.NONE)


def can_be_lifted(measure: Measure) -> bool:
    return measure.type.effect in LIFTABLE


def _end(measure: Measure, actor: Membership, note: str) -> None:
    if not note.strip():
        raise DomainError("no_note", _("Say why."), field="note")
    measure.ended_by = actor.user
    measure.ended_at = timezone.now()
    measure.end_note = note.strip()
