"""A rule pack: a dated, versioned set of conditions by HS code, with what they refer to.

Pure and frozen. `pack_data` is the canonical form of a pack: what is stored, hashed and compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from documents.canonical import canonical_bytes, sha256_hex

from .codes import headings_of
from .condition_data import condition_data, condition_from_data, read_condition
from .conditions import Condition, Words
from .errors import PackError, Problem
from .pack_reader import Path, Places, Reader, Source

__all__ = [
    "GENERAL",
    "Ground",
    "Operation",
    "PackError",
    "Problem",
    "Row",
    "RulePack",
    "Source",
    "condition_data",
    "condition_from_data",
    "pack_data",
    "pack_from_data",
    "row_data",
]

SCHEMA = "ctkz.rule-pack/1"
# What stands for the general rule where a row's id is asked for.
GENERAL = "general"


@dataclass(frozen=True, slots=True)
class Operation:
    """A production or technological operation; an insufficient one never confers origin."""

    code: str
    name: Words
    sufficient: bool
    source: Source


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground on which goods are wholly produced in the country."""

    code: str
    name: Words
    source: Source
    is_confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """An entry of the list of conditions; an excluded one returns its codes to the general rule."""

    id: str
    codes: tuple[str, ...]
    name: Words
    source: Source
    condition: Condition | None = None
    excluded: bool = False
    but_not: tuple[str, ...] = ()
    # The words that single out the goods where the row covers only a part of its codes ("из").
    part: Words | None = None
    # What a reader must know beside the condition: how the text of the act was read.
    note: Words | None = None
    is_confirmed: bool = False

    @property
    def is_partial(self) -> bool:
        return self.part is not None


@dataclass(frozen=True)
class RulePack:
    """A version of the rules, in force from `valid_from` until the next one."""

    code: str
    title: Words
    valid_from: date
    source: Source
    general_source: Source
    operations: Mapping[str, Operation] = field(hash=False)
    grounds: Mapping[str, Ground] = field(hash=False)
    rows: tuple[Row, ...]

    def row(self, row_id: str) -> Row:
        """The row with this id; a KeyError if the pack has none."""
        return self._rows_by_id[row_id]

    @cached_property
    def sha256(self) -> str:
        return sha256_hex(canonical_bytes(pack_data(self)))

    @cached_property
    def rows_by_heading(self) -> Mapping[str, tuple[Row, ...]]:
        """For each four-digit heading the rows that name it or something below it."""
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            for heading in sorted({h for code in row.codes for h in headings_of(code)}):
                found.setdefault(heading, []).append(row)
        return {heading: tuple(rows) for heading, rows in found.items()}

    @cached_property
    def _rows_by_id(self) -> Mapping[str, Row]:
        return {row.id: row for row in self.rows}


def pack_data(pack: RulePack) -> dict[str, Any]:
    """The pack as JSON-safe data with one spelling; `pack_from_data` gives the pack back."""
    return {
        "schema": SCHEMA,
        "code": pack.code,
        "title": _words_data(pack.title),
        "valid_from": pack.valid_from.isoformat(),
        "source": _source_data(pack.source),
        "general_rule": {"source": _source_data(pack.general_source)},
        "operations": [
            {
                "code": operation.code,
                "name": _words_data(operation.name),
                "sufficient": operation.sufficient,
                "source": _source_data(operation.source),
            }
            for operation in pack.operations.values()
        ],
        "wholly_produced": [
            {
                "code": ground.code,
                "name": _words_data(ground.name),
                "source": _source_data(ground.source),
                "is_confirmed": ground.is_confirmed,
            }
            for ground in pack.grounds.values()
        ],
        "rows": [row_data(row) for row in pack.rows],
    }


def row_data(row: Row) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": row.id,
        "codes": list(row.codes),
        "name": _words_data(row.name),
        "source": _source_data(row.source),
        "is_confirmed": row.is_confirmed,
    }
    if row.but_not:
        data["but_not"] = list(row.but_not)
    if row.part is not None:
        data["part"] = _words_data(row.part)
    if row.note is not None:
        data["note"] = _words_data(row.note)
    if row.excluded:
        data["excluded"] = True
    if row.condition is not None:
        data["condition"] = condition_data(row.condition)
    return data


def pack_from_data(
    data: Mapping[str, Any], *, places: Places | None = None, check_operations: bool = True
) -> RulePack:
    """The pack, or a PackError that names every problem and its place."""
    reader = Reader(places or {})
    head = reader.mapping(
        data,
        (),
        required=("code", "title", "valid_from", "source", "general_rule", "operations", "rows"),
        optional=("schema", "wholly_produced"),
    )
    if head.get("schema", SCHEMA) != SCHEMA:
        reader.fault(("schema",), _("The schema of a rule pack is %(name)s.") % {"name": SCHEMA})
    operations = _operations(head.get("operations", ()), reader)
    if check_operations:
        reader.operations = operations
    rule = reader.mapping(head.get("general_rule", {}), ("general_rule",), optional=("source",))
    pack = RulePack(
        code=reader.name(head["code"], ("code",)) if "code" in head else "",
        title=reader.words(head["title"], ("title",)) if "title" in head else Words(),
        valid_from=(
            reader.day(head["valid_from"], ("valid_from",)) if "valid_from" in head else date.min
        ),
        source=reader.source(head["source"], ("source",)) if "source" in head else Source(""),
        general_source=(
            reader.source(rule["source"], ("general_rule", "source"))
            if "source" in rule
            else Source("")
        ),
        operations=operations,
        grounds=_grounds(head.get("wholly_produced", ()), reader),
        rows=_rows(head.get("rows", ()), reader),
    )
    reader.finish()
    return pack


