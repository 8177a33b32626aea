"""The auditor's pages: examination, findings line by line or in bulk, and the signature."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.errors import DomainError
from accounts.permissions import authorize, has_permission
from auditors.models import attestation_in_force
from expertise.blockers import signing_blockers
from expertise.calculation import CalculationRules
from expertise.forms.examining import ExaminationForm, VerdictForm
from expertise.forms.refusals import carried_out, status_code
from expertise.models import Examination, ExpertiseRequest, GoodsLine
from expertise.permissions import may_see_findings
from expertise.services import examining, signing
from origin.criteria import SUFFICIENT_PROCESSING, WHOLLY_PRODUCED, criterion_of_processing
from reference.code_lists import code_label
from workflow.story import case_stages

from .access import GET_OR_POST, refuse_stale, seen_version, visible_line, visible_request
from .worked import worked_out

LINES_ON_PAGE = 100


def _under_expertise(
    request: HttpRequest, pk: UUID
) -> tuple[ExpertiseRequest, HttpResponse | None]:
    """The auditor's own request, and where to go when it is not under expertise now."""
    obj = visible_request(request, pk)
    authorize(request.actor, "expertise.examine_request", obj)
    if request.method != "POST" and obj.status != "in_expertise":
        messages.info(request, _("The request is not under expertise now."))
        return obj, redirect("expertise:request-detail", obj.pk)
    return obj, None


@require_http_methods(GET_OR_POST)
def request_examination(request: HttpRequest, pk: UUID) -> HttpResponse:
    obj, elsewhere = _under_expertise(request, pk)
    if elsewhere:
        return elsewhere
    examination = Examination.objects.get(request=obj)
    form = ExaminationForm(request.POST or None, instance=examination)

    def save(values: dict[str, Any]) -> None:
        refuse_stale(request, obj)
        examining.save_examination(request=obj, actor=request.actor, values=values)

    if request.method == "POST" and carried_out(form, save):
        messages.success(request, _("The examination was saved."))
        if request.POST.get("then") == "stay":
            return redirect("expertise:request-examination", obj.pk)
        return redirect("expertise:request-findings", obj.pk)
    return render(
        request,
        "expertise/request_examination.html",
        {"case": obj, "form": form, "examination": examination},
        status=status_code(form),
    )


