"""The Committee's desk of complaints: the list, one page for each, one address for each command."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

import audit
from accounts.doors import only_with
from accounts.permissions import authorize, has_permission
from documents import signing
from documents.file_pages import handed_out
from documents.pictures import VIEW, picture_response
from issuance.views.commands import seen_version
from oversight.complaints.answering import answer_complaint, return_draft
from oversight.complaints.columns import COMPLAINT_COLUMNS
from oversight.complaints.examining import (
    draft_answer,
    extend_complaint,
    found_violations,
    longest_extension,
    note_complaint_violation,
    remove_complaint_violation,
    take_complaint,
)
from oversight.complaints.filters import DUE_SOON_DAYS, ComplaintFilter, complaint_tabs
from oversight.complaints.forms.desk import (
    ComplaintViolationForm,
    DraftForm,
    ExtendForm,
    ForwardForm,
    HandOverForm,
    NoteForm,
    RegisterForm,
    ReturnForm,
)
from oversight.complaints.registering import (
    forward_by,
    forward_complaint,
    hand_over_complaint,
    inspectors_for,
    leave_complaint,
    register_complaint,
)
from oversight.complaints.signing import begin_signing
from oversight.complaints.steps import step_of
from oversight.control.checks import order_check
from oversight.control.tabs import rows_of_tabs, tabs_of
from oversight.control.violations import named
from oversight.departments import check_department, within
from oversight.models import Complaint, DeskCheck, Violation
from oversight.papers import paper_response
from reference import working_days
from reference.lists import Listing
from reference.models import Department
from workflow.refusals import carried_out, status_code

for_the_committee = only_with("oversight.list_complaints")

PER_PAGE = 30
DONE: dict[str, str | Promise] = {
    "register": _("The complaint is registered."),
    "hand_over": _("The complaint is given on."),
    "forward": _("The complaint is forwarded; the letter is being made."),
    "leave": _("The complaint is left without examination."),
    "take": _("You examine this complaint now."),
    "extend": _("The term is prolonged; the notice is being made."),
    "draft": _("The answer is handed in; a second person signs it."),
    "return": _("The draft is returned to the inspector."),
    "answer": _("The answer is signed; the document is being made."),
}
RELATED = (
    *("certificate__application__act__request__expert_organisation", "application__chamber"),
    *("certificate__application__chamber", "certificate__application__applicant"),
    *("application__applicant", "application__act__request__expert_organisation"),
    *("certificate__application__act__signed_by", "application__act__signed_by"),
    *("department", "inspector", "registered_by", "drafted_by", "answered_by", "organisation"),
    *("auditor", "complainant", "filed_by", "answer_document__file", "extension_notice__file"),
    *("forwarding__file", "answer_signature", "extended_by", "closed_by"),
)

Refused = Mapping[str, forms.Form]


def find_complaint(request: HttpRequest, number: str) -> Complaint:
    """The complaint of the person's department; another department's is refused in words."""
    complaint = get_object_or_404(Complaint.objects.select_related(*RELATED), number=number)
    check_department(request.actor, complaint.department)
    return complaint


@require_safe
@for_the_committee
def complaint_list(request: HttpRequest) -> HttpResponse:
    own = within(Complaint.objects.all(), request.actor)
    found = ComplaintFilter(request.GET, queryset=own)
    rows = found.qs if found.is_valid() else own.none()
    today = timezone.localdate()
    soon = working_days.add(today, DUE_SOON_DAYS)
    offered = complaint_tabs(request.actor, due_before=soon)
    tab, tabs = tabs_of(request, rows, offered)
    listing = Listing(
        request,
        rows.filter(tab.condition).select_related("department", "inspector", "organisation"),
        COMPLAINT_COLUMNS,
        name="complaints",
        first="due",
        form=found.form,
        beside={"tab": tab.key},
        per_page=PER_PAGE,
        recount=lambda query: rows_of_tabs(query, ComplaintFilter(query, queryset=own).qs, offered),
    )
    if answer := listing.answer():
        return answer
    context = {"listing": listing, "tabs": tabs, "page": listing.page, "today": today}
    return render(request, "oversight/complaints/list.html", context)


@never_cache
@require_safe
@for_the_committee
def complaint_detail(request: HttpRequest, number: str) -> HttpResponse:
    return complaint_page(request, find_complaint(request, number))


def complaint_page(
    request: HttpRequest, complaint: Complaint, *, refused: Refused | None = None, status: int = 200
) -> HttpResponse:
    actor = request.actor
    actions = {each.name for each in complaint.WORKFLOW.available(complaint, actor)}
    if complaint.extended_at is not None:
        actions.discard("extend")
    context = {
        "complaint": complaint,
        "actions": actions,
        "works": "draft" in actions,
        "step": step_of(complaint, actions),
        "today": timezone.localdate(),
        "forward_by": forward_by(complaint),
        "forms": {**_forms(complaint, actions), **(refused or {})},
        "refused": list((refused or {}).values()),
        "files": complaint.files.filter(addition__isnull=True).select_related("file"),
        "additions": complaint.additions.prefetch_related("files__file"),
        "violations": named(
            found_violations(complaint).select_related(
                "organisation", "auditor", "noted_by", "confirmed_by", "desk_check"
            )
        ),
        "checks": DeskCheck.objects.filter(complaint=complaint).order_by("created_at"),
        "may_check": _may_check(request, complaint),
        "measures": complaint.measures.select_related("type"),
        "may_propose": has_permission(actor, "oversight.propose_measure", None),
        "others": _others(complaint),
        "must_sign": signing.required(),
        "events": audit.timeline(complaint.case_id),
    }
    return render(request, "oversight/complaints/detail.html", context, status=status)


def _others(complaint: Complaint) -> Any:
    """Complaints about the same number or against the same organisation's auditor."""
    others = Complaint.objects.exclude(pk=complaint.pk).order_by("-received_at")
    if complaint.number_given:
        return others.filter(number_given=complaint.number_given)[:10]
    if complaint.auditor_id:
        return others.filter(auditor=complaint.auditor_id)[:10]
    return others.none()


