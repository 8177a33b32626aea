"""Appeals against measures, heard in the central office by a person who took no part.

Administrative Procedural and Process-Related Code 29.06.2020 № 350-VI: three months from the day
on which the participant learnt of the measure (article 92), a late one is taken in with its reason;
twenty working days to decide (articles 91 and 99).
"""

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import authorize
from documents.models import StoredFile
from issuance.appeals import appeal_until
from oversight.control.violations import set_aside
from oversight.departments import check_department
from oversight.models import Appeal, Measure
from oversight.papers import new_number, order_paper
from reference.parameters import parameter
from workflow.moving import WrongStatus, advance, guard, locked

from .effects import undo
from .papers import APPEAL_DECISION

LONGEST_TEXT = 10_000
# The code of the lists of lifting and setting aside.
GRANTED = "appeal_granted"
MAY_BE_APPEALED = ("in_force", "executed", "lifted")


@transaction.atomic
def file_appeal(
    *,
    measure: Measure,
    actor: Membership,
    text: str,
    form_token: UUID,
    learnt_on: date | None = None,
    late_reason: str = "",
    file: StoredFile | None = None,
) -> Appeal:
    """The subject, or somebody who speaks for it, appeals in the portal."""
    measure = locked(measure)
    authorize(actor, "oversight.file_appeal", measure)
    return _take_in(measure, actor, text, form_token, learnt_on, late_reason, file, on_paper=False)


@transaction.atomic
def register_appeal(
    *,
    measure: Measure,
    actor: Membership,
    text: str,
    form_token: UUID,
    learnt_on: date | None = None,
    late_reason: str = "",
    file: StoredFile | None = None,
) -> Appeal:
    """An inspector takes in an appeal that came on paper."""
    measure = locked(measure)
    authorize(actor, "oversight.register_appeal", measure)
    check_department(actor, measure.department)
    return _take_in(measure, actor, text, form_token, learnt_on, late_reason, file, on_paper=True)


@transaction.atomic
def withdraw_appeal(
    *, appeal: Appeal, actor: Membership, seen_version: int | None = None
) -> Appeal:
    _measure, appeal = _locked_both(appeal)
    guard(appeal, "withdraw", actor, seen_version=seen_version)
    appeal.stop_clock()
    advance(appeal, "withdraw", actor, measure=appeal.measure.number)
    return appeal


@transaction.atomic
def allow_appeal(
    *, appeal: Appeal, actor: Membership, note: str, seen_version: int | None = None
) -> Appeal:
    """The measure is set aside, with everything it did and the violations it rests on."""
    measure, appeal = _locked_both(appeal)
    _decide(appeal, actor, "allow", note, seen_version)
    basis = appeal.number
    undo(
        measure,
        actor,
        reason=GRANTED,
        note=note.strip(),
        basis=basis,
        on=timezone.localdate(appeal.decided_at),
    )
    standing = measure.violations.filter(set_aside_at__isnull=True)
    set_aside(actor=actor, violations=standing, note=f"{basis}. {note.strip()}")
    measure.ended_by = actor.user
    measure.ended_at = appeal.decided_at
    measure.end_note = note.strip()
    measure.stop_clock()
    if measure.status not in MAY_BE_APPEALED:
        raise WrongStatus("wrong_status", _("The measure is not in force any more."))
    advance(measure, "set_aside", actor, basis=basis)
    advance(appeal, "allow", actor, measure=measure.number)
    order_paper(APPEAL_DECISION, str(appeal.pk))
    return appeal


@transaction.atomic
def dismiss_appeal(
    *, appeal: Appeal, actor: Membership, note: str, seen_version: int | None = None
) -> Appeal:
    """The measure stands; the reasons are told."""
    _measure, appeal = _locked_both(appeal)
    _decide(appeal, actor, "dismiss", note, seen_version)
    advance(appeal, "dismiss", actor, measure=appeal.measure.number)
    order_paper(APPEAL_DECISION, str(appeal.pk))
    return appeal


