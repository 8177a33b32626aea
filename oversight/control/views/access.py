"""Ways into the desk: to strangers it does not exist, of another department it says so."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.doors import only_with
from oversight.departments import check_department
from oversight.models import DeskCheck, Recommendation

for_the_committee = only_with("oversight.list_checks")


_CASE = (
    "certificate__document__file",
    "certificate__application__act__request__scheme",
    "certificate__application__act__request__expert_organisation",
    "certificate__application__act__signed_by",
    "certificate__application__applicant",
    "certificate__application__chamber",
    "certificate__application__auditor",
)


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
