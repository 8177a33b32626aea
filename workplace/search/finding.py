"""One question to everything that a person may see.

First by number in any spelling, then by the beginning of a number, by BIN and HS code, by words in
any form; what has a mistake in it comes last and only when little else was found. Entries that
name the person are candidates; each is then asked of its own list, so that nothing is told that
the lists do not show, neither in results nor in counts. What was asked is kept nowhere.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import OperationalError
from django.db.models import CharField, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.safestring import SafeString
from psycopg2.errors import QueryCanceled

from accounts.models import Membership
from workplace.models import SearchEntry

from .kinds import BETTER_FIRST, TAB_OF, Kind, Tab
from .lexemes import guess, lexemes_of
from .marking import marked, said_instead
from .queries import Match, Tier, bounded, matches, strong_ways, weak_ways
from .questions import Question
from .sources import SOURCES

# Counted exactly up to here; beyond, the page says "more than".
MOST_COUNTED = 1_000
# With fewer good answers, what is only similar is shown too.
FEW = 5
MOST_SIMILAR = 50
_ORDER = {kind: place for place, kind in enumerate(BETTER_FIRST)}


@dataclass(frozen=True)
class Hit:
    """One thing found: what is shown of it, what matched, where it is."""

    entry: SearchEntry
    tier: Tier
    url: str
    number: SafeString
    title: SafeString
    about: SafeString

    @property
    def kind(self) -> Kind:
        return Kind(self.entry.kind)

    @property
    def tab(self) -> Tab:
        return TAB_OF[self.kind]

    @property
    def day(self) -> datetime | None:
        """Companies and organisations have none of their own."""
        return None if self.tab is Tab.COMPANIES or self.kind is Kind.RULE else self.entry.at

    @property
    def is_similar(self) -> bool:
        """Only with a mistake taken for granted."""
        return self.tier >= Tier.NEAR


@dataclass(frozen=True)
class Found:
    """What answers and what is only similar, best first and still unread; pages read a part."""

    actor: Membership | None
    question: Question
    matches: Sequence[Match] = ()
    similar: Sequence[Match] = ()
    # The words that were asked for with their stems, and those they were taken for.
    forms: frozenset[str] = frozenset()
    corrected: frozenset[str] = frozenset()
    is_cut_short: bool = False

    @property
    def all(self) -> Sequence[Match]:
        return [*self.matches, *self.similar]

    @property
    def is_similar(self) -> bool:
        """Nothing was found as it was typed."""
        return bool(self.similar) and not self.matches

    def listed(self, tab: Tab | None = None) -> list[Match]:
        """What a page lists: answers, or what is similar where there are none."""
        rows = self.matches or self.similar
        return [match for match in rows if tab is None or TAB_OF[match.kind] is tab]

    def counts(self) -> dict[Tab, int]:
        """Of what is listed by tab, up to one more than is counted."""
        counted: dict[Tab, int] = {}
        for match in self.listed():
            tab = TAB_OF[match.kind]
            counted[tab] = min(counted.get(tab, 0) + 1, MOST_COUNTED + 1)
        return counted

    def hits(self, chosen: Sequence[Match]) -> list[Hit]:
        """The part of the matches that is shown, read in one question."""
        read = SearchEntry.objects.defer("vector", "seen_by").in_bulk([one.pk for one in chosen])
        return [self._hit(read[one.pk], one.tier) for one in chosen if one.pk in read]

    def _hit(self, entry: SearchEntry, tier: Tier) -> Hit:
        corrected = self.corrected if tier >= Tier.NEAR else ()
        return Hit(
            entry=entry,
            tier=tier,
            url=SOURCES[Kind(entry.kind)].address(entry, self.actor),
            number=marked(entry.number, self.question, self.forms, corrected),
            title=marked(entry.title, self.question, self.forms, corrected),
            about=marked(entry.about, self.question, self.forms, corrected),
        )

    def instead(self, hits: Sequence[Hit]) -> str:
        """The question as it may have been meant, in words of what the person is shown."""
        if not self.is_similar or not hits:
            return ""
        return said_instead(self.question, hits[0].entry, self.corrected)


def find(
    actor: Membership | None,
    text: str,
    *,
    kinds: Collection[Kind] = (),
    per_kind: int = MOST_COUNTED + 1,
) -> Found:
    """Everything that answers; a fixed number of questions to the database."""
    question = Question.of(text)
    if not question:
        return Found(actor, question)
    try:
        with bounded():
            return _find(actor, question, kinds, per_kind)
    except OperationalError as fault:
        if not isinstance(fault.__cause__, QueryCanceled):
            raise
        return Found(actor, question, is_cut_short=True)


def _find(
    actor: Membership | None, question: Question, kinds: Collection[Kind], per_kind: int
) -> Found:
    lexemes = lexemes_of(question)
    met = matches(actor, strong_ways(question, lexemes), kinds=kinds, per_kind=per_kind)
    found = _best(_seen(actor, met))
    if len(found) >= FEW:
        return Found(actor, question, found, forms=lexemes.all_forms)
    guess(lexemes, question.guessed)
    weak = weak_ways(question, lexemes)
    met = matches(actor, weak, kinds=kinds, per_kind=min(per_kind, MOST_SIMILAR))
    known = {match.thing for match in found}
    costs = question.near_keys()
    similar = [one for one in _best(_seen(actor, met), costs) if one.thing not in known]
    # Beside a good answer only as many as make a handful.
    similar = similar[: FEW - len(found) if found else MOST_SIMILAR]
    return Found(actor, question, found, similar, lexemes.all_forms, lexemes.all_corrections)


def search(
    actor: Membership | None, text: str, *, kinds: Collection[Kind] = (), limit: int = 10
) -> list[Hit]:
    """The best answers, best first."""
    found = find(actor, text, kinds=kinds, per_kind=limit)
    return found.hits(found.all[:limit])


def _best(met: Iterable[Match], costs: dict[str, int] | None = None) -> list[Match]:
    """Each thing once, where it answers best; of its entries the one that leads to more."""
    costs = costs or {}

    def order(match: Match) -> tuple[Any, ...]:
        place = match.place
        if match.tier is Tier.NEAR and costs:
            place = costs.get(match.number_key, len(costs))
        return match.tier, place, -match.mine, _ORDER[match.kind], -match.at.timestamp(), match.pk

    ranked = sorted(met, key=order)
    shown: dict[str, Match] = {}
    for match in ranked:
        known = shown.setdefault(match.thing, match)
        if _ORDER[match.kind] < _ORDER[known.kind]:
            shown[match.thing] = match
    return list(shown.values())


def _seen(actor: Membership | None, met: Sequence[Match]) -> list[Match]:
    """Those that the lists show to this person; one question for all kinds."""
    asked: dict[Kind, set[str]] = {}
    for match in met:
        if SOURCES[match.kind].visible is not None:
            asked.setdefault(match.kind, set()).add(match.object_id)
    parts = [_shown(actor, kind, ids) for kind, ids in asked.items()]
    shown: set[tuple[str, str]] = set()
    if parts:
        first, *others = parts
        shown = set(first.union(*others, all=True) if others else first)
    return [
        match for match in met
        if match.kind not in asked or (match.kind, match.object_id) in shown
    ]  # fmt: skip


def _shown(actor: Membership | None, kind: Kind, ids: Collection[str]) -> QuerySet[Any]:
    source = SOURCES[kind]
    assert source.visible is not None  # noqa: S101
    rows = source.visible(actor).filter(**{f"{source.key}__in": ids}).order_by()
    return rows.annotate(
        search_kind=Value(str(kind), CharField()), search_key=Cast(source.key, TextField())
    ).values_list("search_kind", "search_key")