def can_be_appealed(measure: Measure) -> bool:
    """Decided, and nobody has decided on an appeal or is about to."""
    if measure.status not in MAY_BE_APPEALED:
        return False
    return not measure.appeals.exclude(status="withdrawn").exists()


def last_day_of_appeal(measure: Measure, learnt_on: date | None) -> date | None:
    return appeal_until(learnt_on) if learnt_on else measure.appeal_until


def _take_in(
    measure: Measure,
    actor: Membership,
    text: str,
    form_token: UUID,
    learnt_on: date | None,
    late_reason: str,
    file: StoredFile | None,
    *,
    on_paper: bool,
) -> Appeal:
    if known := Appeal.objects.filter(form_token=form_token, measure=measure).first():
        return known
    _check_open(measure)
    today = timezone.localdate()
    _check_words(measure, text, learnt_on, on=today)
    until = last_day_of_appeal(measure, learnt_on)
    is_late = until is not None and today > until
    if is_late and not late_reason.strip():
        raise DomainError(
            "late",
            _("The term ended on %(day)s. Say why the appeal comes late: the reason is weighed.")
            % {"day": until.strftime("%d.%m.%Y") if until else ""},
            field="late_reason",
        )
    appeal = Appeal(
        status=Appeal.WORKFLOW.initial,
        case_id=measure.case_id,
        number=new_number("appeal", "", today),
        measure=measure,
        filed_by=None if on_paper else actor.user,
        registered_by=actor.user if on_paper else None,
        filed_at=timezone.now(),
        learnt_on=learnt_on,
        form_token=form_token,
        text=text.strip(),
        file=file,
        is_late=is_late,
        late_reason=late_reason.strip() if is_late else "",
    )
    appeal.start_clock(on=today, days=parameter("appeal.decision_days", on=today))
    try:
        with transaction.atomic():
            appeal.save(force_insert=True)
    except IntegrityError as error:
        raise DomainError(
            "appeal_open", _("An appeal against this measure is under consideration.")
        ) from error
    audit.record(
        "appeal.filed",
        actor=actor.ref(),
        subject=appeal.subject_ref(),
        case=str(appeal.case_id),
        measure=measure.number,
        is_late=is_late,
        on_paper=on_paper,
    )
    return appeal


def _check_open(measure: Measure) -> None:
    if measure.status not in MAY_BE_APPEALED:
        raise WrongStatus("not_decided", _("Only a measure that was decided is appealed."))
    if measure.appeals.filter(status="filed").exists():
        raise DomainError(
            "appeal_open", _("An appeal against this measure is under consideration.")
        )
    if measure.appeals.filter(status__in=("allowed", "dismissed")).exists():
        raise DomainError(
            "heard", _("An appeal against this measure was heard; the next step is the court.")
        )


def _check_words(measure: Measure, text: str, learnt_on: date | None, *, on: date) -> None:
    if not text.strip():
        raise DomainError("no_text", _("Write what is appealed and why."), field="text")
    if len(text) > LONGEST_TEXT:
        raise DomainError("too_long", _("The text is too long."), field="text")
    if learnt_on is not None and not timezone.localdate(measure.decided_at) <= learnt_on <= on:
        raise DomainError(
            "wrong_day",
            _("The day lies before the decision, or has not come yet."),
            field="learnt_on",
        )


def _locked_both(appeal: Appeal) -> tuple[Measure, Appeal]:
    """The measure first, as everything that changes one does."""
    measure = locked(appeal.measure)
    appeal = locked(appeal)
    appeal.measure = measure
    return measure, appeal


def _decide(
    appeal: Appeal, actor: Membership, name: str, note: str, seen_version: int | None
) -> None:
    guard(appeal, name, actor, seen_version=seen_version)
    # The higher body hears it: the central office, whichever department decided.
    check_department(actor, None)
    if not note.strip():
        raise DomainError("no_note", _("Give the reasons of the decision."), field="note")
    appeal.decided_by = actor.user
    appeal.decided_at = timezone.now()
    appeal.decision_note = note.strip()
    appeal.stop_clock()
