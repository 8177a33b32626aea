"""Earlier acts on the same goods, fetched into the page of a line's finding."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Role
from expertise.precedents import for_line

from .access import visible_line


@require_safe
def request_line_precedents(request: HttpRequest, pk: UUID, line_pk: UUID) -> HttpResponse:
    """For the expert side: an applicant has no business with the cases of others."""
    line = visible_line(request, pk, line_pk)
    if request.actor.role not in (Role.AUDITOR, Role.EXPERT_HEAD):
        raise PermissionDenied
    return render(
        request, "expertise/precedents.html", {"line": line, "precedents": for_line(line)}
    )
