"""Review of an application by an officer of the chamber."""

from collections.abc import Mapping
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import authorize
from issuance.blockers import checklist, review_blockers
from issuance.holding import let_go, refuse_held
from issuance.models import Application, ApplicationQuestion, ChecklistAnswer
from reference import working_days
from reference.parameters import parameter
from workflow.blockers import refuse_blocked
from workflow.moving import WrongStatus, advance, guard, locked

from .grounds import check_reason


@transaction.atomic
def take_application(
    *, application: Application, actor: Membership, seen_version: int | None = None
) -> Application:
    """An officer of the chamber becomes the reviewer."""
    application = locked(application)
    guard(application, "take", actor, seen_version=seen_version)
    refuse_held(application, actor)
    application.reviewer = actor.user
    application.opened_by, application.opened_at = actor.user, timezone.now()
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
    refuse_held(application, actor)
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
    if not changed:
        return
    ChecklistAnswer.objects.bulk_create(
        (
            ChecklistAnswer(
                application=application,
                item=code,
                is_met=answer.is_met,
                note=answer.note,
                answered_by=actor.user,
            )
            for code, answer in changed.items()
        ),
        update_conflicts=True,
        unique_fields=["application", "item"],
        update_fields=["is_met", "note", "answered_by", "answered_at"],
    )
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
    refuse_held(application, actor)
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
    let_go(application)
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
    refuse_held(application, actor)
    refuse_blocked(review_blockers(application), code="blocked")
    application.recommendation = note.strip()
    application.proposed_refusal = ""
    application.recommended_at = timezone.now()
    items = application.answers.count()
    let_go(application)
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
    refuse_held(application, actor)
    check_reason(reason)
    if not note.strip():
        raise DomainError("no_note", _("Explain the reason to the decider."), field="note")
    application.proposed_refusal = reason
    application.recommendation = note.strip()
    application.recommended_at = timezone.now()
    let_go(application)
    advance(application, "propose_refusal", actor, reason=reason)
    return application
