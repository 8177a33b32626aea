"""The half-yearly list of a department: lines one by one or from a file, approval, paper."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import audit
from accounts.permissions import authorize, has_permission
from documents.uploads import check_upload
from oversight.departments import check_department
from oversight.inspections.approving import approve_list, lines_of, list_digest
from oversight.inspections.filters import half_year_choices
from oversight.inspections.forms import (
    ImportForm,
    ListLineForm,
    departments_for,
    open_half_years,
)
from oversight.inspections.half_years import HalfYear
from oversight.inspections.importing import FaultyList, import_list
from oversight.inspections.papers import LIST_PAPER
from oversight.inspections.planning import Entry, plan_inspection
from oversight.inspections.selectors import lines_in_words, lists_of_half_year
from oversight.inspections.sheet import example_workbook
from oversight.models import HalfYearList, Inspection
from oversight.papers import is_ordered, paper_response
from reference.models import Department
from workflow.refusals import carried_out, status_code

from .access import for_the_committee

PER_PAGE = 100
MOST_SHOWN = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@never_cache
@require_safe
@for_the_committee
def half_year_list(request: HttpRequest) -> HttpResponse:
    department, half = _asked(request)
    lines = lines_of(department, str(half))
    approved = (
        HalfYearList.objects.filter(department=department, half_year=str(half))
        .select_related("approved_by", "document__file")
        .first()
    )
    page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
    is_open = approved is None and half.last >= timezone.localdate()
    is_own = any(line.planned_by_id == request.actor.user_id for line in lines)
    may_approve = has_permission(request.actor, "oversight.approve_half_year_list", None)
    halves = dict([*open_half_years()[::-1], *half_year_choices(), (str(half), half.label)])
    context = {
        "department": department,
        "departments": lists_of_half_year(departments_for(request.actor), half),
        "half": half,
        "halves": sorted(halves.items(), reverse=True),
        "page": page,
        "total": len(lines),
        "rows": lines_in_words(page),
        "approved": approved,
        "is_being_made": approved is not None and is_ordered(LIST_PAPER, str(approved.pk)),
        "digest": approved.list_sha256 if approved else list_digest(lines),
        "is_open": is_open,
        "may_plan": is_open and has_permission(request.actor, "oversight.plan_inspection", None),
        "may_approve": may_approve and approved is None and bool(lines) and not is_own,
        "is_own": may_approve and is_own and approved is None,
        "events": audit.timeline(approved.case_id) if approved else None,
        "asked": f"?half_year={half}&department={department.pk}",
    }
    return render(request, "oversight/inspections/half_year.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_the_committee
def half_year_line(request: HttpRequest) -> HttpResponse:
    """One more subject of the list."""
    form = ListLineForm(
        request.actor,
        request.POST if request.method == "POST" else None,
        initial=_initial(request),
    )
    made: list[Inspection] = []

    def run(values: dict[str, Any]) -> None:
        entry = Entry(form.subject(), values["kind"], values["object_kind"], values["planned_on"])
        made.append(
            plan_inspection(
                actor=request.actor,
                department=values["department"],
                half_year=values["half_year"],
                entry=entry,
            )
        )

    if request.method == "POST" and carried_out(form, run):
        told = _("%(subject)s is in the list: %(number)s.")
        messages.success(
            request, told % {"subject": made[0].subject_name, "number": made[0].number}
        )
        return redirect(_address(made[0].department, made[0].half_year))
    context = {"form": form}
    return render(
        request, "oversight/inspections/half_year_line.html", context, status=status_code(form)
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_the_committee
def half_year_import(request: HttpRequest) -> HttpResponse:
    """Several at once from a spreadsheet: every row is taken, or none and each says why."""
    form = ImportForm(
        request.actor, request.POST or None, request.FILES or None, initial=_initial(request)
    )
    refusal: FaultyList | None = None
    taken: list[Inspection] = []

    def run(values: dict[str, Any]) -> None:
        nonlocal refusal
        content, _kind = check_upload(values["file"], kinds=("xlsx", "csv"))
        try:
            taken.extend(
                import_list(
                    actor=request.actor,
                    department=values["department"],
                    half_year=values["half_year"],
                    data=content,
                    filename=values["file"].name,
                )
            )
        except FaultyList as error:
            refusal = error

    if form.is_bound and carried_out(form, run) and refusal is None:
        told = ngettext(
            "%(count)d inspection was planned.", "%(count)d inspections were planned.", len(taken)
        )
        messages.success(request, told % {"count": len(taken)})
        return redirect(_address(taken[0].department, taken[0].half_year))
    context = {
        "form": form,
        "sheet": {"errors": refusal.errors[:MOST_SHOWN]} if refusal else None,
        "errors_count": len(refusal.errors) if refusal else 0,
    }
    return render(request, "oversight/inspections/half_year_import.html", context)


@require_safe
@for_the_committee
def half_year_example(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    content = example_workbook(HalfYear.of(today).following, on=today)
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="half-year-list-example.xlsx"'
    return response


@require_POST
@for_the_committee
def half_year_approve(request: HttpRequest) -> HttpResponse:
    department = get_object_or_404(Department, pk=request.POST.get("department", ""))
    approved = approve_list(
        actor=request.actor,
        department=department,
        half_year=request.POST.get("half_year", ""),
        seen_sha256=request.POST.get("digest", ""),
    )
    messages.success(request, _("The list is approved; its inspections may begin."))
    return redirect(_address(department, approved.half_year))


@require_safe
@for_the_committee
def half_year_paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    approved = get_object_or_404(
        HalfYearList.objects.select_related("department", "document__file"), pk=pk
    )
    check_department(request.actor, approved.department)
    authorize(request.actor, "oversight.list_inspections", None)
    if approved.document is None:
        raise Http404
    return paper_response(approved.document, request)


def _asked(request: HttpRequest) -> tuple[Department, HalfYear]:
    """The department and half-year of the address; by default the own one and the present."""
    offered = departments_for(request.actor)
    if code := request.GET.get("department"):
        department = get_object_or_404(Department.objects.exclude(pk=Department.CENTRAL), pk=code)
        check_department(request.actor, department)
    else:
        department = offered[0]
    given = request.GET.get("half_year")
    half = HalfYear.parse(given) if given else HalfYear.of(timezone.localdate())
    return department, half


def _initial(request: HttpRequest) -> dict[str, Any]:
    return {
        name: request.GET[name] for name in ("department", "half_year") if request.GET.get(name)
    }


def _address(department: Department, half_year: str) -> str:
    page = reverse("oversight:half-year-list")
    return f"{page}?half_year={half_year}&department={department.pk}"
