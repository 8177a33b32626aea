"""What is kept beside a certificate: its replacement, its paper originals and duplicates, and the
ledger of a batch."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import authorize, has_permission
from documents.storing import file_response
from issuance.change_forms import (
    DrawForm,
    GiveBackForm,
    OriginalForm,
    ReplacementForm,
    ReturnedForm,
)
from issuance.columns import ORIGINAL_COLUMNS, OVER_USE_COLUMNS
from issuance.duplicates import duplicates_of
from issuance.ledger import balances, draw_as, entries_of, give_back_as, is_counted
from issuance.models import (
    Application,
    Certificate,
    Duplicate,
    OverUse,
    PaperOriginal,
    QuantityDraw,
)
from issuance.originals import hand_out_original, not_returned, take_back_original
from issuance.replacing import Restated, apply_for_replacement, open_replacement
from reference.lists import Listing
from workflow.refusals import carried_out, status_code

from .applications import PER_PAGE
from .commands import seen_version
from .finding import find_certificate

GET_OR_POST = ["GET", "HEAD", "POST"]


@never_cache
@require_http_methods(GET_OR_POST)
def certificate_replace(request: HttpRequest, pk: UUID) -> HttpResponse:
    certificate = find_issued(request, pk)
    authorize(request.actor, "issuance.apply_for_replacement", certificate)
    if request.method != "POST" and (known := open_replacement(certificate)):
        messages.info(request, _("There is already an application to replace it."))
        return redirect("issuance:application-detail", known.pk)
    sent = (request.POST,) if request.method == "POST" else ()
    form = ReplacementForm(Restated.of(certificate), *sent)
    made: list[Application] = []
    if request.method == "POST" and carried_out(
        form,
        lambda values: made.append(
            apply_for_replacement(
                certificate=certificate,
                actor=request.actor,
                reason=values["reason"],
                note=values["note"],
                restated=form.restated(),
                seen_version=seen_version(request),
            )
        ),
    ):
        messages.success(request, _("The draft is ready; submit it to the chamber."))
        return redirect("issuance:application-detail", made[0].pk)
    context = {"certificate": certificate, "form": form}
    return render(request, "issuance/certificate_replace.html", context, status=status_code(form))


@never_cache
@require_http_methods(GET_OR_POST)
def certificate_originals(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Blanks of one certificate: hand one out, enter its return."""
    certificate = find_issued(request, pk)
    authorize(request.actor, "issuance.keep_originals", certificate)
    form = OriginalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and carried_out(
        form, partial(_hand_out, certificate, request.actor)
    ):
        messages.success(request, _("The blank is entered as handed out."))
        return redirect("issuance:certificate-originals", certificate.pk)
    return _originals(request, certificate, form)


def _hand_out(certificate: Certificate, actor: Any, values: dict[str, Any]) -> None:
    hand_out_original(certificate=certificate, actor=actor, **values)


def _originals(
    request: HttpRequest,
    certificate: Certificate,
    form: OriginalForm,
    returned: dict[int, ReturnedForm] | None = None,
    *,
    status: int | None = None,
) -> HttpResponse:
    rows = [
        (original, (returned or {}).get(original.pk) or ReturnedForm(prefix=str(original.pk)))
        for original in certificate.originals.select_related("handed_out_by")
    ]
    context = {
        "certificate": certificate,
        "form": form,
        "rows": rows,
        "duplicates": duplicates_of(certificate),
        "today": timezone.localdate(),
        "may_hand_out": certificate.status == "valid",
    }
    return render(
        request, "issuance/certificate_originals.html", context, status=status or status_code(form)
    )


@require_POST
def original_return(request: HttpRequest, pk: int) -> HttpResponse:
    original = get_object_or_404(PaperOriginal, pk=pk)
    certificate = find_issued(request, original.certificate_id)
    authorize(request.actor, "issuance.keep_originals", certificate)
    form = ReturnedForm(request.POST, prefix=str(pk))
    if carried_out(
        form,
        lambda values: take_back_original(original=original, actor=request.actor, **values),
    ):
        messages.success(request, _("The blank is entered as returned."))
        return redirect("issuance:certificate-originals", certificate.pk)
    return _originals(request, certificate, OriginalForm(), {pk: form}, status=409)


