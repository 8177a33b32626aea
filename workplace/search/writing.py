"""Documents to rows of the index: many at a time, by COPY and one statement for each batch."""

import csv
import json
from collections.abc import Collection, Iterable, Iterator
from io import StringIO
from itertools import islice
from typing import Any

from django.db import connection

from reference.words import number_key, other_alphabet, words_of

from .documents import Document
from .kazakh import stems
from .kinds import Kind

ROWS_AT_ONCE = 2_000
# More words of one thing find nothing that its first ones do not.
MOST_WORDS = 600
LONGEST_WORD = 60
LONGEST_NUMBER = 60
LAST_SERIAL = 2**31 - 1
COLUMNS = (
    "kind", "object_id", "thing", "number", "number_key", "serial", "title_ru", "title_kk",
    "title_en", "about", "at", "seen_by", "people",
)  # fmt: skip
# Words by weight; Russian and English stems come from the dictionaries of the database.
WEIGHTS = ("a", "b", "c", "d")
_INCOMING = f"""
    CREATE TEMPORARY TABLE IF NOT EXISTS search_incoming (
        kind text, object_id text, thing text, number text, number_key text, serial integer,
        title_ru text, title_kk text, title_en text, about text, at timestamptz,
        seen_by text[], people uuid[], forms text, {", ".join(f"{w} text" for w in WEIGHTS)}
    ) ON COMMIT DROP
"""
NOTHING = r"\N"
_COPY = rf"COPY search_incoming FROM STDIN WITH (FORMAT csv, NULL '{NOTHING}')"
_VECTOR = " || ".join(
    ["forms::tsvector"]
    + [f"setweight(to_tsvector('russian', {w}), '{w.upper()}')" for w in WEIGHTS]
)
_INSERT = f"""
    INSERT INTO workplace_searchentry ({", ".join(COLUMNS)}, vector)
    SELECT {", ".join(COLUMNS)}, {_VECTOR} FROM search_incoming
    ON CONFLICT (kind, object_id) DO NOTHING
"""  # noqa: S608
# Words alone: codes and numbers are compared in ways of their own.
_IS_WORD = "lexeme !~ '[=0-9]' AND length(lexeme) BETWEEN 3 AND 60"
_NEW_WORDS = f"""
    INSERT INTO workplace_searchword (word)
    SELECT DISTINCT lexeme FROM search_incoming, unnest({_VECTOR}) WHERE {_IS_WORD}
    ON CONFLICT DO NOTHING
"""  # noqa: S608
_ALL_WORDS = f"""
    INSERT INTO workplace_searchword (word)
    SELECT lexeme FROM (
        SELECT word AS lexeme FROM ts_stat('SELECT vector FROM workplace_searchentry')
    ) AS known WHERE {_IS_WORD}
    ON CONFLICT DO NOTHING
"""  # noqa: S608


def write(kind: Kind, documents: Iterable[Document], *, with_words: bool = True) -> int:
    """Adds the entries of these things; those that are there already stay as they are."""
    written = 0
    with connection.cursor() as cursor:
        for some in _batches(documents):
            cursor.execute(_INCOMING)
            cursor.execute("TRUNCATE search_incoming")
            cursor.cursor.copy_expert(_COPY, _file(kind, some))
            cursor.execute(_INSERT)
            if with_words:
                cursor.execute(_NEW_WORDS)
            written += len(some)
    return written


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    left = iter(documents)
    while some := list(islice(left, ROWS_AT_ONCE)):
        yield some


def write_words() -> None:
    """Every word of every entry, after they were all made anew."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM workplace_searchword")
        cursor.execute(_ALL_WORDS)
        cursor.execute("ANALYZE workplace_searchentry")
        cursor.execute("ANALYZE workplace_searchword")


def _file(kind: Kind, documents: Iterable[Document]) -> StringIO:
    out = StringIO()
    rows = csv.writer(out)
    for document in documents:
        rows.writerow(_row(kind, document))
    out.seek(0)
    return out


def _row(kind: Kind, document: Document) -> list[Any]:
    words = {
        "a": _words(document.main),
        "b": _words(document.names),
        "c": _words(document.goods),
        "d": _words([*document.rest, str(document.at.year)]),
    }
    key = number_key(document.number)[:LONGEST_NUMBER]
    return [
        kind,
        document.object_id,
        document.thing or f"{kind}:{document.object_id}",
        document.number[:LONGEST_NUMBER],
        key,
        NOTHING if (serial := _serial(document.number)) is None else serial,
        *(document.title.get(code, "") for code in ("ru", "kk", "en")),
        document.about,
        document.at.isoformat(),
        _array(document.seen_by),
        _array(str(person) for person in dict.fromkeys(document.people) if person),
        _forms(words, _codes(document, key)),
        *(" ".join(words[weight]) for weight in WEIGHTS),
    ]


def _words(texts: Iterable[str]) -> list[str]:
    """Each word once, in their order: how often one stands there says nothing here."""
    words = dict.fromkeys(
        word for text in texts for word in words_of(text) if len(word) <= LONGEST_WORD
    )
    return list(words)[:MOST_WORDS]


def _serial(number: str) -> int | None:
    """The sequence at the end of a number with groups; a BIN has none."""
    groups = "".join(letter if letter.isalnum() else " " for letter in number).split()
    if len(groups) < 2 or not (groups[-1].isascii() and groups[-1].isdigit()):
        return None
    value = int(groups[-1])
    return value if value <= LAST_SERIAL else None


def _codes(document: Document, key: str) -> list[str]:
    numbers = dict.fromkeys([key, *(number_key(text) for text in document.numbers)])
    return [
        *(f"=n{number}" for number in numbers if number),
        *(f"=b{code}" for code in dict.fromkeys(document.bins) if code),
        *(f"=h{code}" for code in sorted(document.hs_codes) if code),
    ]


def forms_of(word: str) -> list[str]:
    """What a word is found by beside its Russian and English stem."""
    twin = other_alphabet(word)
    return list(dict.fromkeys([word, *sorted(stems(word)), *([twin] if twin else [])]))


def _forms(words: dict[str, list[str]], codes: Iterable[str]) -> str:
    """A tsvector as PostgreSQL reads one; every word stands in the first place of its weight."""
    weights: dict[str, set[str]] = {}
    for weight, its in words.items():
        for word in its:
            for form in forms_of(word):
                weights.setdefault(form, set()).add(weight)
    lexemes = [
        f"{quoted(form)}:{','.join(f'{place}{weight.upper()}' for place, weight in _places(its))}"
        for form, its in weights.items()
    ]
    return " ".join([*lexemes, *map(quoted, codes)])


def _places(weights: Collection[str]) -> Iterator[tuple[int, str]]:
    """One place has one weight."""
    return ((WEIGHTS.index(weight) + 1, weight) for weight in sorted(weights))


def quoted(lexeme: str) -> str:
    """As a tsvector or a tsquery reads it; nothing in it is taken for an operator."""
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _array(values: Iterable[str]) -> str:
    return "{" + ",".join(json.dumps(value, ensure_ascii=False) for value in values) + "}"