def _may_check(request: HttpRequest, complaint: Complaint) -> bool:
    return (
        complaint.certificate is not None
        and complaint.status in ("registered", "under_review")
        and has_permission(request.actor, "oversight.register_complaint", complaint)
    )


def _forms(complaint: Complaint, actions: set[str]) -> dict[str, forms.Form]:
    """Only the forms of what the person may do now."""
    shown: dict[str, forms.Form] = {}
    for name in actions | ({"violation"} if "draft" in actions else set()):
        if (form := _form(complaint, name)) is not None:
            shown[name] = form
    return shown


def _form(complaint: Complaint, name: str, *sent: Any) -> forms.Form | None:
    department = complaint.department or Department(pk=Department.CENTRAL)
    routed = {"department": department.pk, "inspector": complaint.inspector_id}
    match name:
        case "register":
            return RegisterForm(
                complaint,
                inspectors_for(complaint, department),
                *sent,
                prefix=name,
                initial=routed | {"whom": _guess(complaint)},
            )
        case "hand_over":
            inspectors = inspectors_for(complaint, department)
            return HandOverForm(inspectors, *sent, prefix=name, initial=routed)
        case "forward":
            return ForwardForm(*sent, prefix=name)
        case "leave":
            return NoteForm(*sent, prefix=name)
        case "extend":
            return ExtendForm(*sent, prefix=name, last=longest_extension(complaint))
        case "return":
            return ReturnForm(*sent, prefix=name)
        case "violation":
            return ComplaintViolationForm(*sent, prefix=name)
        case "draft":
            initial = {"outcome": complaint.outcome, "answer": complaint.answer}
            return DraftForm(*sent, prefix=name, initial=initial)
    return None


def _guess(complaint: Complaint) -> str:
    """Whom the complaint is about, as far as it says so itself."""
    return {"auditor": "auditor", "chamber": "chamber", "refusal": "chamber"}.get(
        complaint.about, ""
    )


@require_POST
@for_the_committee
def complaint_command(request: HttpRequest, number: str, name: str) -> HttpResponse:
    complaint = find_complaint(request, number)
    if name not in DONE:
        raise Http404
    form = _form(complaint, name, request.POST) or forms.Form(request.POST)
    to_sign: list[Any] = []
    if carried_out(form, _run(request, complaint, name, form, to_sign)):
        if to_sign:
            return redirect("documents:signing-session", to_sign[0].pk)
        messages.success(request, DONE[name])
        return _after(request, complaint)
    status = max(status_code(form), 409)
    return complaint_page(
        request, find_complaint(request, number), refused={name: form}, status=status
    )


