"""Lists of requests and acts: the same rows that a person may open, and no others."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import has_permission
from expertise.baskets import listed_requests
from expertise.columns import ACT_COLUMNS, REQUEST_COLUMNS, RequestRow
from expertise.filters import ActFilter, RequestFilter
from expertise.models import Act, ExpertiseRequest
from reference.lists import Listing
from reference.parameters import parameter
from reference.working_days import Calendar


@require_safe
def request_list(request: HttpRequest) -> HttpResponse:
    visible = ExpertiseRequest.objects.visible_to(request.actor)
    seen = listed_requests(visible).defer("act__record")
    found = RequestFilter(request.GET, seen)
    listing = Listing(
        request,
        found.qs,
        REQUEST_COLUMNS,
        name="requests",
        first="-since",
        form=found.form,
        prepare=_with_days,
        recount=lambda query: RequestFilter(query, seen).qs,
    )
    if answer := listing.answer():
        return answer
    return render(
        request,
        "expertise/request_list.html",
        {
            "listing": listing,
            "page": listing.page,
            "rows": listing.rows,
            "total_days": parameter("expertise.deadline_days", on=timezone.localdate()),
            "may_create": has_permission(request.actor, "expertise.create_request", None),
        },
    )


def _with_days(items: Sequence[Any]) -> list[RequestRow]:
    """One calendar for all rows."""
    today, calendar = timezone.localdate(), Calendar.current()
    return [(item, item.working_days_left(on=today, calendar=calendar)) for item in items]


@require_safe
def act_list(request: HttpRequest) -> HttpResponse:
    acts = (
        Act.objects.visible_to(request.actor)
        .select_related("request__applicant", "request__expert_organisation", "signed_by")
        .annotate(lines_count=Count("request__lines"))
        .defer("record")
    )
    found = ActFilter(request.GET, acts)
    listing = Listing(
        request,
        found.qs,
        ACT_COLUMNS,
        name="acts",
        first="-signed",
        form=found.form,
        recount=lambda query: ActFilter(query, acts).qs,
    )
    if answer := listing.answer():
        return answer
    context = {"listing": listing, "page": listing.page, "today": timezone.localdate()}
    return render(request, "expertise/act_list.html", context)
