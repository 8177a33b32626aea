"""The page of one inspection and one address for each command."""

from collections.abc import Callable, Mapping
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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import audit
from accounts.permissions import authorize, has_permission
from documents.file_pages import handed_out
from documents.models import StoredFile
from documents.uploads import accept_upload
from issuance.views.commands import seen_version
from oversight.control.violations import named
from oversight.inspections import conducting, planning
from oversight.inspections.blockers import completion_blockers, has_proof, starting_blockers
from oversight.inspections.forms import (
    AssignForm,
    CompleteForm,
    FoundForm,
    NoteForm,
    OutcomeForm,
    ReasonForm,
    RegisterForm,
    ResultForm,
    SampleForm,
)
from oversight.inspections.lists import OUTCOMES, needs_act
from oversight.inspections.selectors import code_words, lines_in_words
from oversight.models import Inspection
from workflow.refusals import carried_out, status_code

from .access import find_inspection, for_the_committee

FILES = ("pdf", "jpg", "png", "docx")
DONE: dict[str, str | Promise] = {
    "assign": _("The inspection is given to the inspector."),
    "take": _("The inspection is yours."),
    "register": _("The registration is entered."),
    "start": _("The inspection has begun."),
    "sample": _("The sample is recorded."),
    "outcome": _("The outcome is recorded."),
    "violation": _("The violation is recorded."),
    "complete": _("The inspection is completed."),
    "cancel": _("The inspection is cancelled."),
}
Refused = Mapping[str, forms.Form]


@never_cache
@require_safe
@for_the_committee
def inspection_detail(request: HttpRequest, number: str) -> HttpResponse:
    return detail_page(request, find_inspection(request, number))


