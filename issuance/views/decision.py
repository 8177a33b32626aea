"""The second person's page: everything a decision rests on, and the three ways out."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.permissions import authorize
from issuance.blockers import approval_blockers, refusal_blockers
from issuance.comparison import compare
from issuance.forms import RefusalForm, ReturnForm
from issuance.models import Application
from issuance.selectors import SHOWN_LINES, case_file

from .applications import checks_of
from .finding import find_application
from .holding import hold_context, opened


@require_safe
def application_decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    application = find_application(request, pk)
    authorize(request.actor, "issuance.approve_application", application)
    if application.status != "recommended":
        return redirect("issuance:application-detail", application.pk)
    opened(application, request.actor)
    return decision_page(request, application)


def decision_page(
    request: HttpRequest,
    application: Application,
    *,
    refused: Mapping[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    case = case_file(application, request.actor)
    blockers = approval_blockers(application, request.actor)
    refusal = refusal_blockers(request.actor)
    command_forms: dict[str, Any] = {
        "return": ReturnForm(prefix="return"),
        "refuse": RefusalForm(prefix="refuse", initial={"reason": application.proposed_refusal}),
        **(refused or {}),
    }
    return render(
        request,
        "issuance/application_decide.html",
        {
            "application": application,
            "case": case,
            "shown_lines": SHOWN_LINES,
            "blockers": checks_of(blockers),
            "is_clear": all(blocker.is_clear for blocker in blockers),
            "compared": compare(application),
            "may_refuse": all(blocker.is_clear for blocker in refusal),
            "refusal_blockers": checks_of(refusal),
            **hold_context(application, request.actor, case.hold),
            "return_form": command_forms["return"],
            "refuse_form": command_forms["refuse"],
            "refused": list((refused or {}).values()),
        },
        status=status,
    )
