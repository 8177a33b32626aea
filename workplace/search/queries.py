"""The statements of a search: every way to a thing in one, each with its index and its limit."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from django.db import connection, transaction

from accounts.models import Membership

from . import scopes
from .kinds import Kind
from .lexemes import Lexemes
from .questions import LONGEST_CODE, SHORTEST_CODE, Question
from .writing import quoted

# A question that takes longer than this is given up, whatever it was.
MOST_MILLISECONDS = 2_000
LEVELS = ("A", "AB", "ABC")
SHORTEST_PREFIX = 2


class Tier(IntEnum):
    """How well a thing answers; the better ones stand first."""

    NUMBER = 0
    RELATED = 1
    BEGINNING = 2
    SERIAL = 3
    WORDS = 4
    NEAR = 6
    MISSPELT = 7
    FAR = 8


@dataclass(frozen=True, slots=True)
class Match:
    pk: int
    kind: Kind
    object_id: str
    thing: str
    number_key: str
    tier: Tier
    place: int
    mine: int
    at: datetime


@dataclass
class Way:
    """One way to things: its condition and how well a thing on it answers."""

    tier: Tier
    condition: str
    params: list[Any]
    place: str = "0"
    place_params: Sequence[Any] = ()


@contextmanager
def bounded() -> Iterator[None]:
    """Reading that the database gives up by itself when it takes too long."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('statement_timeout'), "
            "set_config('statement_timeout', %s, true)",
            [str(MOST_MILLISECONDS)],
        )
        before = cursor.fetchone()[0]
        yield
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [before])


def strong_ways(question: Question, lexemes: Lexemes) -> list[Way]:
    ways = []
    if question.keys:
        ways.append(
            Way(
                Tier.NUMBER,
                "number_key = ANY(%s)",
                [question.keys],
                "array_position(%s::text[], number_key::text)",
                [question.keys],
            )
        )
        related = [f"=n{key}" for key in question.keys]
        if question.identifier:
            related.append(f"=b{question.identifier}")
        ways.append(_holding(Tier.RELATED, related))
    ways += [
        Way(Tier.BEGINNING, "number_key LIKE %s", [f"{beginning}%"])
        for beginning in question.beginnings
    ]
    if question.headings:
        ways.append(
            Way(
                Tier.SERIAL,
                "kind = %s AND number_key = ANY(%s)",
                [Kind.RULE, question.headings],
                "-length(number_key)",
            )
        )
    if question.serial is not None:
        ways.append(Way(Tier.SERIAL, "serial = %s", [question.serial]))
    ways.append(_with_words(Tier.WORDS, [lexemes.of(word) for word in question.words], question))
    if question.number_and_words:
        keys, words = question.number_and_words
        ways.append(_number_with_words(Tier.WORDS, keys, words, lexemes))
    return ways


def weak_ways(question: Question, lexemes: Lexemes) -> list[Way]:
    """What was meant perhaps: numbers and words with a mistake in them."""
    ways = []
    if near := question.near_keys():
        ways.append(Way(Tier.NEAR, "number_key = ANY(%s)", [list(near)]))
    if identifiers := question.near_identifiers():
        ways.append(_holding(Tier.NEAR, [f"=b{identifier}" for identifier in identifiers]))
    if question.number_and_words:
        keys, words = question.number_and_words
        if near := question.near_of(keys):
            ways.append(_number_with_words(Tier.NEAR, list(near), words, lexemes))
    for tier, most in ((Tier.MISSPELT, 1), (Tier.FAR, 2)):
        if lexemes.has_corrections(most):
            groups = [
                [*lexemes.of(word), *lexemes.corrected(word, most)] for word in question.words
            ]
            ways.append(_with_words(tier, groups, question))
    return ways


def _holding(tier: Tier, lexemes: Sequence[str]) -> Way:
    return Way(tier, "vector @@ %s::tsquery", [" | ".join(map(quoted, lexemes))])


def _number_with_words(
    tier: Tier, keys: Sequence[str], words: Sequence[str], lexemes: Lexemes
) -> Way:
    numbers = " | ".join(quoted(f"=n{key}") for key in keys)
    sql, params = _all_of([lexemes.of(word) for word in words], words, "")
    return Way(tier, f"vector @@ (%s::tsquery && {sql})", [numbers, *params])


def _with_words(tier: Tier, groups: Sequence[Sequence[str]], question: Question) -> Way:
    """All words, in any form; those that stand in the title first, then in names, in goods."""
    sql, params = _all_of(groups, question.words, "")
    places, place_params = [], []
    for place, weights in enumerate(LEVELS):
        level, level_params = _all_of(groups, question.words, weights)
        places.append(f"WHEN vector @@ ({level}) THEN {place}")
        place_params += level_params
    return Way(
        tier,
        f"vector @@ ({sql})",
        params,
        f"CASE {' '.join(places)} ELSE {len(LEVELS)} END",
        place_params,
    )


def _all_of(
    groups: Sequence[Sequence[str]], words: Sequence[str], weights: str
) -> tuple[str, list[Any]]:
    """One tsquery: of every group something; the last word may be unfinished."""
    parts = []
    for word, group in zip(words, groups, strict=True):
        either = [f"{quoted(lexeme)}:{weights}" if weights else quoted(lexeme) for lexeme in group]
        if word == words[-1] and len(word) >= SHORTEST_PREFIX:
            either.append(f"{quoted(word)}:*{weights}")
        if word.isdigit() and len(word) >= SHORTEST_CODE:
            codes = "bh" if len(word) <= LONGEST_CODE else "b"
            either += [f"{quoted(f'={code}{word}')}:*" for code in codes]
        parts.append(f"({' | '.join(either)})")
    return "%s::tsquery", [" & ".join(parts)]


# --- matches


def matches(
    actor: Membership | None, ways: Sequence[Way], *, kinds: Collection[Kind], per_kind: int
) -> list[Match]:
    """Entries on any of the ways that name the person; so many of each kind, the best first."""
    if not ways:
        return []
    names = scopes.names_of(actor)
    own = [name for name in names if ":" in name]
    selects, params = [], []
    for way in ways:
        selects.append(
            f"SELECT id, kind, object_id, thing, number_key, {int(way.tier)} AS tier, "  # noqa: S608
            f"{way.place} AS place, (people && %s::uuid[])::int * 2 "
            "+ (seen_by && %s::varchar[])::int AS mine, at "
            f"FROM workplace_searchentry WHERE {way.condition} AND seen_by && %s::varchar[]"
            + (" AND kind = ANY(%s)" if kinds else "")
        )
        params += [*way.place_params, [actor.user_id] if actor else [], own, *way.params, names]
        if kinds:
            params.append(list(kinds))
    sql = (
        "SELECT id, kind, object_id, thing, number_key, tier, place, mine, at FROM ("  # noqa: S608
        "SELECT *, row_number() OVER (PARTITION BY tier, kind ORDER BY place, mine DESC, at DESC)"
        f" AS row FROM ({' UNION ALL '.join(selects)}) AS met) AS counted WHERE row <= %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, per_kind])
        return [
            Match(pk, Kind(kind), object_id, thing, key, Tier(tier), place, mine, at)
            for pk, kind, object_id, thing, key, tier, place, mine, at in cursor.fetchall()
        ]
