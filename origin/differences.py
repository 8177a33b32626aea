"""What one version of the rules changes against another, row by row. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .packs import Ground, Operation, Row, RulePack, row_data

# Parts of a row in the order in which a reader meets them.
ROW_PARTS = (
    *("codes", "but_not", "name", "part", "condition", "excluded"),
    *("note", "source", "is_confirmed"),
)


@dataclass(frozen=True)
class RowChange:
    before: Row
    after: Row
    parts: tuple[str, ...]

    @property
    def changes_the_rule(self) -> bool:
        """More than words: other goods, or another condition for the same goods."""
        return bool({"codes", "but_not", "condition", "excluded"} & set(self.parts))


@dataclass(frozen=True)
class CatalogueChange:
    """An operation or a ground; `before` or `after` is None where it was added or removed."""

    code: str
    before: Operation | Ground | None
    after: Operation | Ground | None


@dataclass(frozen=True)
class Difference:
    added: tuple[Row, ...]
    removed: tuple[Row, ...]
    changed: tuple[RowChange, ...]
    catalogue: tuple[CatalogueChange, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.catalogue)

    @property
    def row_ids(self) -> set[str]:
        """Every row of the newer version that is new or different."""
        return {row.id for row in self.added} | {change.after.id for change in self.changed}


def difference(base: RulePack, pack: RulePack) -> Difference:
    before = {row.id: row for row in base.rows}
    after = {row.id: row for row in pack.rows}
    changed = []
    for row_id, row in after.items():
        old = before.get(row_id)
        if old is None or old == row:
            continue
        parts = _changed_parts(row_data(old), row_data(row))
        changed.append(RowChange(old, row, parts))
    return Difference(
        added=tuple(row for row_id, row in after.items() if row_id not in before),
        removed=tuple(row for row_id, row in before.items() if row_id not in after),
        changed=tuple(changed),
        catalogue=(
            *_catalogue(base.operations, pack.operations),
            *_catalogue(base.grounds, pack.grounds),
        ),
    )


def _changed_parts(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(part for part in ROW_PARTS if before.get(part) != after.get(part))


def _catalogue(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[CatalogueChange, ...]:
    codes = dict.fromkeys([*before, *after])
    return tuple(
        CatalogueChange(code, before.get(code), after.get(code))
        for code in codes
        if before.get(code) != after.get(code)
    )
