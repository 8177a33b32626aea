"""The decision of a second person, and starting a stopped issue again."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
import outbox
from accounts.errors import DomainError
from accounts.models import Membership
from issuance.blockers import approval_blockers
from issuance.models import Application, Certificate
from issuance.numbering import new_verify_code, reserve_number
from issuance.validity import last_day
from workflow.blockers import refuse_blocked
from workflow.moving import advance, guard, locked

from .grounds import check_reason

COMPLETE_ISSUE = "issuance.complete_issue"


@transaction.atomic
def return_application(
    *, application: Application, actor: Membership, note: str, seen_version: int | None = None
) -> Application:
    """The decider sends the case back to the reviewer with a reason."""
    application = locked(application)
    guard(application, "return", actor, seen_version=seen_version)
    if not note.strip():
        raise DomainError("no_note", _("Say why the case goes back."), field="note")
    application.return_note = note.strip()
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
) -> Application:
    application = locked(application)
    guard(application, "refuse", actor, seen_version=seen_version)
    check_reason(reason)
    application.refusal_reason = reason
    application.refusal_note = note.strip()
    application.decider = actor.user
    application.decided_at = timezone.now()
    application.stop_clock()
    advance(application, "refuse", actor, reason=reason)
    return application


@transaction.atomic
def approve_application(
    *, application: Application, actor: Membership, seen_version: int | None = None
) -> Certificate:
    """The second person approves: the number is reserved and the intent recorded.

    Everything is checked again at this moment. The document itself is made by a worker
    (`issuing.complete_issue`), which may die at any step and resume.
    """
    application = locked(application)
    guard(application, "approve", actor, seen_version=seen_version)
    refuse_blocked(approval_blockers(application), code="blocked")
    now = timezone.now()
    today = timezone.localdate(now)
    application.decider = actor.user
    application.decided_at = now
    application.stop_clock()
    reserved = reserve_number(chamber_code=application.chamber.code, on=today)
    advance(application, "approve", actor, certificate=reserved.number)
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
