"""The register of readings: disputed rows, how often each reading was picked, and rulings."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import audit
from accounts.permissions import authorize, has_permission
from origin.blockers import finished_run, ruling_blockers
from origin.books import rulebook_in_force
from origin.desk import condition_in_languages, example_parts, shown_row
from origin.forms.readings import CloseForm, DisputeForm, PrecedentForm, ReadingForm, RulingForm
from origin.models import Dispute, DisputeReading, Ruling
from origin.packs import RulePack as Pack
from origin.packs import condition_from_data
from origin.services import impact, readings
from origin.signals import Picked, picked_readings
from workflow.refusals import carried_out, status_code

from .access import EVENTS_SHOWN, GET_OR_POST, for_committee, seen_version
from .deciding import measurement


@require_safe
@for_committee
def dispute_list(request: HttpRequest) -> HttpResponse:
    """Every disputed condition with the lines that followed each of its readings."""
    today = timezone.localdate()
    picked = picked_readings()
    holding = Ruling.objects.holding(on=today).select_related("reading")
    proposed = Ruling.objects.filter(status="proposed").select_related("reading")
    disputes = Dispute.objects.prefetch_related(
        "readings",
        Prefetch("rulings", holding, to_attr="holding_rulings"),
        Prefetch("rulings", proposed, to_attr="proposed_rulings"),
    )
    rows = [_listed(dispute, picked) for dispute in disputes]
    rows.sort(key=lambda row: (row["dispute"].valid_until is not None, -row["lines"]))
    return render(
        request,
        "origin/dispute_list.html",
        {
            "rows": rows,
            "open_count": sum(row["dispute"].valid_until is None for row in rows),
            "lines": sum(row["lines"] for row in rows),
            "may_edit": has_permission(request.actor, "origin.edit_readings", None),
        },
    )


@require_http_methods(GET_OR_POST)
@for_committee
def dispute_create(request: HttpRequest) -> HttpResponse:
    """The row, what is disputed, and the first two readings together."""
    authorize(request.actor, "origin.edit_readings", None)
    today = timezone.localdate()
    pack = rulebook_in_force(on=today).pack
    data = request.POST or None
    form = DisputeForm(data, initial={"row_id": request.GET.get("row", "")})
    first, second = (ReadingForm(pack, data, prefix=prefix) for prefix in ("a", "b"))
    made: list[Dispute] = []

    def save(values: dict[str, Any]) -> None:
        made.append(
            readings.open_dispute(
                actor=request.actor,
                row_id=values["row_id"],
                question=form.question(),
                readings=[first.reading(), second.reading()],
                on=today,
            )
        )

    valid = request.method == "POST" and all([form.is_valid(), first.is_valid(), second.is_valid()])
    if valid and carried_out(form, save):
        messages.success(request, _("The disputed condition was recorded."))
        return redirect("origin:dispute-detail", made[0].pk)
    return render(
        request,
        "origin/dispute_create.html",
        {"form": form, "readings": [first, second], "examples": example_parts()},
        status=status_code(form),
    )


@require_safe
@for_committee
def dispute_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    dispute = _dispute(pk)
    today = timezone.localdate()
    pack = rulebook_in_force(on=today).pack
    picked = picked_readings()
    holding = dispute.rulings.holding(on=today).select_related("reading").first()
    rulings = dispute.rulings.select_related("reading", "proposed_by", "approved_by")
    row = next((row for row in pack.rows if row.id == dispute.row_id), None)
    return render(
        request,
        "origin/dispute_detail.html",
        {
            "dispute": dispute,
            "row": shown_row(row, pack) if row else None,
            "readings": [
                (reading, _in_words(reading, pack), picked.get((dispute.row_id, reading.code)))
                for reading in dispute.readings.all()
            ],
            "holding": holding,
            "rulings": rulings,
            "is_proposed": any(ruling.status == "proposed" for ruling in rulings),
            "precedents": dispute.precedents.select_related("reading", "added_by"),
            "events": audit.timeline(dispute.pk)[:EVENTS_SHOWN],
            "may_edit": dispute.valid_until is None
            and has_permission(request.actor, "origin.edit_readings", dispute),
            "today": today,
        },
    )


@require_http_methods(GET_OR_POST)
@for_committee
def reading_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    dispute = _dispute(pk)
    today = timezone.localdate()
    form = ReadingForm(rulebook_in_force(on=today).pack, request.POST or None)

    def save(_values: dict[str, Any]) -> None:
        readings.add_reading(dispute=dispute, actor=request.actor, reading=form.reading(), on=today)

    return _command(request, dispute, form, save, _("Add a reading"), examples=example_parts())


@require_http_methods(GET_OR_POST)
@for_committee
def precedent_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    dispute = _dispute(pk)
    form = PrecedentForm(dispute, request.POST or None)

    def save(values: dict[str, Any]) -> None:
        readings.add_precedent(dispute=dispute, actor=request.actor, **values)

    return _command(request, dispute, form, save, _("Add a precedent"))


@require_http_methods(GET_OR_POST)
@for_committee
def ruling_propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    dispute = _dispute(pk)
    form = RulingForm(dispute, request.POST or None)

    def save(values: dict[str, Any]) -> None:
        readings.propose_ruling(dispute=dispute, actor=request.actor, **values)

    return _command(request, dispute, form, save, _("Propose which reading holds"))


@require_http_methods(GET_OR_POST)
@for_committee
def dispute_close(request: HttpRequest, pk: UUID) -> HttpResponse:
    dispute = _dispute(pk)
    form = CloseForm(request.POST or None)

    def save(values: dict[str, Any]) -> None:
        readings.close_dispute(
            dispute=dispute, actor=request.actor, reason=values["reason"], on=timezone.localdate()
        )

    return _command(request, dispute, form, save, _("Close the dispute"))


@require_safe
@for_committee
def ruling_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A proposed or approved ruling with its effect and what stands before the decision."""
    ruling = _ruling(pk)
    is_open = ruling.status == "proposed"
    today = timezone.localdate()
    blockers = ruling_blockers(ruling, finished_run(ruling), on=today) if is_open else []
    pack = rulebook_in_force(on=today).pack
    return render(
        request,
        "origin/ruling_detail.html",
        {
            "ruling": ruling,
            "sentence": _in_words(ruling.reading, pack),
            "blockers": blockers,
            "is_clear": all(blocker.is_clear for blocker in blockers),
            "took_part": request.actor.user_id == ruling.proposed_by_id,
            "actions": {item.name for item in ruling.WORKFLOW.available(ruling, request.actor)},
            "events": audit.timeline(ruling.case_id)[:EVENTS_SHOWN],
            **measurement(request, ruling),
        },
    )


