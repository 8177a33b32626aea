"""The applicant's pages: start, parties, goods, documents, check and submit."""

import uuid
from copy import copy
from typing import Any
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
from expertise.baskets import listed_requests
from expertise.blockers import submission_blockers
from expertise.calculation import cost_is_asked
from expertise.draft_places import (
    DOCUMENTS,
    NEW_LINE,
    PARTIES,
    PRICES,
    PRICES_ON_PAGE,
    line_step,
    place_of,
)
from expertise.forms.filing import DocumentForm, LineForm, PartiesForm, PriceForm, line_values
from expertise.models import CatalogueProduct, ExpertiseRequest, GoodsLine, RequestDocument
from expertise.own_catalogue import using
from expertise.own_catalogue.using import product_values
from expertise.services import drafts, filing
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
from .saving import OpenStep, page_key, typed_texts

LINES_ON_PAGE = 100
EARLIER_SHOWN = 5


@require_http_methods(GET_OR_POST)
def request_create(request: HttpRequest) -> HttpResponse:
    """What is needed, then one press; the same page sent twice makes one request."""
    authorize(request.actor, "expertise.create_request", None)
    if request.method == "POST":
        obj = filing.create_request(actor=request.actor, form_token=form_token(request))
        return redirect("expertise:request-parties", obj.pk)
    earlier = ExpertiseRequest.objects.visible_to(request.actor).exclude(status="draft")
    context = {
        "form_token": uuid.uuid4(),
        "earlier": listed_requests(earlier).order_by("-submitted_at", "-pk")[:EARLIER_SHOWN],
    }
    return render(request, "expertise/request_create.html", context)


@require_http_methods(GET_OR_POST)
def request_parties(request: HttpRequest, pk: UUID) -> HttpResponse:
    obj, elsewhere = for_editing(request, pk)
    if elsewhere:
        return elsewhere
    step = OpenStep.of(
        request,
        obj,
        PARTIES,
        lambda: PartiesForm.stored(ExpertiseRequest.objects.get(pk=obj.pk)),
    )
    # The form writes on its instance; the page beside it shows what is stored.
    form = PartiesForm(step.data, instance=copy(obj))
    if step.is_posted and step.saved(
        form,
        lambda values: filing.update_request(request=obj, actor=request.actor, values=values),
    ):
        return step.answer(form) if step.is_autosave else _onward(request, obj, "request-goods")
    return filing_page(
        request, obj, "request-parties", "expertise/request_parties.html", form, open_step=step
    )


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
    asks_cost = _asks_cost(obj)
    line_pk = line_pk or _line_begun_on(request, obj)
    line = get_object_or_404(obj.lines, pk=line_pk) if line_pk else None

    def now() -> GoodsLine | None:
        return obj.lines.get(pk=line.pk) if line else None

    step = OpenStep.of(
        request,
        obj,
        line_step(line.pk) if line else NEW_LINE,
        lambda: LineForm.stored(now(), asks_cost=asks_cost),
    )
    product = None if line else _taken_product(request, step)
    form = LineForm(
        step.data,
        instance=copy(line),
        initial=product_values(product) if product else None,
        asks_cost=asks_cost,
    )

    def save(values: dict[str, Any]) -> None:
        nonlocal line
        known = now()
        line = filing.save_line(
            request=obj, actor=request.actor, values=line_values(values, known), line=known
        )
        if known is None:
            step.step = line_step(line.pk)
            if product is not None:
                using.take_bill(product=product, line=line, actor=request.actor)

    if step.is_posted and step.saved(form, save) and line is not None:
        if step.is_autosave:
            return step.answer(form, address=place_of(obj.pk, step.step).url)
        if request.POST.get("then") == "another":
            messages.success(request, _("The line was saved. Add the next one."))
            return redirect("expertise:request-line", obj.pk)
        return redirect("expertise:request-goods", obj.pk)
    return filing_page(
        request,
        obj,
        "request-goods",
        "expertise/request_line.html",
        form,
        open_step=step,
        line=line,
        product=product,
    )


def _taken_product(request: HttpRequest, step: OpenStep) -> CatalogueProduct | None:
    """The product of the own catalogue that a new line begins with."""
    data = step.data
    key = (data.get("product") if data else "") or request.GET.get("product", "")
    try:
        return using.products_for(request.actor).filter(pk=UUID(key)).first()
    except ValueError:
        return None


def _line_begun_on(request: HttpRequest, obj: ExpertiseRequest) -> str | None:
    """The line that this very page has made in passing: the same page never makes a second."""
    pages = obj.open_pages.filter(pk=page_key(request.POST), user=request.actor.user_id)
    step = pages.values_list("step", flat=True).first() or ""
    kind, _sign, which = step.partition(":")
    return which if kind == "line" and step != NEW_LINE else None


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
    numbers = [line.number for line in page]
    step = OpenStep.of(
        request,
        obj,
        f"{PRICES}:{page.number}",
        lambda: PriceForm.stored(obj.lines.filter(number__in=numbers)),
    )
    form = PriceForm(list(page), step.data)
    count = 0

    def save(values: dict[str, Any]) -> None:
        nonlocal count
        prices = form.prices(values)
        count = filing.save_prices(request=obj, actor=request.actor, prices=prices)

    if step.is_posted and step.saved(form, save) and not step.is_autosave:
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
        request,
        obj,
        "request-goods",
        "expertise/request_prices.html",
        form,
        open_step=step,
        page=page,
    )


@require_http_methods(GET_OR_POST)
def request_documents(request: HttpRequest, pk: UUID) -> HttpResponse:
    obj, elsewhere = for_editing(request, pk, statuses=("draft", "awaiting_applicant"))
    if elsewhere:
        return elsewhere
    step = OpenStep.of(request, obj, DOCUMENTS, dict)
    posted = step.is_posted and not step.is_autosave
    form = DocumentForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        category=obj.category,
        initial={} if posted else typed_texts(step.page.typed),
    )
    if posted and form.is_valid() and _documents_added(request, obj, form):
        drafts.settle_page(page=step.page, base={})
        return redirect("expertise:request-documents", obj.pk)
    if step.is_autosave:
        # The file itself waits for the button; what is said of it does not get lost.
        step.keep()
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
        open_step=step,
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
    blockers = submission_blockers(obj, request.actor.user)
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
