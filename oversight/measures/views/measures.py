"""The Committee's pages of measures: the list, one measure, its commands."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

import audit
from accounts.permissions import authorize, has_permission
from documents import signing
from issuance.views.commands import seen_version
from oversight.departments import check_department, within
from oversight.measures.appealing import can_be_appealed
from oversight.measures.columns import MEASURE_COLUMNS
from oversight.measures.deciding import (
    approve_measure,
    drop_measure,
    impose_measure,
    may_be_imposed,
    reject_measure,
)
from oversight.measures.filters import MeasureFilter
from oversight.measures.following import (
    can_be_executed,
    can_be_lifted,
    execute_measure,
    lift_measure,
    note_payment,
)
from oversight.measures.forms import DecisionForm, ExecutionForm, NoteForm, PaymentForm, ReplyForm
from oversight.measures.proposing import withdraw_measure
from oversight.measures.replying import register_reply
from oversight.measures.selectors import (
    TABS,
    certificates_on,
    earlier_measures,
    rows_of,
    tab_conditions,
    waiting_for,
    with_everything,
)
from oversight.measures.signing import begin_signing
from oversight.measures.targets import reason_in_words, subject_in_words
from oversight.models import Measure
from reference.lists import Listing
from workflow.refusals import carried_out

from .access import find_measure, for_the_committee, paper_of, taken_in

PER_PAGE = 50


@dataclass(frozen=True)
class Command:
    run: Callable[..., Measure]
    form: type[forms.Form]
    done: str | Promise


COMMANDS: dict[str, Command] = {
    "withdraw": Command(withdraw_measure, forms.Form, _("The proposal is withdrawn.")),
    "approve": Command(approve_measure, forms.Form, _("Approved; the notice goes out.")),
    "reject": Command(reject_measure, NoteForm, _("The proposal is rejected.")),
    "impose": Command(impose_measure, DecisionForm, _("The measure is in force.")),
    "drop": Command(drop_measure, NoteForm, _("The measure is dropped.")),
    "reply": Command(register_reply, ReplyForm, _("The reply is taken in.")),
    "pay": Command(note_payment, PaymentForm, _("The payment is entered.")),
    "execute": Command(execute_measure, ExecutionForm, _("Marked as executed.")),
    "lift": Command(lift_measure, NoteForm, _("The measure is lifted.")),
}


def _found(request: HttpRequest) -> tuple[MeasureFilter, QuerySet[Measure]]:
    seen = within(Measure.objects.all(), request.actor)
    found = MeasureFilter(request.GET, queryset=seen)
    return found, found.qs if found.is_valid() else Measure.objects.none()


def _listing(
    request: HttpRequest, found: MeasureFilter, listed: QuerySet[Measure], conditions: dict[str, Q]
) -> Listing:
    seen = within(Measure.objects.all(), request.actor)

    def recount(query: QueryDict) -> QuerySet[Measure]:
        rows = MeasureFilter(query, queryset=seen).qs
        return rows.filter(conditions.get(query.get("tab", ""), Q()))

    chosen = request.GET.get("tab", "")
    shown = listed.filter(conditions[chosen]) if chosen in conditions else listed
    return Listing(
        request,
        with_everything(shown),
        MEASURE_COLUMNS,
        name="measures",
        first="-proposed",
        form=found.form,
        prepare=rows_of,
        beside={"tab": chosen},
        per_page=PER_PAGE,
        recount=recount,
    )


@require_safe
@for_the_committee
def measure_list(request: HttpRequest) -> HttpResponse:
    found, listed = _found(request)
    conditions = tab_conditions(on=timezone.localdate())
    listing = _listing(request, found, listed, conditions)
    if answer := listing.answer():
        return answer
    context = {
        "listing": listing,
        "page": listing.page,
        "rows": listing.rows,
        "tabs": _tabs(request, listed, conditions, request.GET.get("tab", "")),
        "may_propose": has_permission(request.actor, "oversight.propose_measure", None),
    }
    return render(request, "oversight/measures/list.html", context)


def _tabs(
    request: HttpRequest, listed: QuerySet[Measure], conditions: dict[str, Q], chosen: str
) -> list[dict[str, Any]]:
    """All, then each tab, all counted in one query."""
    counts = listed.order_by().aggregate(
        all=Count("pk"),
        **{name: Count("pk", filter=condition) for name, condition in conditions.items()},
    )
    kept = {
        name: value for name, value in request.GET.items() if name not in ("tab", "page") and value
    }

    def tab(label: Any, key: str) -> dict[str, Any]:
        # Said even when it is all of them: an empty address opens with a saved view.
        url = f"?{urlencode({**kept, 'tab': key})}"
        return {"label": label, "url": url, "count": counts[key or "all"], "current": chosen == key}

    return [tab(_("All"), ""), *(tab(each.label, each.key) for each in TABS)]


@require_safe
@for_the_committee
def measure_export(request: HttpRequest) -> HttpResponse:
    """The list as a file, by the same conditions."""
    found, listed = _found(request)
    conditions = tab_conditions(on=timezone.localdate())
    listing = _listing(request, found, listed, conditions)
    return listing.file(request.GET.get("format", ""))


@never_cache
@require_safe
@for_the_committee
def measure_detail(request: HttpRequest, number: str) -> HttpResponse:
    return detail_page(request, find_measure(request, number))


def detail_page(
    request: HttpRequest,
    measure: Measure,
    *,
    refused: dict[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The measure, what it waits for, the buttons of whoever may act now, and why others lack."""
    today = timezone.localdate()
    given = refused or {}
    context = {
        "measure": measure,
        "subject": subject_in_words(measure),
        "reason": reason_in_words(measure),
        "waiting": waiting_for(measure, on=today),
        "actions": actions_of(request, measure),
        "is_proposer": measure.proposed_by_id == request.actor.user_id,
        "at_once": measure.type.reply_days is None,
        "forms": {
            name: given.get(name) or command.form(prefix=name) for name, command in COMMANDS.items()
        },
        "refused": list(given.values()),
        "violations": measure.violations.select_related("certificate", "auditor").defer(
            "certificate__record"
        ),
        "earlier": earlier_measures(measure, on=today) if measure.status != "withdrawn" else [],
        "certificates": certificates_on(measure.act),
        "appeals": list(measure.appeals.select_related("decided_by")),
        "must_sign": signing.required(),
        "may_propose": has_permission(request.actor, "oversight.propose_measure", None),
        "events": audit.timeline(measure.case_id),
        "today": today,
    }
    return render(request, "oversight/measures/detail.html", context, status=status)


