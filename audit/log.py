"""Recording what happened, and reading it back as a story."""

from __future__ import annotations

import secrets
from typing import Any

import rfc8785
from django.db import connection
from django.utils import timezone

from audit.body import SALT_BYTES, canonical_body, check_fact, commitment
from audit.context import current_request
from audit.errors import NotInTransactionError, WrongFactsError
from audit.keys import event_mac
from audit.models import AuditEvent, AuditEventQuerySet, AuditPending
from audit.refs import ActorRef, SubjectRef
from audit.registry import event_kind


def record(
    event: str, *, actor: ActorRef, subject: SubjectRef, case: object = "", **facts: Any
) -> AuditEvent:
    """Write one event in the caller's transaction: it is recorded exactly when the deed is done.

    Takes no lock and gives no order; the sequencer does that later. Facts hold ids, numbers,
    digests and codes, never personal data: what is in the log cannot be taken out.
    """
    if not connection.in_atomic_block:
        raise NotInTransactionError(
            f"{event} must be recorded in the transaction of the deed itself"
        )
    check_facts(event, facts)
    request = current_request()
    at = timezone.now()
    case_id = str(case) if case else ""
    salt = secrets.token_bytes(SALT_BYTES)
    try:
        body = canonical_body(
            at=at,
            event=event,
            actor=actor,
            subject=subject,
            case=case_id,
            request_id=request.request_id,
            facts=facts,
            commitment=commitment(
                salt=salt,
                actor_label=actor.label,
                subject_label=subject.label,
                ip=request.ip,
            ),
        )
    except rfc8785.CanonicalizationError as error:
        raise WrongFactsError(f"{event}: {error}") from error
    entry = AuditEvent.objects.create(
        at=at,
        event=event,
        actor_id=actor.id,
        actor_role=actor.role,
        organisation_id=actor.organisation,
        actor_label=actor.label,
        subject_type=subject.type,
        subject_id=subject.id,
        subject_label=subject.label,
        case_id=case_id,
        request_id=request.request_id,
        ip=request.ip,
        salt=salt,
        body=body,
        mac=event_mac(body),
    )
    AuditPending.objects.create(event=entry)
    return entry


def check_facts(event: str, facts: dict[str, Any]) -> None:
    kind = event_kind(event)
    missing = kind.facts - facts.keys()
    if missing:
        raise WrongFactsError(f"{event} lacks {', '.join(sorted(missing))}")
    extra = facts.keys() - kind.facts
    if extra:
        raise WrongFactsError(f"{event} does not know {', '.join(sorted(extra))}")
    for name, value in facts.items():
        check_fact(name, value)


def timeline(case: object) -> AuditEventQuerySet:
    """The whole story of one case, newest first."""
    return AuditEvent.objects.of_case(case)
