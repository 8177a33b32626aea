"""What the expert organisation and its auditor do before the act."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import authorize
from expertise.models import Examination, ExpertiseRequest, RequestQuestion
from expertise.near_acts import keep_text
from expertise.services.second_opinions import promise_consideration
from reference import working_days
from reference.parameters import parameter
from workflow.moving import WrongStatus, advance, guard, locked


@transaction.atomic
def accept_request(
    *, request: ExpertiseRequest, actor: Membership, seen_version: int | None = None
) -> ExpertiseRequest:
    request = locked(request)
    guard(request, "accept", actor, seen_version=seen_version)
    promise_consideration(request)
    advance(request, "accept", actor)
    return request


@transaction.atomic
def reject_request(
    *,
    request: ExpertiseRequest,
    actor: Membership,
    reason: str,
    note: str = "",
    seen_version: int | None = None,
) -> ExpertiseRequest:
    """Turns the request down with a reason from the list."""
    request = locked(request)
    guard(request, "reject", actor, seen_version=seen_version)
    if not reason:
        raise DomainError("no_reason", _("Choose the reason."), field="reason")
    request.rejection_reason = reason
    request.rejection_note = note
    request.stop_clock()
    advance(request, "reject", actor, reason=reason)
    return request


@transaction.atomic
def ask_applicant(
    *,
    request: ExpertiseRequest,
    actor: Membership,
    text: str,
    seen_version: int | None = None,
) -> RequestQuestion:
    """Asks the applicant for more; the clock stands still until the answer."""
    request = locked(request)
    guard(request, "ask", actor, seen_version=seen_version)
    if not text.strip():
        raise DomainError("empty_question", _("Write what is needed."), field="text")
    today = timezone.localdate()
    allowed = parameter("expertise.questions_max", on=today)
    if request.questions.count() >= allowed:
        raise DomainError(
            "asked_enough",
            _("The applicant may be asked for more only %(count)s time(s) in one request.")
            % {"count": allowed},
        )
    question = RequestQuestion.objects.create(
        request=request,
        text=text.strip(),
        asked_by=actor.user,
        asked_at=timezone.now(),
        due_on=working_days.add(today, parameter("expertise.answer_days", on=today)),
    )
    request.pause_clock(on=today)
    request.reminded_on = None
    advance(request, "ask", actor, question=str(question.pk), due_on=question.due_on.isoformat())
    return question


@transaction.atomic
def save_examination(
    *, request: ExpertiseRequest, actor: Membership, values: Mapping[str, Any]
) -> Examination:
    """Keeps what the auditor established about the request as a whole."""
    request = examined(request, actor)
    examination = request.examination
    for name, value in values.items():
        setattr(examination, name, value)
    examination.full_clean(validate_unique=False)
    examination.save()
    keep_text(request, on=timezone.localdate())
    return examination


def examined(request: ExpertiseRequest, actor: Membership) -> ExpertiseRequest:
    """The request, locked, if the auditor may work on it now."""
    request = locked(request)
    authorize(actor, "expertise.examine_request", request)
    if request.status != "in_expertise":
        raise WrongStatus(
            "not_in_expertise", _("The request is not under expertise; nothing was changed.")
        )
    return request
