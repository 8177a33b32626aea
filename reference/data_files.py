"""The reference data as files of the project: read without a database by imports and commands."""

import csv
import datetime as dt
from functools import lru_cache
from pathlib import Path
from typing import Any, TypedDict

import yaml

from reference.units import UnitAliases, alias_key

DATA = Path(__file__).resolve().parent / "data"
# Without a source of its own an entry is our wording and says so.
OWN_WORDING = "Own wording; the official annex could not be read"


class UnitRow(TypedDict):
    code: str
    sort: int
    symbol_kk: str
    symbol_ru: str
    symbol_en: str
    name_kk: str
    name_ru: str
    name_en: str
    aliases: list[str]


def _csv(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _yaml(name: str) -> Any:
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))


def chambers() -> list[dict[str, str]]:
    return _csv("chambers.csv")


def departments() -> list[dict[str, str]]:
    return _csv("departments.csv")


def citation_rows() -> list[dict[str, str]]:
    rows: list[dict[str, str]] = _yaml("citations.yaml")
    return rows


def glossary_rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = _yaml("glossary.yaml")
    return rows


def measure_types() -> list[dict[str, Any]]:
    """Types in file order, which is the order people see."""
    unset: dict[str, Any] = {
        "reply_days": None,
        "execution_days": None,
        "months": None,
        "fine_mci": None,
        "has_fine": False,
        "valid_until": None,
        "is_confirmed": False,
    }
    return [
        {**unset, "sort": position * 10, **entry}
        for position, entry in enumerate(_yaml("measure_types.yaml"), start=1)
    ]


def units() -> list[UnitRow]:
    return [
        UnitRow(
            code=row["code"],
            sort=int(row["sort"]),
            symbol_kk=row["symbol_kk"],
            symbol_ru=row["symbol_ru"],
            symbol_en=row["symbol_en"],
            name_kk=row["name_kk"],
            name_ru=row["name_ru"],
            name_en=row["name_en"],
            aliases=[alias for alias in row["aliases"].split("|") if alias],
        )
        for row in _csv("units.csv")
    ]


def unit_aliases() -> UnitAliases:
    """Every spelling of every unit in the files, for reading a spreadsheet without a database."""
    found: dict[str, str] = {}
    for row in units():
        spellings = [row["code"], row["symbol_ru"], row["symbol_kk"], row["symbol_en"]]
        spellings += [row["name_ru"], row["name_kk"], row["name_en"], *row["aliases"]]
        for spelling in spellings:
            found.setdefault(alias_key(spelling), row["code"])
    return found


def calendar_days() -> list[dict[str, Any]]:
    return [
        {
            "date": dt.date.fromisoformat(row["date"]),
            "is_working": row["is_working"] == "yes",
            "note": row["note"],
            "source": row["source"],
        }
        for row in _csv("calendar.csv")
    ]


def schemes() -> list[dict[str, Any]]:
    return _yaml("schemes.yaml")


def parameters() -> list[dict[str, Any]]:
    return _yaml("parameters.yaml")


def code_entries() -> list[dict[str, Any]]:
    """Entries of every list in file order, which is the order people see."""
    return [
        {
            "list": list_code,
            "sort": position * 10,
            "aliases": [],
            "applies_to": [],
            "source": OWN_WORDING,
            "is_confirmed": False,
            "valid_from": None,
            "valid_until": None,
            **entry,
        }
        for list_code, entries in _yaml("codes.yaml").items()
        for position, entry in enumerate(entries, start=1)
    ]


@lru_cache(maxsize=16)
def code_of(list_code: str, text: str) -> str | None:
    """The code of an entry by any spelling a register or a spreadsheet uses for it."""
    wanted = alias_key(text)
    for entry in code_entries():
        names = (entry["code"], entry["name_kk"], entry["name_ru"], entry["name_en"])
        spellings = (*names, *entry["aliases"]) if entry["list"] == list_code else ()
        if any(alias_key(spelling) == wanted for spelling in spellings):
            return entry["code"]
    return None
