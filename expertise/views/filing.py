"""The applicant's pages: start, parties, goods, documents, check and submit."""

import uuid
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import DomainError, PermissionRefused
from accounts.permissions import authorize
from documents import signing
from expertise import signatures
from expertise.blockers import submission_blockers
from expertise.calculation import cost_is_asked
from expertise.forms.filing import DocumentForm, LineForm, PartiesForm, PriceForm
from expertise.forms.refusals import carried_out
from expertise.models import ExpertiseRequest, RequestDocument
from expertise.services import filing
from reference.code_lists import code_choices, code_label
from workflow.moving import WrongStatus

from .access import (
    GET_OR_POST,
    filing_page,
    for_editing,
    form_token,
    seen_version,
    visible_request,
)

LINES_ON_PAGE = 100
# Django takes a thousand fields in one form; a page of prices stays well below.
PRICES_ON_PAGE = 200


@require_http_methods(GET_OR_POST)
def request_create(request: HttpRequest) -> HttpResponse:
    """What is needed, then one press; the same page sent twice makes one request."""
    authorize(request.actor, "expertise.create_request", None)
    if request.method == "POST":
        obj = filing.create_request(actor=request.actor, form_token=form_token(request))
        return redirect("expertise:request-parties", obj.pk)
    return render(request, "expertise/request_create.html", {"form_token": uuid.uuid4()})


@require_http_methods(GET_OR_POST)
def request_parties(request: HttpRequest, pk: UUID) -> HttpResponse:
    obj, elsewhere = for_editing(request, pk)
    if elsewhere:
        return elsewhere
    form = PartiesForm(request.POST or None, instance=obj)
    if request.method == "POST" and carried_out(
        form,
        lambda values: filing.update_request(request=obj, actor=request.actor, values=values),
    ):
        return _onward(request, obj, "request-goods")
    return filing_page(request, obj, "request-parties", "expertise/request_parties.html", form)


def _onward(request: HttpRequest, obj: ExpertiseRequest, following: str) -> HttpResponse:
    """On to the next step, or back to the case when the person wants to stop here."""
    if request.POST.get("then") == "later":
        messages.success(request, _("Saved. You may go on at any time."))
        return redirect("expertise:request-detail", obj.pk)
    return redirect(f"expertise:{following}", obj.pk)


@require_safe
def request_goods(request: HttpRequest, pk: UUID) -> HttpResponse:
    obj, elsewhere = for_editing(request, pk)
    if elsewhere:
        return elsewhere
    lines = obj.lines.select_related("unit").order_by("number")
    unpriced = obj.lines.filter(price_kzt__isnull=True).count()
    if request.GET.get("show") == "unpriced":
        lines = lines.filter(price_kzt__isnull=True)
    page = Paginator(lines, LINES_ON_PAGE).get_page(request.GET.get("page"))
    return filing_page(
        request,
        obj,
        "request-goods",
        "expertise/request_goods.html",
        page=page,
        total=obj.lines.count(),
        unpriced=unpriced,
        only_unpriced=request.GET.get("show") == "unpriced",
        asks_cost=_asks_cost(obj),
    )


def _asks_cost(obj: ExpertiseRequest) -> bool:
    return cost_is_asked(on=timezone.localdate(), scheme=obj.scheme_id)


@require_http_methods(GET_OR_POST)
def request_line(request: HttpRequest, pk: UUID, line_pk: UUID | None = None) -> HttpResponse:
    """One goods line: a new one, or one to be changed."""
    obj, elsewhere = for_editing(request, pk)
    if elsewhere:
        return elsewhere
    line = get_object_or_404(obj.lines, pk=line_pk) if line_pk else None
    form = LineForm(request.POST or None, instance=line, asks_cost=_asks_cost(obj))
    if request.method == "POST" and carried_out(
        form,
        lambda values: filing.save_line(request=obj, actor=request.actor, values=values, line=line),
    ):
        if request.POST.get("then") == "another":
            messages.success(request, _("The line was saved. Add the next one."))
            return redirect("expertise:request-line", obj.pk)
        return redirect("expertise:request-goods", obj.pk)
    return filing_page(
        request, obj, "request-goods", "expertise/request_line.html", form, line=line
    )


