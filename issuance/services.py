"""Commands of stage two: application, review, decision."""

from collections.abc import Mapping
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
import outbox
from accounts.errors import DomainError
from accounts.models import Membership, Organisation, OrganisationKind
from accounts.permissions import authorize
from expertise.models import Act
from expertise.services.filing import set_chamber
from reference import working_days
from reference.models import Chamber, CodeEntry
from reference.numbering import next_number
from reference.parameters import parameter
from workflow.blockers import refuse_blocked
from workflow.moving import WrongStatus, advance, guard, locked

from .blockers import approval_blockers, checklist, review_blockers
from .models import Application, ApplicationQuestion, Certificate, ChecklistAnswer
from .numbering import new_verify_code, reserve_number
from .validity import last_day

COMPLETE_ISSUE = "issuance.complete_issue"


@transaction.atomic
def apply_for_certificate(*, act: Act, actor: Membership, chamber: Organisation) -> Application:
    """From a positive act to an application at the chamber, in one command.

    Pressed twice it gives the application that is already there.
    """
    authorize(actor, "issuance.create_application", act)
    act = locked(act)
    if open_one := act.applications.exclude(status__in=("refused", "withdrawn")).first():
        return open_one
    application = _draft(act, filed_by=actor, chamber=chamber)
    _submit(application, actor, filed_ahead=False)
    return application


@transaction.atomic
def apply_as_arranged(*, act: Act) -> Application | None:
    """Files the application that the applicant arranged when filing the request.

    Called in the transaction that signs the act. The applicant's own employee is named as the
    author; the log says that the portal did it.
    """
    request = act.request
    if not (request.goes_to_chamber_by_itself and request.chamber and act.is_positive):
        return None
    author = Membership.objects.filter(
        user=request.submitted_by, organisation=request.applicant
    ).latest("valid_from")
    application = _draft(act, filed_by=author, chamber=request.chamber)
    _submit(application, audit.SYSTEM, filed_ahead=True)
    return application


def _draft(act: Act, *, filed_by: Membership, chamber: Organisation) -> Application:
    if act.status != "signed" or not act.is_positive:
        raise WrongStatus(
            "act_not_positive", _("Only a signed positive act leads to a certificate.")
        )
    if timezone.localdate() > act.valid_until:
        raise DomainError("act_expired", _("The act of expertise has expired."))
    is_chamber = chamber.kind == OrganisationKind.CHAMBER
    if not (is_chamber and Chamber.objects.filter(pk=chamber.code).exists()):
        raise DomainError("unknown_chamber", _("There is no such chamber."), field="chamber")
    if filed_by.user_id == act.signed_by_id:
        raise DomainError(
            "author_is_auditor",
            _("The auditor who signed the act may not apply for the certificate."),
        )
    try:
        with transaction.atomic():
            application = Application.objects.create(
                case_id=act.case_id,
                status=Application.WORKFLOW.initial,
                act=act,
                applicant=act.request.applicant,
                chamber=chamber,
                filed_by=filed_by.user,
                auditor=act.signed_by,
            )
    except IntegrityError as error:
        raise DomainError(
            "not_possible", _("There is already an open application on this act.")
        ) from error
    audit.record(
        "application.created",
        actor=filed_by.ref(),
        subject=application.subject_ref(),
        case=str(application.case_id),
        act=act.number,
        chamber=chamber.code,
    )
    return application


def _submit(
    application: Application, actor: Membership | audit.ActorRef, *, filed_ahead: bool
) -> None:
    guard(application, "submit", actor)
    today = timezone.localdate()
    set_chamber(request=application.act.request, chamber=application.chamber)
    application.submitted_at = timezone.now()
    application.start_clock(on=today, days=parameter("certificate.deadline_days", on=today))
    code = application.chamber.code
    application.number = parameter("number_format.application", on=today).format(
        chamber=code,
        year=today.year,
        # One counter per chamber for all years: the number has no year in it.
        seq=next_number(kind="application", series=code, year=0),
    )
    advance(
        application,
        "submit",
        actor,
        act=application.act.number,
        act_sha256=application.act.record_sha256,
        by_itself=filed_ahead,
    )


@transaction.atomic
def submit_application(
    *, application: Application, actor: Membership, seen_version: int | None = None
) -> Application:
    """Takes a draft to its chamber."""
    application = locked(application)
    guard(application, "submit", actor, seen_version=seen_version)
    _submit(application, actor, filed_ahead=False)
    return application


@transaction.atomic
def take_application(
    *, application: Application, actor: Membership, seen_version: int | None = None
) -> Application:
    """An officer of the chamber becomes the reviewer."""
    application = locked(application)
    guard(application, "take", actor, seen_version=seen_version)
    application.reviewer = actor.user
    advance(application, "take", actor)
    return application


class Answer(NamedTuple):
    is_met: bool
    note: str = ""