def _operations(value: Any, reader: Reader) -> dict[str, Operation]:
    found: dict[str, Operation] = {}
    for index, item in enumerate(reader.items(value, ("operations",))):
        path = ("operations", index)
        parts = reader.mapping(
            item, path, required=("code", "name", "sufficient", "source"), optional=()
        )
        code = _unique(parts.get("code"), (*path, "code"), found, reader)
        found[code] = Operation(
            code,
            _named(parts, path, reader),
            reader.flag(parts.get("sufficient", False), (*path, "sufficient")),
            _sourced(parts, path, reader),
        )
    return found


def _grounds(value: Any, reader: Reader) -> dict[str, Ground]:
    found: dict[str, Ground] = {}
    for index, item in enumerate(reader.items(value, ("wholly_produced",))):
        path = ("wholly_produced", index)
        parts = reader.mapping(
            item, path, required=("code", "name", "source"), optional=("is_confirmed",)
        )
        code = _unique(parts.get("code"), (*path, "code"), found, reader)
        found[code] = Ground(
            code,
            _named(parts, path, reader),
            _sourced(parts, path, reader),
            reader.flag(parts.get("is_confirmed", True), (*path, "is_confirmed")),
        )
    return found


def _rows(value: Any, reader: Reader) -> tuple[Row, ...]:
    found: dict[str, Path] = {}
    rows: list[Row] = []
    for index, item in enumerate(reader.items(value, ("rows",))):
        path = ("rows", index)
        parts = reader.mapping(
            item,
            path,
            required=("id", "codes", "name", "source"),
            optional=("but_not", "part", "condition", "excluded", "note", "is_confirmed"),
        )
        row_id = _unique(parts.get("id"), (*path, "id"), found, reader)
        found[row_id] = path
        rows.append(_row(row_id, parts, path, reader))
    return tuple(rows)


def _row(row_id: str, parts: Mapping[str, Any], path: Path, reader: Reader) -> Row:
    if row_id == GENERAL:
        reader.fault((*path, "id"), _("“%(id)s” stands for the general rule.") % {"id": GENERAL})
    excluded = reader.flag(parts.get("excluded", False), (*path, "excluded"))
    condition = None
    if parts.get("condition") is not None:
        condition = read_condition(parts["condition"], (*path, "condition"), reader)
        if excluded:
            reader.fault((*path, "condition"), _("An excluded row has no condition."))
    elif not excluded and parts:
        reader.fault(path, _("The row “%(id)s” has no condition.") % {"id": row_id})
    return Row(
        id=row_id,
        codes=(
            reader.codes(parts["codes"], (*path, "codes"), shortest=4) if "codes" in parts else ()
        ),
        name=_named(parts, path, reader),
        source=_sourced(parts, path, reader),
        condition=condition,
        excluded=excluded,
        but_not=(
            reader.codes(parts["but_not"], (*path, "but_not"), shortest=4)
            if "but_not" in parts
            else ()
        ),
        part=reader.words(parts["part"], (*path, "part")) if "part" in parts else None,
        note=reader.words(parts["note"], (*path, "note")) if "note" in parts else None,
        is_confirmed=reader.flag(parts.get("is_confirmed", False), (*path, "is_confirmed")),
    )


def _unique(value: Any, path: Path, taken: Mapping[str, Any], reader: Reader) -> str:
    if value is None:
        return ""
    code = reader.name(value, path)
    if code and code in taken:
        first = taken[code]
        file, line = reader.place(first) if isinstance(first, tuple) else ("", 0)
        where = f" ({file}:{line})" if file else ""
        reader.fault(
            path, _("“%(code)s” is already in use%(where)s.") % {"code": code, "where": where}
        )
    return code


def _named(parts: Mapping[str, Any], path: Path, reader: Reader) -> Words:
    return reader.words(parts["name"], (*path, "name")) if "name" in parts else Words()


def _sourced(parts: Mapping[str, Any], path: Path, reader: Reader) -> Source:
    return reader.source(parts["source"], (*path, "source")) if "source" in parts else Source("")


def _words_data(words: Words) -> dict[str, str]:
    named = {"kk": words.kk, "ru": words.ru, "en": words.en}
    return {code: text for code, text in named.items() if text}


def _source_data(source: Source) -> dict[str, str]:
    return {"act": source.act, "place": source.place} if source.place else {"act": source.act}
