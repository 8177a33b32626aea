"""The work basket of each role: its tabs, their honest counts and the rows of the chosen one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import COMMITTEE_ROLES, Membership, Role
from expertise.baskets import listed_requests, request_figures, request_tabs
from expertise.filters import requests_matching
from expertise.models import ExpertiseRequest, RequestQuerySet
from issuance.baskets import (
    application_figures,
    application_tabs,
    last_applications,
    listed_applications,
    without_application,
)
from issuance.filters import matching
from issuance.models import Application
from reference.working_days import Calendar
from workflow.figures import WeekFigures

from .basket_rows import Row, rows_of

FOUND = "found"


@dataclass(frozen=True)
class Tab:
    """`is_waiting`: the actor is who must act; `is_done`: what ended last stands first."""

    key: str
    label: str | Promise
    is_waiting: bool = False
    is_done: bool = False


TABS: dict[str, tuple[Tab, ...]] = {
    Role.APPLICANT: (
        Tab("waiting", _("Waiting for you"), is_waiting=True),
        Tab("moving", _("In progress elsewhere")),
        Tab("done", _("Done"), is_done=True),
    ),
    Role.EXPERT_HEAD: (
        Tab("to_accept", _("To accept"), is_waiting=True),
        Tab("to_assign", _("To assign"), is_waiting=True),
        Tab("under_expertise", _("Under expertise")),
        Tab("done", _("Done"), is_done=True),
    ),
    Role.AUDITOR: (
        Tab("mine", _("To examine"), is_waiting=True),
        Tab("paused", _("Waiting for the applicant")),
        Tab("done", _("Signed and closed"), is_done=True),
    ),
    Role.CHAMBER_OFFICER: (
        Tab("mine", _("Mine"), is_waiting=True),
        Tab("free", _("Free")),
        Tab("colleagues", _("With colleagues")),
        Tab("paused", _("Waiting for an answer")),
        Tab("deciding", _("Waiting for a decision")),
        Tab("done", _("Done this week"), is_done=True),
    ),
    Role.CHAMBER_SIGNATORY: (
        Tab("to_decide", _("To decide"), is_waiting=True),
        Tab("stopped", _("Issue stopped"), is_waiting=True),
        Tab("returned", _("Returned")),
        Tab("elsewhere", _("With others")),
        Tab("done", _("Done this week"), is_done=True),
    ),
    **dict.fromkeys(
        COMMITTEE_ROLES,
        (
            Tab("moving", _("On the move")),
            Tab("stopped", _("Issue stopped")),
            Tab("issued", _("Issued this week"), is_done=True),
        ),
    ),
}


@dataclass(frozen=True)
class Counts:
    """How many cases lie in each tab, and how many of the waiting ones press."""

    by_tab: dict[str, int]
    due_today: int
    late: int


class Basket:
    """Cases that `actor` may see, sorted into the tabs of the role.

    The number of queries is the same for one case and for a thousand.
    """

    def __init__(self, actor: Membership, *, now: datetime | None = None) -> None:
        self.actor = actor
        self.now = now or timezone.now()
        self.today = timezone.localdate(self.now)
        self.tabs = TABS[actor.role]
        self._request_tabs = request_tabs(actor, on=self.today)
        self._application_tabs = application_tabs(actor, now=self.now)

    def _requests(self) -> RequestQuerySet | None:
        """Requests that stand for their case; chamber staff see cases as applications."""
        if not self._request_tabs:
            return None
        requests = ExpertiseRequest.objects.visible_to(self.actor)
        return without_application(requests) if self._application_tabs else requests

    def _applications(self) -> QuerySet[Application] | None:
        if not self._application_tabs:
            return None
        return last_applications(Application.objects.visible_to(self.actor))

    def counts(self) -> Counts:
        waiting = [tab.key for tab in self.tabs if tab.is_waiting]
        sums: dict[str, int] = {}
        sources = (
            (self._requests(), self._request_tabs),
            (self._applications(), self._application_tabs),
        )
        for source, conditions in sources:
            if source is None:
                continue
            mine = Q(*(conditions[key] for key in waiting if key in conditions), _connector=Q.OR)
            counted: dict[str, Any] = {
                f"tab_{key}": Count("pk", filter=condition) for key, condition in conditions.items()
            }
            if waiting:
                counted["due_today"] = Count("pk", filter=mine & Q(due_on=self.today))
                counted["late"] = Count("pk", filter=mine & Q(due_on__lt=self.today))
            for name, count in source.aggregate(**counted).items():
                sums[name] = sums.get(name, 0) + count
        by_tab = {tab.key: sums.get(f"tab_{tab.key}", 0) for tab in self.tabs}
        return Counts(by_tab, sums.get("due_today", 0), sums.get("late", 0))

    def rows(self, tab: Tab, count: int) -> "Merged":
        sources: list[QuerySet[Any]] = []
        requests, applications = self._requests(), self._applications()
        if requests is not None and tab.key in self._request_tabs:
            sources.append(listed_requests(requests.filter(self._request_tabs[tab.key])))
        if applications is not None and tab.key in self._application_tabs:
            condition = self._application_tabs[tab.key]
            sources.append(listed_applications(applications.filter(condition)))
        return Merged(self, sources, count, newest_first=tab.is_done)

    def found(self, text: str) -> "Merged":
        """Everything that the actor may see and that fits the words, whatever its tab."""
        sources: list[QuerySet[Any]] = []
        requests, applications = self._requests(), self._applications()
        if requests is not None:
            sources.append(listed_requests(requests.filter(requests_matching(text))))
        if applications is not None:
            sources.append(listed_applications(applications.filter(matching(text))))
        return Merged(self, sources, sum(s.count() for s in sources), newest_first=True)

    @property
    def sees_chambers(self) -> bool:
        return bool(self._application_tabs)

    def figures(self) -> WeekFigures:
        """Of the stage that the role works in; those who see both look at the second."""
        if self._application_tabs:
            return application_figures(Application.objects.visible_to(self.actor))
        return request_figures(ExpertiseRequest.objects.visible_to(self.actor))


class Merged(Sequence[Row]):
    """Rows of several querysets in one order, read only as far as a page needs them."""

    def __init__(
        self, basket: Basket, sources: list[QuerySet[Any]], count: int, *, newest_first: bool
    ) -> None:
        self._basket = basket
        self._newest_first = newest_first
        self._count = count
        order: tuple[Any, ...] = ("-status_since", "pk")
        if not newest_first:
            order = (F("due_on").asc(nulls_last=True), "status_since", "pk")
        self._sources = [source.order_by(*order) for source in sources]

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, piece: Any) -> Any:
        if not isinstance(piece, slice):
            return self[piece : piece + 1][0]
        things = chain.from_iterable(source[: piece.stop] for source in self._sources)
        rows = rows_of(
            things,
            actor=self._basket.actor,
            calendar=Calendar.current(),
            today=self._basket.today,
        )
        if self._newest_first:
            rows.sort(key=lambda row: row.since, reverse=True)
        else:
            rows.sort(key=lambda row: row.most_urgent)
        return rows[piece]
