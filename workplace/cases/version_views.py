"""Versions of the form: the list, and two of them side by side."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .comparing import CellChange, RowChange
from .reading import CELLS, differences, fact_label, shown
from .versions import Version, versions_of
from .views import opened

LINES_PER_PAGE = 50
ALL = "all"


@dataclass(frozen=True)
class ShownCell:
    """One value on both sides in words, with what became of it."""

    label: str
    before: str
    after: str
    kind: str


@dataclass(frozen=True)
class ShownRow:
    """A line, material or paper with those of its values that are shown."""

    title: str
    kind: str
    cells: list[ShownCell]
    parts: list["ShownRow"]


@never_cache
@require_safe
def case_versions(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = opened(request, case_id)
    versions = versions_of(case)
    context = {"case": case, "here": "versions", "versions": versions, **_ends(versions)}
    return render(request, "workplace/case/versions.html", context)


def _ends(versions: list[Version]) -> dict[str, str]:
    """What is compared unless something else is chosen: the first with the last."""
    if len(versions) < 2:
        return {}
    return {"first": versions[0].key, "last": versions[-1].key}


@never_cache
@require_safe
def case_compare(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = opened(request, case_id)
    versions = {version.key: version for version in versions_of(case)}
    before, after = (versions.get(request.GET.get(side, "")) for side in ("a", "b"))
    if before is None or after is None:
        raise Http404
    changes = differences(before.reading(), after.reading())
    shows_all = request.GET.get("show") == ALL
    lines = [row for row in changes.lines if shows_all or row.kind not in ("same", "moved")]
    page = Paginator(lines, LINES_PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "case": case,
        "here": "versions",
        "versions": list(versions.values()),
        "before": before,
        "after": after,
        "changes": changes,
        "shows_all": shows_all,
        "facts": [_cell(one, fact_label(one.key)) for one in changes.facts
                  if one.kind != "same" or (shows_all and one.after)],
        "page": page,
        "lines": [_row(row, shows_all=shows_all) for row in page],
        "papers": [_row(row, shows_all=shows_all) for row in changes.papers
                   if shows_all or row.kind not in ("same", "moved")],
        "moved": sum(row.kind == "moved" for row in changes.lines),
    }  # fmt: skip
    return render(request, "workplace/case/compare.html", context)


def _cell(change: CellChange, label: str) -> ShownCell:
    kind = change.kind
    # To people an empty value is no value.
    if kind == "changed" and not change.before:
        kind = "added"
    elif kind == "changed" and not change.after:
        kind = "removed"
    return ShownCell(label, shown(change.key, change.before), shown(change.key, change.after), kind)


def _row(row: RowChange, *, shows_all: bool) -> ShownRow:
    told = row.row
    labels = CELLS[told.kind]
    whole = shows_all or row.kind in ("added", "removed")
    cells = [one for one in row.cells if one.kind != "same" or shows_all]
    parts = row.parts if whole else row.changed_parts
    number = told.cells.get("number", "")
    name = told.cells.get("name") or told.cells.get("title", "")
    return ShownRow(
        title=f"{number}. {name}" if number and told.kind != "paper" else name,
        kind=row.kind,
        cells=[_cell(one, str(labels[one.key])) for one in cells if one.before or one.after],
        parts=[_row(part, shows_all=shows_all) for part in parts],
    )