def detail_page(
    request: HttpRequest,
    inspection: Inspection,
    *,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    actor, refused, words = request.actor, refused or {}, code_words()
    actions = {each.name for each in inspection.WORKFLOW.available(inspection, actor)}
    conducts = inspection.status == "under_way" and "complete" in actions
    is_planned = inspection.status == "planned"
    is_proved = has_proof(inspection)
    blockers = _blockers(inspection)
    context: dict[str, Any] = {
        "inspection": inspection,
        "line": lines_in_words([inspection])[0],
        "actions": actions,
        "conducts": conducts,
        "blockers": blockers,
        "is_clear": all(blocker.is_clear for blocker in blockers),
        "needs_act": needs_act(inspection.kind),
        "samples": inspection.samples.select_related("file").order_by("bought_on", "pk"),
        "outcomes": [
            (one, words.get((OUTCOMES, one.kind), one.kind))
            for one in inspection.outcomes.order_by("decided_on", "pk")
        ],
        "violations": [
            (violation, name, NoteForm(prefix=f"drop-{violation.pk}"))
            for violation, name in named(
                inspection.violations.select_related("organisation", "noted_by", "file").order_by(
                    "noted_at"
                )
            )
        ],
        "measures": inspection.measures.select_related("type").order_by("proposed_at"),
        "may_propose": conducts and has_permission(actor, "oversight.propose_measure", None),
        "may_assign": inspection.status in ("planned", "under_way")
        and has_permission(actor, "oversight.assign_inspection", inspection),
        "may_take": inspection.status in ("planned", "under_way")
        and inspection.inspector_id != actor.user_id
        and has_permission(actor, "oversight.take_inspection", inspection),
        "may_register": is_planned
        and has_permission(actor, "oversight.plan_inspection", inspection),
        "events": audit.timeline(inspection.case_id),
        "forms": _forms(inspection, is_proved=is_proved) | dict(refused),
        "refused": next(iter(refused.values()), None),
    }
    return render(request, "oversight/inspections/detail.html", context, status=status)


def _blockers(inspection: Inspection) -> list[Any]:
    if inspection.status == "planned":
        return starting_blockers(inspection, on=timezone.localdate())
    if inspection.status == "under_way":
        return completion_blockers(inspection)
    return []


def _forms(inspection: Inspection, *, is_proved: bool) -> dict[str, forms.Form]:
    if inspection.status not in ("planned", "under_way"):
        return {}
    return {name: _form(inspection, name, is_proved=is_proved) for name in DONE}


def _form(
    inspection: Inspection,
    name: str,
    *data: Any,
    is_proved: bool,
) -> forms.Form:
    match name:
        case "assign":
            return AssignForm(inspection, *data, prefix=name)
        case "outcome":
            return OutcomeForm(
                inspection, *data, prefix=name, initial={"decided_on": timezone.localdate()}
            )
        case "complete":
            return CompleteForm(*data, prefix=name, is_proved=is_proved)
        case "sample":
            return SampleForm(*data, prefix=name, initial={"bought_on": timezone.localdate()})
        case "register":
            number = inspection.registration_number
            return RegisterForm(*data, prefix=name, initial={"registration_number": number})
    plain = {"violation": FoundForm, "cancel": ReasonForm}
    return plain.get(name, forms.Form)(*data, prefix=name)


@require_POST
@for_the_committee
def inspection_command(request: HttpRequest, number: str, command: str) -> HttpResponse:
    """Give out, register, begin, record, complete, cancel."""
    inspection = find_inspection(request, number)
    form = _form(inspection, command, request.POST, request.FILES, is_proved=has_proof(inspection))
    if carried_out(form, lambda values: _carry_out(request, inspection, command, values)):
        messages.success(request, DONE[command])
        return redirect("oversight:inspection-detail", number)
    found = find_inspection(request, number)
    return detail_page(request, found, refused={command: form}, status=409)


def _carry_out(
    request: HttpRequest, inspection: Inspection, command: str, values: dict[str, Any]
) -> None:
    actor, seen = request.actor, seen_version(request)
    moving: dict[str, Callable[..., Any]] = {
        "assign": conducting.assign_inspector,
        "take": conducting.assign_inspector,
        "register": conducting.register_act,
        "start": conducting.start_inspection,
        "complete": conducting.complete_inspection,
        "cancel": planning.cancel_inspection,
    }
    recording: dict[str, Callable[..., Any]] = {
        "sample": conducting.record_sample,
        "outcome": conducting.record_outcome,
        "violation": conducting.add_violation,
    }
    if command == "take":
        values = {"inspector": actor.user}
    if command == "complete":
        values["has_violations"] = values["has_violations"] == "true"
    if "upload" in values:
        values["file"] = _stored(request, values.pop("upload"))
    if command in recording:
        recording[command](inspection=inspection, actor=actor, **values)
    else:
        moving[command](inspection=inspection, actor=actor, seen_version=seen, **values)


def _stored(request: HttpRequest, upload: Any) -> StoredFile | None:
    if not upload:
        return None
    return accept_upload(upload, kinds=FILES, by=request.actor.user, field="upload")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_the_committee
def sample_result(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The laboratory's word on one sample."""
    inspection = find_inspection(request, number)
    authorize(request.actor, "oversight.conduct_inspection", inspection)
    sample = get_object_or_404(inspection.samples, pk=pk)
    form = ResultForm(
        request.POST or None,
        request.FILES or None,
        initial={
            "tested_on": sample.tested_on or timezone.localdate(),
            "result": sample.result,
            "protocol_number": sample.protocol_number,
            "note": sample.note,
        },
    )

    def run(values: dict[str, Any]) -> None:
        file = _stored(request, values.pop("upload"))
        conducting.record_result(sample=sample, actor=request.actor, file=file, **values)

    if form.is_bound and carried_out(form, run):
        messages.success(request, _("The result is recorded."))
        return redirect(f"{reverse('oversight:inspection-detail', args=[number])}#samples")
    context = {"form": form, "sample": sample, "inspection": inspection}
    return render(
        request, "oversight/inspections/sample_result.html", context, status=status_code(form)
    )


@require_POST
@for_the_committee
def inspection_take_back(request: HttpRequest, number: str, what: str, pk: str) -> HttpResponse:
    """A sample, an outcome or a violation that was recorded by mistake."""
    inspection = find_inspection(request, number)
    rows: Any = {
        "sample": inspection.samples,
        "outcome": inspection.outcomes,
        "violation": inspection.violations,
    }[what]
    found = get_object_or_404(rows, pk=pk)
    if what == "sample":
        conducting.remove_sample(sample=found, actor=request.actor)
    elif what == "outcome":
        conducting.remove_outcome(outcome=found, actor=request.actor)
    else:
        note = request.POST.get(f"drop-{found.pk}-note", "")
        conducting.drop_violation(violation=found, actor=request.actor, note=note)
    messages.success(request, _("It is taken back; the log keeps both."))
    return redirect("oversight:inspection-detail", number)


@require_safe
@for_the_committee
def inspection_file(request: HttpRequest, number: str, what: str, pk: str = "") -> HttpResponse:
    """The act of the inspection, a protocol, a piece of evidence."""
    inspection = find_inspection(request, number)
    stored: StoredFile | None = inspection.file
    if what == "sample":
        stored = get_object_or_404(inspection.samples.select_related("file"), pk=pk).file
    if what == "violation":
        stored = get_object_or_404(inspection.violations.select_related("file"), pk=pk).file
    if stored is None:
        raise Http404
    back = (reverse("oversight:inspection-detail", args=[number]), number)
    return handed_out(request, stored, back=back)
