"""One event against itself: columns, record, names, seal and hash must tell one story."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from typing import Any

from audit.body import commitment, moment
from audit.keys import event_mac
from audit.merkle import leaf_hash as hash_of
from audit.models import AuditEvent


class MismatchError(Exception):
    """Something does not fit; the message is a sentence for people."""

    def __init__(
        self, sentence: str, *, index: int | None = None, event_id: int | None = None
    ) -> None:
        super().__init__(sentence)
        self.index = index
        self.event_id = event_id


# Each plain column and the place in the record that it repeats.
COLUMNS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "event": lambda body: body["event"],
    "actor_id": lambda body: body["actor"]["id"],
    "actor_role": lambda body: body["actor"]["role"],
    "organisation_id": lambda body: body["actor"]["organisation"],
    "subject_type": lambda body: body["subject"]["type"],
    "subject_id": lambda body: body["subject"]["id"],
    "case_id": lambda body: body["case"],
    "request_id": lambda body: body["request"],
}
LABELS = ("actor_label", "subject_label", "ip")


def examine_event(
    event: AuditEvent, *, index: int | None = None, leaf_hash: bytes | None = None
) -> bool:
    """Raise MismatchError at the first thing that does not fit; True if its names were erased."""
    name = f"Event {event.pk}" if index is None else f"Event {event.pk} (index {index})"

    def mismatch(what: str) -> MismatchError:
        return MismatchError(f"{name}: {what}.", index=index, event_id=event.pk)

    stored = bytes(event.body)
    if leaf_hash is not None and hash_of(stored) != leaf_hash:
        raise mismatch("the stored record is not the one that was entered in the log")
    if not hmac.compare_digest(event_mac(stored), bytes(event.mac)):
        raise mismatch("it does not carry the portal's seal; it was inserted or altered")
    # Sealed by the portal, so these are the very bytes that `record` made.
    body = json.loads(stored)
    if moment(event.at) != body["at"]:
        raise mismatch(f"the column at says {moment(event.at)}, the record {body['at']}")
    for column, expected in COLUMNS.items():
        if getattr(event, column) != expected(body):
            raise mismatch(
                f"the column {column} says {getattr(event, column)!r}, "
                f"the record {expected(body)!r}"
            )
    labels = {label: getattr(event, label) for label in LABELS}
    if event.salt is None:
        left = [label for label, value in labels.items() if value]
        if left:
            raise mismatch(f"the salt was erased, but {left[0]} is still there")
        return True
    if commitment(salt=bytes(event.salt), **labels) != body["commitment"]:
        raise mismatch("one of actor_label, subject_label, ip or the salt was altered")
    return False
