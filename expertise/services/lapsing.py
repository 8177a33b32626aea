"""A request that ends without an act: refused by its auditor, or never answered."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership
from expertise.models import ExpertiseRequest, RequestQuestion
from reference import working_days
from reference.parameters import parameter
from workflow.moving import advance, guard, locked

# Why a request lapses (list `expertise_refusal_reason`).
NOT_ANSWERED = "incomplete_documents"


@transaction.atomic
def refuse_expertise(
    *,
    request: ExpertiseRequest,
    actor: Membership,
    reason: str,
    note: str = "",
    seen_version: int | None = None,
) -> ExpertiseRequest:
    """The auditor ends the expertise with a reason from the list; no act is signed."""
    request = locked(request)
    guard(request, "refuse", actor, seen_version=seen_version)
    if not reason:
        raise DomainError("no_reason", _("Choose the reason."), field="reason")
    request.rejection_reason = reason
    request.rejection_note = note
    request.stop_clock()
    advance(request, "refuse", actor, reason=reason)
    return request


def keep_terms(*, on: date) -> tuple[int, int]:
    """Reminds applicants and ends what they left unanswered; returns how many of each.

    `on` is the day in Kazakhstan. May be run again at any time: who was reminded is not reminded
    twice, and what has ended is left alone.
    """
    days = parameter("expertise.reminder_days", on=on)
    remind_until = working_days.add(on, days)
    reminded = lapsed = 0
    for pk in _unanswered(due_until=remind_until):
        with transaction.atomic():
            request = locked(ExpertiseRequest(pk=pk))
            question = _open_question(request)
            if question is None:
                continue
            if question.due_on < on:
                _lapse(request, question)
                lapsed += 1
            elif request.reminded_on is None and question.due_on <= remind_until:
                _remind(request, question, on=on)
                reminded += 1
    return reminded, lapsed


def _unanswered(*, due_until: date) -> list[UUID]:
    waiting = ExpertiseRequest.objects.filter(
        status="awaiting_applicant",
        questions__answered_at__isnull=True,
        questions__due_on__lte=due_until,
    )
    return list(waiting.order_by("pk").values_list("pk", flat=True).distinct())


def _open_question(request: ExpertiseRequest) -> RequestQuestion | None:
    if request.status != "awaiting_applicant":
        return None
    return request.questions.filter(answered_at__isnull=True).order_by("-asked_at").first()


def _remind(request: ExpertiseRequest, question: RequestQuestion, *, on: date) -> None:
    request.reminded_on = on
    request.save(update_fields=["reminded_on"])
    audit.record(
        "request.reminded",
        actor=audit.SYSTEM,
        subject=request.subject_ref(),
        case=str(request.case_id),
        question=str(question.pk),
        due_on=question.due_on.isoformat(),
    )


def _lapse(request: ExpertiseRequest, question: RequestQuestion) -> None:
    request.rejection_reason = NOT_ANSWERED
    request.rejection_note = ""
    request.stop_clock()
    advance(request, "lapse", audit.SYSTEM, question=str(question.pk), reason=NOT_ANSWERED)