@require_safe
def original_list(request: HttpRequest) -> HttpResponse:
    """Blanks that should have come back and did not."""
    listing = Listing(
        request,
        not_returned(request.actor),
        ORIGINAL_COLUMNS,
        name="blanks",
        first="due",
        per_page=PER_PAGE,
    )
    if answer := listing.answer():
        return answer
    context = {"listing": listing, "page": listing.page, "today": timezone.localdate()}
    return render(request, "issuance/original_list.html", context)


@require_safe
def duplicate_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    found = Duplicate.objects.select_related("document__file", "certificate")
    duplicate = get_object_or_404(found, pk=pk)
    find_certificate(request, duplicate.certificate_id)
    if duplicate.document is None:
        raise Http404
    name = f"{duplicate.certificate.number} D{duplicate.ordinal}.pdf"
    return file_response(duplicate.document.file, name)


@never_cache
@require_http_methods(GET_OR_POST)
def certificate_ledger(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is left of every line of a batch, and the form that draws from it."""
    certificate = find_issued(request, pk)
    if not is_counted(certificate):
        raise Http404
    left = balances(certificate)
    may_draw = has_permission(request.actor, "issuance.draw_quantity", certificate)
    form = DrawForm(left, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        authorize(request.actor, "issuance.draw_quantity", certificate)
        if carried_out(form, partial(_draw, certificate, request.actor)):
            messages.success(request, _("The quantity is drawn."))
            return redirect("issuance:certificate-ledger", certificate.pk)
    context = {
        "certificate": certificate,
        "form": form if may_draw and certificate.status in ("valid", "suspended") else None,
        "balances": balances(certificate),
        "rows": [
            (entry, GiveBackForm(prefix=str(entry.pk)) if _may_give_back(request, entry) else None)
            for entry in entries_of(certificate)
        ],
    }
    return render(request, "issuance/certificate_ledger.html", context, status=status_code(form))


def _draw(certificate: Certificate, actor: Any, values: dict[str, Any]) -> None:
    token = values.pop("form_token")
    draw_as(certificate=certificate, actor=actor, request_key=str(token), **values)


def _may_give_back(request: HttpRequest, entry: QuantityDraw) -> bool:
    is_open = not entry.reverses_id and not hasattr(entry, "reversed_by")
    return is_open and has_permission(request.actor, "issuance.give_back_quantity", entry)


@require_POST
def draw_give_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    entry = get_object_or_404(QuantityDraw.objects.select_related("certificate"), pk=pk)
    certificate = find_issued(request, entry.certificate_id)
    form = GiveBackForm(request.POST, prefix=str(pk))
    if carried_out(
        form,
        lambda values: give_back_as(
            draw=entry,
            actor=request.actor,
            note=values["note"],
            request_key=str(values["form_token"]),
        ),
    ):
        messages.success(request, _("The quantity is given back."))
    else:
        for errors in form.errors.values():
            messages.error(request, errors[0])
    return redirect("issuance:certificate-ledger", certificate.pk)


@require_safe
def over_use_list(request: HttpRequest) -> HttpResponse:
    """Refused draws of more than was left; for the Committee, to everybody else there is none."""
    if not has_permission(request.actor, "issuance.view_over_uses", None):
        raise Http404
    found = OverUse.objects.select_related(
        "certificate__application__applicant", "certificate__application__chamber", "drawn_for"
    ).defer("certificate__record")
    listing = Listing(
        request, found, OVER_USE_COLUMNS, name="over-use", first="-when", per_page=PER_PAGE
    )
    if answer := listing.answer():
        return answer
    context = {"listing": listing, "page": listing.page}
    return render(request, "issuance/over_use_list.html", context)


def find_issued(request: HttpRequest, pk: UUID) -> Certificate:
    """A certificate that is not issued yet has none of this."""
    certificate = find_certificate(request, pk)
    if certificate.issued_at is None:
        raise Http404
    return certificate
