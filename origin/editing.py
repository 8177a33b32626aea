"""Changes of a version's text on its plain data; every result is read again as a whole. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError

from .conditions import Condition, OperationsOtherThan, OperationsRequired, leaves
from .packs import Row, RulePack, pack_data, pack_from_data

Data = dict[str, Any]


def read_row(row: Mapping[str, Any], pack: RulePack) -> Row:
    """One row as the pack would read it, without the others; a PackError says what is wrong."""
    return pack_from_data({**pack_data(replace(pack, rows=())), "rows": [row]}).rows[0]


def with_row(data: Data, row: Mapping[str, Any], *, replacing: str = "") -> Data:
    """The text with this row in the place of `replacing`, or at its place by code."""
    rows = list(data["rows"])
    taken = {item["id"] for item in rows} - {replacing}
    if row.get("id") in taken:
        raise DomainError(
            "row_taken",
            _("The version already has a row “%(id)s”.") % {"id": row["id"]},
            field="id",
        )
    if replacing:
        rows = [dict(row) if item["id"] == replacing else item for item in rows]
    else:
        later = (
            place
            for place, item in enumerate(rows)
            if _digits(item["codes"][0]) > _digits(row["codes"][0])
        )
        rows.insert(next(later, len(rows)), dict(row))
    return {**data, "rows": rows}


def without_row(data: Data, row_id: str) -> Data:
    rows = [item for item in data["rows"] if item["id"] != row_id]
    if len(rows) == len(data["rows"]):
        raise DomainError("no_row", _("The version has no row “%(id)s”.") % {"id": row_id})
    return {**data, "rows": rows}


def with_operation(data: Data, operation: Mapping[str, Any]) -> Data:
    """The catalogue with this operation added, or renamed when its code is known."""
    operations = list(data["operations"])
    for place, item in enumerate(operations):
        if item["code"] == operation["code"]:
            operations[place] = dict(operation)
            break
    else:
        operations.append(dict(operation))
    return {**data, "operations": operations}


def without_operation(data: Data, code: str, *, pack: RulePack) -> Data:
    """An operation that a row names stays."""
    using = [row.id for row in rows_naming(pack, code)]
    if using:
        raise DomainError(
            "operation_in_use",
            _("Rows name this operation: %(rows)s.") % {"rows": ", ".join(using[:10])},
        )
    operations = [item for item in data["operations"] if item["code"] != code]
    return {**data, "operations": operations}


def with_head(data: Data, *, title: Mapping[str, str], valid_from: date) -> Data:
    named = {code: text for code, text in title.items() if text}
    return {**data, "title": named, "valid_from": valid_from.isoformat()}


def rows_naming(pack: RulePack, operation: str) -> list[Row]:
    return [
        row
        for row in pack.rows
        if row.condition is not None and operation in operations_of(row.condition)
    ]


def operations_of(condition: Condition) -> set[str]:
    named: set[str] = set()
    for part in leaves(condition):
        match part:
            case OperationsRequired(every, some):
                named.update(every, some)
            case OperationsOtherThan(codes):
                named.update(codes)
    return named


def _digits(code: str) -> str:
    return "".join(char for char in code.partition("-")[0] if char.isdigit())
