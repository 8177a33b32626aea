"""What still lacks a proof before an act may be signed, and how far the proofs are."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from origin.criteria import WHOLLY_PRODUCED
from reference.models import CodeEntry
from workflow.blockers import Blocker

from .line_ranges import shown
from .models import ExpertiseRequest, GoodsLine, Material, OriginDocument, ProcessStep

VISIT_ITEMS = "site_visit_item"
COUNTS_AS_LOCAL = Q(
    country="KZ", origin_document__in=(OriginDocument.CT_KZ, OriginDocument.KZ_ORIGIN)
)


@dataclass(frozen=True)
class Proved:
    """How many of the materials are tied to a document."""

    proved: int
    total: int

    @property
    def left(self) -> int:
        return self.total - self.proved


def proved_materials(request: ExpertiseRequest) -> Proved:
    counts = Material.objects.filter(line__request=request).aggregate(
        total=Count("pk"), proved=Count("pk", filter=Q(evidence__isnull=False))
    )
    return Proved(counts["proved"], counts["total"])


def evidence_blockers(request: ExpertiseRequest) -> list[Blocker]:
    """Every condition of signing that is about proof, in the order of the auditor's work."""
    return [
        _materials(request),
        _process(request),
        *_visit(request),
        _findings(request),
    ]


def _materials(request: ExpertiseRequest) -> Blocker:
    """A material lowers no share unless a paper of the case says that it is local."""
    unproved = (
        Material.objects.filter(COUNTS_AS_LOCAL, line__request=request, evidence__isnull=True)
        .exclude(line__finding__is_originating=False)
        .order_by("line__number")
    )
    numbers = list(unproved.values_list("line__number", flat=True).distinct())
    found = proved_materials(request)
    hint = _("%(proved)s of %(total)s materials are proved") % {
        "proved": found.proved, "total": found.total,
    }  # fmt: skip
    return Blocker(
        "local_materials",
        _("Tie the materials that count as local to a document: lines %(lines)s")
        % {"lines": shown(numbers)}
        if numbers
        else _("Every material that counts as local has its document"),
        not numbers,
        _page("request-proofs", request),
        hint if found.total else "",
    )


def _process(request: ExpertiseRequest) -> Blocker:
    """Sufficient processing is a matter of operations: a line passed by it names at least one."""
    steps = ProcessStep.objects.filter(request=request).filter(
        Q(line__isnull=True) | Q(line=OuterRef("pk"))
    )
    bare = passed_by_processing(request).filter(~Exists(steps)).order_by("number")
    numbers = list(bare.values_list("number", flat=True))
    has_steps = request.steps.exists()
    return Blocker(
        "process",
        _("The operations of the process are named")
        if has_steps and not numbers
        else _("Name the operations of the process: lines %(lines)s") % {"lines": shown(numbers)}
        if numbers
        else _("No operation of the process is named yet"),
        # Goods wholly produced, and refused ones, may have no operation at all.
        not numbers and (has_steps or not _unjudged(request).exists()),
        _page("request-process", request),
    )


def passed_by_processing(request: ExpertiseRequest) -> QuerySet[GoodsLine]:
    return request.lines.filter(finding__is_originating=True).exclude(
        finding__criterion=WHOLLY_PRODUCED
    )


def _unjudged(request: ExpertiseRequest) -> QuerySet[GoodsLine]:
    return request.lines.filter(finding__isnull=True)


def _visit(request: ExpertiseRequest) -> Iterator[Blocker]:
    examination = getattr(request, "examination", None)
    if examination is None or not examination.site_visit:
        return
    items = set(
        CodeEntry.objects.of(VISIT_ITEMS, on=timezone.localdate()).values_list("code", flat=True)
    )
    left = len(items - set(examination.visit_answers.values_list("item", flat=True)))
    yield Blocker(
        "visit_answers",
        _("The checklist of the visit is not complete: %(count)s left") % {"count": left}
        if left
        else _("The checklist of the visit is complete"),
        not left,
        _page("request-visit", request),
    )


def _findings(request: ExpertiseRequest) -> Blocker:
    bare = request.lines.filter(
        finding__is_originating=True, finding__evidence__isnull=True
    ).order_by("number")
    numbers = list(bare.values_list("number", flat=True))
    return Blocker(
        "finding_evidence",
        _("Name the documents that prove the findings: lines %(lines)s") % {"lines": shown(numbers)}
        if numbers
        else _("Every positive finding has its document"),
        not numbers,
        _page("request-finding-proofs", request),
    )


def _page(name: str, request: ExpertiseRequest) -> str:
    return reverse(f"expertise:{name}", args=[request.pk])
