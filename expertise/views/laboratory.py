"""Results of laboratories, when the goods cannot be identified otherwise."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from expertise.forms.evidence import Papers
from expertise.forms.process import LabResultForm
from expertise.forms.refusals import carried_out, status_code
from expertise.services import process

from .access import GET_OR_POST, refuse_stale
from .examining import under_expertise


@require_http_methods(GET_OR_POST)
def request_laboratory(
    request: HttpRequest, pk: UUID, result_pk: int | None = None
) -> HttpResponse:
    """The results so far, and a form for a new one or for the one named in the address."""
    obj, elsewhere = under_expertise(request, pk)
    if elsewhere:
        return elsewhere
    result = get_object_or_404(obj.lab_results, pk=result_pk) if result_pk else None
    form = LabResultForm(
        obj, Papers.of(obj), request.POST if request.method == "POST" else None, instance=result
    )

    def save(values: dict[str, Any]) -> None:
        refuse_stale(request, obj)
        process.save_lab_result(request=obj, actor=request.actor, values=values, result=result)

    if request.method == "POST" and carried_out(form, save):
        messages.success(request, _("The laboratory result was saved."))
        return redirect("expertise:request-laboratory", obj.pk)
    return render(
        request,
        "expertise/request_laboratory.html",
        {
            "case": obj,
            "form": form,
            "result": result,
            "lab_results": obj.lab_results.select_related("line", "evidence"),
        },
        status=status_code(form),
    )


@require_POST
def request_laboratory_remove(request: HttpRequest, pk: UUID, result_pk: int) -> HttpResponse:
    obj, _elsewhere = under_expertise(request, pk)
    refuse_stale(request, obj)
    result = get_object_or_404(obj.lab_results.select_related("request"), pk=result_pk)
    process.remove_lab_result(result=result, actor=request.actor)
    messages.success(request, _("The laboratory result was removed."))
    return redirect("expertise:request-laboratory", obj.pk)
