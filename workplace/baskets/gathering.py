"""The basket of one person: every kind of thing sorted into the tabs of the role.

All kinds are counted by one statement, and ordered into one list by another; only what a page
shows is then read in full, each kind once. The number of queries depends on the kinds that a
page shows, never on how many things there are.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, CharField, F, QuerySet, TextField, Value, When
from django.db.models.functions import Cast

from accounts.models import Membership
from expertise.baskets import request_figures
from expertise.models import ExpertiseRequest
from issuance.baskets import application_figures, application_tabs
from issuance.models import Application
from workflow.figures import WeekFigures

from .filters import Filters
from .reading import Reader
from .rows import Row
from .sources import BY_KIND, SOURCES, Source
from .sources.base import Sorting
from .tabs import TABS, Tab

# What a row's checkbox sends: the kind, the thing, the version that the person saw.
TICKET = re.compile(r"[a-z_]+:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(:[0-9]{1,9})?")
COLUMNS = "kind, thing, tab, due, since, number"
# A number breaks every tie, so that pages neither repeat nor lose a row.
ORDERS: Mapping[str, str] = {
    "urgent": "due ASC NULLS LAST, since ASC, thing ASC",
    "newest": "since DESC, thing ASC",
    "oldest": "since ASC, thing ASC",
    "number": "number ASC NULLS LAST, thing ASC",
}


@dataclass(frozen=True)
class Counts:
    """How many things lie in each tab, and how many of the waiting ones press.

    `late_anywhere` counts what is late with others, too: all that the filter of terms calls late.
    """

    by_tab: dict[str, int]
    due_today: int
    late: int
    late_anywhere: int = 0
    total: int = 0
    by_kind: dict[str, int] = field(default_factory=dict)


class Basket:
    def __init__(
        self,
        actor: Membership,
        *,
        now: datetime | None = None,
        filters: Filters | None = None,
    ) -> None:
        self.reader = Reader(actor, now=now)
        self.actor = actor
        self.tabs = TABS[actor.role]
        self.filters = filters or Filters()
        self.sources: dict[str, tuple[Source, Sorting]] = {
            source.kind: (source, sorting)
            for source in SOURCES
            if (sorting := source.sorting(self.reader)) is not None
        }

    def filtered(self, filters: Filters) -> "Basket":
        """The same basket, seen through filters."""
        other = Basket.__new__(Basket)
        other.__dict__.update(self.__dict__)
        other.filters = filters
        return other

    def counts(self) -> Counts:
        """One statement over all kinds."""
        return counts_of([self])[0]

    def summed(self, lines: Iterable[tuple[str, str | None, int, int, int]]) -> Counts:
        """Kind, tab, how many, how many of them due today and late: what a statement counted."""
        by_tab = {tab.key: 0 for tab in self.tabs}
        pressing = {"due_today": 0, "late": 0}
        waiting = {tab.key for tab in self.tabs if tab.is_waiting}
        total, late_anywhere, by_kind = 0, 0, dict.fromkeys(self.sources, 0)
        for kind, key, count, due_today, late in lines:
            total += count
            late_anywhere += late
            if key is None:
                continue
            by_tab[key] += count
            by_kind[kind] += count
            if key in waiting:
                pressing["due_today"] += due_today
                pressing["late"] += late
        return Counts(by_tab, **pressing, late_anywhere=late_anywhere, total=total, by_kind=by_kind)

    def statement(self) -> tuple[str, list[Any]]:
        """Every thing with its tab; empty when the filters let no kind through."""
        return self._united(self._sorted(source) for source in self.sources)

    def rows(self, tab: Tab, count: int) -> "Merged":
        """`count` as counted, so that a page does not count once more."""
        kinds = [kind for kind, (_s, sorting) in self.sources.items() if tab.key in sorting.tabs]
        branches = [
            self._things(kind).filter(self.sources[kind][1].tabs[tab.key]) for kind in kinds
        ]
        order = self.filters.order or ("newest" if tab.is_done else "urgent")
        return Merged(self, list(zip(kinds, branches, strict=True)), count, order)

    def found(self, count: int) -> "Merged":
        """Everything that the person may see and that fits the filters, whatever its tab."""
        branches = [(kind, self._things(kind)) for kind in self.sources]
        return Merged(self, branches, count, self.filters.order or "newest")

    def chosen(self, tickets: Iterable[str]) -> list[Row]:
        """The things named by `kind:id:version`, as far as the person sees them, in that order."""
        wanted = [ticket.split(":") for ticket in tickets if TICKET.fullmatch(ticket)]
        by_kind: dict[str, list[str]] = {}
        for kind, thing, *_version in wanted:
            if kind in self.sources:
                by_kind.setdefault(kind, []).append(thing)
        rows = {
            row.key: row
            for kind, ids in by_kind.items()
            for row in self._read(kind, ids, visible=self.sources[kind][0].visible(self.reader))
        }
        keys = [f"{kind}:{thing}" for kind, thing, *_version in wanted]
        return [rows[key] for key in dict.fromkeys(keys) if key in rows]

    def things(self, kind: str, ids: Iterable[str]) -> QuerySet[Any]:
        """Things of one kind, as the person may see them, for a command."""
        source = self.sources[kind][0]
        return source.visible(self.reader).filter(pk__in=list(ids))

    @property
    def sees_chambers(self) -> bool:
        return bool(application_tabs(self.actor, now=self.reader.now))

    def figures(self) -> WeekFigures:
        """Of the stage that the role works in; those who see both look at the second."""
        if self.sees_chambers:
            return application_figures(Application.objects.visible_to(self.actor))
        return request_figures(ExpertiseRequest.objects.visible_to(self.actor))

    def _things(self, kind: str) -> QuerySet[Any]:
        source = self.sources[kind][0]
        return self.filters.applied(source, source.visible(self.reader), self.reader)

    def _sorted(self, kind: str) -> tuple[str, QuerySet[Any]]:
        """Every thing with the tab that it lies in; None where it lies in none."""
        sorting = self.sources[kind][1]
        tabs = [When(condition, then=Value(key)) for key, condition in sorting.tabs.items()]
        tab = Case(*tabs, default=None, output_field=CharField())
        return kind, self._things(kind).annotate(b_tab=tab)

    def _united(self, branches: Iterable[tuple[str, QuerySet[Any]]]) -> tuple[str, list[Any]]:
        """One statement of all kinds; Django's own union cannot be grouped afterwards."""
        parts: list[str] = []
        values: list[Any] = []
        for kind, things in branches:
            try:
                sql, given = self._columns(kind, things).query.sql_with_params()
            except EmptyResultSet:
                continue
            parts.append(f"({sql})")
            values += given
        if not parts:
            return "", []
        united = " UNION ALL ".join(parts)
        return f"SELECT * FROM ({united}) AS united ({COLUMNS})", values  # noqa: S608

    def _columns(self, kind: str, things: QuerySet[Any]) -> QuerySet[Any]:
        source = BY_KIND[kind]
        if "b_tab" not in things.query.annotations:
            things = things.annotate(b_tab=Value(None, CharField()))
        return (
            things.annotate(
                b_kind=Cast(Value(kind), TextField()),
                b_thing=Cast("pk", TextField()),
                b_since=F(source.since),
                b_number=Cast(F(source.number), TextField()),
                b_place=Cast("b_tab", TextField()),
            )
            .order_by()
            .values_list("b_kind", "b_thing", "b_place", "b_due", "b_since", "b_number")
        )

    def page(
        self, branches: list[tuple[str, QuerySet[Any]]], order: str, start: int, stop: int
    ) -> list[Row]:
        statement, values = self._united(branches)
        if not statement:
            return []
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT kind, thing FROM ({statement}) AS things"  # noqa: S608
                f" ORDER BY {ORDERS[order]} LIMIT %s OFFSET %s",
                [*values, stop - start, start],
            )
            places = cursor.fetchall()
        by_kind: dict[str, list[str]] = {}
        for kind, thing in places:
            by_kind.setdefault(kind, []).append(thing)
        rows = {
            (row.kind, row.pk): row
            for kind, ids in by_kind.items()
            for row in self._read(kind, ids)
        }
        return [rows[place] for place in places if place in rows]

    def _read(
        self, kind: str, ids: list[str], visible: QuerySet[Any] | None = None
    ) -> Iterator[Row]:
        source = self.sources[kind][0]
        things = visible if visible is not None else source.visible(self.reader)
        for thing in source.listed(things.filter(pk__in=ids)):
            yield self._with_its_stage(source.row(thing, self.reader), source, thing)

    def _with_its_stage(self, row: Row, source: Source, thing: Any) -> Row:
        """A stage that ends before the whole term is what presses."""
        ends = None if row.pause else source.stage_end(thing, self.reader)
        if ends is None or (row.due_on is not None and row.due_on <= ends):
            return row
        return replace(row, due_on=ends, days_left=self.reader.counting.left(ends))


