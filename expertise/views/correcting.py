"""What may still be done with a signed act: correct it by another, or annul it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import authorize
from expertise.forms.correcting import AnnulForm, CorrectForm
from expertise.forms.refusals import carried_out, status_code
from expertise.models import Act, ExpertiseRequest
from expertise.services import correcting

from .access import GET_OR_POST, seen_version, visible_act


@require_http_methods(GET_OR_POST)
def act_correct(request: HttpRequest, pk: UUID) -> HttpResponse:
    act = visible_act(request, pk)
    authorize(request.actor, "expertise.correct_act", act)
    if elsewhere := _out_of_force(request, act):
        return elsewhere
    form = CorrectForm(request.POST if request.method == "POST" else None)
    opened: list[ExpertiseRequest] = []
    if request.method == "POST" and carried_out(
        form,
        lambda values: opened.append(
            correcting.open_correction(act=act, actor=request.actor, **values)
        ),
    ):
        messages.success(
            request, _("The correction is open. Act %(number)s holds until it is signed.")
            % {"number": act.number},
        )  # fmt: skip
        return redirect("expertise:request-detail", opened[0].pk)
    return _page(request, act, "expertise/act_correct.html", form)


@require_http_methods(GET_OR_POST)
def act_annul(request: HttpRequest, pk: UUID) -> HttpResponse:
    act = visible_act(request, pk)
    authorize(request.actor, "expertise.annul_act", act)
    if elsewhere := _out_of_force(request, act):
        return elsewhere
    form = AnnulForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and carried_out(
        form,
        lambda values: correcting.annul_act(
            act=act, actor=request.actor, seen_version=seen_version(request), **values
        ),
    ):
        messages.success(request, _("Act %(number)s is annulled.") % {"number": act.number})
        return redirect("expertise:act-detail", act.pk)
    return _page(request, act, "expertise/act_annul.html", form)


def _out_of_force(request: HttpRequest, act: Act) -> HttpResponse | None:
    if request.method == "POST" or act.status == "signed":
        return None
    messages.info(request, _("This act is not in force any more."))
    return redirect("expertise:act-detail", act.pk)


def _page(
    request: HttpRequest, act: Act, template: str, form: AnnulForm | CorrectForm
) -> HttpResponse:
    context = {"act": act, "case": act.request, "form": form}
    return render(request, template, context, status=status_code(form))
