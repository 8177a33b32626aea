"""The auditor refuses the expertise."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import authorize
from expertise.forms.correcting import RefuseForm
from expertise.forms.refusals import carried_out
from expertise.services.lapsing import refuse_expertise

from .access import GET_OR_POST, seen_version, visible_request
from .case import form_page, moved_on


@require_http_methods(GET_OR_POST)
def request_refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    obj = visible_request(request, pk)
    authorize(request.actor, "expertise.refuse_expertise", obj)
    if moved := moved_on(request, obj, "refuse"):
        return moved
    form = RefuseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and carried_out(
        form,
        lambda values: refuse_expertise(
            request=obj, actor=request.actor, seen_version=seen_version(request), **values
        ),
    ):
        messages.success(request, _("The expertise is refused; the applicant sees the reason."))
        return redirect("expertise:request-detail", obj.pk)
    return form_page(request, obj, "expertise/request_refuse.html", form)