def counts_of(baskets: Sequence[Basket]) -> list[Counts]:
    """The same basket through several filters, counted by one statement for all of them."""
    found: list[list[Any]] = [[] for _basket in baskets]
    parts, values = [], []
    for place, basket in enumerate(baskets):
        statement, given = basket.statement()
        if not statement:
            continue
        today = basket.reader.today
        parts.append(
            "SELECT %s AS place, kind, tab, COUNT(*), COUNT(*) FILTER (WHERE due = %s),"  # noqa: S608
            f" COUNT(*) FILTER (WHERE due < %s) FROM ({statement}) AS things GROUP BY 1, 2, 3"
        )
        values += [place, today, today, *given]
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), values)
            for place, *line in cursor.fetchall():
                found[place].append(line)
    return [basket.summed(lines) for basket, lines in zip(baskets, found, strict=True)]


class Merged(Sequence[Row]):
    """Rows of several kinds in one order, read only as far as a page needs them."""

    def __init__(
        self,
        basket: Basket,
        branches: list[tuple[str, QuerySet[Any]]],
        count: int,
        order: str,
    ) -> None:
        self._basket = basket
        self._branches = branches
        self._count = count
        self._order = order

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, piece: Any) -> Any:
        if not isinstance(piece, slice):
            return self[piece : piece + 1][0]
        start, stop, _step = piece.indices(max(self._count, piece.stop or 0))
        return self._basket.page(self._branches, self._order, start, stop)