def actions_of(request: HttpRequest, measure: Measure) -> set[str]:
    """What this person may do now; nothing is offered that would be refused."""
    actor = request.actor
    names = {each.name for each in measure.WORKFLOW.available(measure, actor)}
    at_once = measure.type.reply_days is None
    if measure.status == "proposed" and at_once and "approve" in names:
        names = names - {"approve"} | {"impose"}
    elif not may_be_imposed(measure, on=timezone.localdate()):
        names.discard("impose")
    if not can_be_executed(measure) or (measure.fine_tenge and not measure.fine_paid_on):
        names.discard("execute")
    if not can_be_lifted(measure):
        names.discard("lift")
    awaits = measure.status == "approved" and measure.replied_at is None
    if awaits and has_permission(actor, "oversight.register_reply", measure):
        names.add("reply")
    is_owed = measure.fine_tenge is not None and measure.fine_paid_on is None
    if measure.status in ("in_force", "executed") and is_owed:
        names.add("pay")
    if can_be_appealed(measure) and has_permission(actor, "oversight.register_appeal", measure):
        names.add("appeal")
    return names


@require_POST
@for_the_committee
def measure_command(request: HttpRequest, number: str, command: str) -> HttpResponse:
    """One address for each command: parse, carry out, show the answer."""
    measure = find_measure(request, number)
    asked = COMMANDS[command]
    form = asked.form(request.POST, request.FILES, prefix=command)
    to_sign: list[Any] = []
    if carried_out(form, lambda values: _carry_out(request, measure, command, values, to_sign)):
        if to_sign:
            return redirect("documents:signing-session", to_sign[0].pk)
        messages.success(request, asked.done)
        return redirect("oversight:measure-detail", measure.number)
    shown = find_measure(request, number)
    return detail_page(request, shown, refused={command: form}, status=409)


def _carry_out(
    request: HttpRequest,
    measure: Measure,
    command: str,
    values: dict[str, Any],
    to_sign: list[Any],
) -> None:
    actor, seen = request.actor, seen_version(request)
    if command == "impose" and signing.required():
        authorize(actor, "oversight.decide_measure", measure)
        check_department(actor, measure.department)
        shown = measure.version if seen is None else seen
        to_sign.append(begin_signing(measure, actor, note=values["note"], seen_version=shown))
        return
    if command == "reply":
        values["file"] = taken_in(request, values)
    COMMANDS[command].run(measure=measure, actor=actor, seen_version=seen, **values)


@require_safe
@for_the_committee
def measure_paper(request: HttpRequest, number: str, what: str) -> HttpResponse:
    back_url = reverse("oversight:measure-detail", args=[number])
    return paper_of(request, find_measure(request, number), what, back_url=back_url)
