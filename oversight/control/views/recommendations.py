"""Recommendations on the Committee's side: the list, the page, one address for each command."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

import audit
from accounts.models import Organisation
from documents.file_pages import handed_out
from issuance.views.commands import seen_version
from oversight.control.columns import RECOMMENDATION_COLUMNS
from oversight.control.filters import RecommendationFilter
from oversight.control.forms import DecisionForm, MissingForm, PointsForm
from oversight.control.recommendations import (
    confirm_execution,
    days_late,
    decide_objection,
    prepare_recommendation,
    return_report,
    send_recommendation,
    sending_blockers,
    withdraw_recommendation,
    write_points,
)
from oversight.control.steps import step_of_recommendation
from oversight.control.tabs import recommendation_tabs, rows_of_tabs, tabs_of
from oversight.control.violations import named
from oversight.departments import within
from oversight.models import Recommendation
from oversight.papers import paper_response
from reference.lists import Listing
from workflow.refusals import carried_out, status_code

from .access import find_check, find_recommendation, for_the_committee

PER_PAGE = 30
DONE: dict[str, str | Promise] = {
    "points": _("The points are saved."),
    "send": _("The recommendation is sent; its document is being made."),
    "withdraw": _("The recommendation is withdrawn."),
    "dismiss_objection": _("The objection is dismissed; the answer is being made."),
    "accept_objection": _("The objection is accepted; the recommendation is withdrawn."),
    "confirm": _("The execution is confirmed."),
    "return": _("The report is returned to the organisation."),
}
FORMS: dict[str, type[forms.Form]] = {
    "points": PointsForm,
    "dismiss_objection": DecisionForm,
    "accept_objection": DecisionForm,
    "return": MissingForm,
}
COMMANDS: dict[str, Callable[..., Recommendation]] = {
    "send": send_recommendation,
    "withdraw": withdraw_recommendation,
    "dismiss_objection": partial(decide_objection, accepted=False),
    "accept_objection": partial(decide_objection, accepted=True),
    "confirm": confirm_execution,
    "return": return_report,
}


@require_safe
@for_the_committee
def recommendation_list(request: HttpRequest) -> HttpResponse:
    own = within(Recommendation.objects.all(), request.actor, field="desk_check__department")
    found = RecommendationFilter(request.GET, queryset=own)
    rows = found.qs if found.is_valid() else own.none()
    offered = recommendation_tabs()
    tab, tabs = tabs_of(request, rows, offered)
    listed = rows.filter(tab.condition).select_related(
        "addressee", "desk_check__certificate", "prepared_by"
    )
    listing = Listing(
        request,
        listed.defer("desk_check__certificate__record"),
        RECOMMENDATION_COLUMNS,
        name="recommendations",
        first="due",
        form=found.form,
        beside={"tab": tab.key},
        per_page=PER_PAGE,
        recount=lambda query: rows_of_tabs(
            query, RecommendationFilter(query, queryset=own).qs, offered
        ),
    )
    if answer := listing.answer():
        return answer
    context = {
        "listing": listing,
        "tabs": tabs,
        "page": listing.page,
        "today": timezone.localdate(),
    }
    return render(request, "oversight/control/recommendation_list.html", context)


@require_POST
@for_the_committee
def recommendation_prepare(request: HttpRequest, number: str) -> HttpResponse:
    check = find_check(request, number)
    addressee = get_object_or_404(Organisation, pk=request.POST.get("addressee"))
    made = prepare_recommendation(check=check, actor=request.actor, addressee=addressee)
    messages.success(request, _("The recommendation is begun: write its points and send it."))
    return redirect("oversight:recommendation-detail", made.number)


@never_cache
@require_safe
@for_the_committee
def recommendation_detail(request: HttpRequest, number: str) -> HttpResponse:
    return recommendation_page(request, find_recommendation(request, number))


def recommendation_page(
    request: HttpRequest,
    found: Recommendation,
    *,
    refused: Mapping[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    actions = {each.name for each in found.WORKFLOW.available(found, request.actor)}
    blockers = sending_blockers(found) if "send" in actions else []
    shown: dict[str, forms.Form] = {
        name: form(prefix=name) for name, form in FORMS.items() if name in actions
    }
    if "send" in actions:
        initial = {
            language: "\n".join(point[language] for point in found.points)
            for language in ("ru", "kk")
        }
        shown["points"] = PointsForm(prefix="points", initial=initial)
    today = timezone.localdate()
    context = {
        "found": found,
        "check": found.desk_check,
        "actions": actions,
        "blockers": blockers,
        "may_send": "send" in actions and all(blocker.is_clear for blocker in blockers),
        "step": step_of_recommendation(found, actions),
        "forms": {**shown, **(refused or {})},
        "refused": list((refused or {}).values()),
        "violations": named(found.violations.select_related("auditor").order_by("noted_at")),
        "days_late": days_late(found, on=today),
        "events": audit.timeline(found.case_id),
        "today": today,
    }
    return render(request, "oversight/control/recommendation_detail.html", context, status=status)


@require_POST
@for_the_committee
def recommendation_command(request: HttpRequest, number: str, name: str) -> HttpResponse:
    found = find_recommendation(request, number)
    if name not in DONE:
        raise Http404
    form = FORMS.get(name, forms.Form)(request.POST, prefix=name)
    if carried_out(form, _run(request, found, name, form)):
        messages.success(request, DONE[name])
        return redirect("oversight:recommendation-detail", number)
    status = max(status_code(form), 409)
    return recommendation_page(
        request, find_recommendation(request, number), refused={name: form}, status=status
    )


def _run(
    request: HttpRequest, found: Recommendation, name: str, form: forms.Form
) -> Callable[[dict[str, Any]], object]:
    given = {
        "recommendation": found,
        "actor": request.actor,
        "seen_version": seen_version(request),
    }
    if isinstance(form, PointsForm):
        return lambda _values: write_points(points=form.points(), **given)
    return lambda values: COMMANDS[name](**given, **values)


@require_safe
@for_the_committee
def recommendation_file(request: HttpRequest, number: str, what: str) -> HttpResponse:
    back_url = reverse("oversight:recommendation-detail", args=[number])
    return file_of(request, find_recommendation(request, number), what, back_url=back_url)


def file_of(
    request: HttpRequest, found: Recommendation, what: str, *, back_url: str
) -> HttpResponse:
    """The document, the answer, or a file of the addressee; the caller knows who may have it."""
    papers = {"document": found.document, "answer": found.answer_document}
    if paper := papers.get(what):
        return paper_response(paper, request)
    files = {"objection": found.objection_file, "execution": found.execution_file}
    if file := files.get(what):
        return handed_out(request, file, back=(back_url, found.number))
    raise Http404
