"""Test results from a file of the agency that holds the test."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import authorize
from auditors.forms import ResultsForm
from auditors.results_sheet import example_workbook, read_results
from auditors.services.testing import FaultyFile, import_tests
from documents.canonical import sha256_hex
from documents.uploads import check_upload
from workflow.refusals import carried_out

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
def results_import(request: HttpRequest) -> HttpResponse:
    authorize(request.actor, "auditors.import_tests", None)
    form = ResultsForm(request.POST or None, request.FILES or None)
    refusal: FaultyFile | None = None
    taken: list[Any] = []

    def run(values: dict[str, Any]) -> None:
        nonlocal refusal
        upload = values["file"]
        content, _kind = check_upload(upload, kinds=("xlsx", "csv"))
        try:
            taken.extend(
                import_tests(
                    actor=request.actor,
                    sheet=read_results(content, upload.name),
                    file_sha256=sha256_hex(content),
                )
            )
        except FaultyFile as error:
            refusal = error

    if form.is_bound and carried_out(form, run) and refusal is None:
        told = ngettext(
            "%(count)d result was registered.", "%(count)d results were registered.", len(taken)
        )
        messages.success(request, told % {"count": len(taken)})
        return redirect("auditors:case-list")
    context = {
        "form": form,
        "sheet": {"errors": refusal.errors[:MOST_SHOWN]} if refusal else None,
        "errors_count": len(refusal.errors) if refusal else 0,
    }
    return render(request, "auditors/results_import.html", context)


@require_safe
def results_example(request: HttpRequest) -> HttpResponse:
    authorize(request.actor, "auditors.import_tests", None)
    response = HttpResponse(example_workbook(), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="test-results-example.xlsx"'
    return response
