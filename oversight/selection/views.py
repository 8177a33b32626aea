"""Pages of plans: prepare with a preview, commit by a second person, follow the checks, close."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import audit
from accounts.doors import only_with
from accounts.permissions import authorize, has_permission
from issuance.views.applications import in_status, of_status, status_tabs
from issuance.views.commands import seen_version
from oversight.models import ControlPlan
from oversight.papers import paper_response
from reference.lists import Listing
from workflow.refusals import carried_out, status_code

from .closing import cancel_plan, close_plan, is_opened, open_checks
from .columns import PLAN_COLUMNS
from .committing import commit_plan
from .forms import PlanForm
from .frame import preview_of, preview_of_frozen
from .preparing import change_plan, prepare_plan
from .proofs import closing_checkpoint, published_draw, published_frame
from .selectors import (
    check_rows,
    checks_of,
    figures_of,
    frame_shown,
    log_places,
    strata_in_words,
    tabs_of,
)

for_the_central_office = only_with("oversight.read_plan")

PER_PAGE = 25
CHECKS_PER_PAGE = 50
JSON = "application/json"
COMMANDS: dict[str, Callable[..., ControlPlan]] = {
    "commit": commit_plan,
    "close": close_plan,
    "cancel": cancel_plan,
}
DONE: dict[str, str | Promise] = {
    "commit": _("The plan is committed. It is drawn by itself as soon as the log publishes it."),
    "close": _("The plan is closed; its frame and its draw are public now."),
    "cancel": _("The plan is cancelled."),
}
DETAILS = ("title", "issued_from", "issued_until", "due_on", "by_risk", "by_lottery", "strata")
RELATED = ("created_by", "committed_by", "plan_document__file", "draw_document__file")


def find_plan(number: str) -> ControlPlan:
    return get_object_or_404(ControlPlan.objects.select_related(*RELATED), number=number)


@require_safe
@for_the_central_office
def plan_list(request: HttpRequest) -> HttpResponse:
    every = ControlPlan.objects.all()
    listing = Listing(
        request,
        in_status(request, every).select_related("created_by"),
        PLAN_COLUMNS,
        name="plans",
        first="-created",
        beside={"status": request.GET.get("status", "")},
        per_page=PER_PAGE,
        recount=lambda query: of_status(query, every),
    )
    if answer := listing.answer():
        return answer
    context = {
        "listing": listing,
        "page": listing.page,
        "tabs": status_tabs(request, every, ControlPlan),
        "may_prepare": has_permission(request.actor, "oversight.prepare_plan", None),
    }
    return render(request, "oversight/selection/list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_the_central_office
def plan_create(request: HttpRequest) -> HttpResponse:
    authorize(request.actor, "oversight.prepare_plan", None)
    form = PlanForm(request.POST if request.method == "POST" else None)
    made: list[ControlPlan] = []
    if request.method == "POST" and carried_out(
        form, lambda values: made.append(prepare_plan(actor=request.actor, **values))
    ):
        return redirect("oversight:plan-detail", made[0].number)
    context = {"form": form, "plan": None}
    return render(request, "oversight/selection/form.html", context, status=status_code(form))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_the_central_office
def plan_change(request: HttpRequest, number: str) -> HttpResponse:
    plan = find_plan(number)
    authorize(request.actor, "oversight.change_plan", plan)
    if plan.status != "draft":
        messages.info(request, _("A committed plan is not changed any more."))
        return redirect("oversight:plan-detail", plan.number)
    initial = {name: getattr(plan, name) for name in DETAILS}
    form = PlanForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and carried_out(
        form, lambda values: _change(request, plan, values)
    ):
        return redirect("oversight:plan-detail", plan.number)
    context = {"form": form, "plan": plan}
    return render(request, "oversight/selection/form.html", context, status=status_code(form))


def _change(request: HttpRequest, plan: ControlPlan, values: dict[str, Any]) -> None:
    details = {name: values[name] for name in DETAILS}
    change_plan(plan=plan, actor=request.actor, seen_version=seen_version(request), **details)


@never_cache
@require_safe
@for_the_central_office
def plan_detail(request: HttpRequest, number: str) -> HttpResponse:
    return detail_page(request, find_plan(number))


def detail_page(
    request: HttpRequest,
    plan: ControlPlan,
    *,
    refused: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    """A draft shows what it would draw from; a drawn plan how far its checks are."""
    actions = {each.name for each in plan.WORKFLOW.available(plan, request.actor)}
    is_drawn = plan.drawn_at is not None
    still_open = list(open_checks(plan)) if plan.status == "drawn" else []
    context: dict[str, Any] = {
        "plan": plan,
        "wanted": plan.by_risk + plan.by_lottery,
        "strata": [ControlPlan.Stratum(kind).label for kind in plan.strata],
        "refused": refused,
        "may_change": plan.status == "draft"
        and has_permission(request.actor, "oversight.change_plan", plan),
        "may_commit": "commit" in actions,
        "may_cancel": "cancel" in actions
        and (plan.status == "draft" or closing_checkpoint(plan) is None),
        "may_close": "close" in actions and not still_open and is_opened(plan),
        "open_checks": still_open if "close" in actions else [],
        "places": log_places(plan),
        "events": audit.timeline(plan.case_id),
    }
    if is_drawn:
        context |= _checks_shown(request, plan)
    elif plan.status == "draft":
        context["frame"] = frame_shown(plan, preview_of(plan))
        context["may_commit"] = context["may_commit"] and context["frame"].is_enough
    return render(request, "oversight/selection/detail.html", context, status=status)


def _checks_shown(request: HttpRequest, plan: ControlPlan) -> dict[str, Any]:
    show = request.GET.get("show", "")
    page = Paginator(checks_of(plan, show), CHECKS_PER_PAGE).get_page(request.GET.get("page"))
    return {
        "figures": figures_of(plan, on=timezone.localdate()),
        "tabs": tabs_of(plan, show),
        "page": page,
        "rows": check_rows(page),
        "opening": plan.by_risk + plan.by_lottery - plan.checks.count(),
    }


@never_cache
@require_safe
@for_the_central_office
def plan_frame(request: HttpRequest, number: str) -> HttpResponse:
    """The committed frame in counts, by stratum and by score."""
    plan = find_plan(number)
    if plan.committed_at is None:
        raise Http404
    preview = preview_of_frozen(plan)
    context = {
        "plan": plan,
        "frame": frame_shown(plan, preview),
        "strata": strata_in_words(plan, preview.strata),
    }
    return render(request, "oversight/selection/frame.html", context)


@require_POST
@for_the_central_office
def plan_command(request: HttpRequest, number: str, command: str) -> HttpResponse:
    """Commit, close, cancel; a draw is nobody's command."""
    plan = find_plan(number)
    form = forms.Form(request.POST)
    if carried_out(
        form,
        lambda _values: COMMANDS[command](
            plan=plan, actor=request.actor, seen_version=seen_version(request)
        ),
    ):
        messages.success(request, DONE[command])
        return redirect("oversight:plan-detail", plan.number)
    return detail_page(request, find_plan(number), refused=form, status=409)


@require_safe
@for_the_central_office
def plan_paper(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    plan = find_plan(number)
    document = plan.plan_document if kind == "plan" else plan.draw_document
    if document is None:
        raise Http404
    return paper_response(document, request)


@require_safe
@for_the_central_office
def plan_file(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """Before the plan is closed only here: nobody on the list may be warned."""
    return file_of(find_plan(number), kind)


def file_of(plan: ControlPlan, kind: str) -> HttpResponse:
    """The bytes whose digests stand in the log."""
    if plan.committed_at is None or (kind == "draw" and plan.drawn_at is None):
        raise Http404
    content = published_frame(plan) if kind == "frame" else published_draw(plan)
    response = HttpResponse(content, content_type=JSON)
    response["Content-Disposition"] = f'attachment; filename="{kind}.json"'
    return response
