"""The visit to the site of production: when, who was there, what was seen."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from expertise.document_types import VISIT_PHOTO
from expertise.forms.evidence import PhotoForm
from expertise.forms.process import VisitForm
from expertise.forms.refusals import carried_out, status_code
from expertise.models import Examination
from expertise.services import process

from .access import GET_OR_POST, refuse_stale
from .examining import under_expertise
from .papers import photographs


@require_http_methods(GET_OR_POST)
def request_visit(request: HttpRequest, pk: UUID) -> HttpResponse:
    obj, elsewhere = under_expertise(request, pk)
    if elsewhere:
        return elsewhere
    examination = Examination.objects.get(request=obj)
    form = VisitForm(
        process.visit_items(on=timezone.localdate()),
        request.POST if request.method == "POST" else None,
        initial=VisitForm.initial_of(examination),
    )

    def save(_values: dict[str, Any]) -> None:
        refuse_stale(request, obj)
        process.save_visit(
            request=obj, actor=request.actor, values=form.values(), answers=form.answers()
        )

    if request.method == "POST" and carried_out(form, save):
        messages.success(request, _("The visit was saved."))
        then = "request-visit" if request.POST.get("then") == "stay" else "request-findings"
        return redirect(f"expertise:{then}", obj.pk)
    return render(
        request,
        "expertise/request_visit.html",
        {
            "case": obj,
            "form": form,
            "photographs": photographs(obj, VISIT_PHOTO, request.actor.user_id),
            "photo_form": PhotoForm(obj, prefix=None),
            "photo_kind": VISIT_PHOTO,
            "lab_results": obj.lab_results.select_related("line", "evidence"),
        },
        status=status_code(form),
    )
