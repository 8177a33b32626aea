"""Proofs over what was published: for people who keep a file, and for programs that follow."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from audit import merkle, tiles
from audit.models import AuditEvent, LogCheckpoint, LogLeaf
from audit.registry import is_public
from audit.witnesses import served_note, with_cosignatures, witnessed

FIRST_LINE = "c2sp.org/tlog-proof@v1"


def last_checkpoint() -> LogCheckpoint | None:
    return with_cosignatures(LogCheckpoint.objects.order_by("-number")).first()


def last_witnessed_checkpoint() -> LogCheckpoint | None:
    found = witnessed(LogCheckpoint.objects.order_by("-number"))
    return with_cosignatures(found).first()


def published_size() -> int:
    """How many entries the last checkpoint covers; nothing beyond is shown to anyone."""
    sizes = LogCheckpoint.objects.order_by("-number").values_list("size", flat=True)
    return sizes.first() or 0


def tlog_proof(event: AuditEvent) -> str | None:
    """The event's place in the log as one text (C2SP tlog-proof@v1); None until it is published.

    Over the last checkpoint that witnesses cosigned, if one covers the event: a proof that only
    the log signed believes the log alone. A public event travels with it as `extra`, so that the
    text proves by itself what was entered.
    """
    leaf = LogLeaf.objects.filter(event=event).first()
    if leaf is None:
        return None
    covering = LogCheckpoint.objects.filter(size__gt=leaf.index).order_by("-number")
    checkpoint = (
        with_cosignatures(witnessed(covering)).first() or with_cosignatures(covering).first()
    )
    if checkpoint is None:
        return None
    lines = [FIRST_LINE]
    if is_public(event.event):
        lines.append(f"extra {base64.b64encode(bytes(event.body)).decode()}")
    lines.append(f"index {leaf.index}")
    lines += in_base64(inclusion(leaf.index, checkpoint.size))
    return "\n".join(lines) + "\n\n" + served_note(checkpoint)


def inclusion(index: int, size: int) -> list[bytes]:
    """Hashes from the leaf to the root over `size` entries."""
    return merkle.inclusion_proof(index, size, tiles.stored_node)


def consistency(old: int, new: int) -> list[bytes]:
    """Hashes that show the first `old` entries to be the beginning of the first `new`."""
    return merkle.consistency_proof(old, new, tiles.stored_node)


def in_base64(hashes: Iterable[bytes]) -> list[str]:
    return [base64.b64encode(value).decode() for value in hashes]
