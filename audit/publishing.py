"""Second step after recording: a signed checkpoint over leaves that are already committed.

Order matters. The leaves commit first: a rollback after signing would be a fork. The head file
moves next, then the signature is made and stored. A crash in between is mended by the next run,
which signs the head that the file already names.
"""

from __future__ import annotations

import hmac
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit import locking, merkle, tiles
from audit.errors import SigningRefusedError
from audit.head import HeadFile
from audit.keys import event_mac, signing_key
from audit.models import LogCheckpoint, LogLeaf
from audit.notes import Checkpoint, NoteSigner


@transaction.atomic(durable=True)
def publish(*, head_file: HeadFile | None = None) -> LogCheckpoint | None:
    """Sign and store a checkpoint over everything sequenced; nothing when nothing is new.

    Raises SigningRefusedError when what the database holds does not extend what was published.
    """
    if not locking.try_lock(locking.PUBLISH):
        return None
    signer = signing_key()
    file = head_file or HeadFile.configured()
    head = file.read()
    last = LogCheckpoint.objects.order_by("-number").first()
    size = tiles.log_size()
    _refuse_if_cut_short(head, last, size)
    if size == 0 or (head and last and size == head.size == last.size):
        return None
    tree = _tree_at(last)
    stored = last
    if head and (last is None or last.size < head.size):
        _extend(tree, head.size)
        if tree.root() != head.root:
            raise SigningRefusedError(f"the first {head.size} entries are not those published")
        stored = _store(head, signer, after=last)
    if size > tree.size:
        _extend(tree, size)
        if tree.root() != tiles.range_at(size).root():
            raise SigningRefusedError("tiles do not fit the events; run verify_log")
        new = Checkpoint(origin=signer.name, size=size, root=tree.root())
        file.swap(expected=head, new=new)
        stored = _store(new, signer, after=stored)
    return stored


@transaction.atomic(durable=True)
def restore_head(*, head_file: HeadFile | None = None) -> Checkpoint:
    """Write a lost head file anew from the last stored checkpoint; never over an existing one.

    For the operator, after `verify_log --without-head` found nothing and the last checkpoint was
    compared with a copy kept elsewhere: the file can no longer speak for itself.
    """
    file = head_file or HeadFile.configured()
    last = LogCheckpoint.objects.order_by("-number").first()
    if last is None:
        raise SigningRefusedError("there is no checkpoint to restore the head from")
    head = Checkpoint(origin=settings.CTKZ_LOG_ORIGIN, size=last.size, root=bytes(last.root))
    file.swap(expected=None, new=head)
    return head


def _refuse_if_cut_short(head: Checkpoint | None, last: LogCheckpoint | None, size: int) -> None:
    """A restored backup or a removed tail must not be signed as if it were the whole log."""
    if head is None:
        if last is not None:
            raise SigningRefusedError("the head outside the database is lost; see verify_log")
        return
    if head.origin != settings.CTKZ_LOG_ORIGIN:
        raise SigningRefusedError(f"the head outside the database is of the log {head.origin!r}")
    if size < head.size:
        raise SigningRefusedError(f"{head.size} entries were published, {size} are here")
    if last is not None and last.size > head.size:
        raise SigningRefusedError("the head outside the database is older than the last checkpoint")


def _tree_at(last: LogCheckpoint | None) -> merkle.CompactRange:
    if last is None:
        return merkle.CompactRange()
    try:
        tree = tiles.range_at(last.size)
    except ValueError as error:
        raise SigningRefusedError(f"published entries are missing: {error}") from error
    if tree.root() != bytes(last.root):
        raise SigningRefusedError(f"the first {last.size} entries are not those published")
    return tree


def _extend(tree: merkle.CompactRange, size: int) -> None:
    """Append leaves up to `size`, each hashed again from the stored event.

    One flipped bit in one stored hash ended a public log in 2022: the signed tree could never be
    matched by its entry again.
    """
    leaves = (
        LogLeaf.objects.filter(index__gte=tree.size, index__lt=size)
        .order_by("index")
        .values_list("index", "hash", "event__body", "event__mac")
    )
    for index, stored, stored_body, mac in leaves.iterator(chunk_size=1000):
        body = bytes(stored_body)
        value = merkle.leaf_hash(body)
        if index != tree.size or value != bytes(stored):
            raise SigningRefusedError(f"entry {tree.size} does not fit its event; run verify_log")
        if not hmac.compare_digest(event_mac(body), bytes(mac)):
            raise SigningRefusedError(f"entry {index} was not recorded by the portal")
        tree.append(value)
    if tree.size != size:
        raise SigningRefusedError(f"entry {tree.size} is missing; run verify_log")


def _store(
    checkpoint: Checkpoint, signer: NoteSigner, *, after: LogCheckpoint | None
) -> LogCheckpoint:
    at = int(timezone.now().timestamp())
    return LogCheckpoint.objects.create(
        number=after.number + 1 if after else 1,
        size=checkpoint.size,
        root=checkpoint.root,
        note=signer.sign(checkpoint.text(), at=at).encoded(),
        at=datetime.fromtimestamp(at, tz=timezone.get_default_timezone()),
    )
