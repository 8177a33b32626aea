"""Departments of the Committee and who serves where."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import authorize, has_permission
from oversight.inspections.forms import EndForm, PostingForm
from oversight.inspections.postings import end_posting, post_inspector
from oversight.models import Posting
from reference.models import Department
from workflow.refusals import carried_out, status_code

from .access import for_the_committee

PER_PAGE = 50


@require_safe
@for_the_committee
def department_list(request: HttpRequest) -> HttpResponse:
    """Every department with its people and its inspections of the year; postings, old ones too."""
    today = timezone.localdate()
    in_force = Q(postings__since__lte=today) & (
        Q(postings__until__isnull=True) | Q(postings__until__gte=today)
    )
    departments = Department.objects.annotate(
        people=Count("postings__user", filter=in_force, distinct=True),
        moving=Count(
            "inspections",
            filter=Q(inspections__status__in=("planned", "under_way")),
            distinct=True,
        ),
    ).order_by("code")
    postings = Posting.objects.select_related("user", "department").order_by(
        "-since", "user__full_name", "pk"
    )
    if code := request.GET.get("department"):
        postings = postings.filter(department=code)
    may_manage = has_permission(request.actor, "oversight.manage_postings", None)
    page = Paginator(postings, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "departments": departments,
        "page": page,
        "rows": [
            (posting, EndForm(prefix=f"end-{posting.pk}", initial={"until": today}))
            for posting in page
        ],
        "chosen": request.GET.get("department", ""),
        "may_manage": may_manage,
        "today": today,
    }
    return render(request, "oversight/inspections/departments.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_the_committee
def posting_create(request: HttpRequest) -> HttpResponse:
    authorize(request.actor, "oversight.manage_postings", None)
    form = PostingForm(
        request.POST if request.method == "POST" else None,
        initial={
            "since": timezone.localdate(),
            "department": request.GET.get("department", ""),
        },
    )

    def run(values: dict[str, Any]) -> None:
        post_inspector(actor=request.actor, **values)

    if request.method == "POST" and carried_out(form, run):
        messages.success(request, _("The posting is entered."))
        return redirect("oversight:department-list")
    return render(
        request, "oversight/inspections/posting.html", {"form": form}, status=status_code(form)
    )


@require_POST
@for_the_committee
def posting_end(request: HttpRequest, pk: int) -> HttpResponse:
    posting = get_object_or_404(Posting.objects.select_related("department"), pk=pk)
    form = EndForm(request.POST, prefix=f"end-{posting.pk}")
    if carried_out(
        form, lambda values: end_posting(actor=request.actor, posting=posting, **values)
    ):
        messages.success(request, _("The end of the posting is entered; it stays in the history."))
    else:
        for errors in form.errors.values():
            messages.error(request, " ".join(errors))
    return redirect("oversight:department-list")
