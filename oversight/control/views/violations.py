"""Violations: recorded and taken back on the replay desk, listed and exported."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import authorize
from documents.file_pages import handed_out
from documents.uploads import accept_upload
from expertise.models import RequestDocument
from oversight.control.columns import VIOLATION_COLUMNS
from oversight.control.desk import desk_of
from oversight.control.filters import ViolationFilter
from oversight.control.forms import FILES, ViolationForm
from oversight.control.tabs import rows_of_tabs, tabs_of, violation_tabs
from oversight.control.violations import named, note_violation, remove_violation
from oversight.departments import department_of, within
from oversight.models import DeskCheck, Violation
from reference.lists import Listing
from workflow.refusals import carried_out

from .access import find_check, for_the_committee
from .checks import check_page, documents_of

PER_PAGE = 50


@require_POST
@for_the_committee
def violation_add(request: HttpRequest, number: str) -> HttpResponse:
    check = find_check(request, number)
    authorize(request.actor, "oversight.work_on_check", check)
    desk = desk_of(check, request.actor)
    form = ViolationForm(
        documents_of(desk) if desk else [], request.POST, request.FILES, prefix="violation"
    )
    if carried_out(form, lambda values: _note(request, check, values)):
        messages.success(request, _("The violation is recorded."))
        return redirect(f"{reverse('oversight:check-detail', args=[number])}#violations")
    return check_page(request, find_check(request, number), refused={"violation": form}, status=409)


def _note(request: HttpRequest, check: DeskCheck, values: dict[str, Any]) -> None:
    upload = values["upload"]
    file = (
        accept_upload(upload, kinds=FILES, by=request.actor.user, field="upload")
        if upload
        else None
    )
    note_violation(
        actor=request.actor,
        code=values["code"],
        fault=values["fault"],
        text=values["text"],
        legal_ref=values["legal_ref"],
        desk_check=check,
        file=file,
        evidence=_evidence(check, values.get("documents", [])),
    )


def _evidence(check: DeskCheck, chosen: list[str]) -> list[dict[str, str]]:
    """Documents of the case by their digests: what was looked at can be found again."""
    documents = RequestDocument.objects.filter(
        request__case_id=check.certificate.case_id, pk__in=chosen
    ).select_related("file")
    return [
        {"document": str(row.pk), "title": str(row), "sha256": row.file.sha256} for row in documents
    ]


@require_POST
@for_the_committee
def violation_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    rows = Violation.objects.select_related("desk_check").filter(desk_check__isnull=False)
    violation = get_object_or_404(rows, pk=pk)
    number = violation.desk_check.number
    find_check(request, number)
    remove_violation(actor=request.actor, violation=violation)
    messages.success(request, _("The violation is taken back."))
    return redirect(f"{reverse('oversight:check-detail', args=[number])}#violations")


@require_safe
@for_the_committee
def violation_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The evidence that the inspector added."""
    violation = get_object_or_404(_visible(request).filter(file__isnull=False), pk=pk)
    number = violation.desk_check.number
    back = (reverse("oversight:check-detail", args=[number]), number)
    return handed_out(request, violation.file, back=back)


@require_safe
@for_the_committee
def violation_list(request: HttpRequest) -> HttpResponse:
    visible = _visible(request)
    found = ViolationFilter(request.GET, queryset=visible)
    rows = found.qs if found.is_valid() else visible.none()
    offered = violation_tabs()
    tab, tabs = tabs_of(request, rows, offered)
    listing = Listing(
        request,
        rows.filter(tab.condition),
        VIOLATION_COLUMNS,
        name="violations",
        first="-noted",
        form=found.form,
        prepare=named,
        beside={"tab": tab.key},
        per_page=PER_PAGE,
        recount=lambda query: rows_of_tabs(
            query, ViolationFilter(query, queryset=visible).qs, offered
        ),
    )
    if answer := listing.answer():
        return answer
    context = {"listing": listing, "tabs": tabs, "page": listing.page, "rows": listing.rows}
    return render(request, "oversight/control/violation_list.html", context)


def _visible(request: HttpRequest) -> QuerySet[Violation]:
    """Of checks, complaints and inspections of the department; all for the central office."""
    rows = Violation.objects.select_related(
        "certificate", "organisation", "auditor", "desk_check", "complaint", "inspection", "file"
    ).defer("certificate__record")
    own = department_of(request.actor, on=timezone.localdate())
    if own.is_central:
        return rows
    by_thing = [
        within(rows, request.actor, field=f"{thing}__department")
        for thing in ("desk_check", "complaint", "inspection")
    ]
    return by_thing[0] | by_thing[1] | by_thing[2]
