"""What every page of the room begins with: the object, if this person may see it."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import BaseForm, BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import authorize
from expertise.forms.refusals import status_code
from expertise.models import Act, ExpertiseRequest, GoodsLine
from expertise.services import drafts
from expertise.steps import task_list
from workflow.moving import MovedOn

from .saving import OpenStep

GET_OR_POST = ["GET", "HEAD", "POST"]


def visible_requests(request: HttpRequest) -> QuerySet[ExpertiseRequest]:
    return ExpertiseRequest.objects.visible_to(request.actor).select_related(
        "applicant", "expert_organisation", "chamber", "auditor", "scheme"
    )


def visible_request(request: HttpRequest, pk: UUID) -> ExpertiseRequest:
    return get_object_or_404(visible_requests(request), pk=pk)


def visible_act(request: HttpRequest, pk: UUID) -> Act:
    acts = Act.objects.visible_to(request.actor).select_related("request", "document__file")
    return get_object_or_404(acts, pk=pk)


def visible_line(request: HttpRequest, pk: UUID, line_pk: UUID) -> GoodsLine:
    owner = visible_request(request, pk)
    lines = owner.lines.select_related("unit", "finding")
    line = get_object_or_404(lines, pk=line_pk)
    line.request = owner
    return line


def for_editing(
    request: HttpRequest, pk: UUID, *, statuses: tuple[str, ...] = ("draft",)
) -> tuple[ExpertiseRequest, HttpResponse | None]:
    """The applicant's own request, and where to go instead when it is not editable any more.

    What somebody typed on a page left open still reaches the service, which refuses it; the
    page is then shown again with everything that was typed.
    """
    obj = visible_request(request, pk)
    authorize(request.actor, "expertise.edit_request", obj)
    if request.method != "POST" and obj.status not in statuses:
        messages.info(
            request, _("The request is submitted; its content cannot be changed any more.")
        )
        return obj, redirect("expertise:request-detail", obj.pk)
    return obj, None


def form_token(request: HttpRequest) -> UUID:
    """What the page was sent with; the same page sent twice carries the same."""
    try:
        return UUID(request.POST.get("form_token", ""))
    except ValueError:
        return uuid4()


def seen_version(request: HttpRequest) -> int | None:
    """The version of the case that the page was made from."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() else None


def refuse_stale(request: HttpRequest, obj: ExpertiseRequest) -> None:
    """For commands that keep no version of their own."""
    seen = seen_version(request)
    if seen is not None and seen != obj.version:
        raise MovedOn(
            "moved_on",
            _(
                "Another person has changed this case since you opened the page. "
                "Nothing was changed; please look at it again."
            ),
        )


def filing_page(
    request: HttpRequest,
    obj: ExpertiseRequest,
    step: str,
    template: str,
    form: Any = None,
    *,
    open_step: OpenStep | None = None,
    **context: Any,
) -> HttpResponse:
    """A step of the request with the list of all parts beside it.

    To a save in passing the answer is what became of it.
    """
    if open_step is not None:
        if open_step.is_autosave:
            return open_step.answer(*_forms_of(form))
        open_step.restore(*_forms_of(form))
    tasks = task_list(obj, here=step, user=request.actor.user)
    return render(
        request,
        template,
        {
            "case": obj,
            "form": form,
            "tasks": tasks,
            "steps": tasks.steps,
            "open_step": open_step,
            "others": drafts.others_here(obj, request.actor, at=timezone.now()),
            "step_name": next(
                (item.label for item in tasks.steps if item.is_here), _("Check and submit")
            ),
            "is_last_step": not any(item.is_here for item in tasks.steps),
            **context,
        },
        status=status_code(_forms_of(form)[0]) if _forms_of(form) else 200,
    )


def _forms_of(form: Any) -> tuple[BaseForm, ...]:
    """A form, or all forms of a formset; a refusal of the whole stands on the first."""
    if form is None:
        return ()
    return tuple(form.forms) if isinstance(form, BaseFormSet) else (form,)
