"""What the subject of a measure sees: the notice, the own reply, the decision, the appeal.

Whoever is not addressed learns nothing, not even that the measure exists.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import has_permission
from documents.storing import file_response
from issuance.views.commands import seen_version
from oversight.measures.appealing import can_be_appealed, file_appeal, withdraw_appeal
from oversight.measures.forms import AppealForm, ReplyForm
from oversight.measures.replying import reply_to_measure
from oversight.measures.selectors import of_subject, rows_of, waiting_for, with_everything
from oversight.measures.targets import reason_in_words, subject_in_words
from oversight.models import Measure
from workflow.refusals import carried_out

from .access import find_own_measure, paper_of, taken_in

PER_PAGE = 25


@never_cache
@require_safe
def own_measures(request: HttpRequest) -> HttpResponse:
    if request.actor is None:
        raise Http404
    measures = with_everything(of_subject(request.actor)).order_by("-status_since", "pk")
    page = Paginator(measures, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": rows_of(page.object_list)}
    return render(request, "oversight/measures/own_list.html", context)


@never_cache
@require_safe
def own_measure(request: HttpRequest, number: str) -> HttpResponse:
    return own_page(request, find_own_measure(request, number))


def own_page(
    request: HttpRequest,
    measure: Measure,
    *,
    refused: dict[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    today, given = timezone.localdate(), refused or {}
    awaits = measure.status == "approved" and measure.replied_at is None
    may_appeal = can_be_appealed(measure) and has_permission(
        request.actor, "oversight.file_appeal", measure
    )
    context = {
        "measure": measure,
        "subject": subject_in_words(measure),
        "reason": reason_in_words(measure),
        "waiting": waiting_for(measure, on=today),
        "violations": measure.violations.all(),
        "reply_form": (given.get("reply") or ReplyForm(prefix="reply")) if awaits else None,
        "appeal_form": (given.get("appeal") or AppealForm(prefix="appeal")) if may_appeal else None,
        "is_late": measure.appeal_until is not None and today > measure.appeal_until,
        "appeals": list(measure.appeals.select_related("document", "decided_by")),
        "today": today,
    }
    return render(request, "oversight/measures/own.html", context, status=status)


@require_POST
def own_reply(request: HttpRequest, number: str) -> HttpResponse:
    measure = find_own_measure(request, number)
    form = ReplyForm(request.POST, request.FILES, prefix="reply")
    if carried_out(
        form,
        lambda values: reply_to_measure(
            measure=measure,
            actor=request.actor,
            file=taken_in(request, values),
            seen_version=seen_version(request),
            **values,
        ),
    ):
        messages.success(request, _("Your reply went to the Committee."))
        return redirect("control:measure", measure.number)
    shown = find_own_measure(request, number)
    return own_page(request, shown, refused={"reply": form}, status=409)


@require_POST
def own_appeal(request: HttpRequest, number: str) -> HttpResponse:
    measure = find_own_measure(request, number)
    form = AppealForm(request.POST, request.FILES, prefix="appeal")
    if carried_out(
        form,
        lambda values: file_appeal(
            measure=measure, actor=request.actor, file=taken_in(request, values), **values
        ),
    ):
        messages.success(request, _("Your appeal is filed."))
        return redirect("control:measure", measure.number)
    shown = find_own_measure(request, number)
    return own_page(request, shown, refused={"appeal": form}, status=409)


@require_POST
def own_appeal_withdraw(request: HttpRequest, number: str, appeal: str) -> HttpResponse:
    measure = find_own_measure(request, number)
    found = get_object_or_404(measure.appeals.all(), number=appeal)
    withdraw_appeal(appeal=found, actor=request.actor, seen_version=seen_version(request))
    messages.success(request, _("The appeal is withdrawn."))
    return redirect("control:measure", measure.number)


@require_safe
def own_paper(request: HttpRequest, number: str, what: str) -> HttpResponse:
    """Of what an inspector attached the subject gets what the decision cites, not the file."""
    if what not in ("notice", "decision", "reply"):
        raise Http404
    back_url = reverse("control:measure", args=[number])
    return paper_of(request, find_own_measure(request, number), what, back_url=back_url)


@require_safe
def own_appeal_paper(request: HttpRequest, number: str, appeal: str) -> HttpResponse:
    measure = find_own_measure(request, number)
    found: Any = get_object_or_404(measure.appeals.select_related("document__file"), number=appeal)
    if found.document is None:
        raise Http404
    return file_response(found.document.file, f"{found.document.number}.pdf")
