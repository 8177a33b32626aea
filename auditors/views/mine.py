"""The auditor's own page: the way to the attestation, and interests to declare."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import audit
from accounts.permissions import authorize
from auditors.bans import ban_in_words, bans_on
from auditors.forms import ApplicationForm, DeclarationForm, ProofForm
from auditors.models import AttestationCase, Declaration, attestation_in_force
from auditors.models.cases import OPEN
from auditors.register import auditor_file, auditors_of
from auditors.services import applying, declaring
from auditors.services.admitting import requirements_of
from auditors.services.deciding import extension_window
from auditors.waiting import waiting_for
from workflow.refusals import carried_out, status_code


def own_case(request: HttpRequest) -> AttestationCase | None:
    """The open case of the person, else the last one."""
    cases = (
        AttestationCase.objects.filter(user=request.actor.user)
        .select_related("user", "organisation")
        .prefetch_related("proposals")
    )
    return cases.open().first() or cases.order_by("-applied_at").first()


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    return mine_page(request)


def mine_page(request: HttpRequest, **bound: forms.Form) -> HttpResponse:
    """The page with every form on it; `bound` holds the one that was turned down."""
    authorize(request.actor, "auditors.apply_for_attestation", None)
    today = timezone.localdate()
    case = own_case(request)
    context: dict[str, Any] = {
        "case": case,
        "may_apply": case is None or case.status not in OPEN,
        "attestation": attestation_in_force(request.actor.user, on=today),
        "bans": [
            ban_in_words(ban)
            for ban in bans_on(
                [request.actor.user_id], request.actor.organisation, on=today
            ).values()
        ],
        "public": auditor_file(request.actor.user_id, on=today),
        "declarations": request.actor.user.declarations.all(),
        "declaration_form": bound.get("declaration") or DeclarationForm(prefix="declaration"),
    }
    if case is not None:
        window = extension_window(case, on=today) if case.status == "attested" else None
        context |= {
            "waiting": waiting_for(case, request.actor, on=today),
            "requirements": requirements_of(case),
            "tests": case.tests.all(),
            "events": audit.timeline(case.case_id),
            "may_add": case.status == "applied",
            "may_withdraw": any(
                action.name == "withdraw" for action in case.WORKFLOW.available(case, request.actor)
            ),
            "window": window,
            "may_extend": bool(window and window[0] <= today <= window[1])
            and case.extension_asked_at is None,
            "proof_form": bound.get("proof") or ProofForm(prefix="proof"),
        }
    refused = next(iter(bound.values()), None)
    return render(
        request,
        "auditors/mine.html",
        context,
        status=status_code(refused) if refused is not None else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def application(request: HttpRequest) -> HttpResponse:
    authorize(request.actor, "auditors.apply_for_attestation", None)
    if AttestationCase.objects.filter(user=request.actor.user).open().exists():
        return redirect("auditors:mine")
    form = ApplicationForm(request.POST or None, request.FILES or None)

    def run(_values: dict[str, Any]) -> None:
        applying.apply_for_attestation(
            actor=request.actor, values=form.values(), proofs=form.proofs()
        )

    if form.is_bound and carried_out(form, run):
        messages.success(request, _("Your application went to the Committee."))
        return redirect("auditors:mine")
    return render(request, "auditors/application.html", {"form": form})


def _own_or_404(request: HttpRequest) -> AttestationCase:
    return get_object_or_404(
        AttestationCase.objects.visible_to(request.actor).filter(user=request.user).open()
    )


@require_POST
def proof_add(request: HttpRequest) -> HttpResponse:
    case = _own_or_404(request)
    form = ProofForm(request.POST, request.FILES, prefix="proof")
    if carried_out(
        form, lambda values: applying.add_proof(case=case, actor=request.actor, **values)
    ):
        messages.success(request, _("The document is with your application."))
        return redirect("auditors:mine")
    return mine_page(request, proof=form)


@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    applying.withdraw_application(case=_own_or_404(request), actor=request.actor)
    messages.success(request, _("The application is withdrawn."))
    return redirect("auditors:mine")


@require_POST
def extension(request: HttpRequest) -> HttpResponse:
    applying.ask_extension(case=_own_or_404(request), actor=request.actor)
    messages.success(request, _("The Committee has your request for an extension."))
    return redirect("auditors:mine")


@require_POST
def declaration_add(request: HttpRequest) -> HttpResponse:
    form = DeclarationForm(request.POST, prefix="declaration")
    if carried_out(form, lambda values: declaring.declare_interest(actor=request.actor, **values)):
        messages.success(request, _("The interest is declared."))
        return redirect("auditors:mine")
    return mine_page(request, declaration=form)


@require_POST
def declaration_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    declaration = get_object_or_404(Declaration, pk=pk, user=request.user)
    declaring.withdraw_declaration(declaration=declaration, actor=request.actor)
    messages.success(request, _("The declaration is withdrawn; it stays in the history."))
    return redirect("auditors:mine")


@require_safe
def own_auditors(request: HttpRequest) -> HttpResponse:
    """What the head of an expert organisation sees of the own auditors."""
    authorize(request.actor, "auditors.view_own_auditors", None)
    today = timezone.localdate()
    house = request.actor.organisation
    context = {
        "rows": auditors_of(house.pk, on=today),
        "bans": [ban_in_words(ban) for ban in bans_on([], house, on=today).values()],
    }
    return render(request, "auditors/own_list.html", context)
