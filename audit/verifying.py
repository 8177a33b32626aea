"""Recomputing the whole log from the stored bytes, and naming the first thing that does not fit.

One pass in the order of the log, in one snapshot of the database, with memory that does not grow:
a compact range for the root, at most 256 hashes per level for the tiles.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Max

from audit import locking, merkle
from audit.errors import KeyUnavailableError, SigningRefusedError
from audit.examining import MismatchError, examine_event
from audit.head import HeadFile
from audit.keys import verifying_key
from audit.models import AuditEvent, AuditPending, LogCheckpoint, LogLeaf, LogTile
from audit.notes import BadNoteError, Checkpoint, Note, NoteVerifier
from audit.tiles import WIDTH
from audit.witnesses import examine_cosignature

CHUNK = 1000


@dataclass(slots=True)
class Counts:
    """How much was looked at."""

    entries: int = 0
    pending: int = 0
    erased: int = 0
    tiles: int = 0
    checkpoints: int = 0
    published: int = 0
    cosignatures: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The log fits, or the first thing that does not, in one sentence."""

    ok: bool
    problem: str
    index: int | None
    event_id: int | None
    counts: Counts

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def verify_log(*, public_key: Path | None = None, head: HeadFile | None = None) -> Verdict:
    """Check everything with the public key; `head` is the copy kept outside the database."""
    counts = Counts()
    try:
        with _snapshot(head) as outside:
            # A log that was never published has no public key yet.
            verifier = verifying_key(public_key) if LogCheckpoint.objects.exists() else None
            _Walk(counts, verifier, outside).run()
    except MismatchError as error:
        return Verdict(False, str(error), error.index, error.event_id, counts)
    except (KeyUnavailableError, SigningRefusedError) as error:
        return Verdict(False, f"The log cannot be checked: {error}.", None, None, counts)
    return Verdict(True, "", None, None, counts)


@dataclass(frozen=True, slots=True)
class _Outside:
    """What the head file said when the snapshot was taken; `checked` is False to ignore it."""

    checked: bool
    head: Checkpoint | None = None


@contextmanager
def _snapshot(head: HeadFile | None) -> Iterator[_Outside]:
    """One view of the database, and the head of that same moment: no publisher in between."""
    if connection.in_atomic_block:
        yield _Outside(head is not None, head.read() if head else None)
        return
    with locking.held(locking.PUBLISH), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT 1")
        yield _Outside(head is not None, head.read() if head else None)


