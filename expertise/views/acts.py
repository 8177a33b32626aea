"""The act of expertise: its conclusion per line, its record and its PDF."""

import json
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from documents.sealing import sealing_problem
from documents.storing import file_response
from expertise.near_acts import near_acts_told
from expertise.services.correcting import ANNULMENT_REASONS
from expertise.stories import story_for
from expertise.waiting import act_actions, applications_on, apply_url, open_correction_of
from origin.books import parsed
from origin.evaluation import Reason
from origin.wording import reason_text
from reference.code_lists import code_label
from workflow.story import case_stages

from .access import visible_act

EVENTS_SHOWN = 40


@require_safe
def act_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    act = visible_act(request, pk)
    record = json.loads(bytes(act.record))
    application = applications_on(act).first()
    lines = [_line_told(line, record) for line in record["lines"]]
    return render(
        request,
        "expertise/act_detail.html",
        {
            "act": act,
            "case": act.request,
            "record": in_language(record),
            "lines": in_language(lines),
            "positive_lines": sum(line["originating"] for line in lines),
            "stages": case_stages(act.case_id),
            "events": story_for(request.actor, act.request, limit=EVENTS_SHOWN),
            "application": application,
            "apply_url": apply_url(act, request.actor),
            "sealing_problem": None if act.document_id else sealing_problem(),
            "is_expired": act.valid_until < timezone.localdate(),
            "actions": act_actions(act, request.actor),
            "correction": open_correction_of(act),
            "annulment": code_label(ANNULMENT_REASONS, act.annulment_reason)
            if act.annulment_reason
            else "",
            **near_acts_told(request.actor, act.request),
        },
    )


def _line_told(line: dict[str, Any], record: dict[str, Any]) -> dict[str, Any]:
    """A line with its reasons in the reader's language; the record itself has two of the three."""
    language = (get_language() or "ru").split("-")[0]
    reasons = [code_label("line_negative_reason", item["code"]) for item in line["reasons"]]
    result = (line.get("evaluation") or {}).get("result")
    sentences: list[str] = []
    if result and not line["originating"]:
        pack = parsed(record["rules"]["sha256"])
        sentences = [
            reason_text(Reason(item["code"], item["params"]), pack, language)
            for item in result["reasons"]
        ]
    return {**line, "reasons_told": reasons, "sentences": sentences}


def in_language(value: Any) -> Any:
    """The record with its bilingual names in one language; documents themselves show both."""
    if isinstance(value, dict):
        if value.keys() == {"kk", "ru"}:
            language = (get_language() or "ru").split("-")[0]
            return value.get(language) or value["ru"]
        return {key: in_language(part) for key, part in value.items()}
    if isinstance(value, list):
        return [in_language(part) for part in value]
    return value


@require_safe
def act_line(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """The page of a line by its number on the act: the rules, the figures, the working."""
    act = visible_act(request, pk)
    line = get_object_or_404(act.request.lines, number=number)
    return redirect("expertise:request-line-finding", act.request_id, line.pk)


@require_safe
def act_document(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The part of the page that waits for the PDF."""
    act = visible_act(request, pk)
    problem = None if act.document_id else sealing_problem()
    return render(request, "expertise/act_document.html", {"act": act, "sealing_problem": problem})


@require_safe
def act_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    act = visible_act(request, pk)
    if act.document is None:
        raise Http404
    return file_response(act.document.file, name=f"{act.number}.pdf")


@require_safe
def act_record(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The very bytes that were hashed and signed."""
    act = visible_act(request, pk)
    return HttpResponse(
        bytes(act.record),
        content_type="application/json",
        headers={
            "Content-Disposition": content_disposition_header(
                as_attachment=True, filename=f"{act.number}.json"
            )
            or "attachment",
            "Cache-Control": "private, no-store",
        },
    )
