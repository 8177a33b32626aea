"""The auditor's findings: the rules' answer beside the verdict, line by line or in bulk."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import DomainError
from accounts.permissions import authorize, has_permission
from expertise.blockers import shortened
from expertise.evaluating import Chosen, Rules, evaluated
from expertise.forms.judging import VerdictForm
from expertise.forms.refusals import carried_out, status_code
from expertise.models import ExpertiseRequest, Finding, GoodsLine
from expertise.permissions import may_see_findings
from expertise.services import judging
from origin.criteria import SUFFICIENT_PROCESSING, WHOLLY_PRODUCED, criterion_of_processing
from reference.code_lists import code_label

from .access import GET_OR_POST, refuse_stale, visible_line, visible_request
from .examining import under_expertise
from .nearness import nearness
from .ruling import grounds, open_readings, open_rows, ruling
from .worked import worked_out

LINES_ON_PAGE = 100


@require_http_methods(GET_OR_POST)
def request_findings(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Every line with what is claimed and what the rules say; one verdict for many lines."""
    obj, elsewhere = under_expertise(request, pk)
    if elsewhere:
        return elsewhere
    rules = _rules(obj)
    codes = list(obj.lines.values_list("hs_code", flat=True))
    form = _verdict_form(request, codes, rules, _first_verdict())
    chosen = set(request.POST.getlist("lines"))

    def save(_values: dict[str, Any]) -> None:
        refuse_stale(request, obj)
        numbers = _numbers_meant(request, obj, chosen)
        lines = list(obj.lines.filter(number__in=numbers).prefetch_related("materials"))
        if not lines:
            raise DomainError("no_lines", _("Choose the lines that the verdict is for."))
        count = judging.save_findings(
            request=obj, actor=request.actor, lines=lines, verdict=form.verdict()
        )
        messages.success(request, _saved(count))

    if request.method == "POST" and carried_out(form, save):
        return redirect("expertise:request-findings", obj.pk)
    return render(
        request,
        "expertise/request_findings.html",
        {"case": obj, "form": form, "chosen": chosen, **_findings_table(request, obj, rules)},
        status=status_code(form),
    )


