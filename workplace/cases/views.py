"""The page of a case and the pages beside it, each for whoever may see a part of the case."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import only_with
from accounts.permissions import has_permission
from documents.file_pages import handed_out
from expertise.near_acts import near_acts_told
from expertise.permissions import may_see_findings
from oversight.reading.services import note_reading
from reference.code_lists import code_label
from workflow.refusals import carried_out, status_code
from workflow.story import case_stages
from workplace.models import CaseNote

from .ahead import what_comes_next
from .control import control_of
from .forms import NoteForm
from .hand_overs import hand_overs_of, take_overs_of
from .history import events_of, log_entries, of_stage, stage_tabs, told
from .notes import add_note, colleagues_of, notes_of, withdraw_note
from .questions import questions_of
from .standing import act_buttons, life_after_issue, standing_of
from .whole import WholeCase, find_case

GOODS_SHOWN = 5
EVENTS_SHOWN = 8
EVENTS_PER_PAGE = 50
NOTES_PER_PAGE = 25
GET_OR_POST = ["GET", "HEAD", "POST"]


def opened(request: HttpRequest, case_id: UUID) -> WholeCase:
    """The case, if the person sees any part of it; of the Committee, reading is on record."""
    case = find_case(request.actor, case_id)
    if case is None:
        raise Http404
    if case.is_of_committee and case.request is not None:
        note_reading(request=case.request, actor=case.actor, on=timezone.localdate())
    return case


@never_cache
@require_safe
def case_detail(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = opened(request, case_id)
    life = life_after_issue(case)
    standing = standing_of(case, life)
    events = list(events_of(case)[: EVENTS_SHOWN + 1])
    context = {
        "case": case,
        "here": "case",
        "standing": standing,
        "ahead": what_comes_next(case),
        "stages": case_stages(case_id),
        "life": life,
        "act_buttons": act_buttons(case),
        "control": control_of(case),
        "events": told(case, events[:EVENTS_SHOWN]),
        "has_more_events": len(events) > EVENTS_SHOWN,
        "today": timezone.localdate(),
        "address": request.build_absolute_uri(),
        "printed_at": timezone.now(),
        **_given_on(case),
        **_goods(case),
        **_reasons(case),
        **_near_acts(case),
    }
    return render(request, "workplace/case/detail.html", context)


def _given_on(case: WholeCase) -> dict[str, Any]:
    return {
        "hand_overs": hand_overs_of(case),
        "take_overs": take_overs_of(case),
        "house": case.actor.organisation,
    }


def _near_acts(case: WholeCase) -> dict[str, Any]:
    """The expert side reads of them on the page of the act, where it works with them."""
    if not case.is_of_committee or case.request is None:
        return {}
    return near_acts_told(case.actor, case.request)


def _goods(case: WholeCase) -> dict[str, Any]:
    request = case.goods_of
    lines = request.lines.order_by("number")
    count = lines.count()
    return {
        "lines": lines.select_related("unit", "finding")[:GOODS_SHOWN],
        "lines_count": count,
        "lines_left": max(count - GOODS_SHOWN, 0),
        "sees_findings": case.request is None or may_see_findings(case.actor, request),
        "sees_request": case.request is not None,
    }


def _reasons(case: WholeCase) -> dict[str, str]:
    """Reasons that are kept as codes, in words."""
    request, application = case.request, case.application
    codes = {
        "purpose": ("purpose", request.purpose if request else ""),
        "rejection": ("expertise_refusal_reason", request.rejection_reason if request else ""),
        "refusal": ("refusal_reason", application.refusal_reason if application else ""),
    }
    return {
        name: code_label(code_list, code) if code else ""
        for name, (code_list, code) in codes.items()
    }


@never_cache
@require_safe
def case_history(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = opened(request, case_id)
    stage = request.GET.get("stage", "")
    events = events_of(case)
    found = of_stage(events, stage)
    if case.is_of_committee:
        found = found.select_related("leaf")
    page = Paginator(found, EVENTS_PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    context = {
        "case": case,
        "here": "case",
        "page": page,
        "events": told(case, rows),
        "entries": log_entries(rows) if case.is_of_committee else [],
        "stage_tabs": stage_tabs(events, stage),
    }
    return render(request, "workplace/case/history.html", context)


@never_cache
@require_safe
def case_questions(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = opened(request, case_id)
    questions = questions_of(case)
    context = {
        "case": case,
        "here": "questions",
        "questions": questions,
        "open_count": sum(question.is_open for question in questions),
        "today": timezone.localdate(),
    }
    return render(request, "workplace/case/questions.html", context)


@only_with("oversight.read_case")
@never_cache
@require_safe
def case_control(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Checks, violations, measures, complaints and risk; to all but the Committee it is no page."""
    case = opened(request, case_id)
    context = {"case": case, "here": "control", "control": control_of(case)}
    return render(request, "workplace/case/control.html", context)


@never_cache
@require_http_methods(GET_OR_POST)
def case_notes(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = opened(request, case_id)
    colleagues = colleagues_of(case)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = NoteForm(*sent, colleagues=colleagues)
    token = _token(request)
    if request.method == "POST" and carried_out(
        form,
        lambda values: add_note(
            case=case,
            text=values["text"],
            form_token=token,
            mentioned=[UUID(key) for key in values.get("mentioned", [])],
            upload=values["upload"],
        ),
    ):
        messages.success(request, _("The note was added; whoever it calls is told."))
        return redirect("workplace:case-notes", case_id)
    rows = notes_of(case.actor, case_id).select_related("author", "file")
    page = Paginator(rows.prefetch_related("mentioned"), NOTES_PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "case": case,
        "here": "notes",
        "page": page,
        "rows": [(note, has_permission(case.actor, "workplace.withdraw_note", note))
                 for note in page],
        "form": form,
        "form_token": token,
        "colleagues": colleagues,
        **_given_on(case),
    }  # fmt: skip
    return render(request, "workplace/case/notes.html", context, status=status_code(form))


def _token(request: HttpRequest) -> UUID:
    """What the page was sent with; the same page sent twice carries the same."""
    try:
        return UUID(request.POST.get("form_token", ""))
    except ValueError:
        return uuid4()


def _own_note(request: HttpRequest, pk: UUID) -> tuple[WholeCase, CaseNote]:
    """A note of the person's own organisation to a case that the person sees."""
    note = get_object_or_404(CaseNote.objects.of_house(request.actor).select_related("file"), pk=pk)
    return opened(request, note.case_id), note


@require_safe
def case_note(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Where the notice of a mention leads: the note among the others."""
    _case, note = _own_note(request, pk)
    newer = notes_of(request.actor, note.case_id).filter(at__gt=note.at).count()
    page = newer // NOTES_PER_PAGE + 1
    address = redirect("workplace:case-notes", note.case_id)
    address["Location"] += (f"?page={page}" if page > 1 else "") + f"#note-{note.pk}"
    return address


@require_POST
def note_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    case, note = _own_note(request, pk)
    withdraw_note(note=note, actor=case.actor)
    messages.success(request, _("The note was withdrawn."))
    return redirect("workplace:case-notes", case.case_id)


@require_safe
def note_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The file of a note goes with its words when the note is withdrawn."""
    case, note = _own_note(request, pk)
    if note.file is None or note.withdrawn_at is not None:
        raise Http404
    back = (reverse("workplace:case-notes", args=[case.case_id]), case.label)
    return handed_out(request, note.file, back=back)
