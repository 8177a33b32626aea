"""Ways in: to strangers inspections do not exist, of another department they say so."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from accounts.permissions import has_permission
from oversight.departments import check_department
from oversight.models import Inspection

View = Callable[..., HttpResponse]
RELATED = (
    *("department", "organisation", "planned_by", "inspector", "file"),
    *("recommendation", "complaint"),
)


def for_the_committee(view: View) -> View:
    """To everybody else the pages do not exist."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not has_permission(request.actor, "oversight.list_inspections", None):
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped


def find_inspection(request: HttpRequest, number: str) -> Inspection:
    """The inspection, if it belongs to the person's department; another's is refused in words."""
    inspection = get_object_or_404(Inspection.objects.select_related(*RELATED), number=number)
    check_department(request.actor, inspection.department)
    return inspection