class _Walk:
    """The pass over leaves, with tiles and checkpoints compared where they become complete."""

    def __init__(self, counts: Counts, verifier: NoteVerifier | None, outside: _Outside) -> None:
        self.counts = counts
        self.verifier = verifier
        self.outside = outside
        self.tree = merkle.CompactRange()
        self.rows: list[list[bytes]] = []
        self.checkpoints = (
            LogCheckpoint.objects.order_by("number")
            .prefetch_related("cosignatures__witness")
            .iterator(chunk_size=CHUNK)
        )
        self.checkpoint = next(self.checkpoints, None)
        self.last: LogCheckpoint | None = None

    def run(self) -> None:
        self._reach_size()
        leaves = LogLeaf.objects.order_by("index").iterator(chunk_size=CHUNK)
        while chunk := list(islice(leaves, CHUNK)):
            events = AuditEvent.objects.in_bulk([leaf.event_id for leaf in chunk])
            for leaf in chunk:
                self._enter(leaf, events.get(leaf.event_id))
                self._reach_size()
        self.counts.entries = self.tree.size
        self._refuse_leftovers()
        self._refuse_copies()
        self._examine_pending()
        self._refuse_unplaced()
        self._compare_head()

    def _enter(self, leaf: LogLeaf, event: AuditEvent | None) -> None:
        index = self.tree.size
        if leaf.index != index:
            raise MismatchError(f"Index {index} is missing: its entry was removed.", index=index)
        if event is None:
            raise MismatchError(
                f"Event {leaf.event_id} (index {index}) is missing: it was deleted, its place in "
                "the log is still there.",
                index=index,
                event_id=leaf.event_id,
            )
        self.counts.erased += examine_event(event, index=index, leaf_hash=bytes(leaf.hash))
        self.tree.append(bytes(leaf.hash))
        self._fill_tile(0, index // WIDTH, bytes(leaf.hash))

    def _fill_tile(self, level: int, n: int, value: bytes) -> None:
        if level == len(self.rows):
            self.rows.append([])
        row = self.rows[level]
        row.append(value)
        if len(row) < WIDTH:
            return
        tile_root = merkle.root(row)
        _compare_tile(level, n, row, tile_root)
        self.counts.tiles += 1
        row.clear()
        self._fill_tile(level + 1, n // WIDTH, tile_root)

    def _reach_size(self) -> None:
        """Compare every checkpoint whose size the walk has just reached."""
        while self.checkpoint is not None and self.checkpoint.size <= self.tree.size:
            self._compare_checkpoint(self.checkpoint)
            self.last = self.checkpoint
            self.counts.checkpoints += 1
            self.counts.published = self.last.size
            self.checkpoint = next(self.checkpoints, None)
        head = self.outside.head
        if head and head.size == self.tree.size and head.root != self.tree.root():
            raise MismatchError(
                f"The first {head.size} entries are not those whose head is kept outside the "
                "database: the log was rewritten."
            )

    def _compare_checkpoint(self, stored: LogCheckpoint) -> None:
        name = f"Checkpoint {stored.number} ({stored.size} entries)"
        expected = self.last.number + 1 if self.last else 1
        if stored.number != expected:
            raise MismatchError(f"Checkpoint {expected} is missing: it was removed.")
        checkpoint = _authentic(name, stored, self.verifier)
        if stored.size != self.tree.size:
            raise MismatchError(f"{name} is out of order: a longer one stands before it.")
        if checkpoint.root != self.tree.root():
            since = self.last.size if self.last else 0
            raise MismatchError(
                f"{name} was signed over other entries: something among indices {since} to "
                f"{stored.size - 1} was altered together with its place in the log."
            )
        for cosignature in stored.cosignatures.all():
            problem = examine_cosignature(Note.parse(stored.note), cosignature)
            if problem:
                raise MismatchError(f"{name}: a cosignature does not fit: {problem}.")
            self.counts.cosignatures += 1

    def _refuse_leftovers(self) -> None:
        """Checkpoints and tiles that reach further than the entries that are here."""
        size = self.tree.size
        if self.checkpoint is not None:
            raise MismatchError(
                f"Checkpoint {self.checkpoint.number} covers {self.checkpoint.size} entries, the "
                f"database holds {size}: the last ones were removed."
            )
        if LogTile.objects.count() != self.counts.tiles:
            extra = _first_extra_tile(size)
            raise MismatchError(f"Tile {extra} belongs to no entries of this log.")

    def _refuse_copies(self) -> None:
        """Unique constraints say the same; the owner of the database can drop those."""
        copied = _repeated(AuditEvent, "mac")
        if copied:
            event_id = AuditEvent.objects.filter(mac=copied).aggregate(last=Max("id"))["last"]
            raise MismatchError(
                f"Event {event_id} is a copy of an earlier event.", event_id=event_id
            )
        twice = _repeated(LogLeaf, "event_id")
        if twice:
            raise MismatchError(f"Event {twice} is in the log more than once.", event_id=twice)

    def _examine_pending(self) -> None:
        waiting = AuditPending.objects.order_by("event_id").values_list("event_id", flat=True)
        ids = waiting.iterator(chunk_size=CHUNK)
        while chunk := list(islice(ids, CHUNK)):
            events = AuditEvent.objects.in_bulk(chunk)
            for event_id in chunk:
                if event_id not in events:
                    raise MismatchError(
                        f"Event {event_id} is missing: it was deleted while it waited for its "
                        "index.",
                        event_id=event_id,
                    )
                self.counts.erased += examine_event(events[event_id])
                self.counts.pending += 1
        both = AuditPending.objects.filter(event__leaf__isnull=False).order_by("pk").first()
        if both:
            raise MismatchError(
                f"Event {both.pk} is in the log and waits for it as well.", event_id=both.pk
            )

    def _refuse_unplaced(self) -> None:
        """An event has an index or waits for one; anything else came or went around the portal."""
        stray = (
            AuditEvent.objects.filter(leaf__isnull=True, pending__isnull=True)
            .order_by("id")
            .values_list("id", flat=True)
            .first()
        )
        if stray is not None:
            raise MismatchError(
                f"Event {stray} is neither in the log nor waiting for it: it was inserted around "
                "the portal, or its place was removed.",
                event_id=stray,
            )

    def _compare_head(self) -> None:
        head, last = self.outside.head, self.last
        if not self.outside.checked or (head is None and last is None):
            return
        if head is None:
            raise MismatchError("The head kept outside the database is lost.")
        if self.verifier and head.origin != self.verifier.name:
            raise MismatchError(f"The head outside the database is of the log {head.origin!r}.")
        if head.size > self.tree.size:
            raise MismatchError(
                f"The head kept outside the database names {head.size} entries, the database "
                f"holds {self.tree.size}: the last ones were removed, or an old copy was restored."
            )
        if last is None or last.size < head.size:
            raise MismatchError(
                f"The head kept outside the database names {head.size} entries, the last "
                f"checkpoint {last.size if last else 0}: a checkpoint was removed, or its "
                "publication was cut short and ends with the next run of sequence_log."
            )
        if last.size > head.size:
            raise MismatchError(
                f"The head kept outside the database names {head.size} entries, the last "
                f"checkpoint {last.size}: the head was put back."
            )


def _compare_tile(level: int, n: int, row: list[bytes], tile_root: bytes) -> None:
    stored = LogTile.objects.filter(level=level, n=n).values_list("data", "root").first()
    if stored is None:
        raise MismatchError(f"Tile {level}/{n} is missing: it was removed.")
    data, root = bytes(stored[0]), bytes(stored[1])
    if data != b"".join(row):
        parts = (data[at : at + merkle.HASH_BYTES] for at in range(0, len(data), 32))
        place = next((i for i, (a, b) in enumerate(zip(parts, row, strict=False)) if a != b), 0)
        index = n * WIDTH + place if level == 0 else None
        where = f", the first at index {index}" if index is not None else ""
        raise MismatchError(
            f"Tile {level}/{n} does not hold the hashes of its entries{where}.", index=index
        )
    if root != tile_root:
        raise MismatchError(f"Tile {level}/{n} has a wrong root.")


def _authentic(name: str, stored: LogCheckpoint, verifier: NoteVerifier | None) -> Checkpoint:
    """The checkpoint as it was signed, if the row says nothing else."""
    if verifier is None:
        raise MismatchError(f"{name} stands in a log without a key.")
    try:
        note = Note.parse(stored.note)
        at = verifier.verify(note)
        checkpoint = Checkpoint.parse(note.text)
    except BadNoteError as error:
        raise MismatchError(f"{name} is not authentic: {error}.") from error
    if note.encoded() != stored.note or checkpoint.origin != verifier.name:
        raise MismatchError(f"{name} is not a checkpoint of {verifier.name}.")
    row = (stored.size, bytes(stored.root), stored.at.timestamp())
    if row != (checkpoint.size, checkpoint.root, at):
        raise MismatchError(f"{name} says something else than the note that was signed.")
    return checkpoint


def _repeated(model: type[AuditEvent] | type[LogLeaf], field: str) -> Any:
    groups = model.objects.values(field).annotate(times=Count("*")).filter(times__gt=1)
    return groups.order_by(field).values_list(field, flat=True).first()


def _first_extra_tile(size: int) -> str:
    for tile in LogTile.objects.order_by("level", "n").only("level", "n").iterator():
        if (tile.n + 1) * WIDTH ** (tile.level + 1) > size:
            return f"{tile.level}/{tile.n}"
    return "(repeated)"
