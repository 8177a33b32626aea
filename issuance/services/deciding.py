"""The decision of a second person, and starting a stopped issue again."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
import outbox
from accounts.errors import DomainError
from accounts.models import Membership
from documents import signing
from documents.canonical import canonical_bytes, sha256_hex
from documents.models import SigningItem
from issuance.blockers import approval_blockers, refusal_blockers
from issuance.decisions import ISSUE, REFUSE, decision_record
from issuance.holding import let_go, refuse_held
from issuance.mandates import mandate_in_force
from issuance.models import Application, Certificate, Power
from issuance.numbering import new_verify_code, reserve_number
from issuance.validity import last_day
from workflow.blockers import refuse_blocked
from workflow.moving import advance, guard, locked

from .grounds import check_reason

COMPLETE_ISSUE = "issuance.complete_issue"
MAKE_LETTER = "issuance.make_refusal_letter"
PURPOSES = {Power.ISSUE: "application.approve", Power.REFUSE: "application.refuse"}


@transaction.atomic
def return_application(
    *, application: Application, actor: Membership, note: str, seen_version: int | None = None
) -> Application:
    """The decider sends the case back to the reviewer with a reason."""
    application = locked(application)
    guard(application, "return", actor, seen_version=seen_version)
    refuse_held(application, actor)
    if not note.strip():
        raise DomainError("no_note", _("Say why the case goes back."), field="note")
    application.return_note = note.strip()
    let_go(application)
    advance(application, "return", actor)
    return application


@transaction.atomic
def refuse_application(
    *,
    application: Application,
    actor: Membership,
    reason: str,
    note: str = "",
    seen_version: int | None = None,
    signed: SigningItem | None = None,
) -> Application:
    """The second person refuses on a ground from the list; a letter goes to the applicant."""
    application = locked(application)
    guard(application, "refuse", actor, seen_version=seen_version)
    refuse_held(application, actor)
    check_reason(reason)
    refuse_blocked(refusal_blockers(actor), code="blocked")
    record = decision_record(application, actor, decision=REFUSE, reason=reason, note=note)
    _decide(application, actor, record, power=Power.REFUSE, signed=signed)
    application.refusal_reason = reason
    application.refusal_note = note.strip()
    advance(
        application,
        "refuse",
        actor,
        reason=reason,
        decision_sha256=application.decision_sha256,
    )
    outbox.enqueue(MAKE_LETTER, key=str(application.pk), application_id=str(application.pk))
    return application


@transaction.atomic
def approve_application(
    *,
    application: Application,
    actor: Membership,
    seen_version: int | None = None,
    signed: SigningItem | None = None,
) -> Certificate:
    """The second person approves: the number is reserved and the intent recorded.

    Everything is checked again at this moment. The document itself is made by a worker
    (`issuing.complete_issue`), which may die at any step and resume.
    """
    application = locked(application)
    guard(application, "approve", actor, seen_version=seen_version)
    refuse_held(application, actor)
    refuse_blocked(approval_blockers(application, actor), code="blocked")
    record = decision_record(application, actor, decision=ISSUE)
    now = _decide(application, actor, record, power=Power.ISSUE, signed=signed)
    today = timezone.localdate(now)
    reserved = reserve_number(chamber_code=application.chamber.code, on=today)
    advance(
        application,
        "approve",
        actor,
        certificate=reserved.number,
        decision_sha256=application.decision_sha256,
    )
    certificate = Certificate.objects.create(
        case_id=application.case_id,
        status=Certificate.WORKFLOW.initial,
        application=application,
        number=reserved.number,
        year=reserved.year,
        chamber_code=reserved.chamber_code,
        sequence=reserved.sequence,
        verify_code=new_verify_code(),
        certified_at=now,
        valid_from=today,
        valid_until=last_day(application, on=today),
    )
    audit.record(
        "certificate.issuing_started",
        actor=actor.ref(),
        subject=certificate.subject_ref(),
        case=str(certificate.case_id),
        number=certificate.number,
        act_sha256=application.act.record_sha256,
        application=application.number,
    )
    outbox.enqueue(COMPLETE_ISSUE, key=str(certificate.pk), certificate_id=str(certificate.pk))
    return certificate


def _decide(
    application: Application,
    actor: Membership,
    record: dict[str, Any],
    *,
    power: Power,
    signed: SigningItem | None,
) -> datetime:
    """Keeps the decision as it was signed, with the mandate and the signature behind it; the
    moment of it comes back."""
    purpose = PURPOSES[power]
    content = canonical_bytes(record)
    if signed is None or signed.cms is None:
        signing.refuse_unsigned(purpose)
        _refuse_changed(signed, content)
    else:
        application.decision_signature = signing.accept(
            item=signed,
            purpose=purpose,
            record=content,
            actor=actor,
            subject=application.subject_ref(),
            case=application.case_id,
        )
    now = timezone.now()
    application.decision_record = content
    application.decision_sha256 = sha256_hex(content)
    application.mandate = mandate_in_force(
        actor.user, application.chamber, power, timezone.localdate(now)
    )
    application.decider = actor.user
    application.decided_at = now
    application.stop_clock()
    let_go(application)
    return now


def _refuse_changed(shown: SigningItem | None, content: bytes) -> None:
    """A sitting without signatures decides what was shown in it, too."""
    if shown is not None and shown.record_bytes != content:
        raise DomainError(
            "record_changed",
            _("The data have changed since they were shown to you. Look again and decide again."),
        )


@transaction.atomic
def resume_issue(
    *, certificate: Certificate, actor: Membership, seen_version: int | None = None
) -> Certificate:
    """Starts a stopped issue again, under the same number."""
    certificate = locked(certificate)
    guard(certificate, "resume", actor, seen_version=seen_version)
    certificate.failure = ""
    # The record stays as it was frozen; what was made from it is made anew.
    certificate.rendered = None
    certificate.sealed = None
    advance(certificate, "resume", actor, number=certificate.number)
    outbox.enqueue(COMPLETE_ISSUE, key=str(certificate.pk), certificate_id=str(certificate.pk))
    return certificate
