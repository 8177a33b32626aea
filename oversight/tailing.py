"""Following the log: what was touched since the last look, nothing passed over, nothing lost.

A follower works like this, in one transaction for each batch::

    with transaction.atomic():
        batch = tail.batch()
        …do again whatever depends on batch.case_ids…
        tail.advance(batch)

Killed before the end, the transaction leaves the place as it was and the batch comes again.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils import timezone

from audit import tiles
from audit.models import LogLeaf

from .models.figures import ProjectionCursor

BATCH = 2_000


class AnotherFollower(RuntimeError):
    """The place was moved by somebody else: two followers share one name."""


@dataclass(frozen=True)
class Batch:
    """Entries of the log from `first` up to, not with, `after`; what they were about."""

    first: int
    after: int
    case_ids: frozenset[UUID] = frozenset()
    # (subject type, id), for those who follow things and not cases.
    subjects: frozenset[tuple[str, str]] = frozenset()

    def __bool__(self) -> bool:
        return self.after > self.first

    def __len__(self) -> int:
        return self.after - self.first


class Tail:
    """A follower of the log with a place of its own, kept under its name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def batch(self, limit: int = BATCH) -> Batch:
        """The next entries; none while another worker holds the place.

        Only sequenced entries are seen. Their indices have no gaps and are given after commit,
        so whoever reads on from an index misses nothing.
        """
        if not connection.in_atomic_block:
            raise RuntimeError("A place in the log is read in the transaction that moves it.")
        place = self._held()
        if place is None:
            return Batch(0, 0)
        leaves = LogLeaf.objects.filter(index__gte=place, index__lt=place + limit)
        rows = leaves.order_by("index").values_list(
            "index", "event__case_id", "event__subject_type", "event__subject_id"
        )
        after, case_ids, subjects = place, set(), set()
        for index, case_id, subject_type, subject_id in rows:
            after = index + 1
            subjects.add((subject_type, subject_id))
            if case_id:
                case_ids.add(UUID(case_id))
        return Batch(place, after, frozenset(case_ids), frozenset(subjects))

    def advance(self, batch: Batch) -> None:
        """Everything of the batch is done; to be called in the transaction that did it."""
        self._move(batch.first, batch.after)

    def skip_to(self, index: int) -> None:
        """After everything was made anew: `index` is the size of the log read before that."""
        ProjectionCursor.objects.update_or_create(name=self.name, defaults={"next_index": index})

    def hold(self) -> bool:
        """Keeps others off the place for the rest of the transaction; whether it could be held."""
        return self._held() is not None

    def behind(self) -> int:
        """How many sequenced entries wait for this follower."""
        known = ProjectionCursor.objects.filter(name=self.name).values_list("next_index", flat=True)
        return max(tiles.log_size() - (known.first() or 0), 0)

    def _held(self) -> int | None:
        ProjectionCursor.objects.bulk_create(
            [ProjectionCursor(name=self.name)], ignore_conflicts=True
        )
        places = ProjectionCursor.objects.select_for_update(skip_locked=True)
        return places.filter(name=self.name).values_list("next_index", flat=True).first()

    def _move(self, first: int, after: int) -> None:
        if first == after:
            return
        moved = ProjectionCursor.objects.filter(name=self.name, next_index=first).update(
            next_index=after, moved_at=timezone.now()
        )
        if not moved:
            raise AnotherFollower(self.name)
