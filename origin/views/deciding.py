"""From a draft to rules in force: the effect measured, handed over, approved by a second person."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, F, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import has_permission
from origin.blockers import approval_blockers, check_blockers, finished_run
from origin.books import fingerprint, rulebook_proposed
from origin.desk import findings_of, language
from origin.facts import Reason
from origin.models import ImpactChange, ImpactRun, RulePack, Ruling
from origin.packs import RulePack as Pack
from origin.services import impact, packs
from origin.wording import reason_text

from .access import for_committee, found_pack, pack_page, seen_version

CHANGES_ON_PAGE = 50


@require_safe
@for_committee
def pack_impact(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What would change in the acts in force, and what still stands before the decision."""
    pack = found_pack(pk)
    today = timezone.localdate()
    if pack.status == "draft":
        blockers = check_blockers(pack, findings_of(pack.body_sha256), on=today)
    elif pack.status == "checked":
        blockers = approval_blockers(pack, finished_run(pack), on=today)
    else:
        blockers = []
    return pack_page(
        request,
        pack,
        "impact",
        "origin/pack_impact.html",
        blockers=blockers,
        is_clear=all(blocker.is_clear for blocker in blockers),
        took_part=request.actor.user_id in {*pack.editor_ids, pack.author_id, pack.checked_by_id},
        **measurement(request, pack),
    )


@require_POST
@for_committee
def pack_measure(request: HttpRequest, pk: UUID) -> HttpResponse:
    pack = found_pack(pk)
    impact.measure_impact(proposal=pack, actor=request.actor)
    return redirect("origin:pack-impact", pack.pk)


@require_safe
@for_committee
def impact_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The bar of a run under way; when it is over, the whole page is asked for again."""
    run = get_object_or_404(ImpactRun, pk=pk)
    if run.is_finished or run.failed_reason:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "origin/impact_bar.html", {"run": run})


@require_POST
@for_committee
def pack_check(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _moved(request, pk, packs.check_pack, _("The version waits for another person now."))


@require_POST
@for_committee
def pack_approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _moved(request, pk, packs.approve_pack, _("The version is approved."))


@require_POST
@for_committee
def pack_return(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _moved(request, pk, packs.return_to_draft, _("The version can be edited again."))


@require_POST
@for_committee
def pack_discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _moved(
        request, pk, packs.discard_pack, _("The version was discarded."), "origin:pack-detail"
    )


def measurement(request: HttpRequest, proposal: RulePack | Ruling) -> dict[str, Any]:
    """The last run of this very text with its changes, the weightiest first."""
    run = (
        proposal.impact_runs.filter(body_sha256=fingerprint(proposal))
        .select_related("requested_by")
        .order_by("-requested_at")
        .first()
    )
    context: dict[str, Any] = {
        "run": run,
        "may_measure": has_permission(request.actor, "origin.measure_impact", proposal),
    }
    if run is not None and run.is_finished:
        changes = _weightiest_first(run.changes.all())
        page = Paginator(changes, CHANGES_ON_PAGE).get_page(request.GET.get("page"))
        text = rulebook_proposed(proposal).pack
        context |= {
            "page": page,
            "rows": [(change, _words(change, text)) for change in page],
            "verdicts_changed": run.changes.exclude(before=F("after")).count(),
            "acts_changed": run.changes.values("act_id").distinct().count(),
        }
    return context


def _weightiest_first(changes: QuerySet[ImpactChange]) -> QuerySet[ImpactChange]:
    """Changed verdicts before lines that only another row decides."""
    same = Case(When(before=F("after"), then=Value(1)), default=Value(0))
    return changes.order_by(same, "act_number", "line_number")


def _words(change: ImpactChange, pack: Pack) -> list[str]:
    return [
        reason_text(Reason(reason["code"], reason["params"]), pack, language())
        for reason in change.reasons
    ]


def _moved(
    request: HttpRequest,
    pk: UUID,
    command: Callable[..., RulePack],
    done: str,
    back: str = "origin:pack-impact",
) -> HttpResponse:
    command(pack=found_pack(pk), actor=request.actor, seen_version=seen_version(request))
    messages.success(request, done)
    return redirect(back, pk)
