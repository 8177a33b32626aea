"""The history of a case as each side may read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import audit
from accounts.models import Membership, Role
from audit.models import AuditEvent, AuditEventQuerySet

from .models import ExpertiseRequest

EXPERT_SIDE = (Role.EXPERT_HEAD, Role.AUDITOR)
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


def story_of(actor: Membership, case_id: object) -> AuditEventQuerySet:
    """The events of a case that the reader may know of, newest first.

    The expert side learns what came to it and from which company, not which person wrote what
    before: so every request looks alike to it, a blind second expertise as well.
    """
    events = audit.timeline(case_id)
    if actor.role not in EXPERT_SIDE:
        return events
    filed = events.filter(event="request.submitted").values_list("id", flat=True).last()
    return events.filter(id__gte=filed) if filed else events


def told_to(
    actor: Membership, company: str, events: Iterable[AuditEvent]
) -> Iterable[AuditEvent | Told]:
    """Those events as the reader may read them; `company` is the applicant."""
    if actor.role not in EXPERT_SIDE:
        return events
    return [_told(event, company) for event in events]


def story_for(
    actor: Membership, request: ExpertiseRequest, *, limit: int
) -> Iterable[AuditEvent | Told]:
    """The latest events of the request's case for the page of that request."""
    return told_to(actor, request.applicant.name, story_of(actor, request.case_id)[:limit])


def _told(event: AuditEvent, company: str) -> Told:
    is_theirs = event.event in APPLICANTS_DEEDS
    return Told(
        sentence=event.sentence(),
        at=event.at,
        actor_label=company if is_theirs else event.actor_label,
        subject_label=event.subject_label,
        url=event.url,
    )
