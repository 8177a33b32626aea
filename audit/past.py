"""Entries about a past that was invented: for filling an empty portal, and for nothing else.

They carry the same canonical body, commitment and seal as any other entry and go the same way
through the sequencer. What sets them apart is that each names its own moment, so this door is
shut by default and shuts for good with the first thing that a person does in the portal.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.db import connection

from audit.body import SALT_BYTES, canonical_body, commitment
from audit.copying import copy_in, reserved_keys
from audit.errors import NotInTransactionError, PastRefusedError
from audit.keys import event_mac
from audit.log import check_facts
from audit.models import AuditEvent, AuditPending
from audit.refs import SYSTEM, ActorRef, SubjectRef


@dataclass(frozen=True, slots=True)
class PastEntry:
    """One thing that is to have happened at `at`."""

    at: datetime
    event: str
    actor: ActorRef
    subject: SubjectRef
    case: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def record_past(entries: Sequence[PastEntry]) -> int:
    """Writes entries in the order of their moments, after everything that people did so far.

    Refused unless the settings allow a generated history, and when a person did anything later
    than the first of these: a log that is in use is never given a past. What the portal itself
    entered while it was set up, today, does not stand in the way.
    """
    if not connection.in_atomic_block:
        raise NotInTransactionError("a past is recorded in the transaction of its rows")
    if not entries:
        return 0
    refuse_unless_allowed(entries[0].at)
    for earlier, later in pairwise(entries):
        if later.at < earlier.at:
            raise PastRefusedError(f"{later.event} is earlier than {earlier.event} before it")
    keys = reserved_keys(AuditEvent, len(entries))
    events = [_event(key, entry) for key, entry in zip(keys, entries, strict=True)]
    copy_in(events)
    copy_in([AuditPending(event_id=key) for key in keys])
    return len(events)


def refuse_unless_allowed(first: datetime) -> None:
    """Raises PastRefusedError unless entries from `first` on may be written into this log."""
    if not settings.CTKZ_GENERATED_HISTORY:
        raise PastRefusedError("the settings allow no generated history")
    # Entries about people's deeds stand in the order of their moments, so the last is the latest.
    deeds = AuditEvent.objects.exclude(actor_id=SYSTEM.id).order_by("-id")
    latest = deeds.values_list("at", flat=True).first()
    if latest is not None and latest > first:
        raise PastRefusedError(f"somebody already did something on {latest.isoformat()}")


def _event(key: int, entry: PastEntry) -> AuditEvent:
    check_facts(entry.event, entry.facts)
    salt = secrets.token_bytes(SALT_BYTES)
    body = canonical_body(
        at=entry.at,
        event=entry.event,
        actor=entry.actor,
        subject=entry.subject,
        case=entry.case,
        request_id="",
        facts=entry.facts,
        commitment=commitment(
            salt=salt, actor_label=entry.actor.label, subject_label=entry.subject.label, ip=""
        ),
    )
    return AuditEvent(
        id=key,
        at=entry.at,
        event=entry.event,
        actor_id=entry.actor.id,
        actor_role=entry.actor.role,
        organisation_id=entry.actor.organisation,
        actor_label=entry.actor.label,
        subject_type=entry.subject.type,
        subject_id=entry.subject.id,
        subject_label=entry.subject.label,
        case_id=entry.case,
        salt=salt,
        body=body,
        mac=event_mac(body),
    )
