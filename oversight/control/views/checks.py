"""Pages of desk checks: the list, the replay desk, and one address for each command."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import audit
from accounts.errors import DomainError, PermissionRefused
from accounts.permissions import authorize, has_permission
from issuance.models import Certificate
from issuance.views.commands import seen_version
from oversight.control.apart import sides_of_case
from oversight.control.blockers import closing_blockers, concluding_blockers, open_ends
from oversight.control.checks import (
    add_note,
    assign_check,
    close_check,
    decide_check_objection,
    inspectors_for,
    order_check,
    start_check,
)
from oversight.control.columns import CHECK_COLUMNS
from oversight.control.concluding import conclude_check
from oversight.control.desk import Desk, desk_of
from oversight.control.difference_words import in_words
from oversight.control.filters import CheckFilter
from oversight.control.forms import (
    AnswerForm,
    AskForm,
    AssignForm,
    ConcludeForm,
    NoteForm,
    OrderForm,
    ViolationForm,
)
from oversight.control.questions import ask_side, open_question, resume_check
from oversight.control.recommendations import addressees_of
from oversight.control.replays import last_replay, record_replay
from oversight.control.steps import step_of_check
from oversight.control.suggesting import suggested_violation
from oversight.control.tabs import check_tabs, rows_of_tabs, tabs_of
from oversight.control.violations import named_violations
from oversight.departments import department_of, department_of_certificate, within
from oversight.models import DeskCheck
from oversight.reading.services import note_reading
from reference.lists import Listing
from reference.numbers import normalise_certificate_number
from workflow.refusals import carried_out, status_code

from .access import find_check, for_the_committee

PER_PAGE = 30
EVENTS_SHOWN = 60
DONE: dict[str, str | Promise] = {
    "assign": _("The check is given to the inspector."),
    "start": _("The check has begun."),
    "ask": _("The question went to the organisation; the clock stands."),
    "resume": _("The check goes on."),
    "conclude": _("The check is concluded; a second person closes it."),
    "close": _("The check is closed."),
    "reopen": _("The case is checked again."),
    "uphold": _("The conclusion stays."),
    "replay": _("The replay is recorded."),
    "note": _("The note is added."),
}
Refused = Mapping[str, forms.Form]


@require_safe
@for_the_committee
def check_list(request: HttpRequest) -> HttpResponse:
    """The checks of the person's department, those that wait for the person first."""
    own = within(DeskCheck.objects.all(), request.actor)
    found = CheckFilter(request.GET, queryset=own)
    rows = found.qs if found.is_valid() else own.none()
    offered = check_tabs(request.actor)
    tab, tabs = tabs_of(request, rows, offered)
    related = ("certificate__application__applicant", "department", "inspector", "plan")
    listed = rows.filter(tab.condition).select_related(*related)
    listing = Listing(
        request,
        listed.defer("certificate__record", "certificate__application__decision_record"),
        CHECK_COLUMNS,
        name="checks",
        first="due",
        form=found.form,
        beside={"tab": tab.key},
        per_page=PER_PAGE,
        recount=lambda query: rows_of_tabs(query, CheckFilter(query, queryset=own).qs, offered),
    )
    if answer := listing.answer():
        return answer
    context = {
        "listing": listing,
        "tabs": tabs,
        "page": listing.page,
        "today": timezone.localdate(),
        "may_order": _may_order(request),
    }
    return render(request, "oversight/control/check_list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_the_committee
def check_order(request: HttpRequest) -> HttpResponse:
    """A check outside any plan, on the order of whoever may give checks out."""
    if not _may_order(request):
        raise PermissionRefused("not_allowed", _("Only whoever gives checks out may order one."))
    form = OrderForm(
        request.POST if request.method == "POST" else None,
        initial={"number": request.GET.get("certificate", "")},
    )
    made: list[DeskCheck] = []
    if request.method == "POST" and carried_out(
        form, lambda values: made.append(_order(request, values["number"]))
    ):
        messages.success(request, _("The certificate is taken for a desk check."))
        return redirect("oversight:check-detail", made[0].number)
    return render(
        request, "oversight/control/check_order.html", {"form": form}, status=status_code(form)
    )


def _may_order(request: HttpRequest) -> bool:
    own = department_of(request.actor, on=timezone.localdate())
    return has_permission(request.actor, "oversight.assign_check", DeskCheck(department=own))


def _order(request: HttpRequest, given: str) -> DeskCheck:
    try:
        number = normalise_certificate_number(given)
    except forms.ValidationError as error:
        raise DomainError("number", " ".join(error.messages), field="number") from error
    certificate = (
        Certificate.objects.issued()
        .filter(number=number)
        .select_related("application__act__request")
        .order_by("-issued_at")
        .first()
    )
    if certificate is None:
        raise DomainError("unknown", _("There is no such certificate."), field="number")
    department = department_of_certificate(certificate)
    authorize(request.actor, "oversight.assign_check", DeskCheck(department=department))
    return order_check(certificate=certificate, actor=request.actor)


@never_cache
@require_safe
@for_the_committee
def check_detail(request: HttpRequest, number: str) -> HttpResponse:
    return check_page(request, find_check(request, number))


def check_page(
    request: HttpRequest, check: DeskCheck, *, refused: Refused | None = None, status: int = 200
) -> HttpResponse:
    """The replay desk: everything the certificate rests on, and what to do next."""
    asked = request.GET.get("line", "")
    desk = desk_of(check, request.actor, line=int(asked) if asked.isdecimal() else None)
    if desk is None:
        raise Http404
    note_reading(request=desk.case.request, actor=request.actor, on=timezone.localdate())
    actions = {each.name for each in check.WORKFLOW.available(check, request.actor)}
    question = open_question(check)
    works = "conclude" in actions
    ends = open_ends(check) if works else []
    shown = _forms(request, check, desk, actions, ends)
    context = {
        "check": check,
        "desk": desk,
        "actions": actions,
        "works": works,
        "question": question,
        "questions": check.questions.select_related("addressee", "answered_by", "file"),
        "step": step_of_check(check, request.actor, actions, question),
        "blockers": _blockers(check, request, actions),
        "ends": [(DeskCheck.Result(each).label, unmet) for each, unmet in ends],
        "may_end": any(not unmet for _each, unmet in ends),
        "forms": {**shown, **(refused or {})},
        "refused": list((refused or {}).values()),
        "replay": last_replay(check),
        "differences": [(item, in_words(str(item.what))) for item in desk.replayed.differences],
        "violations": named_violations(check),
        "notes": check.notes.select_related("by"),
        "recommendations": check.recommendations.select_related("addressee"),
        "addressees": addressees_of(check)
        if has_permission(request.actor, "oversight.prepare_recommendation", check)
        and check.status in ("concluded", "closed")
        else [],
        "may_resume": "resume" in actions
        and (question is None or question.due_on < timezone.localdate()),
        "events": audit.timeline(check.case_id)[:EVENTS_SHOWN],
        "today": timezone.localdate(),
    }
    return render(request, "oversight/control/check_detail.html", context, status=status)


def _blockers(check: DeskCheck, request: HttpRequest, actions: set[str]) -> list[Any]:
    if "conclude" in actions:
        return concluding_blockers(check)
    return closing_blockers(check, request.actor) if "close" in actions else []


def _forms(
    request: HttpRequest,
    check: DeskCheck,
    desk: Desk,
    actions: set[str],
    ends: list[tuple[str, list[Any]]],
) -> dict[str, forms.Form]:
    """Only the forms of what the person may do now."""
    shown: dict[str, forms.Form] = {"note": NoteForm(prefix="note")}
    if "assign" in actions:
        shown["assign"] = AssignForm(inspectors_for(check), prefix="assign")
    if "ask" in actions:
        shown["ask"] = AskForm(sides_of_case(check.certificate), prefix="ask")
    if "conclude" in actions:
        shown["conclude"] = ConcludeForm(
            desk.risk, prefix="conclude", offered=[each for each, unmet in ends if not unmet]
        )
        shown["violation"] = ViolationForm(
            documents_of(desk),
            prefix="violation",
            initial=suggested_violation(desk.replayed, request.GET.get("from", "")),
        )
    if "uphold" in actions:
        shown["uphold"] = AnswerForm(prefix="uphold")
        shown["reopen"] = AnswerForm(prefix="reopen")
    return shown


def documents_of(desk: Desk) -> list[tuple[str, str]]:
    papers = [*desk.papers, *desk.photographs]
    return [(str(paper.document.pk), str(paper.document)) for paper in papers]


def _bound(request: HttpRequest, check: DeskCheck, name: str) -> forms.Form:
    """The form of a command with what was sent."""
    match name:
        case "assign":
            return AssignForm(inspectors_for(check), request.POST, prefix=name)
        case "ask":
            return AskForm(sides_of_case(check.certificate), request.POST, prefix=name)
        case "conclude":
            desk = desk_of(check, request.actor)
            return ConcludeForm(desk.risk if desk else [], request.POST, prefix=name)
        case "note":
            return NoteForm(request.POST, prefix=name)
        case "uphold" | "reopen":
            return AnswerForm(request.POST, prefix=name)
    return forms.Form(request.POST)


def _run(request: HttpRequest, check: DeskCheck, name: str, form: forms.Form) -> Callable[..., Any]:
    actor, seen = request.actor, seen_version(request)
    known: dict[str, Callable[..., Any]] = {
        "assign": partial(assign_check, seen_version=seen),
        "start": partial(start_check, seen_version=seen),
        "ask": partial(ask_side, seen_version=seen),
        "resume": partial(resume_check, seen_version=seen),
        "close": partial(close_check, seen_version=seen),
        "uphold": partial(decide_check_objection, accepted=False, seen_version=seen),
        "reopen": partial(decide_check_objection, accepted=True, seen_version=seen),
        "replay": record_replay,
        "note": add_note,
        "conclude": partial(conclude_check, seen_version=seen),
    }
    command = known[name]

    def run(values: dict[str, Any]) -> None:
        if isinstance(form, ConcludeForm):
            values = {
                "result": values["result"],
                "conclusion": values["conclusion"],
                "verdicts": form.verdicts(),
            }
        command(check=check, actor=actor, **values)

    return run


@require_POST
@for_the_committee
def check_command(request: HttpRequest, number: str, name: str) -> HttpResponse:
    check = find_check(request, number)
    if name not in DONE:
        raise Http404
    form = _bound(request, check, name)
    if carried_out(form, _run(request, check, name, form)):
        messages.success(request, DONE[name])
        return redirect("oversight:check-detail", number)
    status = max(status_code(form), 409)
    return check_page(request, find_check(request, number), refused={name: form}, status=status)
