"""The front door: strangers verify a certificate, people with a role see what waits for them."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import COMMITTEE_ROLES, Membership, Role
from auditors.baskets import calls_for
from expertise.baskets import calls_for as opinion_calls_for
from issuance.calls import calls_for as certificate_calls_for
from origin.baskets import calls_for as rule_calls_for
from oversight.calls import calls_for as control_calls_for
from oversight.control.inbox import calls_for as inbox_calls_for
from oversight.inspections.baskets import calls_for as inspection_calls_for
from registry.views import verify

from .baskets import Basket, Counts, Tab

ROWS_PER_PAGE = 25
LONGEST_SEARCH = 200


@login_not_required
@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return verify(request)
    actor: Membership | None = request.actor  # type: ignore[attr-defined]
    if actor is None:
        return render(request, "no_role.html")
    return _basket(request, actor)


def _basket(request: HttpRequest, actor: Membership) -> HttpResponse:
    basket = Basket(actor)
    counts = basket.counts()
    text = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    chosen = None if text else _chosen(basket, counts, request.GET.get("tab", ""))
    rows = basket.found(text) if chosen is None else basket.rows(chosen, counts.by_tab[chosen.key])
    page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "heading": heading(basket, counts),
        "lead": lead(counts),
        "tabs": _tabs(basket, counts, chosen, found=len(rows) if text else None),
        "tab": chosen,
        "q": text,
        "page": page,
        "rows": list(page),
        "empty": _emptiness(actor, chosen),
        "may_begin": actor.role == Role.APPLICANT,
        "may_decide_many": counts.by_tab.get("to_decide", 0) > 1,
        "figures": basket.figures(),
        "calls": [
            *calls_for(actor, on=basket.today),
            *certificate_calls_for(actor, on=basket.today),
            *opinion_calls_for(actor),
            *rule_calls_for(actor),
            *control_calls_for(actor),
            *inspection_calls_for(actor, on=basket.today),
            *inbox_calls_for(actor),
        ],
        "done_label": _("Certificates issued") if basket.sees_chambers else _("Acts signed"),
    }
    return render(request, "home/basket.html", context)


def _chosen(basket: Basket, counts: Counts, key: str) -> Tab:
    """The tab asked for, else the first with something to do, else the first."""
    by_key = {tab.key: tab for tab in basket.tabs}
    if key in by_key:
        return by_key[key]
    filled = [tab for tab in basket.tabs if tab.is_waiting and counts.by_tab[tab.key]]
    return filled[0] if filled else basket.tabs[0]


def _tabs(
    basket: Basket, counts: Counts, chosen: Tab | None, *, found: int | None
) -> list[dict[str, object]]:
    here = reverse("home")
    tabs: list[dict[str, object]] = [
        {
            "label": tab.label,
            "count": counts.by_tab[tab.key],
            "url": f"{here}?{urlencode({'tab': tab.key})}",
            "current": tab == chosen,
        }
        for tab in basket.tabs
    ]
    if found is not None:
        tabs.insert(0, {"label": _("Found"), "count": found, "url": "", "current": True})
    return tabs


def heading(basket: Basket, counts: Counts) -> str:
    """A sentence with an honest count."""
    if basket.actor.role in COMMITTEE_ROLES:
        moving = counts.by_tab["moving"]
        return ngettext(
            "%(count)d case is on the move", "%(count)d cases are on the move", moving
        ) % {"count": moving}
    waiting = sum(counts.by_tab[tab.key] for tab in basket.tabs if tab.is_waiting)
    if not waiting:
        return _("Nothing waits for you now")
    return ngettext(
        "Waiting for you today: %(count)d case", "Waiting for you today: %(count)d cases", waiting
    ) % {"count": waiting}


def lead(counts: Counts) -> str:
    """What presses, said in words; nothing when nothing does."""
    sentences = []
    if counts.late:
        sentences.append(
            ngettext("%(count)d of them is late.", "%(count)d of them are late.", counts.late)
            % {"count": counts.late}
        )
    if counts.due_today:
        sentences.append(
            ngettext(
                "%(count)d has its last day today.",
                "%(count)d have their last day today.",
                counts.due_today,
            )
            % {"count": counts.due_today}
        )
    if free := counts.by_tab.get("free"):
        sentences.append(
            ngettext(
                "%(count)d more is free to be taken.", "%(count)d more are free to be taken.", free
            )
            % {"count": free}
        )
    return " ".join(sentences)


def _emptiness(actor: Membership, tab: Tab | None) -> dict[str, str]:
    """What an empty list says: why it is empty and what to do next."""
    if tab is None:
        return {
            "title": _("Nothing was found"),
            "text": _("Try fewer words, or a number, a BIN or an HS code."),
            "icon": "search",
            "url": reverse("home"),
            "link": _("Back to my work"),
        }
    if tab.is_waiting and actor.role == Role.APPLICANT:
        return {
            "title": _("Nothing waits for you"),
            "text": _("A certificate begins with a request for the expertise of your goods."),
            "icon": "certificate",
            "url": reverse("expertise:request-create"),
            "link": _("Begin a request"),
        }
    if tab.is_waiting:
        return {
            "title": _("Nothing waits for you"),
            "text": _("New cases appear here by themselves, the most urgent first."),
            "icon": "check",
        }
    if tab.key == "stopped":
        return {
            "title": _("No issue has stopped"),
            "text": _("Every approved certificate was issued or is being issued."),
            "icon": "check",
        }
    return {"title": _("No cases here"), "text": "", "icon": "basket"}
