"""Countries of origin of materials, known by code and by their usual names."""

import csv
from functools import lru_cache

from accounts.identifiers import fold_lookalikes
from reference.data_files import DATA


def _key(name: str) -> str:
    letters = "".join(char for char in name.casefold().replace("ё", "е") if char.isalpha())
    # Abbreviations are taken literally: Cyrillic РК is Kazakhstan, Latin PK is Pakistan.
    return letters if len(letters) <= 3 else fold_lookalikes(letters, to="cyrillic")


@lru_cache(maxsize=1)
def country_names() -> dict[str, dict[str, str]]:
    """ISO 3166 code → the name in three languages."""
    with (DATA / "countries.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: {language: row[f"name_{language}"] for language in ("kk", "ru", "en")}
            for row in csv.DictReader(file)
        }


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    found: dict[str, str] = {}
    with (DATA / "countries.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            names = [row["code"], row["name_kk"], row["name_ru"], row["name_en"]]
            for name in (*names, *row["aliases"].split("|")):
                if name:
                    found[_key(name)] = row["code"]
    return found


def country_code(text: str) -> str | None:
    """`KZ`, `РК`, `Казахстан` → KZ; None for a name that is not known."""
    return _codes().get(_key(text))
