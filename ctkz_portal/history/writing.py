"""Writing the invented past: rows in large portions, events in the order of their moments."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from heapq import heappop, heappush
from itertools import count

import pgtrigger
from django.db import connection, models, transaction

from audit.copying import copy_in, reserved_keys
from audit.past import PastEntry, record_past

# What was concluded, issued or answered years ago is written as such; only these triggers are
# told to let it in, and constraints, keys and every other trigger stay.
BORN_LATER = [
    f"{label}:born_in_initial_status"
    for label in (
        "auditors.AttestationCase",
        "expertise.ExpertiseRequest",
        "expertise.Act",
        "issuance.Application",
        "issuance.Certificate",
        "issuance.CertificateChange",
        "oversight.Complaint",
        "oversight.GreyListing",
        "oversight.Inspection",
        "oversight.Measure",
    )
]
# How many events one statement writes.
EVENTS_AT_ONCE = 5_000


class Past:
    """Rows and events that wait to be written; every portion is one transaction."""

    def __init__(self) -> None:
        self._rows: dict[type[models.Model], list[models.Model]] = defaultdict(list)
        self._counted: list[models.Model] = []
        self._events: list[tuple[datetime, int, PastEntry]] = []
        self._order = count()
        self.events_written = 0

    def add(self, *rows: models.Model) -> None:
        for row in rows:
            self._rows[type(row)].append(row)

    def tell(self, entries: Iterable[PastEntry]) -> None:
        for entry in entries:
            heappush(self._events, (entry.at, next(self._order), entry))

    def write(self, *, until: datetime | None = None) -> None:
        """All rows that wait, and the events before `until`; nothing earlier comes any more."""
        # The inner one lets a fault be told: in a transaction that is broken nothing can be asked.
        with transaction.atomic(), _born_later(), transaction.atomic():
            for rows in self._rows.values():
                copy_in(rows)
            self._rows.clear()
            while told := list(self._next(until)):
                self.events_written += record_past(told)

    def _next(self, until: datetime | None) -> Iterator[PastEntry]:
        for _number in range(EVENTS_AT_ONCE):
            if not self._events or (until is not None and self._events[0][0] >= until):
                return
            yield heappop(self._events)[2]


class Keys:
    """Keys of rows to come, asked for in large portions."""

    def __init__(self, model: type[models.Model]) -> None:
        self._model = model
        self._kept: list[int] = []

    def next(self) -> int:
        if not self._kept:
            self._kept = reserved_keys(self._model, 1_000)[::-1]
        return self._kept.pop()


@contextmanager
def _born_later() -> Iterator[None]:
    """The generator's own inserts, on the connection of the database's owner."""
    with pgtrigger.ignore(*BORN_LATER):  # noqa: TID251
        with connection.cursor() as cursor:
            # COPY passes by the wrapper that names the triggers; an ordinary statement does not.
            cursor.execute("SELECT 1")
        yield
