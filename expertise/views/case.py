"""The page of a case, the same for everyone who may see it, and the commands given from it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Membership, Role
from accounts.permissions import authorize
from documents.storing import file_response
from expertise.forms.examining import AskForm, RejectForm
from expertise.forms.filing import AnswerForm
from expertise.forms.refusals import carried_out, status_code
from expertise.models import ExpertiseRequest, RequestDocument
from expertise.permissions import may_see_findings
from expertise.services import examining, filing
from expertise.services.correcting import CORRECTION_REASONS
from expertise.services.drafts import others_here
from expertise.steps import task_list
from expertise.stories import story_for
from expertise.waiting import actions, expected_from, open_correction_of, waits_for
from reference.code_lists import code_choices, code_label
from reference.parameters import parameter
from workflow.story import case_stages

from .access import GET_OR_POST, seen_version, visible_request
from .papers import established

LINES_ON_PAGE = 100
EVENTS_SHOWN = 40


@require_safe
def request_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    obj = visible_request(request, pk)
    sections = _sections(obj, request.actor)
    show = request.GET.get("show", "")
    if show not in sections:
        show = next(iter(sections))
    return render(
        request,
        "expertise/request_detail.html",
        {
            "case": obj,
            "act": getattr(obj, "act", None),
            **_corrections(obj),
            "show": show,
            "tabs": [
                {"url": f"?show={key}", "label": label, "count": count, "current": key == show}
                for key, (label, count) in sections.items()
            ],
            "stages": case_stages(obj.case_id),
            "events": story_for(request.actor, obj, limit=EVENTS_SHOWN),
            "waits_for": waits_for(obj),
            "expected": expected_from(obj, request.actor),
            "actions": actions(obj, request.actor),
            "sees_findings": may_see_findings(request.actor, obj),
            **SECTIONS[show](request, obj),
        },
    )


def _corrections(obj: ExpertiseRequest) -> dict[str, Any]:
    """Which act this request corrects, and which request corrects its own."""
    act = getattr(obj, "act", None)
    return {
        "correction": open_correction_of(act) if act else None,
        "correction_reason": code_label(CORRECTION_REASONS, obj.correction_reason)
        if obj.correction_reason
        else "",
    }


def _sections(obj: ExpertiseRequest, actor: Membership) -> dict[str, tuple[str, int | None]]:
    """The tabs of this case for this person, in their order, with honest counts."""
    sections: dict[str, tuple[str, int | None]] = {
        "overview": (_("Overview"), None),
        "goods": (_("Goods"), obj.lines.count()),
        "documents": (_("Documents"), obj.documents.visible_to(actor).count()),
    }
    questions = obj.questions.count()
    if questions:
        sections["questions"] = (_("Questions"), questions)
    if obj.auditor_id and may_see_findings(actor, obj):
        sections["examination"] = (_("Examination"), None)
    return sections


def _overview(request: HttpRequest, obj: ExpertiseRequest) -> dict[str, Any]:
    is_editable = obj.status == "draft" and request.actor.role == Role.APPLICANT
    return {
        "purpose": code_label("purpose", obj.purpose) if obj.purpose else "",
        "rejection": code_label("expertise_refusal_reason", obj.rejection_reason)
        if obj.rejection_reason
        else "",
        "tasks": task_list(obj, user=request.actor.user) if is_editable else None,
        "others": others_here(obj, request.actor, at=timezone.now()) if is_editable else [],
    }


def _goods(request: HttpRequest, obj: ExpertiseRequest) -> dict[str, Any]:
    lines = (
        obj.lines.select_related("unit", "finding")
        .annotate(materials_count=Count("materials"))
        .order_by("number")
    )
    return {"page": Paginator(lines, LINES_ON_PAGE).get_page(request.GET.get("page"))}


def _documents(request: HttpRequest, obj: ExpertiseRequest) -> dict[str, Any]:
    names = dict(code_choices("document_type", on=obj.created_at.date()))
    return {
        "documents": [
            (item, names.get(item.type) or code_label("document_type", item.type))
            for item in obj.documents.visible_to(request.actor).select_related("file", "added_by")
        ]
    }


def _questions(request: HttpRequest, obj: ExpertiseRequest) -> dict[str, Any]:
    return {
        "questions": obj.questions.select_related("asked_by", "answered_by"),
        # As in the history: the expert side sees the company that answered.
        "shows_company": request.actor.role in (Role.EXPERT_HEAD, Role.AUDITOR),
    }


def _examination(_request: HttpRequest, obj: ExpertiseRequest) -> dict[str, Any]:
    return established(obj)


SECTIONS = {
    "overview": _overview,
    "goods": _goods,
    "documents": _documents,
    "questions": _questions,
    "examination": _examination,
}


@require_safe
def document_download(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A document of a case, for whoever may see the case."""
    documents = RequestDocument.objects.visible_to(request.actor).select_related("file")
    return file_response(get_object_or_404(documents, pk=pk).file)


