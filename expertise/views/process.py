"""The process of production as operations in their order, taken from the rules' catalogue."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from expertise.catalogue import Catalogue, Entry, catalogue_for
from expertise.forms.evidence import Papers
from expertise.forms.process import PREFIX, STEP_FIELDS, StepForm, StepFormSet, typed_rows
from expertise.forms.refusals import carried_out, status_code
from expertise.models import Examination, ExpertiseRequest
from expertise.services import process

from .access import GET_OR_POST, refuse_stale
from .examining import under_expertise

BLANK_ROWS = 3


@require_http_methods(GET_OR_POST)
def request_process(request: HttpRequest, pk: UUID) -> HttpResponse:
    obj, elsewhere = under_expertise(request, pk)
    if elsewhere:
        return elsewhere
    examination = Examination.objects.get(request=obj)
    catalogue = catalogue_for(obj, on=timezone.localdate())
    kwargs = {
        "catalogue": catalogue,
        "lines": {str(line.pk): line for line in obj.lines.order_by("number")},
        "papers": Papers.of(obj),
    }
    words, found, not_found = examination.process, "", ""
    if request.method != "POST":
        rows = StepFormSet(initial=_stored(obj), prefix=PREFIX, form_kwargs=kwargs)
        rows.extra = 0 if rows.initial else BLANK_ROWS
    elif "arrange" in request.POST:
        words, found = request.POST.get("process", ""), request.POST.get("find", "")
        typed, not_found = _arranged(request, catalogue)
        # Nothing is checked yet: the person is still arranging.
        rows = StepFormSet(initial=typed, prefix=PREFIX, form_kwargs=kwargs)
        found = found if not_found else ""
    else:
        words = request.POST.get("process", "")
        rows = StepFormSet(request.POST, prefix=PREFIX, form_kwargs=kwargs)
        if rows.is_valid() and _saved(request, obj, rows, words):
            then = "request-process" if request.POST.get("then") == "stay" else "request-visit"
            return redirect(f"expertise:{then}", obj.pk)
    is_checked = request.method == "POST" and "arrange" not in request.POST
    return render(
        request,
        "expertise/request_process.html",
        {
            "case": obj,
            "rows": rows,
            "is_checked": is_checked,
            "words": words,
            "catalogue": catalogue,
            "find": found,
            "not_found": not_found,
        },
        status=status_code(rows.forms[0]) if is_checked and rows.forms else 200,
    )


def _stored(obj: ExpertiseRequest) -> list[dict[str, Any]]:
    return [
        {
            "operation": step.operation,
            "line": str(step.line_id or ""),
            "description": step.description,
            "equipment": step.equipment,
            "evidence": str(step.evidence_id or ""),
            "evidence_page": step.evidence_page,
        }
        for step in obj.steps.all()
    ]


def _saved(request: HttpRequest, obj: ExpertiseRequest, rows: BaseFormSet, words: str) -> bool:
    """A refusal belongs to the process as a whole and is told above it."""
    filled = [form for form in rows.forms if not form.is_blank]

    def save(_values: dict[str, Any]) -> None:
        refuse_stale(request, obj)
        steps = process.save_process(
            request=obj,
            actor=request.actor,
            rows=[form.row() for form in filled],
            process=words,
        )
        messages.success(
            request,
            ngettext(
                "The process was saved: %(count)d operation.",
                "The process was saved: %(count)d operations.",
                len(steps),
            )
            % {"count": len(steps)},
        )

    first = rows.forms[0] if rows.forms else StepForm({}, **rows.form_kwargs)
    return carried_out(first, save)


def _arranged(request: HttpRequest, catalogue: Catalogue) -> tuple[list[dict[str, str]], str]:
    """The typed rows with one moved, removed or added, and why nothing could be added."""
    rows = typed_rows(request.POST)
    blank = dict.fromkeys(STEP_FIELDS, "")
    what, _sign, where = request.POST["arrange"].partition(":")
    at = int(where) if where.isascii() and where.isdigit() else -1
    match what:
        case "up" if 0 < at < len(rows):
            rows[at - 1], rows[at] = rows[at], rows[at - 1]
        case "down" if 0 <= at < len(rows) - 1:
            rows[at + 1], rows[at] = rows[at], rows[at + 1]
        case "remove" if 0 <= at < len(rows):
            del rows[at]
        case "add":
            rows += [dict(blank) for _row in range(BLANK_ROWS)]
        case "found":
            entry = _found(catalogue, request.POST.get("find", ""))
            if entry is None:
                return rows, _("The catalogue has no such operation, or several: write more of it.")
            rows = [row for row in rows if any(row.values())]
            rows.append({**blank, "operation": entry.code})
    return rows, ""


def _found(catalogue: Catalogue, text: str) -> Entry | None:
    """The operation meant by its code, its name, or a piece of the name that only it has."""
    wanted = " ".join(text.split()).casefold()
    if not wanted:
        return None
    for entry in catalogue.entries:
        if wanted in (entry.code.casefold(), entry.name.casefold()):
            return entry
    pieces = [entry for entry in catalogue.entries if wanted in entry.name.casefold()]
    return pieces[0] if len(pieces) == 1 else None
