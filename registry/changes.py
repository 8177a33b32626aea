"""The feed of changes: every change of a status in the order of the log, from a cursor on.

The cursor is a place in the log. Places are given without a gap and only to what is committed,
so whoever follows them misses nothing, in whatever order the changes were committed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from audit.models import LogLeaf
from issuance.models import Certificate, StatusPeriod

from .news import STATUS_AFTER, News

BEFORE_ALL = -1


@dataclass(frozen=True)
class Change:
    index: int
    news: News


@dataclass(frozen=True)
class Changes:
    """`next_cursor` is the last place looked at, so that nothing is read twice."""

    changes: list[Change]
    next_cursor: int
    has_more: bool


@transaction.atomic
def changes_after(cursor: int, *, limit: int) -> Changes:
    """The next changes after the place `cursor`; `BEFORE_ALL` begins at the beginning."""
    last = LogLeaf.objects.order_by("-index").values_list("index", flat=True).first()
    if last is None or last <= cursor:
        return Changes([], cursor, has_more=False)
    leaves = list(
        LogLeaf.objects.filter(
            index__gt=cursor, index__lte=last, event__event__in=sorted(STATUS_AFTER)
        )
        .select_related("event")
        .order_by("index")[: limit + 1]
    )
    has_more = len(leaves) > limit
    found = list(_told(leaves[:limit]))
    return Changes(found, leaves[limit - 1].index if has_more else last, has_more)


def _told(leaves: list[LogLeaf]) -> Iterator[Change]:
    events = [leaf.event for leaf in leaves]
    known = {
        str(one.pk): one
        for one in Certificate.objects.filter(pk__in=[event.subject_id for event in events]).only(
            "number", "year", "status"
        )
    }
    periods: dict[tuple[str, str], list[StatusPeriod]] = {}
    for one in (
        StatusPeriod.objects.filter(certificate__in=known.values())
        .select_related("successor")
        .only("certificate_id", "status", "reason", "since", "successor__number")
        .order_by("since")
    ):
        periods.setdefault((str(one.certificate_id), one.status), []).append(one)
    for leaf in leaves:
        event = leaf.event
        status = STATUS_AFTER[event.event]
        # A period begins within the transaction of its event, before it is recorded.
        begun = [
            one for one in periods.get((event.subject_id, status), []) if one.since <= event.at
        ]
        period = begun[-1] if begun else None
        yield Change(
            leaf.index,
            News(
                certificate=known[event.subject_id],
                event=event,
                status=status,
                reason=period.reason if period else "",
                successor_number=period.successor.number if period and period.successor else "",
            ),
        )
