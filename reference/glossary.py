"""The words of the field in three languages, each with the act it comes from.

Read from the project's own file and kept in memory: pages mark words without asking the database.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language

from reference.data_files import glossary_rows

LANGUAGES = ("kk", "ru", "en")


@dataclass(frozen=True)
class Word:
    key: str
    names: dict[str, str]
    definitions: dict[str, str]
    source: str
    is_confirmed: bool

    @property
    def name(self) -> str:
        return self.names[_language()]

    @property
    def definition(self) -> str:
        return self.definitions[_language()]

    @property
    def other_names(self) -> list[tuple[str, str]]:
        """The word in the two languages that the reader does not read."""
        return [(code, self.names[code]) for code in LANGUAGES if code != _language()]


def _language() -> str:
    code = (get_language() or "ru")[:2]
    return code if code in LANGUAGES else "ru"


@lru_cache(maxsize=1)
def words() -> dict[str, Word]:
    return {
        row["key"]: Word(
            row["key"],
            {code: row[code] for code in LANGUAGES},
            row["definition"],
            row["source"],
            row["is_confirmed"],
        )
        for row in glossary_rows()
    }


def found(letters: str) -> list[Word]:
    """Words with these letters in a name of any language, in the reader's alphabetical order."""
    wanted = plain(letters)
    hits = [
        word
        for word in words().values()
        if all(any(part in plain(name) for name in word.names.values()) for part in wanted.split())
    ]
    return sorted(hits, key=lambda word: plain(word.name))


# Letters of Kazakh that a keyboard may lack, beside those people type instead.
_TYPED = str.maketrans("әғқңөұүһіё", "агкноуухие")


def plain(text: str) -> str:
    """As typed in a hurry: no case, no accents, no letters that only one keyboard has."""
    small = text.casefold().translate(_TYPED)
    apart = unicodedata.normalize("NFKD", small.replace("й", "\0"))
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).replace("\0", "й")