@transaction.atomic
def save_checklist(
    *, application: Application, actor: Membership, answers: Mapping[str, Answer]
) -> None:
    """Keeps the reviewer's answers; an item that is not in order needs a note.

    Answers that say what is kept already leave no trace in the log.
    """
    application = locked(application)
    authorize(actor, "issuance.review_application", application)
    if application.status != "under_review":
        raise WrongStatus("not_under_review", _("The application is not under review."))
    known = {item.code for item, _answer in checklist(application)}
    if unknown := answers.keys() - known:
        raise DomainError("unknown_item", ", ".join(sorted(unknown)))
    before = {answer.item: (answer.is_met, answer.note) for answer in application.answers.all()}
    changed = {
        code: Answer(answer.is_met, answer.note.strip())
        for code, answer in answers.items()
        if before.get(code) != (answer.is_met, answer.note.strip())
    }
    for code, answer in changed.items():
        if not answer.is_met and not answer.note:
            raise DomainError("note_needed", _("Say what is not in order."), field=f"{code}-note")
        ChecklistAnswer.objects.update_or_create(
            application=application,
            item=code,
            defaults={
                "is_met": answer.is_met,
                "note": answer.note,
                "answered_by": actor.user,
                "answered_at": timezone.now(),
            },
        )
    if not changed:
        return
    kept = application.answers.all()
    met = sum(answer.is_met for answer in kept)
    audit.record(
        "application.checked",
        actor=actor.ref(),
        subject=application.subject_ref(),
        case=str(application.case_id),
        met=met,
        unmet=len(kept) - met,
    )


@transaction.atomic
def ask_applicant(
    *, application: Application, actor: Membership, text: str, seen_version: int | None = None
) -> ApplicationQuestion:
    """Asks the applicant for more; the clock stands still until the answer."""
    application = locked(application)
    guard(application, "ask", actor, seen_version=seen_version)
    if not text.strip():
        raise DomainError("empty_question", _("Write what is needed."), field="text")
    today = timezone.localdate()
    question = ApplicationQuestion.objects.create(
        application=application,
        text=text.strip(),
        asked_by=actor.user,
        asked_at=timezone.now(),
        due_on=working_days.add(today, parameter("certificate.answer_days", on=today)),
    )
    application.pause_clock(on=today)
    advance(
        application, "ask", actor, question=str(question.pk), due_on=question.due_on.isoformat()
    )
    return question


@transaction.atomic
def answer_question(
    *, application: Application, actor: Membership, answer: str, seen_version: int | None = None
) -> Application:
    application = locked(application)
    guard(application, "answer", actor, seen_version=seen_version)
    if not answer.strip():
        raise DomainError("empty_answer", _("Write an answer."), field="answer")
    question = application.questions.filter(answered_at__isnull=True).latest("asked_at")
    question.answer = answer.strip()
    question.answered_by = actor.user
    question.answered_at = timezone.now()
    question.save()
    application.resume_clock(on=timezone.localdate())
    advance(application, "answer", actor, question=str(question.pk))
    return application


@transaction.atomic
def recommend_application(
    *,
    application: Application,
    actor: Membership,
    note: str = "",
    seen_version: int | None = None,
) -> Application:
    """The reviewer hands the case to a second person; every blocker must be clear."""
    application = locked(application)
    guard(application, "recommend", actor, seen_version=seen_version)
    refuse_blocked(review_blockers(application), code="blocked")
    application.recommendation = note.strip()
    application.proposed_refusal = ""
    application.recommended_at = timezone.now()
    items = application.answers.count()
    advance(application, "recommend", actor, met=items, items=items)
    return application


@transaction.atomic
def propose_refusal(
    *,
    application: Application,
    actor: Membership,
    reason: str,
    note: str,
    seen_version: int | None = None,
) -> Application:
    """The reviewer found what cannot be mended; whether to refuse, a second person decides."""
    application = locked(application)
    guard(application, "propose_refusal", actor, seen_version=seen_version)
    _check_reason(reason)
    if not note.strip():
        raise DomainError("no_note", _("Explain the reason to the decider."), field="note")
    application.proposed_refusal = reason
    application.recommendation = note.strip()
    application.recommended_at = timezone.now()
    advance(application, "propose_refusal", actor, reason=reason)
    return application


def _check_reason(reason: str) -> None:
    """A refusal rests on a ground from the list in force today, never on a free word."""
    grounds = CodeEntry.objects.of("refusal_reason", on=timezone.localdate())
    if not grounds.filter(code=reason).exists():
        raise DomainError("no_reason", _("Choose the reason from the list."), field="reason")


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
    _check_reason(reason)
    application.refusal_reason = reason
    application.refusal_note = note.strip()
    application.decider = actor.user
    application.decided_at = timezone.now()
    application.stop_clock()
    advance(application, "refuse", actor, reason=reason)
    return application


@transaction.atomic
def withdraw_application(
    *, application: Application, actor: Membership, seen_version: int | None = None
) -> Application:
    application = locked(application)
    guard(application, "withdraw", actor, seen_version=seen_version)
    application.stop_clock()
    advance(application, "withdraw", actor)
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
