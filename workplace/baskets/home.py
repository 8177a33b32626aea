"""The front door: strangers verify a certificate, people with a role see what waits for them."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import COMMITTEE_ROLES, Membership, Role
from expertise.services.assigning import is_choice_allowed
from registry.views import verify

from .choices import FilterForm
from .doing import OFFERED, Command
from .emptiness import emptiness
from .filters import NAMES
from .gathering import Basket, Counts, counts_of
from .lines import lines_for
from .saving import first_view
from .tabs import Tab

ROWS_PER_PAGE = 25
COMMAND_LABELS = dict(Command.choices)


@login_not_required
@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return verify(request)
    actor: Membership | None = request.actor
    if actor is None:
        return render(request, "no_role.html")
    if not request.GET and (first := first_view(request, "home")):
        return redirect(f"{reverse('home')}?{first}")
    return render(request, "home/basket.html", _page(request, actor))


@never_cache
@require_safe
def basket_counts(request: HttpRequest) -> HttpResponse:
    """The tabs with their counts as of now, asked by a page that stays open."""
    actor: Membership | None = request.actor
    if actor is None:
        raise Http404
    basket, form = _basket(request, actor)
    counts = basket.counts()
    shown = basket.filtered(form.filters).counts() if form.filters else counts
    chosen = _chosen(basket, shown, request.GET)
    context = {
        "tabs": _tabs(basket, shown, chosen, request.GET),
        "waiting": _waiting(basket, counts),
        "heading": heading(basket, counts),
    }
    return render(request, "home/tabs.html", context)


def _basket(request: HttpRequest, actor: Membership) -> tuple[Basket, FilterForm]:
    basket = Basket(actor)
    return basket, FilterForm(basket, request.GET)


def _page(request: HttpRequest, actor: Membership) -> dict[str, Any]:
    basket, form = _basket(request, actor)
    filters, counts = form.filters, basket.counts()
    seen = basket.filtered(filters)
    shown = seen.counts() if filters else counts
    chosen = _chosen(basket, shown, request.GET)
    rows = (
        seen.found(shown.total) if chosen is None else seen.rows(chosen, shown.by_tab[chosen.key])
    )
    page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    here = request.get_full_path()
    return {
        "heading": heading(basket, counts),
        "lead": lead(counts),
        "waiting": _waiting(basket, counts),
        "tabs": _tabs(basket, shown, chosen, request.GET),
        "tab": chosen,
        "filter": form,
        "chips": form.chips(request.GET),
        "ignored": ", ".join(form.ignored),
        "all_url": f"{reverse('home')}?{urlencode({'tab': chosen.key if chosen else 'all'})}",
        "page": page,
        "rows": list(page),
        "commands": _commands(actor, chosen, basket),
        "form_token": uuid4(),
        "back": here,
        "count_views": partial(_counted, basket, form),
        "counts_url": f"{reverse('workplace:basket-counts')}?{request.GET.urlencode()}",
        "empty": emptiness(actor, chosen, is_filtered=bool(filters)),
        "may_begin": actor.role == Role.APPLICANT,
        "may_decide_many": counts.by_tab.get("to_decide", 0) > 1
        and actor.role == Role.CHAMBER_SIGNATORY,
        "figures": basket.figures(),
        "calls": list(lines_for(basket.reader)),
        "done_label": _("Certificates issued") if basket.sees_chambers else _("Acts signed"),
        "late": counts.late_anywhere,
        "late_url": f"{reverse('home')}?{urlencode({'tab': 'all', 'due': 'late'})}",
    }


def _counted(basket: Basket, form: FilterForm, views: Sequence[str]) -> list[int]:
    """How many rows each saved view would show; one statement for all of them."""
    asked = [QueryDict(query) for query in views]
    filters = [FilterForm(basket, query, form.choices).filters for query in asked]
    counted = counts_of([basket.filtered(each) for each in filters])
    chosen = [_chosen(basket, counts, query) for counts, query in zip(counted, asked, strict=True)]
    return [
        counts.total if tab is None else counts.by_tab[tab.key]
        for counts, tab in zip(counted, chosen, strict=True)
    ]


def _chosen(basket: Basket, counts: Counts, query: QueryDict) -> Tab | None:
    """The tab asked for; with words alone everything found; else the first with something to do,
    the first with anything, the first."""
    by_key = {tab.key: tab for tab in basket.tabs}
    if (key := query.get("tab", "")) in by_key:
        return by_key[key]
    if key == "all" or query.get("q", "").strip():
        return None
    filled = [tab for tab in basket.tabs if tab.is_waiting and counts.by_tab[tab.key]]
    return filled[0] if filled else basket.tabs[0]


def _tabs(
    basket: Basket, counts: Counts, chosen: Tab | None, query: QueryDict
) -> list[dict[str, object]]:
    """Each keeps the filters; counts are of what the filters let through."""
    tabs = [
        {
            "key": tab.key,
            "label": tab.label,
            "count": counts.by_tab[tab.key],
            "url": _address(query, tab=tab.key),
            "current": tab == chosen,
        }
        for tab in basket.tabs
        if counts.by_tab[tab.key] or tab == chosen or not tab.hides_when_empty
    ]
    if chosen is None:
        found = {
            "key": "all",
            "label": _("Found"),
            "count": counts.total,
            "url": _address(query, tab="all"),
            "current": True,
        }
        tabs.insert(0, found)
    return tabs


def _address(query: QueryDict, **changed: str) -> str:
    kept = {name: query[name] for name in NAMES if query.get(name)}
    return f"{reverse('home')}?{urlencode({**kept, **changed})}"


def _commands(actor: Membership, tab: Tab | None, basket: Basket) -> list[dict[str, str]]:
    """What the ticked rows may be given; nothing that would be refused for all of them."""
    if tab is None:
        return []
    names = [str(name) for name in OFFERED.get((actor.role, tab.key), ())]
    if actor.role == Role.EXPERT_HEAD and not is_choice_allowed(on=basket.reader.today):
        names = [name for name in names if name != Command.REASSIGN]
    commands = [{"name": name, "label": str(COMMAND_LABELS[name])} for name in names]
    if actor.role == Role.CHAMBER_SIGNATORY and tab.key == "to_decide":
        commands.append({"name": "decide", "label": _("Decide")})
    return commands


def _waiting(basket: Basket, counts: Counts) -> int:
    return sum(counts.by_tab[tab.key] for tab in basket.tabs if tab.is_waiting)


def heading(basket: Basket, counts: Counts) -> str:
    """A sentence with an honest count."""
    waiting = _waiting(basket, counts)
    if waiting:
        return ngettext(
            "Waiting for you today: %(count)d case",
            "Waiting for you today: %(count)d cases",
            waiting,
        ) % {"count": waiting}
    if basket.actor.role in COMMITTEE_ROLES and (moving := counts.by_tab["moving"]):
        return ngettext(
            "%(count)d case is on the move", "%(count)d cases are on the move", moving
        ) % {"count": moving}
    return _("Nothing waits for you now")


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
