"""Who examines the goods: choosing, drawing, taking back, lifting a conflict, checking a draw."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import authorize
from audit.keys import verifying_key
from expertise.draws import closing_checkpoint, draw_record, problems_of
from expertise.eligibility import candidates
from expertise.forms.assigning import AssignForm, OverrideForm, ReleaseForm, scope, workload
from expertise.forms.refusals import carried_out, status_code
from expertise.models import AssignmentDraw, ExpertiseRequest
from expertise.services import assigning

from .access import GET_OR_POST, seen_version, visible_request
from .case import form_page, moved_on


@require_http_methods(GET_OR_POST)
def request_assign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Every auditor of the organisation, who may and who may not and why; the lot beside it."""
    obj = visible_request(request, pk)
    authorize(request.actor, "expertise.assign_auditor", obj)
    if moved := moved_on(request, obj, "assign"):
        return moved
    today = timezone.localdate()
    everybody = candidates(obj, on=today)
    eligible = [item for item in everybody if item.is_eligible]
    form = AssignForm(eligible, request.POST if request.method == "POST" else None)
    if request.method == "POST" and carried_out(
        form,
        lambda values: assigning.assign_auditor(
            request=obj,
            actor=request.actor,
            auditor=values["auditor"],
            seen_version=seen_version(request),
        ),
    ):
        messages.success(request, _("The auditor was assigned."))
        return redirect("expertise:request-detail", obj.pk)
    context: dict[str, Any] = {
        "case": obj,
        "form": form,
        "eligible": eligible,
        "left_out": [
            (item, workload(item.open_requests), scope(item))
            for item in everybody
            if not item.is_eligible
        ],
        "may_be_lifted": any(
            problem.may_be_lifted for item in everybody for problem in item.problems
        ),
        "may_choose": assigning.is_choice_allowed(on=today),
        "is_closed": closing_checkpoint(obj) is not None,
    }
    return render(request, "expertise/request_assign.html", context, status=status_code(form))


@require_POST
def request_draw(request: HttpRequest, pk: UUID) -> HttpResponse:
    obj = visible_request(request, pk)
    authorize(request.actor, "expertise.assign_auditor", obj)
    row = assigning.draw_auditor(
        request=obj, actor=request.actor, seen_version=seen_version(request)
    )
    messages.success(
        request, _("%(auditor)s was drawn. Anyone can check the draw.") % {"auditor": row.auditor}
    )
    return redirect("expertise:draw-detail", row.pk)


@require_http_methods(GET_OR_POST)
def request_release(request: HttpRequest, pk: UUID) -> HttpResponse:
    obj = visible_request(request, pk)
    authorize(request.actor, "expertise.release_request", obj)
    if moved := moved_on(request, obj, "release"):
        return moved
    form = ReleaseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and carried_out(
        form,
        lambda values: assigning.release_request(
            request=obj, actor=request.actor, seen_version=seen_version(request), **values
        ),
    ):
        messages.success(request, _("The request is taken back. Now assign another auditor."))
        return redirect("expertise:request-assign", obj.pk)
    return form_page(request, obj, "expertise/request_release.html", form)


@require_http_methods(GET_OR_POST)
def request_override(request: HttpRequest, pk: UUID) -> HttpResponse:
    """For the head of the Committee's department: conflicts, and lifting one."""
    obj = visible_request(request, pk)
    authorize(request.actor, "expertise.override_conflict", obj)
    everybody = candidates(obj, on=timezone.localdate())
    conflicted = [
        item
        for item in everybody
        if item.problems and all(problem.may_be_lifted for problem in item.problems)
    ]
    form = OverrideForm(conflicted, request.POST if request.method == "POST" else None)
    if request.method == "POST" and carried_out(
        form,
        lambda values: assigning.override_conflicts(request=obj, actor=request.actor, **values),
    ):
        messages.success(request, _("The auditor may examine this request."))
        return redirect("expertise:request-detail", obj.pk)
    return form_page(
        request,
        obj,
        "expertise/request_override.html",
        form,
        conflicted=conflicted,
        lifted=obj.overrides.select_related("auditor", "decided_by"),
    )


@login_not_required
@require_safe
def draw_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A draw for everybody: what it was made of, and whether it comes out the same again."""
    row = get_object_or_404(AssignmentDraw.objects.select_related("request"), pk=pk)
    record = draw_record(row)
    total = sum(int(entry["weight"]) for entry in record["eligible"])
    return render(
        request,
        "expertise/draw_detail.html",
        {
            "draw": row,
            # Only the way back: the page itself is the same for everybody.
            "case": ExpertiseRequest.objects.visible_to(request.actor)
            .filter(pk=row.request_id)
            .first(),
            "record": record,
            "eligible": [
                {**entry, "chance": Decimal(100 * int(entry["weight"])) / total}
                for entry in record["eligible"]
            ],
            "total": total,
            "problems": problems_of(record, verifier=verifying_key()),
        },
    )


@login_not_required
@require_safe
def draw_json(_request: HttpRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(AssignmentDraw.objects.select_related("request"), pk=pk)
    return JsonResponse(draw_record(row), json_dumps_params={"ensure_ascii": False, "indent": 2})
