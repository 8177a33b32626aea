"""The page of the search and what comes while one types.

Everybody may ask; without a role the public register, its companies, auditors and rules answer.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.callers import count_request

from .finding import MOST_COUNTED, Found, Hit, find
from .kinds import Tab

PER_PAGE = 20
# What fits below the field without scrolling far.
SUGGESTED = 8
SUGGESTED_OF_A_TAB = 4
# Letters of one word are asked for one after another.
ASKED_PER_LOOKUP = 5


@dataclass(frozen=True)
class Group:
    tab: Tab
    hits: list[Hit]


@login_not_required
@never_cache
@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """All that answers, by kind; works without scripts."""
    text = request.GET.get("q", "").strip()
    found = _find(request, text)
    counts = found.counts()
    chosen = request.GET.get("tab", "")
    tab = Tab(chosen) if chosen in counts else None
    page = Paginator(found.listed(tab), PER_PAGE).get_page(request.GET.get("page"))
    hits = found.hits(list(page.object_list))
    beside = found.hits(found.similar) if found.matches and page.number == 1 else []
    context = {
        "q": found.question.text,
        "found": found,
        "tabs": _tabs(found.question.text, counts, tab),
        "total": sum(map(_shown, counts.values())),
        "is_more": any(count > MOST_COUNTED for count in counts.values()),
        "page": page,
        "hits": hits,
        "beside": beside,
        "instead": found.instead(hits),
        "is_stranger": request.actor is None,  # type: ignore[attr-defined]
    }
    return render(request, "workplace/search.html", context)


@login_not_required
@never_cache
@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """The best answers in groups, for the list below the field."""
    found = _find(request, request.GET.get("q", ""), per_kind=SUGGESTED)
    hits = found.hits(found.all[: SUGGESTED * 2])
    groups = _groups(hits)
    context = {
        "q": found.question.text,
        "found": found,
        "groups": groups,
        "shown": sum(len(group.hits) for group in groups),
        "instead": found.instead(hits),
    }
    return render(request, "workplace/search_suggestions.html", context)


def _find(request: HttpRequest, text: str, **limits: int) -> Found:
    actor = request.actor  # type: ignore[attr-defined]
    if actor is None and text:
        count_request(
            request,
            counter="search",
            limit=ASKED_PER_LOOKUP * settings.CTKZ_VERIFY_PER_MINUTE,
            refusal=_("Too many searches from your address. Please wait a minute and try again."),
        )
    return find(actor, text, **limits)


def _groups(hits: list[Hit]) -> list[Group]:
    """The tab of the best answer first, a few of each."""
    by_tab: dict[Tab, list[Hit]] = {}
    for hit in hits:
        by_tab.setdefault(hit.tab, []).append(hit)
    most = SUGGESTED if len(by_tab) == 1 else SUGGESTED_OF_A_TAB
    groups, shown = [], 0
    for tab, its in by_tab.items():
        some = its[: min(most, SUGGESTED - shown)]
        if some:
            groups.append(Group(tab, some))
        shown += len(some)
    return groups


def _tabs(text: str, counts: dict[Tab, int], chosen: Tab | None) -> list[dict[str, Any]]:
    if len(counts) < 2:
        return []
    return [
        {"label": _("All"), "url": f"?{urlencode({'q': text})}", "current": chosen is None},
        *(
            {
                "label": tab.label,
                "url": f"?{urlencode({'q': text, 'tab': tab})}",
                "count": _shown(counts[tab]),
                "is_more": counts[tab] > MOST_COUNTED,
                "current": tab is chosen,
            }
            for tab in Tab
            if tab in counts
        ),
    ]


def _shown(count: int) -> int:
    return min(count, MOST_COUNTED)
