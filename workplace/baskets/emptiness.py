"""What an empty tab of a basket says: what will come here, from whom, and what to do meanwhile."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import COMMITTEE_ROLES, Membership, Role
from accounts.permissions import has_permission
from expertise.models import ExpertiseRequest

from .tabs import TABS, Tab

NOTHING_WAITS = gettext_lazy("Nothing waits for you")
NO_CASES = gettext_lazy("No cases here")
ASKED = gettext_lazy("Questions and decisions of others that need your answer come here.")
ISSUE_STOPPED = gettext_lazy(
    "An approved certificate that the portal could not make comes here by itself."
)

OF_COMMITTEE: Mapping[str, str | Promise] = {
    "waiting": gettext_lazy(
        "Checks, complaints, objections and measures that only you may carry on come "
        "here, from applicants, experts, chambers and colleagues."
    ),
    "free": gettext_lazy(
        "Complaints, checks and inspections that no inspector has yet come here: take one."
    ),
    "moving": gettext_lazy("Cases that expert organisations and chambers work on stand here."),
    "stopped": ISSUE_STOPPED,
    "issued": gettext_lazy("Certificates that chambers issued in the last seven days stand here."),
}

# By role and tab; whoever sends it is named.
COMES: Mapping[str, Mapping[str, str | Promise]] = {
    Role.APPLICANT: {
        "waiting": gettext_lazy(
            "Your drafts come here, questions of the auditor and of the chamber, and signed acts "
            "that are not sent to a chamber yet."
        ),
        "moving": gettext_lazy(
            "What you submit to an expert organisation or send to a chamber stands here until "
            "they answer."
        ),
        "done": gettext_lazy("Certificates issued to you and cases that have ended come here."),
    },
    Role.EXPERT_HEAD: {
        "to_accept": gettext_lazy(
            "Applicants choose your organisation in their request: what they submit comes here."
        ),
        "to_assign": gettext_lazy(
            "Requests that you accepted come here until an auditor is named."
        ),
        "under_expertise": gettext_lazy("Requests come here when an auditor is named."),
        "done": gettext_lazy("Requests come here when the auditor has signed the act."),
        "asked": ASKED,
    },
    Role.AUDITOR: {
        "mine": gettext_lazy(
            "The head of your organisation names you as the auditor of a request, or the lot "
            "does: then it comes here."
        ),
        "paused": gettext_lazy(
            "When you ask the applicant, the request waits here for the answer; its term stands "
            "still."
        ),
        "done": gettext_lazy("Requests come here when you have signed their act."),
        "asked": ASKED,
    },
    Role.CHAMBER_OFFICER: {
        "mine": gettext_lazy(
            "Take an application from “Free”, or a signatory gives you one: then it comes here."
        ),
        "free": gettext_lazy("Applicants send their signed acts to your chamber: they come here."),
        "colleagues": gettext_lazy("What other officers of your chamber review stands here."),
        "paused": gettext_lazy(
            "When you ask the applicant or another body, the application waits here for the answer."
        ),
        "deciding": gettext_lazy(
            "What officers recommended stands here until a signatory decides."
        ),
        "done": gettext_lazy("What your chamber decided in the last seven days stands here."),
        "asked": ASKED,
    },
    Role.CHAMBER_SIGNATORY: {
        "to_decide": gettext_lazy(
            "Officers of your chamber recommend applications for a decision: they come here."
        ),
        "stopped": ISSUE_STOPPED,
        "returned": gettext_lazy("What you return to an officer stands here until it comes back."),
        "elsewhere": gettext_lazy(
            "Applications that officers review, or that wait for an answer, stand here."
        ),
        "done": gettext_lazy("What your chamber decided in the last seven days stands here."),
        "asked": ASKED,
    },
    **dict.fromkeys(COMMITTEE_ROLES, OF_COMMITTEE),
}


def emptiness(actor: Membership, tab: Tab | None, *, is_filtered: bool) -> dict[str, Any]:
    """Title, text, sign and up to two ways on of an empty list."""
    if tab is None or is_filtered:
        return _nothing_found(actor, tab, is_filtered=is_filtered)
    return {
        "title": NOTHING_WAITS if tab.is_waiting else NO_CASES,
        "text": COMES[actor.role].get(tab.key, ""),
        "icon": "check" if tab.is_waiting else "basket",
        **(_ways_of_applicant(actor) if actor.role == Role.APPLICANT else {}),
        **(_to_free(actor, tab) if actor.role == Role.CHAMBER_OFFICER else {}),
    }


def _nothing_found(actor: Membership, tab: Tab | None, *, is_filtered: bool) -> dict[str, Any]:
    return {
        "title": _("Nothing was found"),
        "text": _("Try fewer words, or take a filter away.")
        if is_filtered
        else _("Try fewer words, or a number, a BIN or an HS code."),
        "icon": "search",
        "url": f"{reverse('home')}?{urlencode({'tab': (tab or TABS[actor.role][0]).key})}",
        "link": _("Back to my work"),
    }


def _ways_of_applicant(actor: Membership) -> dict[str, Any]:
    """To go on with the draft that was begun last, and to begin another request."""
    ways: dict[str, Any] = {"icon": "certificate"}
    if has_permission(actor, "expertise.create_request", None):
        ways |= {"url": reverse("expertise:request-create"), "link": _("Begin a request")}
    drafts = ExpertiseRequest.objects.visible_to(actor).filter(status="draft", corrects=None)
    if draft := drafts.order_by("-created_at").first():
        begun = {"url2": ways.get("url", ""), "link2": ways.get("link", "")}
        address = reverse("expertise:request-detail", args=[draft.pk])
        ways |= {**begun, "url": address, "link": _("Go on with the draft")}
    return ways


def _to_free(actor: Membership, tab: Tab) -> dict[str, str]:
    if tab.key != "mine":
        return {}
    return {"url": f"{reverse('home')}?tab=free", "link": _("Show what is free")}
