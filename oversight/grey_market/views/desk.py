"""The Committee's desk of the grey market: listings, their evidence, and alerts on numbers."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

import audit
from accounts.doors import only_with
from documents.file_pages import handed_out
from documents.models import StoredFile
from documents.pictures import VIEW, picture_response
from documents.previews import is_pdf, page_response
from issuance.views.commands import seen_version
from oversight.control.tabs import EVERYTHING, Tab, rows_of_tabs, tabs_of
from oversight.departments import check_department
from oversight.grey_market.alerts import see_alert
from oversight.grey_market.columns import ALERT_COLUMNS, LISTING_COLUMNS
from oversight.grey_market.deciding import (
    block_listing,
    confirm_listing,
    dismiss_listing,
    return_listing,
    send_listing,
)
from oversight.grey_market.filters import ListingFilter
from oversight.grey_market.forms import BlockForm, ConfirmForm, NoteForm, SeenForm, SendForm
from oversight.grey_market.selectors import (
    alert_rows,
    by_region,
    listing_tabs,
    listings,
    same_host,
    visible_listings,
)
from oversight.models import GreyListing, UnknownNumberAlert
from oversight.papers import paper_response
from reference.lists import Listing
from workflow.refusals import carried_out, status_code

for_the_committee = only_with("oversight.list_listings")

PER_PAGE = 30
ALERTS_PER_PAGE = 10
DONE: dict[str, str | Promise] = {
    "confirm": _("Confirmed. Another person sends it for blocking."),
    "dismiss": _("The report is dismissed."),
    "send": _("The request for blocking is being made."),
    "block": _("The block is recorded; the open list shows it."),
    "return": _("Recorded: the address works again."),
}
COMMANDS: dict[str, Callable[..., GreyListing]] = {
    "confirm": confirm_listing,
    "dismiss": dismiss_listing,
    "send": send_listing,
    "block": block_listing,
    "return": return_listing,
}

Refused = Mapping[str, forms.Form]


def find_listing(request: HttpRequest, number: str) -> GreyListing:
    related = ("region", "confirmed_by", "sent_by", "request__file")
    listing = get_object_or_404(GreyListing.objects.select_related(*related), number=number)
    if listing.region is not None:
        check_department(request.actor, listing.region)
    return listing


@require_safe
@for_the_committee
def listing_list(request: HttpRequest) -> HttpResponse:
    own = visible_listings(request.actor)
    found = ListingFilter(request.GET, queryset=own)
    rows = found.qs if found.is_valid() else own.none()
    offered = listing_tabs()
    tab, tabs = tabs_of(request, rows, offered)
    listed = listings().filter(pk__in=rows.filter(tab.condition).values("pk"))
    listing = Listing(
        request,
        listed,
        LISTING_COLUMNS,
        name="grey-market",
        first="-last",
        form=found.form,
        beside={"tab": tab.key},
        per_page=PER_PAGE,
        recount=lambda query: rows_of_tabs(query, ListingFilter(query, queryset=own).qs, offered),
    )
    if answer := listing.answer():
        return answer
    columns, regions = by_region(own)
    context = {
        "listing": listing,
        "tabs": tabs,
        "page": listing.page,
        "columns": columns,
        "regions": regions,
    }
    return render(request, "oversight/grey_market/list.html", context)


@never_cache
@require_safe
@for_the_committee
def listing_detail(request: HttpRequest, number: str) -> HttpResponse:
    return listing_page(request, find_listing(request, number))


def listing_page(
    request: HttpRequest, listing: GreyListing, *, refused: Refused | None = None, status: int = 200
) -> HttpResponse:
    actions = {each.name for each in listing.WORKFLOW.available(listing, request.actor)}
    shown = {name: form for name in actions if (form := _form(listing, name)) is not None}
    context = {
        "listing": listing,
        "actions": actions,
        "forms": {**shown, **(refused or {})},
        "refused": list((refused or {}).values()),
        "reports": listing.reports.prefetch_related("files").order_by("-reported_at"),
        "others": same_host(listing, visible_listings(request.actor)),
        "alerts": listing.alerts.all(),
        "is_confirmer": listing.confirmed_by_id == request.actor.user_id,
        "events": audit.timeline(listing.case_id),
    }
    return render(request, "oversight/grey_market/detail.html", context, status=status)


def _form(listing: GreyListing, name: str, *sent: Any) -> forms.Form | None:
    match name:
        case "confirm":
            first = {"description": listing.description, "name": listing.name}
            return ConfirmForm(*sent, prefix=name, initial=first | {"region": listing.region_id})
        case "dismiss":
            return NoteForm(*sent, prefix=name)
        case "send":
            return SendForm(*sent, prefix=name)
        case "block":
            return BlockForm(*sent, prefix=name)
    return None


@require_POST
@for_the_committee
def listing_command(request: HttpRequest, number: str, name: str) -> HttpResponse:
    listing = find_listing(request, number)
    form = _form(listing, name, request.POST) or forms.Form(request.POST)
    command = partial(
        COMMANDS[name], listing=listing, actor=request.actor, seen_version=seen_version(request)
    )
    if carried_out(form, lambda values: command(**values)):
        messages.success(request, DONE[name])
        return _after(request, number)
    return listing_page(
        request,
        find_listing(request, number),
        refused={name: form},
        status=max(status_code(form), 409),
    )


def _after(request: HttpRequest, number: str) -> HttpResponse:
    """Whoever found out that it belongs to another region does not see it any more."""
    if visible_listings(request.actor).filter(number=number).exists():
        return redirect("oversight:listing-detail", number)
    return redirect("oversight:listing-list")


@require_safe
@for_the_committee
def listing_request(request: HttpRequest, number: str) -> HttpResponse:
    """The sealed request for blocking."""
    listing = find_listing(request, number)
    if listing.request is None:
        raise Http404
    return paper_response(listing.request, request)


@require_safe
@for_the_committee
def listing_file(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    back = (reverse("oversight:listing-detail", args=[number]), number)
    return handed_out(request, _evidence(request, number, pk), back=back)


@require_safe
@for_the_committee
def listing_picture(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A screenshot or first page drawn anew: nothing of the upload itself is shown in a page."""
    stored = _evidence(request, number, pk)
    if is_pdf(stored):
        return page_response(stored)
    if not stored.content_type.startswith("image/"):
        raise Http404
    return picture_response(stored, longest=VIEW)