@require_POST
@for_committee
def ruling_impact(request: HttpRequest, pk: UUID) -> HttpResponse:
    impact.measure_impact(proposal=_ruling(pk), actor=request.actor)
    return redirect("origin:ruling-detail", pk)


@require_POST
@for_committee
def ruling_approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    readings.approve_ruling(
        ruling=_ruling(pk), actor=request.actor, seen_version=seen_version(request)
    )
    messages.success(request, _("The ruling is approved."))
    return redirect("origin:ruling-detail", pk)


@require_POST
@for_committee
def ruling_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    readings.withdraw_ruling(
        ruling=_ruling(pk), actor=request.actor, seen_version=seen_version(request)
    )
    messages.success(request, _("The proposal was withdrawn."))
    return redirect("origin:ruling-detail", pk)


def _listed(dispute: Dispute, picked: dict[tuple[str, str], Picked]) -> dict[str, Any]:
    counts = [
        (reading, picked.get((dispute.row_id, reading.code))) for reading in dispute.readings.all()
    ]
    return {
        "dispute": dispute,
        "counts": counts,
        "lines": sum(count.lines for _reading, count in counts if count),
        "holding": next(iter(dispute.holding_rulings), None),
        "proposed": next(iter(dispute.proposed_rulings), None),
    }


def _command(
    request: HttpRequest,
    dispute: Dispute,
    form: Any,
    save: Callable[[dict[str, Any]], None],
    heading: str,
    **context: Any,
) -> HttpResponse:
    authorize(request.actor, "origin.edit_readings", dispute)
    if request.method == "POST" and carried_out(form, save):
        messages.success(request, _("Recorded."))
        return redirect("origin:dispute-detail", dispute.pk)
    return render(
        request,
        "origin/dispute_command.html",
        {"dispute": dispute, "form": form, "command": heading, **context},
        status=status_code(form),
    )


def _in_words(reading: DisputeReading, pack: Pack) -> str:
    return condition_in_languages(condition_from_data(reading.condition), pack)[0][1]


def _dispute(pk: UUID) -> Dispute:
    disputes = Dispute.objects.select_related("opened_by", "closed_by")
    return get_object_or_404(disputes, pk=pk)


def _ruling(pk: UUID) -> Ruling:
    rulings = Ruling.objects.select_related("dispute", "reading", "proposed_by", "approved_by")
    return get_object_or_404(rulings, pk=pk)
