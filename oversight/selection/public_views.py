"""Plans for everyone: the commitment at once, the frame and the draw when every check is closed."""

from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from audit.models import AuditEvent
from audit.proofs import tlog_proof
from oversight.models import ControlPlan, DeskCheck
from oversight.papers import paper_response

from .draw import RULES, RULES_SHA256
from .selectors import PUBLIC_EVENTS, log_places
from .views import file_of

PER_PAGE = 25
TEXT = "text/plain; charset=utf-8"
SCRIPT = Path(settings.BASE_DIR) / "scripts" / "verify_draw.py"


def public_plans() -> QuerySet[ControlPlan]:
    """Those that were committed, cancelled ones too: what was promised is not taken back unseen."""
    return ControlPlan.objects.filter(committed_at__isnull=False).order_by("-committed_at")


def find_public(number: str) -> ControlPlan:
    return get_object_or_404(public_plans(), number=number)


@login_not_required
@require_safe
def plan_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(public_plans(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "oversight/selection/public_list.html", {"page": page})


@login_not_required
@require_safe
def plan_detail(request: HttpRequest, number: str) -> HttpResponse:
    """What binds the Committee, in plain words, and how to draw again."""
    plan = find_public(number)
    is_closed = plan.status == "closed"
    violated = plan.checks.filter(result=DeskCheck.Result.VIOLATIONS)
    context = {
        "plan": plan,
        "wanted": plan.by_risk + plan.by_lottery,
        "strata": [ControlPlan.Stratum(kind).label for kind in plan.strata],
        "places": log_places(plan),
        "rules_sha256": RULES_SHA256,
        "is_closed": is_closed,
        "violated": violated.count() if is_closed else None,
        "nonce": bytes(plan.nonce or b"").hex() if is_closed else "",
    }
    return render(request, "oversight/selection/public_detail.html", context)


@login_not_required
@require_safe
def plan_file(_request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """Only of a closed plan: before, whoever is on the list would be warned."""
    plan = find_public(number)
    if plan.status != "closed":
        raise Http404
    return file_of(plan, kind)


@login_not_required
@require_safe
def plan_paper(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """What was committed, at once; what was drawn, with the end of the plan."""
    plan = find_public(number)
    document = plan.plan_document if kind == "plan" else plan.draw_document
    if document is None or (kind == "draw" and plan.status != "closed"):
        raise Http404
    return paper_response(document, request)


@login_not_required
@require_safe
def plan_proof(_request: HttpRequest, number: str, step: str) -> HttpResponse:
    """The entry of the log with its place in it, to be kept and checked without the portal."""
    plan = find_public(number)
    event = AuditEvent.objects.filter(
        event=f"control_plan.{step}", subject_type=plan.SUBJECT_TYPE, subject_id=str(plan.pk)
    ).first()
    proof = tlog_proof(event) if event and event.event in PUBLIC_EVENTS else None
    if proof is None:
        raise Http404
    return _attached(proof, f"{step}.tlog-proof")


@login_not_required
@require_safe
def rules(_request: HttpRequest) -> HttpResponse:
    return _attached(RULES, "control-draw-1.txt")


@login_not_required
@require_safe
def script(_request: HttpRequest) -> HttpResponse:
    return _attached(SCRIPT.read_text(encoding="utf-8"), SCRIPT.name)


def _attached(content: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=TEXT)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