@require_POST
def request_line_delete(request: HttpRequest, pk: UUID, line_pk: UUID) -> HttpResponse:
    obj = visible_request(request, pk)
    line = get_object_or_404(obj.lines, pk=line_pk)
    filing.delete_line(line=line, actor=request.actor)
    messages.success(request, _("The line was deleted; the others are numbered anew."))
    return redirect("expertise:request-goods", obj.pk)


@require_http_methods(GET_OR_POST)
def request_prices(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Prices of many lines at once: a public register's export has none."""
    obj, elsewhere = for_editing(request, pk)
    if elsewhere:
        return elsewhere
    lines = Paginator(obj.lines.select_related("unit").order_by("number"), PRICES_ON_PAGE)
    page = lines.get_page(request.GET.get("page"))
    form = PriceForm(list(page), request.POST if request.method == "POST" else None)
    if request.method == "POST" and carried_out(
        form,
        lambda _values: filing.save_prices(request=obj, actor=request.actor, prices=form.prices()),
    ):
        count = len(form.prices())
        messages.success(
            request,
            ngettext(
                "The price of %(count)d line was changed.",
                "The prices of %(count)d lines were changed.",
                count,
            )
            % {"count": count},
        )
        if page.has_next():
            following = page.next_page_number()
            return redirect(f"{request.path}?page={following}")
        return redirect("expertise:request-goods", obj.pk)
    return filing_page(
        request, obj, "request-goods", "expertise/request_prices.html", form, page=page
    )


@require_http_methods(GET_OR_POST)
def request_documents(request: HttpRequest, pk: UUID) -> HttpResponse:
    obj, elsewhere = for_editing(request, pk, statuses=("draft", "awaiting_applicant"))
    if elsewhere:
        return elsewhere
    posted = request.method == "POST"
    form = DocumentForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        category=obj.category,
    )
    if posted and form.is_valid() and _documents_added(request, obj, form):
        return redirect("expertise:request-documents", obj.pk)
    names = dict(code_choices("document_type", on=obj.created_at.date()))
    documents = [
        (item, names.get(item.type) or code_label("document_type", item.type))
        for item in obj.documents.select_related("file", "added_by")
    ]
    return filing_page(
        request,
        obj,
        "request-documents",
        "expertise/request_documents.html",
        form,
        documents=documents,
        is_draft=obj.status == "draft",
    )


def _documents_added(request: HttpRequest, obj: ExpertiseRequest, form: DocumentForm) -> bool:
    """Good files are kept even when one beside them is refused; each refusal names its file."""
    values = form.cleaned_data
    added = 0
    for upload in values["files"]:
        try:
            filing.add_document(
                request=obj,
                actor=request.actor,
                upload=upload,
                type=values["type"],
                number=values["number"],
                dated_on=values["dated_on"],
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
def request_document_remove(request: HttpRequest, pk: UUID, document_pk: UUID) -> HttpResponse:
    obj = visible_request(request, pk)
    document = get_object_or_404(RequestDocument, pk=document_pk, request=obj)
    filing.remove_document(document=document, actor=request.actor)
    messages.success(request, _("The document was removed."))
    return redirect("expertise:request-documents", obj.pk)


@require_safe
def request_check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything on one page, with every condition and a link to where it is cleared."""
    obj, elsewhere = for_editing(request, pk)
    if elsewhere:
        return elsewhere
    blockers = submission_blockers(obj)
    return filing_page(
        request,
        obj,
        "request-check",
        "expertise/request_check.html",
        blockers=blockers,
        is_ready=all(blocker.is_clear for blocker in blockers),
        lines=obj.lines.select_related("unit").order_by("number")[:LINES_ON_PAGE],
        lines_count=obj.lines.count(),
        documents=obj.documents.select_related("file"),
        purpose=code_label("purpose", obj.purpose) if obj.purpose else "",
    )


@require_POST
def request_submit(request: HttpRequest, pk: UUID) -> HttpResponse:
    if signing.required():
        session = signatures.begin_submission(
            request=visible_request(request, pk),
            actor=request.actor,
            seen_version=seen_version(request),
        )
        return redirect("documents:signing-session", session.pk)
    obj = filing.submit_request(
        request=visible_request(request, pk),
        actor=request.actor,
        seen_version=seen_version(request),
    )
    messages.success(request, _("Request %(number)s is submitted.") % {"number": obj.number})
    return redirect("expertise:request-detail", obj.pk)