def _evidence(request: HttpRequest, number: str, pk: int) -> StoredFile:
    listing = find_listing(request, number)
    report = listing.reports.filter(files=pk).first()
    if report is None:
        raise Http404
    return report.files.get(pk=pk)


@require_safe
@for_the_committee
def alert_list(request: HttpRequest) -> HttpResponse:
    tabs = [
        Tab("new", _("New"), Q(seen_at__isnull=True)),
        Tab("seen", _("Seen"), Q(seen_at__isnull=False)),
        Tab("all", _("All"), EVERYTHING),
    ]
    every = UnknownNumberAlert.objects.select_related("listing", "seen_by")
    tab, shown = tabs_of(request, every, tabs)
    listing = Listing(
        request,
        every.filter(tab.condition),
        ALERT_COLUMNS,
        name="alerts",
        first="-raised",
        prepare=partial(alert_rows, actor=request.actor),
        beside={"tab": tab.key},
        per_page=ALERTS_PER_PAGE,
        recount=lambda query: rows_of_tabs(query, every, tabs),
    )
    if answer := listing.answer():
        return answer
    context = {"listing": listing, "tabs": shown, "page": listing.page, "rows": listing.rows}
    return render(request, "oversight/grey_market/alerts.html", context)


@never_cache
@require_safe
@for_the_committee
def alert_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return alert_page(request, pk)


def alert_page(
    request: HttpRequest, pk: int, *, refused: SeenForm | None = None, status: int = 200
) -> HttpResponse:
    related = UnknownNumberAlert.objects.select_related("listing", "seen_by")
    alert = get_object_or_404(related, pk=pk)
    initial = {"note": alert.note, "listing": alert.listing_id}
    context = {
        "row": alert_rows([alert], request.actor)[0],
        "form": refused or SeenForm(visible_listings(request.actor), initial=initial),
    }
    return render(request, "oversight/grey_market/alert.html", context, status=status)


@require_POST
@for_the_committee
def alert_see(request: HttpRequest, pk: int) -> HttpResponse:
    alert = get_object_or_404(UnknownNumberAlert, pk=pk)
    form = SeenForm(visible_listings(request.actor), request.POST)
    command = partial(see_alert, alert=alert, actor=request.actor)
    if carried_out(form, lambda values: command(**values)):
        messages.success(request, _("The alert is seen."))
        return redirect("oversight:alert-list")
    return alert_page(request, pk, refused=form, status=409)
