"""The Committee's desk of the grey market: listings, their evidence, and alerts on numbers."""

from collections.abc import Callable, Mapping
from functools import partial, wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

import audit
from accounts.permissions import has_permission
from documents.models import StoredFile
from documents.pictures import VIEW, picture_response
from documents.storing import file_response
from issuance.views.commands import seen_version
from oversight.control.tabs import EVERYTHING, Tab, tabs_of
from oversight.departments import check_department
from oversight.figures.exports import export
from oversight.grey_market.alerts import see_alert
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
from workflow.refusals import carried_out, status_code

PER_PAGE = 30
EXPORTED_AT_MOST = 50_000
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
View = Callable[..., HttpResponse]


def for_the_committee(view: View) -> View:
    """To everybody else the desk does not exist."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not has_permission(request.actor, "oversight.list_listings", None):
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped


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
    tab, tabs = tabs_of(request, rows, listing_tabs())
    listed = listings().filter(pk__in=rows.filter(tab.condition).values("pk"))
    listed = listed.order_by("-last_reported", "number")
    if request.GET.get("format"):
        return _exported(request, listed)
    columns, regions = by_region(own)
    context = {
        "filter": found,
        "tabs": tabs,
        "tab": tab.key,
        "page": Paginator(listed, PER_PAGE).get_page(request.GET.get("page")),
        "columns": columns,
        "regions": regions,
    }
    return render(request, "oversight/grey_market/list.html", context)


def _exported(request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse:
    columns = [
        _("Number"), _("Kind"), _("Address"), _("Name of the seller"), _("Region"), _("Status"),
        _("Reports"), _("First reported"), _("Last reported"), _("Confirmed"),
        _("Sent for blocking"), _("Blocked"), _("Number of the decision"),
    ]  # fmt: skip
    cells = (
        [
            row.number, row.get_kind_display(), row.address, row.name,
            row.region.name if row.region else "", row.status_info.label, row.reports_count,
            row.reported_at, row.last_reported, row.confirmed_at, row.sent_at, row.blocked_on,
            row.block_reference,
        ]
        for row in rows[:EXPORTED_AT_MOST]
    )  # fmt: skip
    return export(request, "grey-market", columns, cells)


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
    return file_response(_evidence(request, number, pk))


@require_safe
@for_the_committee
def listing_picture(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A screenshot drawn anew, so that nothing of the upload itself is shown in a page."""
    stored = _evidence(request, number, pk)
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
    page = Paginator(every.filter(tab.condition), ALERTS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs": shown,
        "page": page,
        "rows": alert_rows(list(page), request.actor),
    }
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
