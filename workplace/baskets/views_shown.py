"""Saved views as a page shows them: which one is open, and how much lies in each."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from workplace.models import SavedView

from .saving import kept_query, views_of

Counted = Callable[[Sequence[str]], Sequence[int]]


def views_shown(request: HttpRequest, count_views: Counted | None = None) -> dict[str, Any]:
    """One query; the page is the one that the request was resolved to.

    `count_views` is the page's own: how many rows it shows for each of these queries.
    """
    match = request.resolver_match
    page = match.view_name if match else ""
    query = kept_query(request.GET.urlencode())
    views = views_of(request.user, page)  # type: ignore[arg-type]
    counts: Sequence[int | None] = [None] * len(views)
    if views and count_views:
        counts = count_views([view.query for view in views])
    return {
        "views": [_shown(view, query, count) for view, count in zip(views, counts, strict=True)],
        "path": reverse(page) if page else request.path,
        "query": query,
    }


def _shown(view: SavedView, query: str, count: int | None) -> dict[str, Any]:
    address = f"{reverse(view.page)}?{view.query}" if view.query else reverse(view.page)
    return {
        "pk": view.pk,
        "name": view.name,
        "is_first": view.is_first,
        "url": address,
        "current": _same(view.query, query),
        "count": count,
    }


def _same(one: str, other: str) -> bool:
    """The order of the filters in an address says nothing."""
    return QueryDict(one).dict() == QueryDict(other).dict()
