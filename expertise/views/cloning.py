"""A new request from an earlier one."""

import uuid
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import authorize
from expertise.services.cloning import clone_request

from .access import GET_OR_POST, form_token, visible_request


@require_http_methods(GET_OR_POST)
def request_clone(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What goes along and what does not, then one press."""
    obj = visible_request(request, pk)
    authorize(request.actor, "expertise.clone_request", obj)
    if request.method == "POST":
        draft = clone_request(request=obj, actor=request.actor, form_token=form_token(request))
        messages.success(
            request, _("A new draft was made. Check everything in it before you submit.")
        )
        return redirect("expertise:request-detail", draft.pk)
    context = {"case": obj, "form_token": uuid.uuid4(), "lines_count": obj.lines.count()}
    return render(request, "expertise/request_clone.html", context)
