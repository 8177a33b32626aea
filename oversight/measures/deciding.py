"""The second person: approves, and after the hearing imposes or drops. Never the proposer.

Notice → time to reply → decision. A type without a time to reply is heard by nobody: its approval
and its imposition are one signed decision. What the measure does happens with it, or nothing does.
"""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import Membership
from auditors.terms import last_day_of_months
from documents import signing
from documents.canonical import canonical_bytes, sha256_hex
from documents.models import SigningItem
from issuance.appeals import appeal_until
from oversight.departments import check_department
from oversight.models import Measure
from oversight.papers import order_paper
from reference import working_days
from workflow.moving import WrongStatus, advance, check_version, guard, locked

from .effects import carry_out
from .fines import tenge_of
from .papers import DECISION, NOTICE
from .records import measure_record

PURPOSE = "measure.decide"


@transaction.atomic
def approve_measure(
    *, measure: Measure, actor: Membership, seen_version: int | None = None
) -> Measure:
    """Gives notice to the subject; from the next working day the time to reply runs."""
    measure = locked(measure)
    guard(measure, "approve", actor, seen_version=seen_version)
    _check_people(measure, actor)
    if measure.type.reply_days is None:
        raise DomainError(
            "decided_at_once",
            _("Nobody is heard before this measure: it is approved and imposed in one decision."),
        )
    _approve(measure, actor)
    order_paper(NOTICE, str(measure.pk))
    return measure


@transaction.atomic
def reject_measure(
    *, measure: Measure, actor: Membership, note: str, seen_version: int | None = None
) -> Measure:
    """Nothing comes of the proposal; the subject hears nothing of it."""
    measure = locked(measure)
    guard(measure, "reject", actor, seen_version=seen_version)
    _check_people(measure, actor)
    _end(measure, actor, note)
    advance(measure, "reject", actor)
    return measure


@transaction.atomic
def drop_measure(
    *, measure: Measure, actor: Membership, note: str, seen_version: int | None = None
) -> Measure:
    """After the notice the measure is not imposed, and the reason is told."""
    measure = locked(measure)
    guard(measure, "drop", actor, seen_version=seen_version)
    _check_people(measure, actor)
    _end(measure, actor, note)
    measure.stop_clock()
    advance(measure, "drop", actor)
    return measure


@transaction.atomic
def impose_measure(
    *,
    measure: Measure,
    actor: Membership,
    note: str = "",
    seen_version: int | None = None,
    signed: SigningItem | None = None,
) -> Measure:
    """The decision: the fine is frozen in tenge, the effect happens, the document is ordered."""
    measure = locked(measure)
    today = timezone.localdate()
    _check_imposable(measure, actor, on=today, seen_version=seen_version)
    if measure.status == "proposed":
        _approve(measure, actor)
    fine = _fine_tenge(measure, on=today)
    content = canonical_bytes(measure_record(measure, actor, note=note, fine_tenge=fine))
    if signed is None:
        signing.refuse_unsigned(PURPOSE)
    else:
        measure.signature = signing.accept(
            item=signed,
            purpose=PURPOSE,
            record=content,
            actor=actor,
            subject=measure.subject_ref(),
            case=measure.case_id,
        )
    measure.decision_sha256 = sha256_hex(content)
    measure.decided_by = actor.user
    measure.decided_at = timezone.now()
    measure.decision_note = note.strip()
    measure.fine_tenge = tenge_of(measure.fine_mci, on=today) if measure.fine_mci else None
    _set_terms(measure, on=today)
    carry_out(measure, actor, on=today)
    advance(
        measure,
        "impose",
        actor,
        type=measure.type.code,
        record_sha256=measure.decision_sha256,
        fine_mci=str(measure.fine_mci or ""),
        fine_tenge=str(measure.fine_tenge or ""),
        ends_on=measure.ends_on.isoformat() if measure.ends_on else "",
        execute_by=measure.execute_by.isoformat() if measure.execute_by else "",
    )
    order_paper(DECISION, str(measure.pk))
    return measure


def record_to_sign(measure: Measure, actor: Membership, *, note: str) -> dict[str, Any]:
    """What the decider is shown and signs; refuses whoever may not decide this now."""
    today = timezone.localdate()
    _check_imposable(measure, actor, on=today, seen_version=None)
    return measure_record(measure, actor, note=note, fine_tenge=_fine_tenge(measure, on=today))


def may_be_imposed(measure: Measure, *, on: date) -> bool:
    """The subject was heard, or the time to reply has passed, or nobody is heard at all."""
    if measure.status == "proposed":
        return measure.type.reply_days is None
    if measure.status != "approved":
        return False
    return measure.replied_at is not None or measure.due_on is None or measure.due_on < on


def _check_imposable(
    measure: Measure, actor: Membership, *, on: date, seen_version: int | None
) -> None:
    at_once = measure.status == "proposed" and measure.type.reply_days is None
    guard(measure, "approve" if at_once else "impose", actor)
    check_version(measure, seen_version)
    _check_people(measure, actor)
    if not may_be_imposed(measure, on=on):
        raise WrongStatus(
            "not_heard",
            _("The subject may reply until %(day)s; until then the measure is not imposed.")
            % {"day": measure.due_on.strftime("%d.%m.%Y") if measure.due_on else ""},
        )


def _check_people(measure: Measure, actor: Membership) -> None:
    check_department(actor, measure.department)
    if measure.proposed_by_id == actor.user_id:
        raise DomainError(
            "same_person", _("Whoever proposed this does not decide it: another person does.")
        )


def _approve(measure: Measure, actor: Membership) -> None:
    measure.approved_by = actor.user
    measure.approved_at = timezone.now()
    days = measure.type.reply_days
    if days is not None:
        measure.start_clock(on=timezone.localdate(), days=days)
    advance(
        measure,
        "approve",
        actor,
        type=measure.type.code,
        reply_until=measure.due_on.isoformat() if measure.due_on else "",
    )


def _end(measure: Measure, actor: Membership, note: str) -> None:
    if not note.strip():
        raise DomainError("no_note", _("Say why."), field="note")
    measure.ended_by = actor.user
    measure.ended_at = timezone.now()
    measure.end_note = note.strip()


def _fine_tenge(measure: Measure, *, on: date) -> str | None:
    return str(tenge_of(measure.fine_mci, on=on)) if measure.fine_mci else None


def _set_terms(measure: Measure, *, on: date) -> None:
    """In force from today; the last day, the day of execution and the last day of an appeal."""
    kind = measure.type
    measure.starts_on = on
    measure.ends_on = last_day_of_months(on, kind.months) if kind.months else None
    measure.appeal_until = appeal_until(on)
    measure.stop_clock()
    if kind.execution_days is not None:
        measure.execute_by = working_days.add(on, kind.execution_days)
        measure.due_on = measure.execute_by
