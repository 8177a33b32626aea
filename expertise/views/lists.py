"""Lists of requests and acts: the same rows that a person may open, and no others."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import has_permission
from expertise.baskets import listed_requests
from expertise.filters import ActFilter, RequestFilter
from expertise.models import Act, ExpertiseRequest
from reference.parameters import parameter
from reference.working_days import Calendar

PAGE_SIZE = 25


@require_safe
def request_list(request: HttpRequest) -> HttpResponse:
    visible = ExpertiseRequest.objects.visible_to(request.actor)
    found = RequestFilter(
        request.GET, listed_requests(visible).defer("act__record").order_by("-status_since", "pk")
    )
    page = Paginator(found.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    calendar = Calendar.current()
    rows = [(item, item.working_days_left(on=today, calendar=calendar)) for item in page]
    return render(
        request,
        "expertise/request_list.html",
        {
            "filter": found,
            "page": page,
            "rows": rows,
            "total_days": parameter("expertise.deadline_days", on=today),
            "may_create": has_permission(request.actor, "expertise.create_request", None),
            "is_filtered": _is_filtered(request),
        },
    )


@require_safe
def act_list(request: HttpRequest) -> HttpResponse:
    acts = (
        Act.objects.visible_to(request.actor)
        .select_related("request__applicant", "request__expert_organisation", "signed_by")
        .annotate(lines_count=Count("request__lines"))
        .defer("record")
        .order_by("-signed_at")
    )
    found = ActFilter(request.GET, acts)
    page = Paginator(found.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "expertise/act_list.html",
        {
            "filter": found,
            "page": page,
            "today": timezone.localdate(),
            "is_filtered": _is_filtered(request),
        },
    )


def _is_filtered(request: HttpRequest) -> Any:
    return any(value for name, value in request.GET.items() if name != "page")
