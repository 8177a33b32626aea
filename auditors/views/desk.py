"""The Committee's desk: who waits for what, one case, every decision about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

import audit
from accounts.permissions import authorize, has_permission
from auditors.baskets import TABS, case_tabs
from auditors.columns import CASE_COLUMNS
from auditors.filters import CaseFilterForm
from auditors.forms import (
    FindingForm,
    NoQuestions,
    NoteForm,
    PreparationForm,
    ReasonForm,
    RevocationForm,
    SuspensionForm,
    TestForm,
)
from auditors.models import AttestationCase, QualificationProof
from auditors.scope import Kind, Language
from auditors.services import admitting, deciding, testing
from auditors.services.admitting import admission_blockers, requirements_of
from auditors.services.deciding import PROPOSABLE, extension_window
from auditors.waiting import waiting_for
from documents.file_pages import handed_out
from reference.code_lists import code_label
from reference.lists import Listing
from reference.models import Chamber
from workflow.refusals import carried_out, status_code

PER_PAGE = 25


@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    authorize(request.actor, "auditors.list_cases", None)
    conditions = case_tabs()
    form = CaseFilterForm(request.GET)
    visible = form.narrowed(AttestationCase.objects.visible_to(request.actor))
    counts = visible.order_by().aggregate(
        **{key: Count("pk", filter=condition) for key, condition in conditions.items()}
    )
    tabs = TABS[request.actor.role]
    filled = [tab.key for tab in tabs if counts[tab.key]]
    key = request.GET.get("tab", "")
    key = key if key in conditions else (filled[0] if filled else tabs[0].key)

    def recount(query: QueryDict) -> list[QuerySet[AttestationCase]]:
        rows = CaseFilterForm(query).narrowed(AttestationCase.objects.visible_to(request.actor))
        asked = query.get("tab", "")
        keys = [asked] if asked in conditions else [tab.key for tab in tabs]
        return [rows.filter(conditions[one]) for one in keys]

    listing = Listing(
        request,
        visible.filter(conditions[key])
        .select_related("user", "organisation")
        .prefetch_related("proposals")
        .annotate(until=Max("attestations__valid_until")),
        CASE_COLUMNS,
        name="attestation",
        first="since",
        form=form,
        beside={"tab": key},
        per_page=PER_PAGE,
        recount=recount,
    )
    if answer := listing.answer():
        return answer
    context = {
        "listing": listing,
        "page": listing.page,
        "tabs": [
            {
                "label": tab.label,
                "count": counts[tab.key],
                "url": listing.address(tab=tab.key, page=""),
                "current": tab.key == key,
            }
            for tab in tabs
        ],
        "waiting": sum(counts[tab] for tab in ("to_admit", "to_prepare", "to_decide")),
    }
    return render(request, "auditors/case_list.html", context)


def _propose(kind: str) -> Callable[..., Any]:
    def run(**given: Any) -> Any:
        return deciding.propose_decision(kind=kind, **given)

    return run


@dataclass(frozen=True)
class Command:
    run: Callable[..., Any]
    form: type[forms.Form]
    label: str | Promise
    done: str | Promise
    question: str | Promise
    style: str = "primary"


COMMANDS: dict[str, Command] = {
    "admit": Command(
        admitting.admit_applicant, NoQuestions, _("Admit to the test"),
        _("The person is admitted to the test."), _("Every requirement is met."),
    ),
    "refuse": Command(
        admitting.refuse_applicant, ReasonForm, _("Refuse admission"),
        _("Admission is refused."), _("The person reads the reason and the explanation."), "danger",
    ),
    "test": Command(
        testing.register_test, TestForm, _("Register a result"),
        _("The result is registered."), _("As the agency that holds the test reported it."),
    ),
    "propose-attest": Command(
        _propose("attest"), PreparationForm, _("Propose to attest"),
        _("The head of the department decides now."), _("Another person decides."),
    ),
    "propose-extend": Command(
        _propose("extend"), PreparationForm, _("Propose to extend"),
        _("The head of the department decides now."), _("Another person decides."),
    ),
    "propose-suspend": Command(
        _propose("suspend"), SuspensionForm, _("Propose to suspend"),
        _("The head of the department decides now."),
        _("Until the decision the attestation stays in force."), "danger",
    ),
    "propose-revoke": Command(
        _propose("revoke"), RevocationForm, _("Propose to revoke"),
        _("The head of the department decides now."),
        _("Until the decision the attestation stays in force."), "danger",
    ),
    "attest": Command(
        deciding.attest_auditor, NoQuestions, _("Attest"),
        _("The person is attested."), _("The attestation is in force from today."),
    ),
    "extend": Command(
        deciding.extend_attestation, NoQuestions, _("Extend"),
        _("The attestation is extended."), _("The new term follows the old one."),
    ),
    "suspend": Command(
        deciding.suspend_attestation, NoQuestions, _("Suspend the attestation"),
        _("The attestation is suspended from today."),
        _("From today the auditor signs no acts; the attestation returns by itself."), "danger",
    ),
    "revoke": Command(
        deciding.revoke_attestation, NoQuestions, _("Revoke the attestation"),
        _("The attestation is revoked from today."),
        _("From today the auditor signs no acts; this cannot be taken back."), "danger",
    ),
    "lift": Command(
        deciding.lift_suspension, NoteForm, _("Lift the suspension"),
        _("The attestation is in force again."), _("The attestation is in force from today."),
        "secondary",
    ),
    "decline": Command(
        deciding.decline_proposal, NoteForm, _("Decline"),
        _("The proposal went back to the inspector."), _("The inspector reads why."), "secondary",
    ),
}  # fmt: skip


def find_case(request: HttpRequest, pk: UUID) -> AttestationCase:
    cases = AttestationCase.objects.visible_to(request.actor)
    return get_object_or_404(
        cases.select_related("user", "organisation").prefetch_related("proposals__proposed_by"),
        pk=pk,
    )


@require_safe
def case_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    case = find_case(request, pk)
    if case.user_id == request.actor.user_id:
        return redirect("auditors:mine")
    return case_page(request, case)


@require_POST
def command(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    case = find_case(request, pk)
    given = COMMANDS[name]
    form = given.form(request.POST, prefix=name)
    version = request.POST.get("version", "")

    def run(values: dict[str, Any]) -> None:
        given.run(
            case=case,
            actor=request.actor,
            seen_version=int(version) if version.isdecimal() else None,
            **values,
        )

    if carried_out(form, run):
        messages.success(request, str(given.done))
        return redirect("auditors:case-detail", case.pk)
    return case_page(request, find_case(request, pk), refused={name: form})


@require_POST
def requirement(request: HttpRequest, pk: UUID, code: str) -> HttpResponse:
    case = find_case(request, pk)
    form = FindingForm(request.POST, prefix=code)
    if carried_out(
        form,
        lambda values: admitting.decide_requirement(
            case=case, actor=request.actor, requirement=code, **values
        ),
    ):
        return redirect(f"{reverse('auditors:case-detail', args=[case.pk])}#requirement-{code}")
    return case_page(request, case, refused={code: form})


@require_safe
def proof_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    visible = AttestationCase.objects.visible_to(request.actor)
    proof = get_object_or_404(
        QualificationProof.objects.filter(case__in=visible).select_related("file", "case__user"),
        pk=pk,
    )
    if proof.case.user_id == request.actor.user_id:
        return handed_out(request, proof.file, back=(reverse("auditors:mine"), _("My attestation")))
    case_url = reverse("auditors:case-detail", args=[proof.case_id])
    return handed_out(request, proof.file, back=(case_url, proof.case.user.full_name))


def case_page(
    request: HttpRequest, case: AttestationCase, *, refused: dict[str, forms.Form] | None = None
) -> HttpResponse:
    """The case with everything the reader may do; `refused` are the forms turned down."""
    refused = refused or {}
    today = timezone.localdate()
    may_decide = case.status == "applied" and has_permission(
        request.actor, "auditors.decide_requirement", case
    )
    proposal = case.pending_proposal()
    blockers = admission_blockers(case, on=today) if case.status == "applied" else []
    context = {
        "case": case,
        "waiting": waiting_for(case, request.actor, on=today),
        "proposal": proposal,
        "proposal_reason": _reason_in_words(proposal) if proposal else "",
        "requirements": [
            (
                one,
                refused.get(one.entry.code) or FindingForm(prefix=one.entry.code)
                if may_decide and one.proofs
                else None,
            )
            for one in requirements_of(case)
        ],
        "experience": blockers[-1] if blockers else None,
        "is_blocked": any(not blocker.is_clear for blocker in blockers),
        "buttons": _buttons(request, case, refused),
        "tests": case.tests.select_related("registered_by"),
        "attestations": case.attestations.select_related("decided_by"),
        "suspensions": [
            (one, code_label("suspension_reason", one.reason)) for one in case.suspensions.all()
        ],
        "declarations": case.user.declarations.all(),
        "kinds": [Kind(kind).label for kind in case.kinds],
        "languages": [Language(code).label for code in case.languages],
        "region": Chamber.objects.filter(kato=case.region).first() if case.region else None,
        "events": audit.timeline(case.case_id),
    }
    form = next(iter(refused.values()), None)
    return render(
        request,
        "auditors/case_detail.html",
        context,
        status=status_code(form) if form is not None else 200,
    )


def _reason_in_words(proposal: Any) -> str:
    list_code = deciding.REASONS.get(proposal.kind)
    return code_label(list_code, proposal.reason) if list_code else ""


def _buttons(
    request: HttpRequest, case: AttestationCase, refused: dict[str, forms.Form]
) -> list[dict[str, Any]]:
    """A button with its form for each command that is open to the reader now."""
    return [
        {
            "name": name,
            "label": COMMANDS[name].label,
            "style": COMMANDS[name].style,
            "question": COMMANDS[name].question,
            "form": refused.get(name) or COMMANDS[name].form(prefix=name),
            "url": reverse(f"auditors:case-{name}", args=[case.pk]),
        }
        for name in _open_commands(request, case)
    ]


def _open_commands(request: HttpRequest, case: AttestationCase) -> list[str]:
    transitions = {action.name for action in case.WORKFLOW.available(case, request.actor)}
    names = [name for name in COMMANDS if name in transitions]
    today = timezone.localdate()
    if "admit" in names and not all(
        blocker.is_clear for blocker in admission_blockers(case, on=today)
    ):
        names.remove("admit")
    if "pass_test" in transitions:
        names.append("test")
    if has_permission(request.actor, "auditors.propose_decision", case):
        window = extension_window(case, on=today)
        for kind, statuses in PROPOSABLE.items():
            is_late_or_early = kind == "extend" and not (window and window[0] <= today <= window[1])
            if case.status in statuses and not is_late_or_early:
                names.append(f"propose-{kind}")
    if has_permission(request.actor, "auditors.decline_proposal", case):
        names.append("decline")
    return names
