"""Letters for whoever runs the portal: what failed, what is unclear, sending again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import has_permission
from notices.columns import LETTER_COLUMNS, letter_kind
from notices.filters import LetterFilter
from notices.resending import send_letter_again
from outbox.models import Letter, LetterState
from reference.lists import Listing

PER_PAGE = 50
# What somebody should look at stands before what is well.
TABS = (
    LetterState.FAILED,
    LetterState.UNCLEAR,
    LetterState.WAITING,
    LetterState.HANDING,
    LetterState.SENT,
    LetterState.WITHDRAWN,
)


def _operators_only(request: HttpRequest) -> None:
    if not has_permission(request.actor, "notices.read_letters", None):
        raise Http404


@never_cache
@require_safe
def letter_list(request: HttpRequest) -> HttpResponse:
    """Kind and masked address only: what people are told is nobody else's business."""
    _operators_only(request)
    every = Letter.objects.defer("body", "html", "headers", "subject")
    found = LetterFilter(request.GET, queryset=every)
    counted = dict(found.qs.order_by().values_list("state").annotate(count=Count("pk")))
    state = request.GET.get("state", "")
    if state not in LetterState.values:
        state = next((tab for tab in TABS if counted.get(tab)), LetterState.SENT)

    def recount(query: QueryDict) -> list[QuerySet[Letter]]:
        rows, asked = LetterFilter(query, queryset=every).qs, query.get("state", "")
        return [rows.filter(state=tab) for tab in ([asked] if asked in TABS else TABS)]

    listing = Listing(
        request,
        found.qs.filter(state=state),
        LETTER_COLUMNS,
        name="letters",
        first="-written",
        form=found.form,
        beside={"state": state},
        per_page=PER_PAGE,
        recount=recount,
    )
    if answer := listing.answer():
        return answer
    context = {
        "listing": listing,
        "page": listing.page,
        "letters": [(letter, letter_kind(letter)) for letter in listing.rows],
        "state": state,
        "tabs": _tabs(listing, state, counted),
    }
    return render(request, "notices/letter_list.html", context)


def _tabs(listing: Listing, state: str, counted: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "url": listing.address(state=tab, page=""),
            "label": tab.label,
            "count": counted.get(tab, 0),
            "current": tab == state,
        }
        for tab in TABS
    ]


@require_POST
def letter_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    _operators_only(request)
    letter = get_object_or_404(Letter, pk=pk)
    send_letter_again(letter=letter, actor=request.actor)
    messages.success(request, _("The letter is sent again."))
    return redirect(f"{reverse('notices:letter-list')}?state={letter.state}")
