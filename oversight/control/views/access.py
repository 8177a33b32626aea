"""Ways into the desk: to strangers it does not exist, of another department it says so."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from accounts.permissions import has_permission
from oversight.departments import check_department
from oversight.models import DeskCheck, Recommendation

View = Callable[..., HttpResponse]

_CASE = (
    "certificate__document__file",
    "certificate__application__act__request__scheme",
    "certificate__application__act__request__expert_organisation",
    "certificate__application__act__signed_by",
    "certificate__application__applicant",
    "certificate__application__chamber",
    "certificate__application__auditor",
)


def for_the_committee(view: View) -> View:
    """To everybody else the pages do not exist."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not has_permission(request.actor, "oversight.list_checks", None):
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped


def find_check(request: HttpRequest, number: str) -> DeskCheck:
    """The check, if it belongs to the person's department; another one's is refused in words."""
    related = (
        *_CASE, "plan", "complaint", "department", "inspector", "assigned_by", "closed_by",
        "objected_by",
    )  # fmt: skip
    check = get_object_or_404(DeskCheck.objects.select_related(*related), number=number)
    check_department(request.actor, check.department)
    return check


def find_recommendation(request: HttpRequest, number: str) -> Recommendation:
    recommendation = get_object_or_404(recommendations_read(), number=number)
    check_department(request.actor, recommendation.desk_check.department)
    return recommendation


def recommendations_read() -> Any:
    """With everything that a page of one of them reads."""
    return Recommendation.objects.select_related(
        *(f"desk_check__{path}" for path in _CASE), "desk_check__department", "addressee",
        "prepared_by", "objected_by", "objection_decided_by", "reported_by", "document__file",
        "answer_document__file", "objection_file", "execution_file",
    )  # fmt: skip
