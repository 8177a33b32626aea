"""Keeping the index beside the log: what was touched is read again, and nothing else.

A thing is always read again as a whole, so it makes no difference how often its news come.
"""

from collections.abc import Callable, Collection

from django.db import transaction

from audit import tiles
from oversight.tailing import Tail
from workplace.models import SearchEntry

from .documents import Source, Touched
from .kinds import Kind
from .sources import SOURCES
from .writing import ROWS_AT_ONCE, write, write_words

FOLLOWER = "search"
# No event tells that these change: a day begins, a list of the register is loaded.
WITHOUT_EVENTS = (Kind.RULE, Kind.AUDITOR, Kind.ORGANISATION)

Progress = Callable[[Kind, int], None]


def refresh(source: Source, ids: Collection[str]) -> int:
    """Brings the entries of these things to what they are now; those that are gone go."""
    known = list(dict.fromkeys(ids))
    written = 0
    for start in range(0, len(known), ROWS_AT_ONCE):
        some = known[start : start + ROWS_AT_ONCE]
        SearchEntry.objects.filter(kind=source.kind, object_id__in=some).delete()
        written += write(source.kind, source.documents(some))
    return written


@transaction.atomic
def index_new(limit: int = 2_000) -> int:
    """Follows the log by up to `limit` entries; how many things were read again.

    The place in the log moves in the same transaction: killed in between, nothing is lost.
    """
    tail = Tail(FOLLOWER)
    batch = tail.batch(limit)
    if not batch:
        return 0
    news = Touched(batch.case_ids, batch.subjects)
    written = sum(refresh(source, list(source.touched(news))) for source in SOURCES.values())
    tail.advance(batch)
    return written


def catch_up(*, batches: int = 50) -> int:
    """Follows the log to its end, a transaction for each batch; bounded for one run.

    An empty index is made at once: much of it has no event that would bring it.
    """
    if not SearchEntry.objects.exists():
        return rebuild() or 0
    tail, total = Tail(FOLLOWER), 0
    for _round in range(batches):
        total += index_new()
        if not tail.behind():
            break
    return total


@transaction.atomic
def rebuild(progress: Progress | None = None) -> int | None:
    """Makes the whole index anew; searches find what the old one held until it ends.

    None: another worker held the place in the log, and nothing was done.
    """
    tail = Tail(FOLLOWER)
    size = tiles.log_size()
    if not tail.hold():
        return None
    SearchEntry.objects.all()._raw_delete(SearchEntry.objects.db)
    total = 0
    for source in SOURCES.values():
        written = write(source.kind, source.documents(None), with_words=False)
        total += written
        if progress:
            progress(source.kind, written)
    write_words()
    tail.skip_to(size)
    return total


@transaction.atomic
def keep_up() -> int:
    """Once a day: what changes without an event."""
    if not Tail(FOLLOWER).hold():
        return 0
    written = 0
    for kind in WITHOUT_EVENTS:
        SearchEntry.objects.filter(kind=kind).delete()
        written += write(kind, SOURCES[kind].documents(None))
    return written
