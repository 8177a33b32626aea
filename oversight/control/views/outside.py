"""What an organisation sees of control: what is asked of it, and nothing of why.

Whoever is not addressed learns nothing, not even that the thing exists.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import has_permission
from documents.file_pages import handed_out
from documents.models import StoredFile
from documents.uploads import accept_upload
from issuance.views.commands import seen_version
from oversight.control.apart import addressed
from oversight.control.checks import object_to_check
from oversight.control.forms import FILES, ReplyForm
from oversight.control.inbox import AUDITOR_OF_CHECK, conclusions_about, inbox_of
from oversight.control.questions import answer_question
from oversight.control.replies import note_opening, object_to_recommendation, report_execution
from oversight.control.violations import named
from oversight.models import CheckQuestion, Recommendation
from workflow.refusals import carried_out, status_code

from .access import recommendations_read
from .recommendations import file_of

PER_PAGE = 25


@never_cache
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for the organisation, then what is over."""
    if request.actor is None:
        raise Http404
    items = inbox_of(request.actor)
    context = {
        "page": Paginator(items, PER_PAGE).get_page(request.GET.get("page")),
        "waiting": sum(item.is_open for item in items),
        "today": timezone.localdate(),
    }
    return render(request, "oversight/control/inbox.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(_questions(request), pk=pk)
    check = found.check_of
    is_open = found.answered_at is None and has_permission(
        request.actor, "oversight.answer_check", check
    )
    is_open = is_open and check.status == "awaiting_reply"
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ReplyForm(*sent)
    if request.method == "POST" and carried_out(
        form,
        lambda values: answer_question(
            question=found, actor=request.actor, text=values["text"], file=_file(request, values)
        ),
    ):
        messages.success(request, _("Your reply went to the Committee."))
        return redirect("control:question", pk)
    context = {
        "question": found,
        "certificate": check.certificate,
        "form": form if is_open or form.is_bound else None,
        "today": timezone.localdate(),
    }
    return render(request, "oversight/control/question.html", context, status=status_code(form))


@require_safe
def question_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The file of the reply, for those who gave it and for the Committee that reads it."""
    rows = CheckQuestion.objects.select_related("file", "check_of__department")
    found = get_object_or_404(rows.filter(file__isnull=False), pk=pk)
    is_own = _questions(request).filter(pk=pk).exists()
    if not (is_own or has_permission(request.actor, "oversight.read_check", found.check_of)):
        raise Http404
    check_url = reverse("oversight:check-detail", args=[found.check_of.number])
    own_url = reverse("control:question", args=[pk])
    back = (own_url, _("Question")) if is_own else (check_url, found.check_of.number)
    return handed_out(request, found.file, back=back)


def _questions(request: HttpRequest) -> QuerySet[CheckQuestion]:
    if request.actor is None:
        return CheckQuestion.objects.none()
    own = addressed(
        request.actor, organisation="addressee", auditor=f"check_of__{AUDITOR_OF_CHECK}"
    )
    return CheckQuestion.objects.filter(own).select_related(
        "check_of__certificate__application__act", "addressee", "answered_by", "file"
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def conclusion(request: HttpRequest, number: str) -> HttpResponse:
    """The violations that are told to be this organisation's fault, and its objection."""
    if request.actor is None:
        raise Http404
    check = get_object_or_404(conclusions_about(request.actor), number=number)
    may_object = (
        check.status == "concluded"
        and check.objected_at is None
        and has_permission(request.actor, "oversight.object_to_check", check)
    )
    form = ReplyForm(
        request.POST if request.method == "POST" else None,
        label=_("What you object to, and why"),
    )
    del form.fields["upload"]
    if request.method == "POST" and carried_out(
        form,
        lambda values: object_to_check(
            check=check, actor=request.actor, seen_version=seen_version(request), **values
        ),
    ):
        messages.success(request, _("Your objection went to the Committee."))
        return redirect("control:conclusion", number)
    own = check.violations.filter(organisation=request.actor.organisation_id)
    context = {
        "check": check,
        "violations": named(own.filter(set_aside_at__isnull=True).order_by("noted_at")),
        "form": form if may_object or form.is_bound else None,
    }
    return render(request, "oversight/control/conclusion.html", context, status=status_code(form))


@never_cache
@require_safe
def recommendation(request: HttpRequest, number: str) -> HttpResponse:
    """Opening it is its delivery: the terms run from that day."""
    found = _find(request, number)
    note_opening(recommendation=found, actor=request.actor)
    return _page(request, _find(request, number))


def _page(
    request: HttpRequest,
    found: Recommendation,
    *,
    refused: Mapping[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    actions = {each.name for each in found.WORKFLOW.available(found, request.actor)}
    today = timezone.localdate()
    may_object = (
        "object" in actions
        and found.objected_at is None
        and (found.object_by is None or found.object_by >= today)
    )
    shown = {"report": ReplyForm(prefix="report", label=_("What was done"))}
    shown["object"] = ReplyForm(prefix="object", label=_("What you object to, and why"))
    context = {
        "found": found,
        "violations": named(found.violations.order_by("noted_at")),
        "may_report": "report" in actions,
        "may_object": may_object,
        "forms": {**shown, **(refused or {})},
        "refused": list((refused or {}).values()),
        "today": today,
    }
    return render(request, "oversight/control/recommendation_outside.html", context, status=status)


@require_POST
def recommendation_reply(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """`object` or `report`."""
    command, done = _REPLIES[name]
    found = _find(request, number)
    form = ReplyForm(request.POST, request.FILES, prefix=name)

    def run(values: dict[str, Any]) -> None:
        command(
            recommendation=found,
            actor=request.actor,
            text=values["text"],
            file=_file(request, values),
            seen_version=seen_version(request),
        )

    if carried_out(form, run):
        messages.success(request, done)
        return redirect("control:recommendation", number)
    return _page(request, _find(request, number), refused={name: form}, status=409)


@require_safe
def recommendation_file(request: HttpRequest, number: str, what: str) -> HttpResponse:
    back_url = reverse("control:recommendation", args=[number])
    return file_of(request, _find(request, number), what, back_url=back_url)


_REPLIES: dict[str, tuple[Callable[..., Any], str | Promise]] = {
    "object": (object_to_recommendation, _("Your objection went to the Committee.")),
    "report": (report_execution, _("Your report went to the Committee.")),
}


def _find(request: HttpRequest, number: str) -> Recommendation:
    """One that was sent to the person's organisation; any other does not exist."""
    rows = recommendations_read().filter(sent_at__isnull=False)
    found: Recommendation = get_object_or_404(rows, number=number)
    if not has_permission(request.actor, "oversight.answer_recommendation", found):
        raise Http404
    return found


def _file(request: HttpRequest, values: dict[str, Any]) -> StoredFile | None:
    upload = values.get("upload")
    if not upload:
        return None
    return accept_upload(upload, kinds=FILES, by=request.actor.user, field="upload")
