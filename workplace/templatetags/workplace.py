"""Parts of the workplace that stand on pages of other rooms."""

from typing import Any
from uuid import UUID

from django import template
from django.template import RequestContext

from workflow.tracked import Tracked
from workplace.baskets.views_shown import views_shown
from workplace.cases.hand_overs import hand_overs_of_thing
from workplace.cases.tabs import case_tabs as tabs_of_case

register = template.Library()


@register.inclusion_tag("workplace/case_tabs.html", takes_context=True)
def case_tabs(context: RequestContext, case_id: UUID, here: str = "") -> dict[str, Any]:
    """The row of tabs that all pages of a case share; `here` is the tab of this page."""
    actor = getattr(context.get("request"), "actor", None)
    return {"tabs": tabs_of_case(actor, case_id, here)}


@register.inclusion_tag("workplace/case/parts/hand_overs.html", takes_context=True)
def hand_overs(context: RequestContext, thing: Tracked) -> dict[str, Any]:
    """Why work on this thing was given on, for the house that gave it; nothing for others."""
    actor = getattr(context.get("request"), "actor", None)
    return {
        "hand_overs": hand_overs_of_thing(actor, thing),
        "house": actor.organisation if actor else None,
    }


@register.inclusion_tag("workplace/saved_views.html", takes_context=True)
def saved_views(context: RequestContext) -> dict[str, Any]:
    """The person's own views of this list page: to open, keep, rename, put first and remove."""
    request = context["request"]
    listing = context.get("listing")
    count_views = context.get("count_views") or getattr(listing, "count_views", None)
    shown = views_shown(request, count_views)
    return {**shown, "csrf_token": context.get("csrf_token", "")}
