"""The clock of whoever was asked a question, while the clock of the case itself stands still."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Role
from workflow.questions import Question
from workflow.tracked import Tracked
from workplace.deadlines.clocks import Clock, Counting


def asked_until(thing: Any) -> date | None:
    """The day until which an answer is expected, from the list's own query where it read it."""
    if "asked_until" in vars(thing):
        found: date | None = thing.asked_until
        return found
    question = thing.questions.filter(answered_at__isnull=True).order_by("-asked_at").first()
    return question.due_on if question else None


def answer_clock(
    question: Question,
    thing: Tracked,
    counting: Counting,
    *,
    subject_type: str,
    scheme: str | None,
    organisation: Organisation,
    roles: tuple[str, ...] = (Role.APPLICANT,),
    holder: Organisation | None,
    url: str,
    desk_url: str,
) -> Clock | None:
    """The day was fixed when the question was asked and stands in the question."""
    if question.answered_at is not None or thing.status not in (
        "awaiting_applicant",
        "awaiting_reply",
    ):
        return None
    return Clock(
        subject_type=subject_type,
        subject_id=str(question.pk),
        case_id=str(thing.case_id),
        number=thing.label,
        url=url,
        desk_url=desk_url,
        stage_code="asked",
        stage=_("Answer to a question"),
        scheme=scheme or "",
        since=question.asked_at,
        due_on=question.due_on,
        days_left=counting.left(question.due_on),
        organisation=organisation,
        roles=roles,
        holder=holder,
        waits_for=organisation.name,
        whole_due_on=question.due_on,
    )
