"""People told of turns without a whole case behind them."""

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

import audit
from accounts.models import Membership, Role
from audit.models import AuditEvent
from expertise.models import ExpertiseRequest
from outbox.letters import SEND_LETTER, send_letter
from outbox.models import Letter, OutboxItem
from tests import scenarios


def happened(event: str, subject: Any, actor: Membership | None = None, **facts: Any) -> AuditEvent:
    """The event alone, recorded as a command would."""
    with transaction.atomic():
        return audit.record(
            event,
            actor=actor.ref() if actor else audit.SYSTEM,
            subject=subject.subject_ref(),
            case=str(subject.case_id),
            **facts,
        )


def asked_again(request: ExpertiseRequest) -> AuditEvent:
    """The applicant is reminded: a turn of deadlines in which something is expected."""
    return happened("request.reminded", request, question=str(uuid.uuid4()), due_on="2026-12-01")


def moved(request: ExpertiseRequest) -> AuditEvent:
    """A turn that expects nothing of anybody."""
    return happened("request.accepted", request)


def a_filed_request(language: str = "ru") -> ExpertiseRequest:
    applicant = scenarios.a_person(Role.APPLICANT, language=language)
    return scenarios.a_request("in_expertise", applicant=applicant)


def letters_to(member: Membership) -> list[Letter]:
    return list(Letter.objects.filter(to=member.user.email).order_by("created_at", "pk"))


def send_all() -> None:
    for item in OutboxItem.objects.unfinished().filter(task=SEND_LETTER):
        send_letter(item.key, at=timezone.now())
