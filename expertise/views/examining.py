"""The auditor's pages: the examination and the signature."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import authorize
from auditors.models import attestation_in_force
from documents.signing import required
from expertise import signatures
from expertise.blockers import signing_blockers
from expertise.document_types import IDENTIFICATION_PHOTO
from expertise.forms.evidence import PhotoForm
from expertise.forms.examining import ExaminationForm
from expertise.forms.refusals import carried_out, status_code
from expertise.models import Examination, ExpertiseRequest
from expertise.near_acts import near_acts_told
from expertise.services import examining, signing
from workflow.story import case_stages

from .access import (
    GET_OR_POST,
    refuse_stale,
    seen_version,
    visible_request,
)
from .papers import photographs

LINES_ON_PAGE = 100


def under_expertise(request: HttpRequest, pk: UUID) -> tuple[ExpertiseRequest, HttpResponse | None]:
    """The auditor's own request, and where to go when it is not under expertise now."""
    obj = visible_request(request, pk)
    authorize(request.actor, "expertise.examine_request", obj)
    if request.method != "POST" and obj.status != "in_expertise":
        messages.info(request, _("The request is not under expertise now."))
        return obj, redirect("expertise:request-detail", obj.pk)
    return obj, None


@require_http_methods(GET_OR_POST)
def request_examination(request: HttpRequest, pk: UUID) -> HttpResponse:
    obj, elsewhere = under_expertise(request, pk)
    if elsewhere:
        return elsewhere
    examination = Examination.objects.get(request=obj)
    form = ExaminationForm(request.POST or None, instance=examination)

    def save(values: dict[str, Any]) -> None:
        refuse_stale(request, obj)
        examining.save_examination(request=obj, actor=request.actor, values=values)

    if request.method == "POST" and carried_out(form, save):
        messages.success(request, _("The examination was saved."))
        if request.POST.get("then") == "stay":
            return redirect("expertise:request-examination", obj.pk)
        return redirect("expertise:request-process", obj.pk)
    return render(
        request,
        "expertise/request_examination.html",
        {
            "case": obj,
            "form": form,
            "examination": examination,
            "photographs": photographs(obj, IDENTIFICATION_PHOTO, request.actor.user_id),
            "photo_form": PhotoForm(obj),
            "photo_kind": IDENTIFICATION_PHOTO,
        },
        status=status_code(form),
    )


@require_http_methods(GET_OR_POST)
def request_sign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is about to be signed, every condition, and the signature."""
    obj = visible_request(request, pk)
    authorize(request.actor, "expertise.sign_act", obj)
    if request.method == "POST" and required():
        session = signatures.begin_act(
            request=obj, actor=request.actor, seen_version=seen_version(request)
        )
        return redirect("documents:signing-session", session.pk)
    if request.method == "POST":
        act = signing.sign_act(request=obj, actor=request.actor, seen_version=seen_version(request))
        messages.success(request, _("Act %(number)s is signed.") % {"number": act.number})
        return redirect("expertise:act-detail", act.pk)
    if obj.status != "in_expertise":
        messages.info(request, _("The request is not under expertise now."))
        return redirect("expertise:request-detail", obj.pk)
    blockers = signing_blockers(obj)
    judged = obj.lines.filter(finding__isnull=False)
    return render(
        request,
        "expertise/request_sign.html",
        {
            "case": obj,
            "blockers": blockers,
            "is_ready": all(blocker.is_clear for blocker in blockers),
            "total": obj.lines.count(),
            "positive": judged.filter(finding__is_originating=True).count(),
            "negative": judged.filter(finding__is_originating=False).select_related("finding"),
            "attestation": attestation_in_force(obj.auditor, on=timezone.localdate()),
            "stages": case_stages(obj.case_id),
            **near_acts_told(request.actor, obj),
        },
    )
