"""The Committee's pages of appeals: the list, one appeal, its decision, one that came on paper."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import audit
from accounts.permissions import authorize, has_permission
from documents.file_pages import handed_out
from documents.storing import file_response
from issuance.views.applications import in_status, of_status, status_tabs
from issuance.views.commands import seen_version
from oversight.departments import may_act_in
from oversight.measures.appealing import allow_appeal, dismiss_appeal, register_appeal
from oversight.measures.columns import APPEAL_COLUMNS, AppealRow
from oversight.measures.forms import AppealForm, ReasonsForm
from oversight.measures.selectors import appeals_visible_to
from oversight.measures.targets import subject_in_words
from oversight.models import Appeal
from reference.lists import Listing
from reference.working_days import Calendar
from workflow.refusals import carried_out, status_code

from .access import find_appeal, find_measure, for_the_committee, taken_in

PER_PAGE = 50
DECISIONS: dict[str, tuple[Callable[..., Appeal], str | Promise]] = {
    "allow": (allow_appeal, _("The appeal is allowed; the measure is set aside.")),
    "dismiss": (dismiss_appeal, _("The appeal is dismissed.")),
}


@require_safe
@for_the_committee
def appeal_list(request: HttpRequest) -> HttpResponse:
    """Those that wait first, the nearest term before the others."""
    visible = appeals_visible_to(request.actor)
    listed = in_status(request, visible).select_related(
        "measure__type", "measure__certificate", "measure__act", "measure__auditor",
        "measure__organisation",
    )  # fmt: skip
    listing = Listing(
        request,
        listed.defer("measure__certificate__record", "measure__act__record"),
        APPEAL_COLUMNS,
        name="appeals",
        first="due",
        prepare=_rows,
        beside={"status": request.GET.get("status", "")},
        per_page=PER_PAGE,
        recount=lambda query: of_status(query, visible),
    )
    if answer := listing.answer():
        return answer
    context = {
        "listing": listing,
        "page": listing.page,
        "rows": listing.rows,
        "tabs": status_tabs(request, visible, Appeal),
    }
    return render(request, "oversight/measures/appeal_list.html", context)


def _rows(appeals: Sequence[Appeal]) -> list[AppealRow]:
    """One calendar for all rows."""
    today, calendar = timezone.localdate(), Calendar.current()
    return [
        (
            appeal,
            subject_in_words(appeal.measure),
            appeal.working_days_left(on=today, calendar=calendar) if appeal.due_on else None,
        )
        for appeal in appeals
    ]


@never_cache
@require_safe
@for_the_committee
def appeal_detail(request: HttpRequest, number: str) -> HttpResponse:
    return appeal_page(request, find_appeal(request, number))


def appeal_page(
    request: HttpRequest,
    appeal: Appeal,
    *,
    refused: dict[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    actor, today = request.actor, timezone.localdate()
    is_open = appeal.status == "filed"
    apart = has_permission(actor, "oversight.decide_appeal", appeal)
    is_central = may_act_in(actor, None)
    context = {
        "appeal": appeal,
        "measure": appeal.measure,
        "subject": subject_in_words(appeal.measure),
        "may_decide": is_open and apart and is_central,
        "took_part": is_open and is_central and not apart,
        "elsewhere": is_open and not is_central,
        "days": appeal.working_days_left(on=today) if appeal.due_on else None,
        "forms": {name: ReasonsForm(prefix=name) for name in DECISIONS} | (refused or {}),
        "refused": list((refused or {}).values()),
        "events": audit.timeline(appeal.case_id),
    }
    return render(request, "oversight/measures/appeal.html", context, status=status)


@require_POST
@for_the_committee
def appeal_decide(request: HttpRequest, number: str, decision: str) -> HttpResponse:
    appeal = find_appeal(request, number)
    run, done = DECISIONS[decision]
    form = ReasonsForm(request.POST, prefix=decision)
    if carried_out(
        form,
        lambda values: run(
            appeal=appeal, actor=request.actor, seen_version=seen_version(request), **values
        ),
    ):
        messages.success(request, done)
        return redirect("oversight:appeal-detail", appeal.number)
    shown = find_appeal(request, number)
    return appeal_page(request, shown, refused={decision: form}, status=409)


@require_safe
@for_the_committee
def appeal_paper(request: HttpRequest, number: str, what: str) -> HttpResponse:
    """The sealed decision, or the file that came with the appeal."""
    appeal = find_appeal(request, number)
    if what == "decision" and appeal.document is not None:
        return file_response(appeal.document.file, f"{appeal.document.number}.pdf")
    if what == "file" and appeal.file is not None:
        back = (reverse("oversight:appeal-detail", args=[number]), number)
        return handed_out(request, appeal.file, back=back)
    raise Http404


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_the_committee
def appeal_register(request: HttpRequest, number: str) -> HttpResponse:
    """An appeal that came on paper."""
    measure = find_measure(request, number)
    authorize(request.actor, "oversight.register_appeal", measure)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = AppealForm(*sent)
    made: list[Any] = []
    if request.method == "POST" and carried_out(
        form,
        lambda values: made.append(
            register_appeal(
                measure=measure, actor=request.actor, file=taken_in(request, values), **values
            )
        ),
    ):
        messages.success(request, _("The appeal is registered."))
        return redirect("oversight:appeal-detail", made[0].number)
    context = {"form": form, "measure": measure, "subject": subject_in_words(measure)}
    return render(
        request, "oversight/measures/appeal_register.html", context, status=status_code(form)
    )