@require_POST
def request_judge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The verdict of the rules for the lines meant, each with its own reasons."""
    obj = visible_request(request, pk)
    refuse_stale(request, obj)
    done = judging.judge_by_rules(
        request=obj,
        actor=request.actor,
        numbers=_numbers_meant(request, obj, set(request.POST.getlist("lines"))),
    )
    messages.success(request, _told(len(done.passed), len(done.refused)))
    if done.left:
        messages.warning(
            request,
            _("These lines wait for you, because the rules leave a choice: %(lines)s.")
            % {"lines": shortened(list(done.left))},
        )
    return redirect("expertise:request-findings", obj.pk)


def _told(passed: int, refused: int) -> str:
    return " ".join(
        (
            ngettext(
                "By the rules %(count)d line passes.", "By the rules %(count)d lines pass.", passed
            )
            % {"count": passed},
            ngettext("%(count)d line is refused.", "%(count)d lines are refused.", refused)
            % {"count": refused},
        )
    )


def _saved(count: int) -> str:
    return ngettext(
        "The finding of %(count)d line was saved.",
        "The findings of %(count)d lines were saved.",
        count,
    ) % {"count": count}


def _rules(obj: ExpertiseRequest) -> Rules:
    return Rules.of_request(obj, today=timezone.localdate())


def _first_verdict() -> dict[str, str]:
    return {"is_originating": VerdictForm.YES, "criterion": SUFFICIENT_PROCESSING}


def _verdict_form(
    request: HttpRequest, codes: list[str], rules: Rules, initial: dict[str, str]
) -> VerdictForm:
    return VerdictForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        rows=open_rows(codes, rules),
        readings=open_readings(codes, rules),
        grounds=grounds(rules),
    )


def _numbers_meant(request: HttpRequest, obj: ExpertiseRequest, chosen: set[str]) -> list[int]:
    """Only the lines ticked, unless a button says more."""
    lines = obj.lines.all()
    match request.POST.get("scope"):
        case "all":
            pass
        case "left":
            lines = lines.filter(finding__isnull=True)
        case _:
            lines = lines.filter(number__in=[n for n in chosen if n.isdecimal()])
    return list(lines.values_list("number", flat=True))


def _findings_table(request: HttpRequest, obj: ExpertiseRequest, rules: Rules) -> dict[str, Any]:
    lines = (
        obj.lines.select_related("unit", "finding").prefetch_related("materials").order_by("number")
    )
    page = Paginator(lines, LINES_ON_PAGE).get_page(request.GET.get("page"))
    steps = list(obj.steps.all())
    rows = []
    for line in page:
        worked = worked_out(line, rules=rules.calculation)
        found = evaluated(line, rules, judging.chosen_of(line), steps=steps)
        rows.append((line, worked, worked.differs_from(line.claimed_percent), found))
    return {
        "page": page,
        "rows": rows,
        "total": page.paginator.count,
        "judged": obj.lines.filter(finding__isnull=False).count(),
        "has_steps": bool(steps),
        "pack": rules.book.pack,
    }


@require_http_methods(GET_OR_POST)
def request_line_finding(request: HttpRequest, pk: UUID, line_pk: UUID) -> HttpResponse:
    """One line: rules, figures and working for all who may see it, the verdict for the auditor."""
    line = visible_line(request, pk, line_pk)
    obj = line.request
    sees_findings = may_see_findings(request.actor, obj)
    finding = getattr(line, "finding", None) if sees_findings else None
    is_auditor = has_permission(request.actor, "expertise.examine_request", obj)
    may_judge = is_auditor and obj.status == "in_expertise"
    if request.method == "POST":
        authorize(request.actor, "expertise.examine_request", obj)
    rules = _rules(obj)
    form = _verdict_form(request, [line.hs_code], rules, _verdict_of(line))

    def save(_values: dict[str, Any]) -> None:
        refuse_stale(request, obj)
        judging.save_finding(line=line, actor=request.actor, verdict=form.verdict())

    if request.method == "POST" and carried_out(form, save):
        messages.success(
            request, _("The finding of line %(number)s was saved.") % {"number": line.number}
        )
        return _after_finding(request, line)
    # To others the rules answer from the request alone: the auditor's choices and the process
    # that the auditor describes are a draft until the signature.
    found = (
        evaluated(line, rules, _chosen(line, form))
        if sees_findings
        else evaluated(line, rules, steps=[])
    )
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
            "worked": worked_out(
                line,
                criterion=_criterion(line, finding),
                materials=line.materials.select_related("evidence"),
            ),
            "sees_proofs": sees_findings,
            "proofs": finding.evidence.select_related("document") if finding else (),
            "ruling": ruling(found, rules),
            "nearness": nearness(line, found, rules),
            "own_criterion": criterion_of_processing(line.hs_code),
            "form": form if may_judge or form.is_bound else None,
            "before": obj.lines.filter(number__lt=line.number).order_by("-number").first(),
            "after": obj.lines.filter(number__gt=line.number).order_by("number").first(),
        },
        status=status_code(form),
    )


def _criterion(line: GoodsLine, finding: Finding | None) -> str:
    return finding.criterion if finding else line.claimed_criterion


def _chosen(line: GoodsLine, form: VerdictForm) -> Chosen:
    """By what is typed where the form came back, else by the finding."""
    if form.is_bound and form.is_valid():
        return form.verdict().chosen
    return judging.chosen_of(line)


@require_POST
def request_line_ruling(request: HttpRequest, pk: UUID, line_pk: UUID) -> HttpResponse:
    """What the rules would say with the condition, reading or ground just picked."""
    line = visible_line(request, pk, line_pk)
    authorize(request.actor, "expertise.examine_request", line.request)
    rules = _rules(line.request)
    ground = request.POST.get("ground", "")
    chosen = Chosen(
        ground=ground if request.POST.get("criterion") == WHOLLY_PRODUCED else "",
        row=request.POST.get("row", ""),
        reading=request.POST.get("reading", ""),
    )
    found = ruling(evaluated(line, rules, chosen), rules)
    return render(request, "expertise/ruling.html", {"ruling": found})


def _verdict_of(line: GoodsLine) -> dict[str, str]:
    finding = getattr(line, "finding", None)
    if finding is None:
        is_claimed_wholly = line.claimed_criterion == WHOLLY_PRODUCED
        return {"criterion": WHOLLY_PRODUCED if is_claimed_wholly else SUFFICIENT_PROCESSING}
    return {
        "is_originating": VerdictForm.YES if finding.is_originating else VerdictForm.NO,
        "criterion": finding.criterion[:1],
        "ground": finding.ground,
        "row": finding.row,
        "choice_reason": finding.choice_reason,
        "reading": finding.reading,
        "reading_reason": finding.reading_reason,
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
