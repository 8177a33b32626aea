"""The inspector's desk: every case of both stages, read-only, and the state of the log."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import has_permission
from documents.storing import file_response
from expertise.models import ExpertiseRequest
from expertise.near_acts import near_acts_told
from workflow.story import case_stages

from .filters import CaseFilter
from .selectors import Case, case_rows, cases, find_case, log_state
from .services import note_reading

CASES_PER_PAGE = 25

View = Callable[..., HttpResponse]


def for_inspectors(view: View) -> View:
    """To everybody else the desk does not exist."""

    @wraps(view)
    @require_safe
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not has_permission(request.actor, "oversight.read_case", None):  # type: ignore[attr-defined]
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped


@for_inspectors
def case_list(request: HttpRequest) -> HttpResponse:
    found = CaseFilter(request.GET, queryset=cases(request.actor))  # type: ignore[attr-defined]
    queryset = found.qs if found.is_valid() else ExpertiseRequest.objects.none()
    page = Paginator(queryset, CASES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": found,
        "page": page,
        "rows": case_rows(page),
        "is_filtered": any(request.GET.get(name) for name in found.filters),
    }
    return render(request, "oversight/case_list.html", context)


@for_inspectors
def case_detail(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    if not (requested := cases(actor).filter(case_id=case_id).first()):
        raise Http404
    note_reading(request=requested, actor=actor, on=timezone.localdate())
    case = _case(request, case_id)
    context = {
        "case": case,
        "stages": case_stages(case_id),
        **near_acts_told(actor, case.request),
    }
    return render(request, "oversight/case_detail.html", context)


@for_inspectors
def case_file(request: HttpRequest, case_id: uuid.UUID, digest: str) -> HttpResponse:
    """A file of the case by its digest; nothing outside the case can be reached so."""
    for file in _case(request, case_id).files:
        if file.digest == digest:
            return file_response(file.stored)
    raise Http404


def _case(request: HttpRequest, case_id: uuid.UUID) -> Case:
    case = find_case(request.actor, case_id)  # type: ignore[attr-defined]
    if case is None:
        raise Http404
    return case


@for_inspectors
def log(request: HttpRequest) -> HttpResponse:
    return render(request, "oversight/log.html", {"log": log_state()})
