"""The register of readings: what is disputed, how it can be read, and which reading holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import authorize
from origin.blockers import finished_run, ruling_blockers
from origin.books import pack_in_force, parsed
from origin.conditions import Condition, Words
from origin.models import Dispute, DisputeReading, Precedent, Ruling
from origin.packs import condition_data
from reference.models import Scheme
from reference.parameters import DEFAULT_SCHEME
from workflow.blockers import refuse_blocked
from workflow.moving import WrongStatus, advance, guard, locked

LEAST_READINGS = 2


@dataclass(frozen=True)
class NewReading:
    code: str
    words: Words
    condition: Condition


@transaction.atomic
def open_dispute(
    *,
    actor: Membership,
    row_id: str,
    question: Words,
    readings: Sequence[NewReading],
    on: date,
    scheme: str = DEFAULT_SCHEME,
) -> Dispute:
    """Records that a row can be read in two ways; auditors must pick one from the next day."""
    authorize(actor, "origin.edit_readings", None)
    _known_row(row_id, on=on, scheme=scheme)
    if len({reading.code for reading in readings}) < LEAST_READINGS:
        raise DomainError(
            "too_few_readings",
            _("A disputed condition has at least two readings with different codes."),
        )
    Scheme.objects.select_for_update().get(pk=scheme)
    if Dispute.objects.filter(scheme=scheme, row_id=row_id, valid_until__isnull=True).exists():
        raise DomainError(
            "dispute_open", _("A dispute on this row is open already."), field="row_id"
        )
    dispute = Dispute.objects.create(
        scheme_id=scheme,
        row_id=row_id,
        question_kk=question.kk,
        question_ru=question.ru,
        question_en=question.en,
        opened_by=actor.user,
        valid_from=on + timedelta(days=1),
    )
    for reading in readings:
        _keep_reading(dispute, reading, actor, valid_from=dispute.valid_from)
    audit.record(
        "dispute.opened",
        actor=actor.ref(),
        subject=dispute.subject_ref(),
        case=str(dispute.pk),
        row=row_id,
        readings=len(readings),
        valid_from=dispute.valid_from.isoformat(),
    )
    return dispute


@transaction.atomic
def add_reading(
    *, dispute: Dispute, actor: Membership, reading: NewReading, on: date
) -> DisputeReading:
    """One more way to read the row; it can be picked from the next day."""
    authorize(actor, "origin.edit_readings", dispute)
    dispute = _locked_open(dispute)
    if dispute.readings.filter(code=reading.code).exists():
        raise DomainError(
            "reading_taken", _("This dispute already has a reading with this code."), field="code"
        )
    kept = _keep_reading(dispute, reading, actor, valid_from=on + timedelta(days=1))
    audit.record(
        "dispute.reading_added",
        actor=actor.ref(),
        subject=dispute.subject_ref(),
        case=str(dispute.pk),
        row=dispute.row_id,
        reading=kept.code,
        valid_from=kept.valid_from.isoformat(),
    )
    return kept


@transaction.atomic
def add_precedent(
    *,
    dispute: Dispute,
    actor: Membership,
    reading: DisputeReading,
    text: str,
    act_number: str = "",
    source: str = "",
) -> Precedent:
    """A case that was decided by one of the readings; what is recorded stays."""
    authorize(actor, "origin.edit_readings", dispute)
    if not text.strip():
        raise DomainError("no_text", _("Say what was decided."), field="text")
    if not (act_number.strip() or source.strip()):
        raise DomainError(
            "no_source", _("Name the act or the source of the precedent."), field="source"
        )
    precedent = Precedent.objects.create(
        dispute=dispute,
        reading=reading,
        text=text.strip(),
        act_number=act_number.strip(),
        source=source.strip(),
        added_by=actor.user,
    )
    audit.record(
        "dispute.precedent_added",
        actor=actor.ref(),
        subject=dispute.subject_ref(),
        case=str(dispute.pk),
        row=dispute.row_id,
        reading=reading.code,
        act_number=precedent.act_number,
    )
    return precedent


@transaction.atomic
def close_dispute(*, dispute: Dispute, actor: Membership, reason: str, on: date) -> Dispute:
    """The row is clear again, say by a new version; the dispute counts to the end of `on`."""
    authorize(actor, "origin.edit_readings", dispute)
    dispute = _locked_open(dispute)
    if not reason.strip():
        raise DomainError("no_reason", _("Say why the dispute is over."), field="reason")
    if dispute.rulings.filter(status="proposed").exists():
        raise DomainError("ruling_open", _("A ruling is proposed; approve or withdraw it first."))
    dispute.valid_until = max(on, dispute.valid_from)
    dispute.closed_by = actor.user
    dispute.closed_reason = reason.strip()
    dispute.save()
    audit.record(
        "dispute.closed",
        actor=actor.ref(),
        subject=dispute.subject_ref(),
        case=str(dispute.pk),
        row=dispute.row_id,
        valid_until=dispute.valid_until.isoformat(),
    )
    return dispute


@transaction.atomic
def propose_ruling(
    *,
    dispute: Dispute,
    actor: Membership,
    reading: DisputeReading,
    holds_from: date,
    reason: str,
) -> Ruling:
    """Proposes which reading holds; another person approves it."""
    authorize(actor, "origin.propose_ruling", dispute)
    dispute = _locked_open(dispute)
    if reading.dispute_id != dispute.pk:
        raise DomainError("other_dispute", _("Choose a reading of this dispute."), field="reading")
    if not reason.strip():
        raise DomainError("no_reason", _("Give the reason of the ruling."), field="reason")
    if holds_from <= timezone.localdate():
        raise DomainError(
            "not_before_tomorrow",
            _("A reading holds from tomorrow at the earliest."),
            field="holds_from",
        )
    if holds_from < max(dispute.valid_from, reading.valid_from):
        raise DomainError(
            "before_dispute",
            _("The dispute and its reading count from a later day."),
            field="holds_from",
        )
    if dispute.rulings.filter(status="proposed").exists():
        raise DomainError("ruling_open", _("A ruling is proposed already."))
    ruling = Ruling.objects.create(
        status=Ruling.WORKFLOW.initial,
        case_id=dispute.pk,
        dispute=dispute,
        reading=reading,
        holds_from=holds_from,
        reason=reason.strip(),
        proposed_by=actor.user,
    )
    audit.record(
        "ruling.proposed",
        actor=actor.ref(),
        subject=ruling.subject_ref(),
        case=str(dispute.pk),
        row=dispute.row_id,
        reading=reading.code,
        holds_from=holds_from.isoformat(),
    )
    return ruling


@transaction.atomic
def approve_ruling(*, ruling: Ruling, actor: Membership, seen_version: int | None = None) -> Ruling:
    """A second person lets the reading hold; its effect must have been measured."""
    ruling = locked(ruling)
    guard(ruling, "approve", actor, seen_version=seen_version)
    run = finished_run(ruling)
    refuse_blocked(
        ruling_blockers(ruling, run, on=timezone.localdate()), code="ruling_not_approvable"
    )
    if ruling.dispute.rulings.filter(status="approved", holds_from=ruling.holds_from).exists():
        raise DomainError("day_taken", _("Another ruling on this row begins on the same day."))
    ruling.approved_by = actor.user
    ruling.approved_at = timezone.now()
    advance(
        ruling,
        "approve",
        actor,
        row=ruling.dispute.row_id,
        reading=ruling.reading.code,
        holds_from=ruling.holds_from.isoformat(),
        impact_run=str(run.pk),
        changed_lines=run.changes.count(),
    )
    return ruling


@transaction.atomic
def withdraw_ruling(
    *, ruling: Ruling, actor: Membership, seen_version: int | None = None
) -> Ruling:
    ruling = locked(ruling)
    guard(ruling, "withdraw", actor, seen_version=seen_version)
    advance(ruling, "withdraw", actor, row=ruling.dispute.row_id, reading=ruling.reading.code)
    return ruling


def _known_row(row_id: str, *, on: date, scheme: str) -> None:
    pack = parsed(pack_in_force(on=on, scheme=scheme).body_sha256)
    if row_id not in {row.id for row in pack.rows if not row.excluded}:
        raise DomainError(
            "no_row",
            _("The rules in force have no condition in a row “%(id)s”.") % {"id": row_id},
            field="row_id",
        )


def _keep_reading(
    dispute: Dispute, reading: NewReading, actor: Membership, *, valid_from: date
) -> DisputeReading:
    return DisputeReading.objects.create(
        dispute=dispute,
        code=reading.code,
        words_kk=reading.words.kk,
        words_ru=reading.words.ru,
        words_en=reading.words.en,
        condition=condition_data(reading.condition),
        added_by=actor.user,
        valid_from=valid_from,
    )


def _locked_open(dispute: Dispute) -> Dispute:
    dispute = Dispute.objects.select_for_update().get(pk=dispute.pk)
    if dispute.valid_until is not None:
        raise WrongStatus("wrong_status", _("This dispute is closed. Nothing was changed."))
    return dispute
