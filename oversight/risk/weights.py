"""Weights and thresholds of the indicators: dated parameters `risk.<code>`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from documents.canonical import canonical_bytes, sha256_hex
from reference.models import Parameter
from reference.parameters import ParameterMissingError

from .indicators import INDICATORS
from .indicators.base import Threshold

PREFIX = "risk."
# Grows when an indicator or the facts change their meaning in code.
SET = "ctkz.risk/1"


@dataclass(frozen=True)
class Setting:
    """What is in force for one indicator."""

    weight: Decimal
    is_on: bool
    threshold: Threshold
    since: date


@dataclass(frozen=True)
class Settings:
    """Everything in force on a day, and the digest that names it."""

    on: date
    by_code: Mapping[str, Setting]
    versions: str

    def __getitem__(self, code: str) -> Setting:
        return self.by_code[code]

    def threshold(self, code: str, name: str) -> Decimal:
        return self.by_code[code].threshold[name]


def settings_in_force(*, on: date) -> Settings:
    """Read in one query; a missing parameter is an error, never a guess."""
    rows: dict[str, Parameter] = {}
    found = Parameter.objects.filter(key__startswith=PREFIX).in_force(on=on)
    for row in found.order_by("valid_from"):
        rows[row.key] = row
    for key in (f"{PREFIX}{code}" for code in INDICATORS):
        if key not in rows:
            raise ParameterMissingError(key, on, None)
    used: dict[str, Any] = {f"{PREFIX}{code}": rows[f"{PREFIX}{code}"].value for code in INDICATORS}
    return Settings(
        on=on,
        by_code={code: _setting(rows[f"{PREFIX}{code}"]) for code in INDICATORS},
        versions=sha256_hex(canonical_bytes({"set": SET, "parameters": used})),
    )


def versions(on: date) -> str:
    """The digest of weights and thresholds in force, with the version of the code."""
    return settings_in_force(on=on).versions


def _setting(row: Parameter) -> Setting:
    figures = {name: value for name, value in row.value.items() if name not in ("weight", "on")}
    return Setting(
        weight=Decimal(str(row.value["weight"])),
        is_on=bool(row.value.get("on", True)),
        threshold={name: Decimal(str(value)) for name, value in figures.items()},
        since=row.valid_from,
    )
