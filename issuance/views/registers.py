"""The chamber's registers of signatories and seals."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import COMMITTEE_ROLES
from accounts.permissions import authorize, has_permission
from documents.seal_keys import SealingUnavailable, seal_key
from issuance import services
from issuance.columns import MANDATE_COLUMNS, SEAL_COLUMNS
from issuance.filters import MandateFilter, SealFilter
from issuance.models import ChamberSeal, Mandate
from issuance.register_forms import EndForm, MandateForm, SealForm
from issuance.registers import mandates_shown, register_rows, seals_shown
from issuance.services.mandating import LONGEST_CERTIFICATE
from reference.lists import Column, Listing
from workflow.refusals import carried_out, status_code


@require_safe
def mandate_list(request: HttpRequest) -> HttpResponse:
    authorize(request.actor, "issuance.view_registers", None)
    shown = mandates_shown(request.actor, on=timezone.localdate())
    listing = _listing(request, shown, MandateFilter, MANDATE_COLUMNS, name="mandates")
    if answer := listing.answer():
        return answer
    page = _page(request, listing, "enter_mandate")
    return render(request, "issuance/mandate_list.html", page)


@require_safe
def seal_list(request: HttpRequest) -> HttpResponse:
    authorize(request.actor, "issuance.view_registers", None)
    shown = seals_shown(request.actor, on=timezone.localdate())
    listing = _listing(request, shown, SealFilter, SEAL_COLUMNS, name="seals")
    if answer := listing.answer():
        return answer
    try:
        in_use = seal_key().certificate_sha256
    except SealingUnavailable:
        in_use = ""
    page = {**_page(request, listing, "enter_seal"), "in_use": in_use}
    return render(request, "issuance/seal_list.html", page)


def _listing(
    request: HttpRequest,
    shown: QuerySet[Any],
    filters: type[MandateFilter | SealFilter],
    columns: Sequence[Column],
    *,
    name: str,
) -> Listing:
    sees_all = request.actor.role in COMMITTEE_ROLES

    def found(query: QueryDict) -> MandateFilter | SealFilter:
        return filters(query, queryset=shown, sees_all=sees_all)

    asked = found(request.GET)
    return Listing(
        request,
        asked.qs,
        columns,
        name=name,
        first="chamber",
        form=asked.form,
        prepare=register_rows,
        recount=lambda query: found(query).qs,
    )


def _page(request: HttpRequest, listing: Listing, enter: str) -> dict[str, Any]:
    chamber = request.actor.organisation
    return {
        "listing": listing,
        "page": listing.page,
        "rows": listing.rows,
        "may_enter": has_permission(request.actor, f"issuance.{enter}", chamber),
        "sees_all": request.actor.role in COMMITTEE_ROLES,
        "end_form": EndForm(prefix="end"),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def mandate_enter(request: HttpRequest) -> HttpResponse:
    chamber = request.actor.organisation if request.actor else None
    authorize(request.actor, "issuance.enter_mandate", chamber)
    form = MandateForm(chamber, request.POST or None)
    return _entered(
        request,
        form,
        lambda data: services.enter_mandate(actor=request.actor, **data),
        template="issuance/mandate_enter.html",
        then="issuance:mandate-list",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def seal_enter(request: HttpRequest) -> HttpResponse:
    authorize(
        request.actor,
        "issuance.enter_seal",
        request.actor.organisation if request.actor else None,
    )
    form = SealForm(request.POST or None, request.FILES or None)

    def enter(data: dict[str, Any]) -> object:
        # No further than needed to know that it is too large.
        content = data.pop("certificate").read(LONGEST_CERTIFICATE + 1)
        return services.enter_seal(actor=request.actor, certificate=content, **data)

    return _entered(
        request, form, enter, template="issuance/seal_enter.html", then="issuance:seal-list"
    )


def _entered(
    request: HttpRequest,
    form: forms.Form,
    command: Callable[[dict[str, Any]], object],
    *,
    template: str,
    then: str,
) -> HttpResponse:
    if form.is_bound and carried_out(form, command):
        messages.success(request, _("Entered. Another person has to confirm it."))
        return redirect(then)
    return render(request, template, {"form": form}, status=status_code(form))


@require_POST
def mandate_confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    authorize(request.actor, "issuance.view_registers", None)
    mandate = get_object_or_404(_mandates(request), pk=pk)
    services.confirm_mandate(mandate=mandate, actor=request.actor)
    messages.success(request, _("The mandate is confirmed."))
    return redirect("issuance:mandate-list")


@require_POST
def seal_confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    authorize(request.actor, "issuance.view_registers", None)
    seal = get_object_or_404(_seals(request), pk=pk)
    services.confirm_seal(seal=seal, actor=request.actor)
    messages.success(request, _("The seal is confirmed."))
    return redirect("issuance:seal-list")


@require_POST
def mandate_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    authorize(request.actor, "issuance.view_registers", None)
    mandate = get_object_or_404(_mandates(request), pk=pk)
    return _ended(
        request,
        lambda data: services.end_mandate(mandate=mandate, actor=request.actor, **data),
        then="issuance:mandate-list",
    )


@require_POST
def seal_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    authorize(request.actor, "issuance.view_registers", None)
    seal = get_object_or_404(_seals(request), pk=pk)
    return _ended(
        request,
        lambda data: services.end_seal(seal=seal, actor=request.actor, **data),
        then="issuance:seal-list",
    )


def _ended(
    request: HttpRequest, command: Callable[[dict[str, Any]], object], *, then: str
) -> HttpResponse:
    form = EndForm(request.POST, prefix="end")
    if carried_out(form, command):
        messages.success(request, _("The last day is set."))
    else:
        for errors in form.errors.values():
            messages.error(request, " ".join(str(error) for error in errors))
    return redirect(then)


def _mandates(request: HttpRequest) -> Any:
    """Those that the reader's page lists: what is not visible does not exist."""
    if request.actor.role in COMMITTEE_ROLES:
        return Mandate.objects.select_related("chamber", "user")
    return Mandate.objects.filter(chamber=request.actor.organisation_id)


def _seals(request: HttpRequest) -> Any:
    if request.actor.role in COMMITTEE_ROLES:
        return ChamberSeal.objects.select_related("chamber")
    return ChamberSeal.objects.filter(chamber=request.actor.organisation_id)
