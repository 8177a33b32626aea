"""The public register: search, what was found as a file, and the page of an earlier entry."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reference.exports import harmless
from reference.models import Chamber
from workflow.transitions import Status

from .earlier import earlier_standing
from .forms import OnDateForm
from .models import RegisterEntry, RegisterLine, Snapshot
from .models.register import schemes_ended
from .search import DEFAULT_SORT, SORTS, STATES, RegisterFilter, shown_first
from .throttle import count_lookup

PER_PAGE = 25
# What was found as a file: whoever needs more takes a snapshot of the whole register.
MOST_ROWS = 5_000
NARROWING = ("q", "hs", "chamber", "issued_from", "issued_to", "source")


@dataclass(frozen=True)
class Row:
    """A line of the list: an entry, annotated with its first goods, and its status of today."""

    entry: Any
    status: Status
    chamber: str

    @property
    def address(self) -> str:
        return address_of(self.entry)

    @property
    def other_lines(self) -> int:
        return self.entry.line_count - 1


def address_of(entry: RegisterEntry) -> str:
    """With the year: the number alone comes again after ten years."""
    return reverse("registry:certificate-of-year", args=[entry.slug, entry.year])


@login_not_required
@never_cache
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    count_lookup(request)
    today = timezone.localdate()
    narrowed = _narrowed(request)
    counts = narrowed.qs.counted_by_state(on=today) if narrowed.is_valid() else {}
    status = request.GET.get("status", "")
    status = status if status in STATES else ""
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else DEFAULT_SORT
    listed = _listed(narrowed, status, sort, today)
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    kept = {name: value for name in NARROWING if (value := request.GET.get(name, "").strip())}
    context = {
        "form": narrowed.form,
        "page": page,
        "rows": _rows(page.object_list, today),
        "tabs": _tabs(request.path, counts, status, kept, sort),
        "total": page.paginator.count,
        "sort": sort,
        "sorts": _sorts(sort),
        "is_narrowed": bool(kept),
        "is_opened": bool(kept.keys() - {"q"}) or not narrowed.is_valid(),
        "status": status,
        "most_rows": MOST_ROWS,
        "snapshot": Snapshot.objects.filter(made_at__isnull=False).first(),
    }
    return render(request, "registry/register.html", context)


@login_not_required
@never_cache
@require_safe
def register_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Exactly what the list shows, in its order, up to a limit that the page states."""
    count_lookup(request)
    today = timezone.localdate()
    status = request.GET.get("status", "")
    sort = request.GET.get("sort", "")
    listed = _listed(
        _narrowed(request),
        status if status in STATES else "",
        sort if sort in SORTS else DEFAULT_SORT,
        today,
    )
    response = StreamingHttpResponse(
        _csv_lines(listed[:MOST_ROWS], today), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="register-{today:%Y-%m-%d}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _narrowed(request: HttpRequest) -> RegisterFilter:
    """By everything but the status, so that the tabs can count it."""
    asked = {name: request.GET.get(name, "") for name in NARROWING}
    return RegisterFilter(asked, queryset=RegisterEntry.objects.all())


def _listed(
    narrowed: RegisterFilter, status: str, sort: str, today: date
) -> QuerySet[RegisterEntry]:
    """Nothing for a question that cannot be read: the form says what is wrong with it."""
    if not narrowed.is_valid():
        return RegisterEntry.objects.none()
    found = narrowed.qs.in_state(status, on=today) if status else narrowed.qs
    asked = narrowed.form.cleaned_data
    first = RegisterLine.objects.filter(entry=OuterRef("pk")).order_by(
        *shown_first(asked["q"], asked["hs"]), "number"
    )
    return found.order_by(*SORTS[sort]).annotate(
        goods=Subquery(first.values("name")[:1]), hs_code=Subquery(first.values("hs_code")[:1])
    )


def _rows(entries: Any, today: date) -> list[Row]:
    ended = schemes_ended(on=today)
    chambers = {chamber.code: chamber.name for chamber in Chamber.objects.all()}
    return [
        Row(entry, entry.status_on(today, ended), chambers.get(entry.chamber_code, ""))
        for entry in entries
    ]


def _tabs(
    here: str, counts: dict[str, int], chosen: str, kept: dict[str, str], sort: str
) -> list[dict[str, Any]]:
    if sort != DEFAULT_SORT:
        kept = {**kept, "sort": sort}

    def tab(label: Any, status: str, count: int) -> dict[str, Any]:
        asked = {**kept, "status": status} if status else kept
        url = f"{here}?{urlencode(asked)}" if asked else here
        return {"label": label, "url": url, "count": count, "current": chosen == status}

    return [
        tab(_("All"), "", sum(counts.values())),
        *(
            tab(info.label, state, counts.get(state, 0))
            for state, info in STATES.items()
            if counts.get(state) or chosen == state
        ),
    ]


def _sorts(sort: str) -> dict[str, dict[str, str]]:
    """For each column that sorts: what its heading asks for next, and how it stands now."""
    names = {name.lstrip("-") for name in SORTS}
    return {
        name: {
            "next": f"-{name}" if sort == name else name,
            "aria": {name: "ascending", f"-{name}": "descending"}.get(sort, ""),
        }
        for name in names
    }


def _csv_lines(listed: QuerySet[Any], today: date) -> Iterator[str]:
    yield "\ufeff" + _csv_line(
        [
            _("Certificate"), _("Issued"), _("In force until"), _("Status"), _("Issued by"),
            _("Chamber"), _("BIN of the producer"), _("Producer"), _("Goods"), _("HS code"),
            _("Lines"), _("Address"),
        ]
    )  # fmt: skip
    for row in _rows(listed, today):
        entry = row.entry
        yield _csv_line(
            [
                entry.number, f"{entry.issued_on:%d.%m.%Y}", f"{entry.valid_until:%d.%m.%Y}",
                row.status.label, entry.source_label, f"{entry.chamber_code} {row.chamber}",
                entry.producer_bin, entry.producer_name, entry.goods, entry.hs_code,
                entry.line_count, row.address,
            ]
        )  # fmt: skip


def _csv_line(cells: list[Any]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([harmless(str(cell)) for cell in cells])
    return line.getvalue()


def earlier_page(request: HttpRequest, entry: RegisterEntry) -> HttpResponse:
    """A certificate of the earlier register: what that register said; nothing of it is proved."""
    now = timezone.localtime()
    date_form = OnDateForm(request.GET if "on" in request.GET else None)
    on: date = (date_form.is_valid() and date_form.cleaned_data["on"]) or now.date()
    chamber = Chamber.objects.filter(pk=entry.chamber_code).first()
    lines = list(entry.lines.all())
    shares = [line.share_percent for line in lines if line.share_percent is not None]
    context = {
        "entry": entry,
        "answer": earlier_standing(entry, on=on, now=now, ended_schemes=schemes_ended(on=on)),
        "chamber": chamber.name if chamber else entry.chamber_name,
        "lines": lines,
        "criteria": sorted({line.criterion for line in lines}),
        "lowest_share": min(shares, default=None),
        "highest_share": max(shares, default=None),
        "missing": _missing_words(entry.missing_lines),
        "taken_on": entry.taken_from.started_at if entry.taken_from else entry.updated_at,
        "on": on,
        "now": now,
        "date_form": date_form,
        "address": address_of(entry),
    }
    return render(request, "registry/earlier.html", context)


def _missing_words(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(count)s line of this certificate was damaged in the export and is not shown.",
        "%(count)s lines of this certificate were damaged in the export and are not shown.",
        count,
    ) % {"count": count}
