"""The inspector's desk: every case of both stages, read-only, and the state of the log."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.doors import only_with
from documents.storing import file_response
from expertise.models import ExpertiseRequest
from reference.lists import Listing

from .columns import CASE_COLUMNS
from .filters import CaseFilter
from .selectors import Case, case_rows, cases, find_case, log_state

for_inspectors = only_with("oversight.read_case")

CASES_PER_PAGE = 25


@for_inspectors
@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    found = CaseFilter(request.GET, queryset=cases(request.actor))  # type: ignore[attr-defined]
    queryset = found.qs if found.is_valid() else ExpertiseRequest.objects.none()
    listing = Listing(
        request,
        queryset,
        CASE_COLUMNS,
        name="cases",
        first="-filed",
        form=found.form,
        prepare=case_rows,
        per_page=CASES_PER_PAGE,
        recount=lambda query: CaseFilter(query, queryset=cases(request.actor)).qs,  # type: ignore[attr-defined]
    )
    if answer := listing.answer():
        return answer
    context = {"listing": listing, "page": listing.page, "rows": listing.rows}
    return render(request, "oversight/case_list.html", context)


@for_inspectors
@require_safe
def case_detail(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """The Committee reads a case on the page of all sides; its reading is recorded there."""
    if not cases(request.actor).filter(case_id=case_id).exists():  # type: ignore[attr-defined]
        raise Http404
    return redirect("workplace:case-detail", case_id)


@for_inspectors
@require_safe
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
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    return render(request, "oversight/log.html", {"log": log_state()})
