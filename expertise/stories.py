"""The history of a case as each side may read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import audit
from accounts.models import Membership, Role
from audit.models import AuditEvent

from .models import ExpertiseRequest

# What the applicant's side does after filing, whoever does it for that side.
APPLICANTS_DEEDS = frozenset(
    {
        "request.submitted",
        "request.question_answered",
        "request.withdrawn",
        "request.document_added",
    }
)


@dataclass(frozen=True)
class Told:
    """An event as the timeline shows it."""

    sentence: str
    at: datetime
    actor_label: str
    subject_label: str
    url: str


def story_for(
    actor: Membership, request: ExpertiseRequest, *, limit: int
) -> Iterable[AuditEvent | Told]:
    """The expert side learns what came to it and from which company, not which person wrote what
    before: so every request looks alike to it, a blind second expertise as well."""
    events = audit.timeline(request.case_id)
    if actor.role not in (Role.EXPERT_HEAD, Role.AUDITOR):
        return events[:limit]
    filed = events.filter(event="request.submitted").values_list("id", flat=True).last()
    if filed:
        events = events.filter(id__gte=filed)
    return [_told(event, request) for event in events[:limit]]


def _told(event: AuditEvent, request: ExpertiseRequest) -> Told:
    is_theirs = event.event in APPLICANTS_DEEDS
    return Told(
        sentence=event.sentence(),
        at=event.at,
        actor_label=request.applicant.name if is_theirs else event.actor_label,
        subject_label=event.subject_label,
        url=event.url,
    )
