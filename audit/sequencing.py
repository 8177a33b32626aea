"""First step after recording: pending events get their index, leaf and tiles."""

from __future__ import annotations

import hmac
import logging

from django.db import transaction

from audit import locking, merkle, tiles
from audit.keys import event_mac
from audit.models import AuditPending, LogLeaf, LogTile

logger = logging.getLogger(__name__)

BATCH = 1000


@transaction.atomic(durable=True)
def sequence(*, batch: int = BATCH) -> int:
    """Enter up to `batch` pending events in the log; all of it commits together or not at all.

    Hashes are made from the bytes as they are stored now, not as they once were in memory. An
    event without the portal's seal gets no index: it stays pending, where `verify_log` names it.
    """
    if not locking.try_lock(locking.SEQUENCE):
        return 0
    entries = _pending(batch)
    if not entries:
        return 0
    size = tiles.log_size()
    hashes = [value for _event_id, value in entries]
    LogLeaf.objects.bulk_create(
        LogLeaf(index=size + offset, event_id=event_id, hash=value)
        for offset, (event_id, value) in enumerate(entries)
    )
    LogTile.objects.bulk_create(tiles.completed_tiles(size, hashes))
    taken, _rows = AuditPending.objects.filter(pk__in=[pk for pk, _value in entries]).delete()
    if taken != len(entries):
        raise RuntimeError(f"{len(entries)} events were read, {taken} taken")
    return taken


def sequence_all(*, batches: int = 100) -> int:
    """Sequence until nothing waits; bounded, so that one run cannot last for ever."""
    total = 0
    for _round in range(batches):
        taken = sequence()
        total += taken
        if taken < BATCH:
            break
    return total


def _pending(batch: int) -> list[tuple[int, bytes]]:
    """Ids and leaf hashes of the oldest events that wait and carry the portal's seal."""
    entries: list[tuple[int, bytes]] = []
    waiting = AuditPending.objects.order_by("event_id").values_list(
        "event_id", "event__body", "event__mac"
    )
    for event_id, stored_body, mac in waiting.iterator(chunk_size=batch):
        body = bytes(stored_body)
        if not hmac.compare_digest(event_mac(body), bytes(mac)):
            logger.error("Event %s was not recorded by the portal and gets no index", event_id)
            continue
        entries.append((event_id, merkle.leaf_hash(body)))
        if len(entries) == batch:
            break
    return entries
