"""Pages of mass actions: the dry run, the sample, two approvals, the work as it goes."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import audit
from accounts.doors import only_with
from accounts.errors import DomainError
from accounts.permissions import authorize, has_permission
from documents import signing
from issuance.change_records import REASONS_OF
from issuance.views.applications import in_status, of_status, status_tabs
from issuance.views.commands import seen_version
from oversight.models import MassAction, Measure
from oversight.papers import paper_response
from reference.code_lists import code_label
from reference.lists import Listing
from workflow.refusals import carried_out, status_code

from .columns import MASS_COLUMNS
from .deciding import (
    approve_action,
    approve_first,
    has_seen_sample,
    look_at_sample,
    propose_action,
    reject_action,
    resume_action,
    stop_action,
    withdraw_action,
)
from .forms import NoteForm, PrepareForm, WayBackForm
from .preparing import INVERSE, prepare_action, prepare_way_back
from .selectors import conditions_in_words, left_by_the_dry_run, progress_of, splits_of
from .signing import begin_signing

for_the_committee = only_with("oversight.read_mass_action")

PER_PAGE = 50
DONE: dict[str, str | Promise] = {
    "propose": _("The list went to the first person who approves."),
    "approve_first": _("Approved. A third person decides now."),
    "approve": _("Approved; the work has begun."),
    "reject": _("The mass action is rejected."),
    "withdraw": _("The mass action is withdrawn."),
    "stop": _("Stopped. What was done stays done."),
    "resume": _("The work goes on."),
}
COMMANDS: dict[str, Callable[..., MassAction]] = {
    "propose": propose_action,
    "approve_first": approve_first,
    "approve": approve_action,
    "reject": reject_action,
    "withdraw": withdraw_action,
    "stop": stop_action,
    "resume": resume_action,
}
RELATED = (
    *("proposed_by", "first_approved_by", "approved_by", "measure", "undoes", "signature"),
    "document__file",
)


def find_action(number: str) -> MassAction:
    return get_object_or_404(MassAction.objects.select_related(*RELATED), number=number)


@require_safe
@for_the_committee
def mass_list(request: HttpRequest) -> HttpResponse:
    every = MassAction.objects.all()
    listing = Listing(
        request,
        in_status(request, every).select_related(*RELATED),
        MASS_COLUMNS,
        name="mass-actions",
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
        "tabs": status_tabs(request, every, MassAction),
        "may_prepare": has_permission(request.actor, "oversight.propose_mass_action", None),
    }
    return render(request, "oversight/mass/list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_the_committee
def mass_create(request: HttpRequest) -> HttpResponse:
    """A dry run: it finds and shows, and changes nothing."""
    authorize(request.actor, "oversight.propose_mass_action", None)
    measure = Measure.objects.filter(number=request.GET.get("measure", "")).first()
    auditor = measure.auditor_id if measure else request.GET.get("auditor", "")
    form = PrepareForm(
        request.POST if request.method == "POST" else None,
        initial={"kind": "suspend", "auditor": auditor},
    )
    made: list[MassAction] = []
    if request.method == "POST" and carried_out(
        form, lambda values: made.append(_prepare(request, form, values, measure))
    ):
        return redirect("oversight:mass-detail", made[0].number)
    context = {"form": form, "measure": measure}
    return render(request, "oversight/mass/create.html", context, status=status_code(form))


def _prepare(
    request: HttpRequest, form: PrepareForm, values: dict[str, Any], measure: Measure | None
) -> MassAction:
    return prepare_action(
        actor=request.actor,
        kind=values["kind"],
        conditions=form.conditions(),
        reason=values["reason"],
        grounds=values["grounds"],
        measure=measure,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_the_committee
def mass_undo(request: HttpRequest, number: str) -> HttpResponse:
    action = find_action(number)
    authorize(request.actor, "oversight.propose_mass_action", None)
    if action.kind not in INVERSE:
        raise Http404
    form = WayBackForm(
        INVERSE[MassAction.Kind(action.kind)], request.POST if request.method == "POST" else None
    )
    made: list[MassAction] = []
    if request.method == "POST" and carried_out(
        form,
        lambda values: made.append(prepare_way_back(action=action, actor=request.actor, **values)),
    ):
        return redirect("oversight:mass-detail", made[0].number)
    context = {"form": form, "action": action}
    return render(request, "oversight/mass/undo.html", context, status=status_code(form))


@never_cache
@require_safe
@for_the_committee
def mass_detail(request: HttpRequest, number: str) -> HttpResponse:
    action = find_action(number)
    if request.headers.get("HX-Request"):
        context = {"action": action, "progress": progress_of(action)}
        return render(request, "oversight/mass/progress.html", context)
    return detail_page(request, action)


def detail_page(
    request: HttpRequest,
    action: MassAction,
    *,
    refused: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    actions = {each.name for each in action.WORKFLOW.available(action, request.actor)}
    is_over = action.status in ("finished", "stopped") and action.kind in INVERSE
    context = {
        "action": action,
        "conditions": conditions_in_words(action),
        "reason": code_label(REASONS_OF[action.kind], action.reason),
        "progress": progress_of(action),
        "splits": splits_of(action),
        "left": left_by_the_dry_run(action),
        "sample_count": action.items.filter(in_sample=True).count(),
        "has_seen_sample": has_seen_sample(action, request.actor),
        "actions": actions,
        "way_back": action.ways_back.exclude(status__in=("rejected", "withdrawn")).first(),
        "may_undo": is_over
        and has_permission(request.actor, "oversight.propose_mass_action", None),
        "must_sign": signing.required(),
        "refused": refused,
        "note_form": refused if isinstance(refused, NoteForm) else NoteForm(),
        "events": audit.timeline(action.case_id),
    }
    return render(request, "oversight/mass/detail.html", context, status=status)


@never_cache
@require_safe
@for_the_committee
def mass_items(request: HttpRequest, number: str) -> HttpResponse:
    """The certificates: all, those left as they were, or the drawn sample."""
    action = find_action(number)
    chosen = request.GET.get("show", "")
    items = action.items.select_related(
        "certificate__application__applicant", "certificate__application__act"
    ).defer(
        "certificate__record",
        "certificate__application__decision_record",
        "certificate__application__act__record",
    )
    if chosen == "sample":
        look_at_sample(action=action, actor=request.actor)
        items = items.filter(in_sample=True)
    elif chosen in ("waiting", "done", "skipped"):
        items = items.filter(state=chosen)
    context = {
        "action": action,
        "chosen": chosen,
        "page": Paginator(items, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "oversight/mass/items.html", context)


@require_safe
@for_the_committee
def mass_order(request: HttpRequest, number: str) -> HttpResponse:
    """The sealed order with the whole list."""
    action = find_action(number)
    if action.document is None:
        raise Http404
    return paper_response(action.document, request)


@require_POST
@for_the_committee
def mass_command(request: HttpRequest, number: str, command: str) -> HttpResponse:
    """Propose, approve, reject, withdraw, stop, go on."""
    action = find_action(number)
    form = NoteForm(request.POST) if command == "reject" else forms.Form(request.POST)
    to_sign: list[Any] = []
    if carried_out(form, lambda values: _carry_out(request, action, command, values, to_sign)):
        if to_sign:
            return redirect("documents:signing-session", to_sign[0].pk)
        messages.success(request, DONE[command])
        return redirect("oversight:mass-detail", action.number)
    return detail_page(request, find_action(number), refused=form, status=409)


def _carry_out(
    request: HttpRequest,
    action: MassAction,
    command: str,
    values: dict[str, Any],
    to_sign: list[Any],
) -> None:
    seen = seen_version(request)
    if command == "approve" and signing.required():
        authorize(request.actor, "oversight.approve_mass_action", action)
        if not has_seen_sample(action, request.actor):
            raise DomainError("sample_unseen", _("Look at the drawn sample first."))
        shown = action.version if seen is None else seen
        to_sign.append(begin_signing(action, request.actor, seen_version=shown))
        return
    COMMANDS[command](action=action, actor=request.actor, seen_version=seen, **values)
