"""Plain SQL for facts: one statement, rows as named tuples."""

from collections import namedtuple
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import connection


def rows(sql: str, parameters: Mapping[str, Any]) -> list[Any]:
    """The answer; `%(zone)s` is the zone whose midnight ends a day."""
    with connection.cursor() as cursor:
        cursor.execute(sql, {"zone": settings.TIME_ZONE, **parameters})
        names = [column.name for column in cursor.description]
        row = namedtuple("Row", names)  # type: ignore[misc]
        return [row._make(values) for values in cursor.fetchall()]
