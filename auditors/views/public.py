"""The public register of expert-auditors: search, one auditor, the whole as a file."""

import csv
import io
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from auditors.columns import REGISTER_COLUMNS
from auditors.forms import RegisterForm
from auditors.register import (
    STATES,
    auditor_file,
    entries,
    entries_in_words,
    found,
    register_rows,
    with_people,
)
from reference.exports import harmless
from reference.lists import Listing

PER_PAGE = 25
FIRST = "name"
CSV_COLUMNS = (
    "name", "number", "status", "valid_from", "valid_until", "kinds", "hs_groups", "languages",
    "region", "organisations",
)  # fmt: skip


@login_not_required
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    form = RegisterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    listed = found(entries(on=today), asked)
    counts = dict(listed.order_by().values_list("state").annotate(count=Count("pk", distinct=True)))
    state = asked.get("status", "")
    state = state if state in STATES else ""
    chosen = listed.filter(state=state) if state else listed
    listing = Listing(
        request,
        with_people(chosen, on=today),
        REGISTER_COLUMNS,
        name="auditors",
        first=FIRST,
        prepare=entries_in_words,
        per_page=PER_PAGE,
    )
    if wanted := request.GET.get("format"):
        return listing.file(wanted)
    kept = {name: asked[name] for name in ("q", "hs", "region") if asked.get(name)}
    order = {"sort": listing.sort} if listing.sort != FIRST else {}
    context = {
        "form": form,
        "listing": listing,
        "page": listing.page,
        "entries": listing.rows,
        "order": order,
        "tabs": _tabs(request.path, counts, state, kept | order),
        "is_searched": bool(kept),
        "total": sum(counts.values()),
    }
    return render(request, "auditors/register.html", context)


def _tabs(
    here: str, counts: dict[str, int], chosen: str, kept: dict[str, str]
) -> list[dict[str, object]]:
    def tab(label: object, state: str, count: int) -> dict[str, object]:
        asked = {**kept, "status": state} if state else kept
        url = f"{here}?{urlencode(asked)}" if asked else here
        return {"label": label, "url": url, "count": count, "current": state == chosen}

    return [
        tab(_("All"), "", sum(counts.values())),
        *(tab(info.label, state, counts.get(state, 0)) for state, info in STATES.items()),
    ]


@login_not_required
@require_safe
def auditor_detail(request: HttpRequest, user_id: UUID) -> HttpResponse:
    today = timezone.localdate()
    shown = auditor_file(user_id, on=today)
    if shown is None:
        raise Http404
    context = {
        "auditor": shown,
        "today": today,
    }
    return render(request, "auditors/auditor_detail.html", context)


@login_not_required
@require_safe
def register_json(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    content = {"on": today.isoformat(), "auditors": register_rows(on=today)}
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="auditors-{today}.json"'
    return response


@login_not_required
@require_safe
def register_csv(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(CSV_COLUMNS)
    for row in register_rows(on=today):
        writer.writerow([_cell(row[name]) for name in CSV_COLUMNS])
    # The mark tells spreadsheets that the text is UTF-8.
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="auditors-{today}.csv"'
    return response


def _cell(value: object) -> str:
    return harmless("; ".join(value) if isinstance(value, list) else str(value))
