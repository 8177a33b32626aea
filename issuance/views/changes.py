"""Pages of a change: propose it, decide it, read it; and the list of those that wait."""

from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import authorize
from documents import signing
from documents.file_pages import handed_out
from documents.storing import file_response
from documents.uploads import accept_upload
from issuance.change_forms import DecisionForm, ProposalOfChangeForm, RejectionForm
from issuance.change_records import DECIDE, REASONS_OF, REJECT
from issuance.change_signing import begin_signing
from issuance.changing import (
    decide_change,
    kinds_open_to,
    mandate_missing,
    propose_change,
    reject_change,
    withdraw_change,
)
from issuance.columns import CHANGE_COLUMNS
from issuance.filters import ChangeFilter
from issuance.models import Certificate, CertificateChange
from reference.code_lists import code_label
from reference.lists import Listing
from workflow.refusals import carried_out, status_code

from .applications import PER_PAGE, beyond_status, in_status, of_status, status_tabs, without_status
from .commands import seen_version
from .finding import find_certificate

Kind = CertificateChange.Kind
RELATED = (
    "certificate__application__applicant", "certificate__application__chamber", "proposed_by",
    "decided_by", "mandate", "signature", "document", "file",
)  # fmt: skip
FORMS: dict[str, type[forms.Form]] = {DECIDE: DecisionForm, REJECT: RejectionForm}
COMMANDS = {DECIDE: decide_change, REJECT: reject_change}
# The button says what will be done; the second wording is for where it is signed.
DEEDS: dict[str, tuple[str | Promise, str | Promise]] = {
    Kind.SUSPEND: (_("Suspend"), _("Suspend and sign")),
    Kind.LIFT: (_("Lift the suspension"), _("Lift the suspension and sign")),
    Kind.REVOKE: (_("Revoke"), _("Revoke and sign")),
    Kind.SET_ASIDE: (_("Set the revocation aside"), _("Set aside and sign")),
    Kind.DUPLICATE: (_("Give a duplicate"), _("Give a duplicate and sign")),
}


def find_change(request: HttpRequest, pk: UUID) -> CertificateChange:
    visible = CertificateChange.objects.visible_to(request.actor)
    return get_object_or_404(visible.select_related(*RELATED), pk=pk)


@require_safe
def change_list(request: HttpRequest) -> HttpResponse:
    """Changes of the certificates that this person sees, those that wait first."""
    visible = CertificateChange.objects.visible_to(request.actor)
    found = ChangeFilter(without_status(request), queryset=visible)
    listed = in_status(request, found.qs).select_related(*RELATED)
    listing = Listing(
        request,
        listed.defer("certificate__record", "document__record"),
        CHANGE_COLUMNS,
        name="changes",
        first="-since",
        form=found.form,
        beside={"status": request.GET.get("status", "")},
        per_page=PER_PAGE,
        recount=lambda query: of_status(
            query, ChangeFilter(beyond_status(query), queryset=visible).qs
        ),
    )
    if answer := listing.answer():
        return answer
    context = {
        "listing": listing,
        "page": listing.page,
        "tabs": status_tabs(request, found.qs, CertificateChange),
    }
    return render(request, "issuance/change_list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_propose(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    certificate = find_certificate(request, pk)
    if kind not in Kind.values:
        raise Http404
    authorize(request.actor, f"issuance.propose_{kind}", certificate)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ProposalOfChangeForm(kind, request.actor.role, *sent)
    made: list[CertificateChange] = []
    if request.method == "POST" and carried_out(
        form, lambda values: made.append(_propose(request, certificate, kind, values))
    ):
        messages.success(request, _("The proposal went to the person who decides."))
        return redirect("issuance:change-detail", made[0].pk)
    if request.method != "POST" and kind not in kinds_open_to(certificate, request.actor):
        messages.info(request, _("This is not possible now."))
        return redirect("issuance:certificate-detail", certificate.pk)
    context = {"certificate": certificate, "kind": kind, "label": Kind(kind).label, "form": form}
    return render(request, "issuance/change_propose.html", context, status=status_code(form))


def _propose(
    request: HttpRequest, certificate: Certificate, kind: str, values: dict[str, Any]
) -> CertificateChange:
    upload = values.pop("upload")
    by = request.actor.user
    file = accept_upload(upload, kinds=("pdf",), by=by, field="upload") if upload else None
    return propose_change(
        certificate=certificate,
        actor=request.actor,
        kind=kind,
        file=file,
        seen_version=seen_version(request),
        **values,
    )


@never_cache
@require_safe
def change_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    return change_page(request, find_change(request, pk))


def change_page(
    request: HttpRequest,
    change: CertificateChange,
    *,
    refused: dict[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The proposal, what was decided on it, and the buttons of whoever may decide now."""
    actions = {each.name for each in change.WORKFLOW.available(change, request.actor)}
    may_decide = DECIDE in actions
    shown = {DECIDE: DecisionForm(prefix=DECIDE), REJECT: RejectionForm(prefix=REJECT)}
    context = {
        "change": change,
        "certificate": change.certificate,
        "reason": code_label(REASONS_OF[change.kind], change.reason),
        "may_decide": may_decide and not mandate_missing(change, request.actor),
        "wants_mandate": may_decide and mandate_missing(change, request.actor),
        "may_withdraw": "withdraw" in actions,
        "forms": {**shown, **(refused or {})},
        "refused": list((refused or {}).values()),
        "duplicate": getattr(change, "duplicate", None),
        "decide_label": DEEDS[change.kind][signing.required()],
    }
    return render(request, "issuance/change_detail.html", context, status=status)


@require_POST
def change_decide(request: HttpRequest, pk: UUID, decision: str) -> HttpResponse:
    """Decides or rejects: at once, or through the page on which the decision is signed."""
    change = find_change(request, pk)
    authorize(request.actor, "issuance.decide_change", change)
    form = FORMS[decision](request.POST, prefix=decision)
    sessions: list[UUID] = []
    if carried_out(form, partial(_decide, request, change, decision, sessions)):
        if sessions:
            return redirect("documents:signing-session", sessions[0])
        messages.success(request, _("The decision is made."))
        return redirect("issuance:change-detail", change.pk)
    return change_page(request, find_change(request, pk), refused={decision: form}, status=409)


def _decide(
    request: HttpRequest,
    change: CertificateChange,
    decision: str,
    sessions: list[UUID],
    values: dict[str, Any],
) -> None:
    seen = seen_version(request)
    if signing.required():
        session = begin_signing(
            change,
            request.actor,
            decision=decision,
            note=values["note"],
            seen_version=change.version if seen is None else seen,
        )
        sessions.append(session.pk)
        return
    COMMANDS[decision](change=change, actor=request.actor, note=values["note"], seen_version=seen)


@require_POST
def change_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    change = find_change(request, pk)
    withdraw_change(change=change, actor=request.actor, seen_version=seen_version(request))
    messages.success(request, _("The proposal is withdrawn."))
    return redirect("issuance:change-detail", change.pk)


@require_safe
def change_order(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The sealed order."""
    change = find_change(request, pk)
    if change.document is None:
        raise Http404
    return file_response(change.document.file, f"{change.document.number}.pdf")


@require_safe
def change_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The paper that the proposal rests on."""
    change = find_change(request, pk)
    if change.file is None:
        raise Http404
    back = (reverse("issuance:change-detail", args=[pk]), change.certificate.number)
    return handed_out(request, change.file, back=back)