@require_http_methods(GET_OR_POST)
def request_findings(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Every line with what is claimed and what comes out; one verdict for many lines."""
    obj, elsewhere = _under_expertise(request, pk)
    if elsewhere:
        return elsewhere
    posted = request.method == "POST"
    form = VerdictForm(request.POST if posted else None, initial=_first_verdict())
    chosen = set(request.POST.getlist("lines"))

    def save(_values: dict[str, Any]) -> None:
        refuse_stale(request, obj)
        lines = list(_lines_meant(request, obj, chosen))
        if not lines:
            raise DomainError("no_lines", _("Choose the lines that the verdict is for."))
        count = examining.save_findings(
            request=obj, actor=request.actor, lines=lines, verdict=form.verdict()
        )
        messages.success(
            request,
            ngettext(
                "The finding of %(count)d line was saved.",
                "The findings of %(count)d lines were saved.",
                count,
            )
            % {"count": count},
        )

    if posted and carried_out(form, save):
        return redirect("expertise:request-findings", obj.pk)
    return render(
        request,
        "expertise/request_findings.html",
        {"case": obj, "form": form, "chosen": chosen, **_findings_table(request, obj)},
        status=status_code(form),
    )


def _first_verdict() -> dict[str, str]:
    return {"is_originating": VerdictForm.YES, "criterion": SUFFICIENT_PROCESSING}


def _lines_meant(
    request: HttpRequest, obj: ExpertiseRequest, chosen: set[str]
) -> QuerySet[GoodsLine]:
    lines = obj.lines.prefetch_related("materials")
    match request.POST.get("scope"):
        case "all":
            return lines
        case "left":
            return lines.filter(finding__isnull=True)
    return lines.filter(number__in=[number for number in chosen if number.isdecimal()])


def _findings_table(request: HttpRequest, obj: ExpertiseRequest) -> dict[str, Any]:
    lines = (
        obj.lines.select_related("unit", "finding").prefetch_related("materials").order_by("number")
    )
    page = Paginator(lines, LINES_ON_PAGE).get_page(request.GET.get("page"))
    rules = CalculationRules.in_force(on=timezone.localdate())
    rows = []
    for line in page:
        worked = worked_out(line, rules=rules)
        rows.append((line, worked, worked.differs_from(line.claimed_percent)))
    return {
        "page": page,
        "rows": rows,
        "total": page.paginator.count,
        "judged": obj.lines.filter(finding__isnull=False).count(),
    }


@require_http_methods(GET_OR_POST)
def request_line_finding(request: HttpRequest, pk: UUID, line_pk: UUID) -> HttpResponse:
    """One line: its calculation for everyone who may see it, its verdict for the auditor."""
    line = visible_line(request, pk, line_pk)
    obj = line.request
    finding = getattr(line, "finding", None) if may_see_findings(request.actor, obj) else None
    is_auditor = has_permission(request.actor, "expertise.examine_request", obj)
    may_judge = is_auditor and obj.status == "in_expertise"
    posted = request.method == "POST"
    if posted:
        authorize(request.actor, "expertise.examine_request", obj)
    form = VerdictForm(request.POST if posted else None, initial=_verdict_of(line))

    def save(_values: dict[str, Any]) -> None:
        refuse_stale(request, obj)
        examining.save_finding(line=line, actor=request.actor, verdict=form.verdict())

    if posted and carried_out(form, save):
        messages.success(
            request, _("The finding of line %(number)s was saved.") % {"number": line.number}
        )
        return _after_finding(request, line)
    criterion = finding.criterion if finding else line.claimed_criterion
    return render(
        request,
        "expertise/request_line_finding.html",
        {
            "case": obj,
            "line": line,
            "finding": finding,
            "reason": code_label("line_negative_reason", finding.reason)
            if finding and finding.reason
            else "",
            "worked": worked_out(line, criterion=criterion),
            "own_criterion": criterion_of_processing(line.hs_code),
            "form": form if may_judge or posted else None,
            "before": obj.lines.filter(number__lt=line.number).order_by("-number").first(),
            "after": obj.lines.filter(number__gt=line.number).order_by("number").first(),
        },
        status=status_code(form),
    )


def _verdict_of(line: GoodsLine) -> dict[str, str]:
    finding = getattr(line, "finding", None)
    if finding is None:
        is_claimed_wholly = line.claimed_criterion == WHOLLY_PRODUCED
        return {"criterion": WHOLLY_PRODUCED if is_claimed_wholly else SUFFICIENT_PROCESSING}
    return {
        "is_originating": VerdictForm.YES if finding.is_originating else VerdictForm.NO,
        "criterion": finding.criterion[:1],
        "justification": finding.justification,
        "reason": finding.reason,
    }


def _after_finding(request: HttpRequest, line: GoodsLine) -> HttpResponse:
    """On to the next line that has no finding yet, or to the table."""
    if request.POST.get("then") == "next":
        left = GoodsLine.objects.filter(request=line.request, finding__isnull=True)
        following = left.filter(number__gt=line.number).first() or left.first()
        if following:
            return redirect("expertise:request-line-finding", line.request_id, following.pk)
    return redirect("expertise:request-findings", line.request_id)


@require_http_methods(GET_OR_POST)
def request_sign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is about to be signed, every condition, and the signature."""
    obj = visible_request(request, pk)
    authorize(request.actor, "expertise.sign_act", obj)
    if request.method == "POST":
        act = signing.sign_act(request=obj, actor=request.actor, seen_version=seen_version(request))
        messages.success(request, _("Act %(number)s is signed.") % {"number": act.number})
        return redirect("expertise:act-detail", act.pk)
    if obj.status != "in_expertise":
        messages.info(request, _("The request is not under expertise now."))
        return redirect("expertise:request-detail", obj.pk)
    blockers = signing_blockers(obj)
    judged = obj.lines.filter(finding__isnull=False)
    return render(
        request,
        "expertise/request_sign.html",
        {
            "case": obj,
            "blockers": blockers,
            "is_ready": all(blocker.is_clear for blocker in blockers),
            "total": obj.lines.count(),
            "positive": judged.filter(finding__is_originating=True).count(),
            "negative": judged.filter(finding__is_originating=False).select_related("finding"),
            "attestation": attestation_in_force(obj.auditor, on=timezone.localdate()),
            "stages": case_stages(obj.case_id),
        },
    )
