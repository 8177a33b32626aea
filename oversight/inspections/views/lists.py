"""The list of inspections with its export, and the form of an unscheduled one."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from oversight.control.tabs import rows_of_tabs, tabs_of
from oversight.departments import check_department, department_of, within
from oversight.inspections.columns import INSPECTION_COLUMNS
from oversight.inspections.filters import InspectionFilter
from oversight.inspections.forms import UnscheduledForm
from oversight.inspections.lists import PREVENTIVE_VISIT
from oversight.inspections.planning import plan_unscheduled
from oversight.inspections.selectors import inspection_tabs, lines_in_words
from oversight.models import Complaint, Inspection, Recommendation
from reference.lists import Listing
from workflow.refusals import carried_out, status_code

from .access import for_the_committee

PER_PAGE = 50
Ground = Recommendation | Complaint | None


@require_safe
@for_the_committee
def inspection_list(request: HttpRequest) -> HttpResponse:
    """The inspections of the person's department; of every one for the central office."""
    own = within(Inspection.objects.all(), request.actor)
    found = InspectionFilter(request.GET, queryset=own)
    rows = found.qs if found.is_valid() else own.none()
    offered = inspection_tabs(request.actor)
    tab, tabs = tabs_of(request, rows, offered)
    listed = rows.filter(tab.condition).select_related("department", "inspector")
    listing = Listing(
        request,
        listed.annotate(sample_count=Count("samples")),
        INSPECTION_COLUMNS,
        name="inspections",
        first="-planned",
        form=found.form,
        prepare=lines_in_words,
        beside={"tab": tab.key},
        per_page=PER_PAGE,
        recount=lambda query: rows_of_tabs(
            query, InspectionFilter(query, queryset=own).qs, offered
        ),
    )
    if answer := listing.answer():
        return answer
    context = {"listing": listing, "tabs": tabs, "page": listing.page, "rows": listing.rows}
    return render(request, "oversight/inspections/list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_the_committee
def inspection_plan(request: HttpRequest) -> HttpResponse:
    """An unscheduled inspection, after a recommendation or a complaint perhaps."""
    recommendation, complaint = _grounds(request)
    form = UnscheduledForm(
        request.actor,
        request.POST if request.method == "POST" else None,
        initial=_initial(request, recommendation, complaint),
    )
    made: list[Inspection] = []

    def run(values: dict[str, Any]) -> None:
        made.append(
            plan_unscheduled(
                actor=request.actor,
                department=values["department"],
                kind=values["kind"],
                object_kind=values["object_kind"],
                subject=form.subject(),
                planned_on=values["planned_on"],
                grounds=values["grounds"],
                registration_number=values["registration_number"],
                recommendation=recommendation,
                complaint=complaint,
            )
        )

    if request.method == "POST" and carried_out(form, run):
        messages.success(request, _("The inspection is planned."))
        return redirect("oversight:inspection-detail", made[0].number)
    context = {"form": form, "recommendation": recommendation, "complaint": complaint}
    return render(request, "oversight/inspections/plan.html", context, status=status_code(form))


def _grounds(request: HttpRequest) -> tuple[Recommendation | None, Complaint | None]:
    """What the address names, by number; of another department it is refused in words."""
    recommendation = complaint = None
    if number := request.GET.get("recommendation"):
        rows = Recommendation.objects.select_related("desk_check__department", "addressee")
        recommendation = get_object_or_404(rows, number=number)
        check_department(request.actor, recommendation.desk_check.department)
    if number := request.GET.get("complaint"):
        complaints = Complaint.objects.select_related("department", "organisation")
        complaint = get_object_or_404(complaints, number=number)
        check_department(request.actor, complaint.department)
    return recommendation, complaint


def _initial(
    request: HttpRequest, recommendation: Recommendation | None, complaint: Complaint | None
) -> dict[str, Any]:
    today = timezone.localdate()
    initial: dict[str, Any] = {"planned_on": today}
    own = department_of(request.actor, on=today)
    if not own.is_central:
        initial["department"] = own.pk
    if recommendation is not None:
        addressee = recommendation.addressee
        initial |= {
            "department": recommendation.desk_check.department_id,
            "bin": addressee.bin,
            "name": addressee.name,
            "kind": PREVENTIVE_VISIT,
            "object_kind": _object_of(addressee.kind),
            "grounds": _("Recommendation %(number)s was not executed.")
            % {"number": recommendation.number},
        }
    if complaint is not None:
        subject = complaint.organisation
        initial |= {
            "department": complaint.department_id,
            "bin": subject.bin if subject else "",
            "name": subject.name if subject else "",
            "object_kind": _object_of(subject.kind if subject else ""),
            "grounds": _("Complaint %(number)s.") % {"number": complaint.number},
        }
    return initial


def _object_of(kind: str) -> str:
    return "expert_organisations" if kind == "expert" else "origin_certificates"
