"""The reviewer's page: the act beside the tables, the checklist, and what follows from it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.errors import DomainError, PermissionRefused
from accounts.permissions import authorize, has_permission
from issuance import services
from issuance.blockers import checklist, review_blockers
from issuance.comparison import compare
from issuance.forms import (
    ChecklistForm,
    ConsultForm,
    ProposalForm,
    QuestionForm,
    RecommendForm,
    TakeOverForm,
    show_refusal,
)
from issuance.models import Application
from issuance.selectors import case_file

from .applications import checks_of
from .finding import find_application
from .holding import hold_context, may_work, opened


@require_http_methods(["GET", "HEAD", "POST"])
def application_review(request: HttpRequest, pk: UUID) -> HttpResponse:
    application = find_application(request, pk)
    authorize(request.actor, "issuance.view_review", application)
    if request.method == "GET":
        opened(application, request.actor)
    if request.method != "POST":
        return review_page(request, application)
    form = ChecklistForm(checklist(application), request.POST)
    if save_answers(request, application, form):
        messages.success(request, _("The answers are saved."))
        return redirect("issuance:application-review", application.pk)
    return review_page(request, application, checklist_form=form, status=409)


def save_answers(request: HttpRequest, application: Application, form: ChecklistForm) -> bool:
    """Keeps every sound answer; False when something on the form is to be mended."""
    is_sound = form.is_valid()
    try:
        services.save_checklist(
            application=application, actor=request.actor, answers=form.answers()
        )
    except PermissionRefused:
        raise
    except DomainError as error:
        show_refusal(form, error)
        return False
    return is_sound


def review_page(
    request: HttpRequest,
    application: Application,
    *,
    checklist_form: ChecklistForm | None = None,
    refused: Mapping[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    case = case_file(application, request.actor)
    hold = case.hold if may_work(application, request.actor) else None
    is_reviewer = has_permission(request.actor, "issuance.review_application", application)
    may_write = is_reviewer and application.status == "under_review" and hold is None
    blockers = review_blockers(application)
    standing_is_clear = all(
        blocker.is_clear for blocker in blockers if not blocker.code.startswith("checklist")
    )
    checklist_form = checklist_form or ChecklistForm(case.checklist)
    if not may_write:
        for field in checklist_form.fields.values():
            field.disabled = True
    command_forms: dict[str, Any] = {
        "recommend": RecommendForm(prefix="recommend"),
        # They share one form element with the recommendation: a field of a folded part that
        # the browser insists on would keep the other buttons from working.
        "ask": QuestionForm(prefix="ask", use_required_attribute=False),
        "consult": ConsultForm(prefix="consult", use_required_attribute=False),
        "take_over": TakeOverForm(prefix="take_over"),
        "propose_refusal": ProposalForm(prefix="propose_refusal", use_required_attribute=False),
        **(refused or {}),
    }
    return render(
        request,
        "issuance/application_review.html",
        {
            "application": application,
            "case": case,
            "may_write": may_write,
            "may_take": case.may("take") and hold is None,
            "may_take_over": case.may("take_over"),
            **hold_context(application, request.actor, hold),
            "may_recommend": case.may("recommend") and standing_is_clear,
            "blockers": checks_of(blockers),
            "compared": compare(application),
            "checklist_form": checklist_form,
            "forms": command_forms,
            "refused": list((refused or {}).values()),
        },
        status=status,
    )
