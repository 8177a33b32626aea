"""Ways in: to strangers inspections do not exist, of another department they say so."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.doors import only_with
from oversight.departments import check_department
from oversight.models import Inspection

for_the_committee = only_with("oversight.list_inspections")

RELATED = (
    *("department", "organisation", "planned_by", "inspector", "file"),
    *("recommendation", "complaint"),
)


def find_inspection(request: HttpRequest, number: str) -> Inspection:
    """The inspection, if it belongs to the person's department; another's is refused in words."""
    inspection = get_object_or_404(Inspection.objects.select_related(*RELATED), number=number)
    check_department(request.actor, inspection.department)
    return inspection
