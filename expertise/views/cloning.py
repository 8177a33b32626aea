"""A new request from an earlier one."""

import uuid
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import authorize
from expertise.forms.cloning import CloneForm
from expertise.forms.refusals import carried_out
from expertise.models import ExpertiseRequest
from expertise.services.cloning import OF_ONE_SALE, clone_request, left_behind, papers_of

from .access import GET_OR_POST, form_token, visible_request

TOLD = 8


@require_http_methods(GET_OR_POST)
def request_clone(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The person says what goes along; what does not is told with its reason."""
    obj = visible_request(request, pk)
    authorize(request.actor, "expertise.clone_request", obj)
    papers = papers_of(obj, request.actor, on=timezone.localdate())
    asked = request.method == "POST"
    # A post of the token alone takes everything that holds by itself.
    is_chosen = asked and "chosen" in request.POST
    form = CloneForm(papers, request.POST if is_chosen else None)
    draft: ExpertiseRequest | None = None

    def clone(values: dict[str, Any]) -> None:
        nonlocal draft
        draft = clone_request(
            request=obj,
            actor=request.actor,
            form_token=form_token(request),
            take=values["take"],
            documents=[UUID(key) for key in values.get("documents", [])],
        )

    if asked and not is_chosen:
        draft = clone_request(request=obj, actor=request.actor, form_token=form_token(request))
    elif asked:
        carried_out(form, clone)
    if draft is not None:
        _tell(request, obj, draft)
        return redirect("expertise:request-detail", draft.pk)
    context = {
        "case": obj,
        "form": form,
        "form_token": request.POST.get("form_token") or uuid.uuid4(),
        "lines_count": obj.lines.count(),
        "refused_papers": [paper for paper in papers if not paper.is_offered],
        "has_sale": any(getattr(obj, name) for name in OF_ONE_SALE),
    }
    return render(request, "expertise/request_clone.html", context)


def _tell(request: HttpRequest, obj: ExpertiseRequest, draft: ExpertiseRequest) -> None:
    messages.success(request, _("A new draft was made. Check everything in it before you submit."))
    said = left_behind(obj, draft, request.actor)
    for text in said[:TOLD]:
        messages.info(request, text)
    if len(said) > TOLD:
        messages.info(request, _("and %(count)s more") % {"count": len(said) - TOLD})
