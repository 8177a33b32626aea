"""Tabs over a list, each with its count, all counted in one query."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership

EVERYTHING = Q(pk__isnull=False)


@dataclass(frozen=True)
class Tab:
    key: str
    label: str | Promise
    condition: Q


def check_tabs(actor: Membership) -> list[Tab]:
    mine = Q(inspector=actor.user_id, status__in=("assigned", "in_progress", "awaiting_reply"))
    return [
        Tab("mine", _("Mine"), mine),
        Tab("unassigned", _("To be given out"), Q(status="selected")),
        Tab("working", _("Being checked"), Q(status__in=("assigned", "in_progress"))),
        Tab("waiting", _("Wait for a reply"), Q(status="awaiting_reply")),
        Tab("concluded", _("To be closed"), Q(status__in=("concluded", "objected"))),
        Tab("closed", _("Closed"), Q(status="closed")),
        Tab("all", _("All"), EVERYTHING),
    ]


def violation_tabs() -> list[Tab]:
    standing = Q(confirmed_at__isnull=False, set_aside_at__isnull=True)
    return [
        Tab("confirmed", _("Confirmed"), standing),
        Tab("noted", _("Not yet confirmed"), Q(confirmed_at__isnull=True, set_aside_at=None)),
        Tab("set_aside", _("Set aside"), Q(set_aside_at__isnull=False)),
        Tab("all", _("All"), EVERYTHING),
    ]


def recommendation_tabs() -> list[Tab]:
    return [
        Tab("prepared", _("To be sent"), Q(status="prepared")),
        Tab("objected", _("Objected to"), Q(status="objected")),
        Tab("reported", _("Execution reported"), Q(status="reported")),
        Tab("sent", _("Wait for the addressee"), Q(status="sent")),
        Tab("unexecuted", _("Not executed"), Q(status="unexecuted")),
        Tab("ended", _("Executed and withdrawn"), Q(status__in=("executed", "withdrawn"))),
        Tab("all", _("All"), EVERYTHING),
    ]


def rows_of_tabs(query: QueryDict, rows: QuerySet[Any], tabs: list[Tab]) -> list[QuerySet[Any]]:
    """What this query shows: the rows of its tab, or those of each where it names none."""
    named = [tab for tab in tabs if tab.key == query.get("tab", "")]
    return [rows.filter(tab.condition) for tab in named or tabs]


def tabs_of(
    request: HttpRequest, rows: QuerySet[Any], tabs: list[Tab]
) -> tuple[Tab, list[dict[str, Any]]]:
    """The tab asked for, else the first with rows; and all of them for the page."""
    counts = rows.order_by().aggregate(
        **{f"n_{tab.key}": Count("pk", filter=tab.condition) for tab in tabs}
    )
    by_key = {tab.key: tab for tab in tabs}
    filled = [tab for tab in tabs if counts[f"n_{tab.key}"]]
    chosen = by_key.get(request.GET.get("tab", "")) or (filled or tabs)[0]
    shown = []
    for tab in tabs:
        query = request.GET.copy()
        query.pop("page", None)
        query["tab"] = tab.key
        shown.append(
            {
                "url": f"?{query.urlencode()}",
                "label": tab.label,
                "count": counts[f"n_{tab.key}"],
                "current": tab is chosen,
            }
        )
    return chosen, shown
