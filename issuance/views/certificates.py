"""Certificates: the list, the issue as it goes, the document, the preview."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

import audit
from accounts.errors import DomainError, PermissionRefused
from accounts.permissions import authorize, has_permission
from documents.qr import qr_png_data
from documents.rendering import render_pdf
from documents.sealing import sealing_problem
from documents.storing import file_response
from issuance import services
from issuance.columns import CERTIFICATE_COLUMNS
from issuance.filters import CertificateListFilter
from issuance.life import life_of
from issuance.models import Certificate
from issuance.records import preview_record, verify_url
from issuance.selectors import SHOWN_LINES, with_goods
from reference.lists import Listing
from workflow.story import case_stages

from .applications import PER_PAGE, beyond_status, in_status, of_status, status_tabs, without_status
from .commands import seen_version
from .finding import find_application, find_certificate


@require_safe
def certificate_list(request: HttpRequest) -> HttpResponse:
    visible = Certificate.objects.visible_to(request.actor)
    found = CertificateListFilter(without_status(request), queryset=visible)
    listed = with_goods(
        in_status(request, found.qs), request="application__act__request"
    ).select_related("application__applicant", "application__chamber", "application__act__request")
    listing = Listing(
        request,
        listed.defer("record", "application__act__record", "application__decision_record"),
        CERTIFICATE_COLUMNS,
        name="certificates",
        first="-certified",
        form=found.form,
        beside={"status": request.GET.get("status", "")},
        per_page=PER_PAGE,
        recount=lambda query: of_status(
            query, CertificateListFilter(beyond_status(query), queryset=visible).qs
        ),
    )
    if answer := listing.answer():
        return answer
    return render(
        request,
        "issuance/certificate_list.html",
        {
            "listing": listing,
            "page": listing.page,
            "today": timezone.localdate(),
            "tabs": status_tabs(request, found.qs, Certificate),
            "status": request.GET.get("status", ""),
            "sees_originals": has_permission(request.actor, "issuance.view_originals", None),
            "sees_over_uses": has_permission(request.actor, "issuance.view_over_uses", None),
        },
    )


@dataclass(frozen=True)
class Step:
    """One step of the issue: done, under way, stopped here, or still ahead."""

    label: str | Promise
    state: str


STEPS = (
    gettext_lazy("Number"),
    gettext_lazy("Facts"),
    gettext_lazy("Document"),
    gettext_lazy("Seal"),
    gettext_lazy("Check"),
    gettext_lazy("In force"),
)


def issue_steps(certificate: Certificate) -> list[Step]:
    """How far the issue has come, told by what each step has left behind."""
    left_behind = (
        True,
        certificate.record is not None,
        certificate.rendered_id is not None,
        certificate.sealed_id is not None,
        certificate.issued_at is not None,
        certificate.issued_at is not None,
    )
    here = "stopped" if certificate.status == "issue_failed" else "current"
    steps = []
    for label, is_done in zip(STEPS, left_behind, strict=True):
        if is_done:
            steps.append(Step(label, "done"))
        else:
            steps.append(Step(label, here))
            here = "todo"
    return steps


@never_cache
@require_safe
def certificate_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page of a certificate; while it is being made, its state asks again each second."""
    certificate = find_certificate(request, pk)
    template = "issuance/certificate_detail.html"
    if request.htmx:
        template = "issuance/parts/certificate_state.html"
    return render(request, template, _page(request, certificate))


def _page(request: HttpRequest, certificate: Certificate) -> dict[str, Any]:
    record = json.loads(bytes(certificate.record)) if certificate.record else None
    actions = certificate.WORKFLOW.available(certificate, request.actor)
    address = verify_url(certificate)
    lines = record["lines"] if record else []
    return {
        "certificate": certificate,
        "application": certificate.application,
        "record": record,
        "first_lines": lines[:SHOWN_LINES],
        "other_lines": lines[SHOWN_LINES:],
        "is_issuing": certificate.status == "issuing",
        "is_stopped": certificate.status == "issue_failed",
        "is_issued": certificate.issued_at is not None,
        "is_expired": certificate.is_expired(on=timezone.localdate()),
        "steps": issue_steps(certificate),
        "actions": actions,
        "sealing_problem": sealing_problem() if actions else None,
        "verify_url": address,
        "qr": qr_png_data(address),
        "life": life_of(certificate, request.actor),
        "stages": case_stages(certificate.case_id),
        "events": audit.timeline(certificate.case_id),
    }


@require_POST
def certificate_resume(request: HttpRequest, pk: UUID) -> HttpResponse:
    certificate = find_certificate(request, pk)
    try:
        services.resume_issue(
            certificate=certificate, actor=request.actor, seen_version=seen_version(request)
        )
    except PermissionRefused:
        raise
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The issue was started again."))
    return redirect("issuance:certificate-detail", certificate.pk)


@require_safe
def certificate_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The sealed document, and nothing before it is sealed and in force."""
    certificate = find_certificate(request, pk)
    if certificate.document is None:
        raise Http404
    return file_response(certificate.document.file, f"{certificate.number}.pdf")


@require_safe
def certificate_record(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The canonical record: the bytes whose digest stands in the log."""
    certificate = find_certificate(request, pk)
    if certificate.issued_at is None:
        raise Http404
    response = HttpResponse(bytes(certificate.record), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{certificate.number}.json"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@never_cache
@require_safe
def certificate_preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What would be issued, watermarked, for the reviewer and the decider; no number is taken."""
    application = find_application(request, pk)
    authorize(request.actor, "issuance.view_review", application)
    record = preview_record(application, at=timezone.now())
    response = HttpResponse(
        render_pdf("certificate", record, preview=True), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'inline; filename="preview-{application.number}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
