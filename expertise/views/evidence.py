"""The papers of an expertise: adding, describing, removing; photographs on pages of their own."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import DomainError, PermissionRefused
from documents.pictures import THUMBNAIL, VIEW, picture_response
from documents.previews import is_pdf, page_number, page_of, page_response
from expertise.document_types import IDENTIFICATION_PHOTO, VISIT_PHOTO
from expertise.forms.evidence import DescribeForm, EvidenceForm, PhotoForm
from expertise.forms.refusals import carried_out, status_code
from expertise.models import ExpertiseRequest, RequestDocument
from expertise.services import evidence
from reference.code_lists import code_label
from workflow.moving import WrongStatus

from .access import GET_OR_POST, refuse_stale
from .examining import under_expertise
from .papers import papers_of

# Where photographs of a kind are added, and the page they belong to.
PHOTO_PAGES = {IDENTIFICATION_PHOTO: "request-examination", VISIT_PHOTO: "request-visit"}


@require_http_methods(GET_OR_POST)
def request_evidence(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Every document of the case with what it proves, and a form for one more."""
    obj, elsewhere = under_expertise(request, pk)
    if elsewhere:
        return elsewhere
    posted = request.method == "POST"
    form = EvidenceForm(obj, request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid() and _added(request, obj, form, form.cleaned_data["type"]):
        return redirect("expertise:request-evidence", obj.pk)
    return render(
        request,
        "expertise/request_evidence.html",
        {"case": obj, "form": form, "papers": papers_of(obj, request.actor.user_id)},
        status=status_code(form),
    )


def _added(request: HttpRequest, obj: ExpertiseRequest, form: forms.Form, type: str) -> bool:
    """Good files are kept even when one beside them is refused; each refusal names its file."""
    values = form.cleaned_data
    added = 0
    try:
        refuse_stale(request, obj)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        form.has_moved_on = True
        return False
    for upload in values["files"]:
        try:
            evidence.add_evidence(
                request=obj,
                actor=request.actor,
                upload=upload,
                type=type,
                title=values["title"],
                number=values.get("number", ""),
                dated_on=values.get("dated_on"),
                lines=values["lines"],
            )
            added += 1
        except (PermissionRefused, WrongStatus):
            raise
        except DomainError as refusal:
            form.add_error("files", f"{upload.name}: {refusal.message}")
    if added:
        messages.success(
            request,
            ngettext("%(count)d file was added.", "%(count)d files were added.", added)
            % {"count": added},
        )
    return not form.errors


@require_POST
def request_photos_add(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """Photographs sent from the page of identification or of the visit."""
    if kind not in PHOTO_PAGES:
        raise Http404
    obj, _elsewhere = under_expertise(request, pk)
    form = PhotoForm(obj, request.POST, request.FILES)
    if not form.is_valid() or not _added(request, obj, form, kind):
        for field_errors in form.errors.values():
            for error in field_errors:
                messages.error(request, error)
    return redirect(f"{reverse(f'expertise:{PHOTO_PAGES[kind]}', args=[obj.pk])}#photographs")


@require_http_methods(GET_OR_POST)
def request_evidence_edit(request: HttpRequest, pk: UUID, document_pk: UUID) -> HttpResponse:
    """Caption, number, date and goods lines of what the auditor added."""
    obj, elsewhere = under_expertise(request, pk)
    if elsewhere:
        return elsewhere
    document = get_object_or_404(obj.documents.select_related("file"), pk=document_pk)
    posted = request.method == "POST"
    form = DescribeForm(
        obj, request.POST if posted else None, initial=DescribeForm.initial_of(document)
    )

    def save(values: dict[str, Any]) -> None:
        refuse_stale(request, obj)
        evidence.describe_evidence(document=document, actor=request.actor, **values)

    if posted and carried_out(form, save):
        messages.success(request, _("The document was changed."))
        return _back(document)
    return render(
        request,
        "expertise/request_evidence_edit.html",
        {
            "case": obj,
            "document": document,
            "form": form,
            "kind": code_label("document_type", document.type),
        },
        status=status_code(form),
    )


@require_POST
def request_evidence_remove(request: HttpRequest, pk: UUID, document_pk: UUID) -> HttpResponse:
    obj, _elsewhere = under_expertise(request, pk)
    document = get_object_or_404(obj.documents.select_related("file"), pk=document_pk)
    refuse_stale(request, obj)
    evidence.remove_evidence(document=document, actor=request.actor)
    messages.success(request, _("The document was removed."))
    return _back(document)


def _back(document: RequestDocument) -> HttpResponse:
    """To the page where documents of this kind are added."""
    page = PHOTO_PAGES.get(document.type, "request-evidence")
    return redirect(f"expertise:{page}", document.request_id)


def _picture(request: HttpRequest, pk: UUID) -> RequestDocument:
    documents = RequestDocument.objects.visible_to(request.actor).select_related("file", "request")
    document = get_object_or_404(documents, pk=pk)
    if not document.has_preview:
        raise Http404
    return document


@require_safe
def document_picture(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A photograph or the pages of a PDF on a page of its own, with its caption and goods."""
    document = _picture(request, pk)
    number = page_number(request.GET.get("page"))
    return render(
        request,
        "expertise/document_picture.html",
        {
            "case": document.request,
            "document": document,
            "kind": code_label("document_type", document.type),
            "lines": document.lines.order_by("number"),
            "sheet": page_of(document.file, number=number) if is_pdf(document.file) else None,
            "sheet_url": f"{reverse('expertise:document-image', args=[pk])}?page=",
        },
    )


@require_safe
def document_image(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _shown(request, pk, VIEW)


@require_safe
def document_thumbnail(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _shown(request, pk, THUMBNAIL)


def _shown(request: HttpRequest, pk: UUID, longest: int) -> HttpResponse:
    stored = _picture(request, pk).file
    if is_pdf(stored):
        number = page_number(request.GET.get("page"))
        return page_response(stored, number=number, longest=longest)
    return picture_response(stored, longest=longest)