@require_POST
def request_accept(request: HttpRequest, pk: UUID) -> HttpResponse:
    obj = examining.accept_request(
        request=visible_request(request, pk),
        actor=request.actor,
        seen_version=seen_version(request),
    )
    messages.success(request, _("The request is accepted. Now assign an auditor."))
    return redirect("expertise:request-assign", obj.pk)


@require_POST
def request_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    obj = filing.withdraw_request(
        request=visible_request(request, pk),
        actor=request.actor,
        seen_version=seen_version(request),
    )
    messages.success(request, _("The request is withdrawn."))
    return redirect("expertise:request-detail", obj.pk)


@require_http_methods(GET_OR_POST)
def request_reject(request: HttpRequest, pk: UUID) -> HttpResponse:
    obj = visible_request(request, pk)
    authorize(request.actor, "expertise.reject_request", obj)
    if moved := moved_on(request, obj, "reject"):
        return moved
    form = RejectForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and carried_out(
        form,
        lambda values: examining.reject_request(
            request=obj, actor=request.actor, seen_version=seen_version(request), **values
        ),
    ):
        messages.success(request, _("The request is rejected; the applicant sees the reason."))
        return redirect("expertise:request-detail", obj.pk)
    return form_page(request, obj, "expertise/request_reject.html", form)


@require_http_methods(GET_OR_POST)
def request_ask(request: HttpRequest, pk: UUID) -> HttpResponse:
    obj = visible_request(request, pk)
    authorize(request.actor, "expertise.ask_applicant", obj)
    if moved := moved_on(request, obj, "ask"):
        return moved
    form = AskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and carried_out(
        form,
        lambda values: examining.ask_applicant(
            request=obj,
            actor=request.actor,
            text=values["text"],
            seen_version=seen_version(request),
        ),
    ):
        messages.success(request, _("The applicant was asked; the clock stands still."))
        return redirect("expertise:request-detail", obj.pk)
    today = timezone.localdate()
    allowed = parameter("expertise.questions_max", on=today)
    return form_page(
        request,
        obj,
        "expertise/request_ask.html",
        form,
        answer_days=parameter("expertise.answer_days", on=today),
        allowed=allowed,
        left=max(allowed - obj.questions.count(), 0),
    )


@require_http_methods(GET_OR_POST)
def request_answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    obj = visible_request(request, pk)
    authorize(request.actor, "expertise.answer_question", obj)
    if moved := moved_on(request, obj, "answer"):
        return moved
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and carried_out(
        form,
        lambda values: filing.answer_question(
            request=obj,
            actor=request.actor,
            answer=values["answer"],
            seen_version=seen_version(request),
        ),
    ):
        messages.success(request, _("Your answer was sent; the clock runs again."))
        return redirect("expertise:request-detail", obj.pk)
    return form_page(
        request,
        obj,
        "expertise/request_answer.html",
        form,
        question=obj.questions.filter(answered_at__isnull=True).first(),
        documents_count=obj.documents.count(),
    )


def moved_on(request: HttpRequest, obj: ExpertiseRequest, name: str) -> HttpResponse | None:
    """A page that would only lead to a refusal is not shown; what was typed is never dropped."""
    if request.method == "POST" or obj.status in obj.WORKFLOW[name].sources:
        return None
    messages.info(request, _("This step is not open now: the case has moved on."))
    return redirect("expertise:request-detail", obj.pk)


def form_page(
    request: HttpRequest, obj: ExpertiseRequest, template: str, form: Any, **context: Any
) -> HttpResponse:
    return render(
        request, template, {"case": obj, "form": form, **context}, status=status_code(form)
    )
