"""The canonical bytes of an event (RFC 8785) and the commitment that hides its names."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import rfc8785

from audit.errors import WrongFactsError
from audit.refs import ActorRef, SubjectRef

VERSION = 1
SALT_BYTES = 32


def moment(at: datetime) -> str:
    """ISO 8601 in UTC, always with microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def commitment(*, salt: bytes, actor_label: str, subject_label: str, ip: str) -> str:
    """SHA-256 over salt and labels: they cannot be altered, yet can be erased with the salt."""
    labels = {"actor_label": actor_label, "subject_label": subject_label, "ip": ip}
    return hashlib.sha256(salt + rfc8785.dumps(labels)).hexdigest()


def canonical_body(
    *,
    at: datetime,
    event: str,
    actor: ActorRef,
    subject: SubjectRef,
    case: str,
    request_id: str,
    facts: dict[str, Any],
    commitment: str,
) -> bytes:
    """The bytes that are hashed into the tree; they are stored as they are, never made again."""
    return rfc8785.dumps(
        {
            "v": VERSION,
            "at": moment(at),
            "event": event,
            "actor": {"id": actor.id, "role": actor.role, "organisation": actor.organisation},
            "subject": {"type": subject.type, "id": subject.id},
            "case": case,
            "request": request_id,
            "facts": facts,
            "commitment": commitment,
        }
    )


def check_fact(name: str, value: Any) -> None:
    """Only what has one canonical form: floats would lose digits, Decimals have no JSON form."""
    if value is None or isinstance(value, bool | int | str):
        return
    if isinstance(value, list | tuple):
        for part in value:
            check_fact(name, part)
        return
    if isinstance(value, dict):
        for key, part in value.items():
            if not isinstance(key, str):
                raise WrongFactsError(f"fact {name!r}: keys must be text, not {type(key).__name__}")
            check_fact(name, part)
        return
    raise WrongFactsError(f"fact {name!r} is {type(value).__name__}; write it as text")
