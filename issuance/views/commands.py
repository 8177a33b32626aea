"""One address for each transition of an application: parse, give the command, show the answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.errors import DomainError, PermissionRefused
from accounts.models import Membership
from accounts.permissions import has_permission
from documents import signing
from documents.models import SigningSession
from issuance import services, signatures
from issuance.blockers import checklist
from issuance.forms import (
    AnswerForm,
    ChecklistForm,
    ConsultForm,
    NoQuestions,
    ProposalForm,
    QuestionForm,
    ReassignForm,
    RecommendForm,
    RefusalForm,
    ReleaseForm,
    ReplyForm,
    ReturnForm,
    TakeOverForm,
    show_refusal,
)
from issuance.models import Application

from .applications import ELSEWHERE, detail_page
from .decision import decision_page
from .finding import find_application
from .review import review_page, save_answers


@dataclass(frozen=True)
class Command:
    run: Callable[..., Any]
    form: type[forms.Form]
    done: str | Promise
    next_page: str = "issuance:application-detail"
    # Opens the signing session of a command that is given with a signature.
    begin: Callable[..., SigningSession] | None = None


def begin_approval(
    *, application: Application, actor: Membership, seen_version: int | None
) -> SigningSession:
    """One decision of its own; `views.decision` begins many."""
    return signatures.begin_approval(
        applications=[application],
        actor=actor,
        seen_versions={application.pk: seen_version},
        return_url=reverse("issuance:application-decide", args=[application.pk]),
    )


COMMANDS: dict[str, Command] = {
    "submit": Command(
        services.submit_application, NoQuestions, _("The application went to the chamber."),
        begin=signatures.begin_submission,
    ),
    "take": Command(
        services.take_application, NoQuestions, _("You are the reviewer now."),
        "issuance:application-review",
    ),
    "recommend": Command(
        services.recommend_application, RecommendForm, _("The case went to the decider.")
    ),
    "propose_refusal": Command(
        services.propose_refusal, ProposalForm, _("The case went to the decider.")
    ),
    "ask": Command(
        services.ask_applicant, QuestionForm, _("The question went to the applicant.")
    ),
    "answer": Command(
        services.answer_question, AnswerForm, _("Your answer went to the chamber.")
    ),
    "consult": Command(
        services.consult, ConsultForm, _("The question is on record; the clock stands still.")
    ),
    "close_consultation": Command(
        services.close_consultation, ReplyForm, _("The question is closed; the clock runs again."),
        "issuance:application-review",
    ),
    "take_over": Command(
        services.take_over, TakeOverForm, _("You are the reviewer now."),
        "issuance:application-review",
    ),
    "release": Command(
        services.release_application, ReleaseForm, _("The application is free to be taken.")
    ),
    "reassign": Command(
        services.reassign_application, ReassignForm, _("The review is given to your colleague.")
    ),
    "approve": Command(
        services.approve_application, NoQuestions, _("Approved: the certificate is being made."),
        "issuance:certificate-detail", begin=begin_approval,
    ),
    "return": Command(
        services.return_application, ReturnForm, _("The case went back to the reviewer.")
    ),
    "refuse": Command(
        services.refuse_application, RefusalForm, _("The certificate is refused."),
        begin=signatures.begin_refusal,
    ),
    "withdraw": Command(
        services.withdraw_application, NoQuestions, _("The application is withdrawn.")
    ),
}  # fmt: skip


@require_POST
def transition(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    application = find_application(request, pk)
    command = COMMANDS[name]
    answers = _sent_checklist(request, application)
    form = command.form(request.POST, request.FILES, prefix=name)
    is_kept = answers is None or save_answers(request, application, answers)
    if is_kept and form.is_valid():
        try:
            if command.begin and signing.required():
                session = command.begin(
                    application=application,
                    actor=request.actor,
                    seen_version=seen_version(request),
                    **form.cleaned_data,
                )
                return redirect("documents:signing-session", session.pk)
            result = command.run(
                application=application,
                actor=request.actor,
                seen_version=seen_version(request),
                **form.cleaned_data,
            )
        except PermissionRefused:
            raise
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, str(command.done))
            # A certificate for `approve`; every other command leads back to its application.
            target = result if command.next_page.endswith("certificate-detail") else application
            return redirect(command.next_page, target.pk)
    return _page_again(request, pk, name, form, answers)


def seen_version(request: HttpRequest) -> int | None:
    """The version of the page that gave the command."""
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() else None


def _sent_checklist(request: HttpRequest, application: Application) -> ChecklistForm | None:
    """The reviewer's page sends its checklist along with whatever button was pressed."""
    is_reviewer = has_permission(request.actor, "issuance.review_application", application)
    if not (is_reviewer and ChecklistForm.is_sent_with(request.POST)):
        return None
    return ChecklistForm(checklist(application), request.POST)


def _page_again(
    request: HttpRequest, pk: UUID, name: str, form: forms.Form, answers: ChecklistForm | None
) -> HttpResponse:
    """The page that the command came from, as things stand now, with everything typed."""
    application = find_application(request, pk)
    page = ELSEWHERE.get(name)
    if page == "review" and application.status == "under_review":
        return review_page(
            request, application, checklist_form=answers, refused={name: form}, status=409
        )
    if page == "decide" and application.status == "recommended":
        return decision_page(request, application, refused={name: form}, status=409)
    return detail_page(request, application, refused={name: form}, status=409)
