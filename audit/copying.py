"""Many rows at once by COPY: several times faster than INSERT, under the same constraints.

The rows are taken as they are: no `auto_now_add`, no `pre_save`. Their values must be clean.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_QUOTES = str.maketrans({"\\": "\\\\", '"': '\\"'})

ToText = Callable[[Any], str]


def copy_in(rows: Sequence[models.Model]) -> None:
    """Inserts rows of one model; a key that the database counts is left to it when it is None."""
    if not rows:
        return
    model = type(rows[0])
    fields = [
        field
        for field in model._meta.concrete_fields
        if not (field.primary_key and rows[0].pk is None)
    ]
    columns = [(field.attname, _to_text(field)) for field in fields]
    text = io.StringIO()
    for row in rows:
        values = row.__dict__
        text.write("\t".join([write(values[name]) for name, write in columns]))
        text.write("\n")
    text.seek(0)
    quote = connection.ops.quote_name
    named = ", ".join(quote(field.column or "") for field in fields)
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(f"COPY {quote(model._meta.db_table)} ({named}) FROM STDIN", text)


def reserved_keys(model: type[models.Model], count: int) -> list[int]:
    """Keys that the database counted out for rows to come, in ascending order."""
    pk = model._meta.pk
    if count == 0 or pk is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, pk.column, count],
        )
        return sorted(key for (key,) in cursor.fetchall())


def _to_text(field: models.Field[Any, Any]) -> ToText:
    if isinstance(field, models.JSONField):
        return _json
    if isinstance(field, ArrayField):
        return _array
    return _plain


def _plain(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return str(value.translate(_ESCAPES))
    write = _WRITERS.get(kind)
    if write is not None:
        return write(value)
    if isinstance(value, str):
        # A choice of an enumeration.
        return str.__str__(value).translate(_ESCAPES)
    raise TypeError(f"{kind.__name__} cannot be copied")


def _json(value: Any) -> str:
    if value is None:
        return NULL
    return json.dumps(value, ensure_ascii=False).translate(_ESCAPES)


def _array(value: Iterable[Any] | None) -> str:
    if value is None:
        return NULL
    parts = ['"' + str(part).translate(_QUOTES) + '"' for part in value]
    return ("{" + ",".join(parts) + "}").translate(_ESCAPES)


_WRITERS: dict[type, ToText] = {
    type(None): lambda _value: NULL,
    bool: lambda value: "t" if value else "f",
    int: str,
    Decimal: lambda value: f"{value:f}",
    datetime: datetime.isoformat,
    date: date.isoformat,
    UUID: str,
    bytes: lambda value: "\\\\x" + value.hex(),
}
