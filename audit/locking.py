"""Advisory locks: one sequencer and one publisher at a time, whichever process they run in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

# Any two distinct numbers; the first half is "ctkz" in ASCII.
SEQUENCE = (0x63746B7A, 1)
PUBLISH = (0x63746B7A, 2)


def try_lock(lock: tuple[int, int]) -> bool:
    """Take the lock until the end of this transaction; False when somebody else has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", lock)
        return bool(cursor.fetchone()[0])


@contextmanager
def held(lock: tuple[int, int]) -> Iterator[None]:
    """Wait for the lock and hold it across transactions."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", lock)
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", lock)
