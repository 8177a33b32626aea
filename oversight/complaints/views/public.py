"""A complaint without an account: the form, number and code, and the way back with both."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.callers import DAY_SECONDS, count_request
from accounts.permissions import authorize, has_permission
from documents.storing import file_response
from issuance.models import Application
from oversight.complaints.filing import (
    add_to_complaint,
    complain_of_refusal,
    complain_until,
    file_complaint,
    open_complaint_of,
)
from oversight.complaints.following import state_of
from oversight.complaints.forms.public import AdditionForm, ComplaintForm, FollowForm, RefusalForm
from oversight.complaints.opening import (
    close_in_session,
    find_by_code,
    is_open_to,
    open_in_session,
    spaced,
)
from oversight.models import Complaint
from oversight.papers import paper_response
from oversight.strangers import count_kept, open_to_strangers
from workflow.refusals import carried_out, status_code

RECEIPT = "complaint_receipt"
KEPT = "complaint_kept"


@open_to_strangers
@require_http_methods(["GET", "HEAD", "POST"])
def complaint_new(request: HttpRequest) -> HttpResponse:
    initial = {name: request.GET[name] for name in ("number", "about") if name in request.GET}
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ComplaintForm(*sent, initial=initial)
    made: list[Complaint] = []
    if request.method == "POST" and carried_out(
        form, lambda values: made.append(_file(request, form, values))
    ):
        return _to_receipt(request, made[0])
    return render(
        request, "oversight/complaints/new.html", {"form": form}, status=_status(request, form)
    )


def _file(request: HttpRequest, form: ComplaintForm, values: dict[str, Any]) -> Complaint:
    if not Complaint.objects.filter(form_token=form.form_token).exists():
        count_kept(request, counter=KEPT)
    return file_complaint(
        form_token=form.form_token, about=values["about"], said=form.said(), named=form.named
    )


def _status(request: HttpRequest, form: Any) -> int:
    if request.method != "POST":
        return 200
    return max(status_code(form), 400)


def _to_receipt(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    """Number and code stay in the session: an address would leave them in histories and logs."""
    request.session[RECEIPT] = {"number": complaint.number, "code": complaint.code}
    open_in_session(request, complaint)
    return redirect("control:complaint-thanks")


@open_to_strangers
@require_safe
def complaint_thanks(request: HttpRequest) -> HttpResponse:
    receipt, complaint = _receipt(request)
    if complaint is None:
        return redirect("control:complaint-follow")
    context = {"complaint": complaint, "code": spaced(receipt["code"])}
    return render(request, "oversight/complaints/thanks.html", context)


@open_to_strangers
@require_safe
def complaint_receipt(request: HttpRequest) -> HttpResponse:
    """Number and code as a small text file to keep."""
    receipt, complaint = _receipt(request)
    if complaint is None:
        raise Http404
    lines = [
        gettext("Complaint to the Committee: %(number)s") % receipt,
        gettext("Code: %(code)s") % {"code": spaced(receipt["code"])},
        gettext("To be answered by %(day)s.")
        % {"day": f"{complaint.due_on:%d.%m.%Y}" if complaint.due_on else "–"},
        gettext("Read the answer here: %(address)s")
        % {"address": f"{settings.CTKZ_PUBLIC_URL}/complaints/follow/"},
        "",
    ]
    response = HttpResponse("\r\n".join(lines), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{complaint.number}.txt"'
    return response


def _receipt(request: HttpRequest) -> tuple[dict[str, str], Complaint | None]:
    """Number and code are shown again only as long as the complaint itself stays open."""
    receipt: dict[str, str] = request.session.get(RECEIPT) or {}
    complaint = Complaint.objects.filter(number=receipt.get("number", "")).first()
    if complaint is not None and is_open_to(request, complaint):
        return receipt, complaint
    request.session.pop(RECEIPT, None)
    return {}, None


@open_to_strangers
@require_http_methods(["GET", "HEAD", "POST"])
def complaint_follow(request: HttpRequest) -> HttpResponse:
    """One sentence for every wrong pair: it tells nobody whether there is such a number."""
    form = FollowForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        count_request(
            request,
            counter="complaint_guess",
            limit=settings.CTKZ_WRITE_PER_DAY,
            seconds=DAY_SECONDS,
            refusal=_("Too many attempts from your address today. Please try again tomorrow."),
        )
        complaint = find_by_code(form.cleaned_data["number"], form.cleaned_data["code"])
        if complaint is not None:
            open_in_session(request, complaint)
            return redirect("control:complaint-state", complaint.number)
        form.add_error(None, _("Number and code do not belong together. Check every sign of both."))
    return render(
        request, "oversight/complaints/follow.html", {"form": form}, status=_status(request, form)
    )


@open_to_strangers
@require_http_methods(["GET", "HEAD", "POST"])
def complaint_state(request: HttpRequest, number: str) -> HttpResponse:
    """Where the complaint stands; more can be added while it is open."""
    if (complaint := _opened(request, number)) is None:
        return redirect("control:complaint-follow")
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = AdditionForm(*sent)
    if request.method == "POST" and carried_out(
        form, lambda values: _add(request, complaint, form, values)
    ):
        messages.success(request, _("Added. The inspector sees it with your complaint."))
        return redirect("control:complaint-state", number)
    context = {"complaint": complaint, "state": state_of(complaint), "form": form}
    return render(
        request, "oversight/complaints/state.html", context, status=_status(request, form)
    )


def _add(
    request: HttpRequest, complaint: Complaint, form: AdditionForm, values: dict[str, Any]
) -> None:
    count_kept(request, counter=KEPT)
    add_to_complaint(
        complaint=complaint, form_token=form.form_token, text=values["text"], files=values["files"]
    )


@open_to_strangers
@require_safe
def complaint_paper(request: HttpRequest, number: str, what: str) -> HttpResponse:
    complaint = _opened(request, number)
    document = complaint and {
        "answer": complaint.answer_document,
        "notice": complaint.extension_notice,
        "forwarding": complaint.forwarding,
    }.get(what)
    if document is None:
        raise Http404
    return paper_response(document, request)


@open_to_strangers
@require_safe
def complaint_own_file(request: HttpRequest, number: str, file: UUID) -> HttpResponse:
    """What the complainant sent, given back to the complainant."""
    if (complaint := _opened(request, number)) is None:
        raise Http404
    return file_response(get_object_or_404(complaint.files.select_related("file"), pk=file).file)


@open_to_strangers
@require_POST
def complaint_close(request: HttpRequest) -> HttpResponse:
    """On a shared computer nothing stays open for the next person."""
    close_in_session(request)
    request.session.pop(RECEIPT, None)
    return redirect("control:complaint-follow")


def _opened(request: HttpRequest, number: str) -> Complaint | None:
    related = (
        "answer_document__file", "extension_notice__file", "forwarding__file", "certificate",
        "application",
    )  # fmt: skip
    complaint = Complaint.objects.select_related(*related).filter(number=number).first()
    return complaint if complaint and is_open_to(request, complaint) else None


@require_http_methods(["GET", "HEAD", "POST"])
def complaint_refusal(request: HttpRequest, application: UUID) -> HttpResponse:
    """An applicant complains about a chamber's refusal, from the page of the application."""
    visible = Application.objects.visible_to(request.actor).select_related("chamber", "applicant")
    refused = get_object_or_404(visible, pk=application)
    if not has_permission(request.actor, "oversight.complain_of_refusal", refused):
        raise Http404
    if refused.status != "refused" or refused.decided_at is None:
        raise Http404
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = RefusalForm(*sent)
    made: list[Complaint] = []
    if request.method == "POST" and carried_out(
        form, lambda values: made.append(_complain(request, refused, form, values))
    ):
        messages.success(request, _("The complaint is filed."))
        return redirect("control:complaint-state", made[0].number)
    context = {
        "form": form,
        "application": refused,
        "until": complain_until(timezone.localdate(refused.decided_at)),
        "open_one": open_complaint_of(refused),
    }
    return render(
        request, "oversight/complaints/refusal.html", context, status=_status(request, form)
    )


def _complain(
    request: HttpRequest, application: Application, form: RefusalForm, values: dict[str, Any]
) -> Complaint:
    authorize(request.actor, "oversight.complain_of_refusal", application)
    return complain_of_refusal(
        form_token=form.form_token,
        application=application,
        actor=request.actor,
        said=form.said(),
        late_reason=values["late_reason"],
    )
