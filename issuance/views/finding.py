"""Looking things up as the actor may see them: what is not visible does not exist."""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from issuance.models import Application, Certificate

CASE = (
    "act__request__scheme", "act__request__chamber", "applicant", "chamber",
    "filed_by", "auditor", "reviewer", "decider", "opened_by", "replaces", "certificate",
)  # fmt: skip


def find_application(request: HttpRequest, pk: UUID) -> Application:
    visible = Application.objects.visible_to(request.actor)
    return get_object_or_404(visible.select_related(*CASE), pk=pk)


def find_certificate(request: HttpRequest, pk: UUID) -> Certificate:
    visible = Certificate.objects.visible_to(request.actor)
    related = (f"application__{path}" for path in CASE if path != "certificate")
    return get_object_or_404(
        visible.select_related("rendered", "sealed", "document", *related), pk=pk
    )