def _after(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    """Whoever gave a complaint to another department does not see it any more."""
    complaint.refresh_from_db(fields=["department"])
    if has_permission(request.actor, "oversight.read_complaint", complaint):
        return redirect("oversight:complaint-detail", complaint.number)
    return redirect("oversight:complaint-list")


def _run(
    request: HttpRequest, complaint: Complaint, name: str, form: forms.Form, to_sign: list[Any]
) -> Callable[[dict[str, Any]], None]:
    commands: dict[str, Callable[..., Any]] = {
        "register": register_complaint,
        "hand_over": hand_over_complaint,
        "forward": forward_complaint,
        "leave": leave_complaint,
        "take": take_complaint,
        "extend": extend_complaint,
        "draft": draft_answer,
        "return": return_draft,
        "answer": answer_complaint,
    }
    seen = seen_version(request)

    def run(values: dict[str, Any]) -> None:
        if name == "answer" and signing.required():
            shown = complaint.version if seen is None else seen
            to_sign.append(begin_signing(complaint, request.actor, seen_version=shown))
            return
        if isinstance(form, RegisterForm | HandOverForm):
            values = form.command()
        partial(commands[name], complaint=complaint, actor=request.actor, seen_version=seen)(
            **values
        )

    return run


@require_POST
@for_the_committee
def complaint_violation(request: HttpRequest, number: str) -> HttpResponse:
    complaint = find_complaint(request, number)
    form = ComplaintViolationForm(request.POST, prefix="violation")
    note = partial(note_complaint_violation, complaint=complaint, actor=request.actor)
    if carried_out(form, lambda values: note(**values)):
        messages.success(request, _("The violation is recorded."))
        return redirect(f"{reverse('oversight:complaint-detail', args=[number])}#violations")
    return complaint_page(
        request, find_complaint(request, number), refused={"violation": form}, status=409
    )


@require_POST
@for_the_committee
def complaint_violation_remove(request: HttpRequest, number: str, pk: UUID) -> HttpResponse:
    complaint = find_complaint(request, number)
    violation = get_object_or_404(Violation.objects.select_related("complaint"), pk=pk,
                                  complaint=complaint)  # fmt: skip
    remove_complaint_violation(violation=violation, actor=request.actor)
    messages.success(request, _("The violation is taken back."))
    return redirect(f"{reverse('oversight:complaint-detail', args=[number])}#violations")


@require_POST
@for_the_committee
def complaint_check(request: HttpRequest, number: str) -> HttpResponse:
    """Opens a desk check of the certificate that the complaint is about."""
    complaint = find_complaint(request, number)
    if complaint.certificate is None or not _may_check(request, complaint):
        raise Http404
    authorize(request.actor, "oversight.register_complaint", complaint)
    check = order_check(certificate=complaint.certificate, actor=request.actor, complaint=complaint)
    messages.success(request, _("A desk check of the certificate is opened."))
    return redirect("oversight:check-detail", check.number)


@require_safe
@for_the_committee
def complaint_file(request: HttpRequest, number: str, file: UUID) -> HttpResponse:
    complaint = find_complaint(request, number)
    stored = get_object_or_404(complaint.files.select_related("file"), pk=file).file
    back = (reverse("oversight:complaint-detail", args=[number]), number)
    return handed_out(request, stored, back=back)


@require_safe
@for_the_committee
def complaint_picture(request: HttpRequest, number: str, file: UUID) -> HttpResponse:
    """A picture drawn anew, so that nothing of the upload itself is shown in a page."""
    complaint = find_complaint(request, number)
    stored = get_object_or_404(complaint.files.select_related("file"), pk=file).file
    if not stored.content_type.startswith("image/"):
        raise Http404
    return picture_response(stored, longest=VIEW)


@require_safe
@for_the_committee
def complaint_document(request: HttpRequest, number: str, what: str) -> HttpResponse:
    complaint = find_complaint(request, number)
    document = {
        "answer": complaint.answer_document,
        "notice": complaint.extension_notice,
        "forwarding": complaint.forwarding,
    }.get(what)
    if document is None:
        raise Http404
    return paper_response(document, request)
