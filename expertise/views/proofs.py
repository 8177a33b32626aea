"""Which document and page proves each material and each finding; quick for thousands of them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import DomainError
from expertise.evidence_blockers import proved_materials
from expertise.forms.evidence import FindingProofForm, Papers, ProofForm, Tie, TiesForm
from expertise.forms.refusals import carried_out, status_code
from expertise.line_ranges import shown
from expertise.models import ExpertiseRequest, FindingEvidence, GoodsLine, Material, OriginDocument
from expertise.proofs import key_of, kinds_of_materials, same_elsewhere
from expertise.services import evidence

from .access import GET_OR_POST, refuse_stale
from .examining import under_expertise

ROWS_ON_PAGE = 100
BY = ("name", "supplier", "line")


@require_http_methods(GET_OR_POST)
def request_proofs(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All materials by kind, by supplier, or line by line."""
    obj, elsewhere = under_expertise(request, pk)
    if elsewhere:
        return elsewhere
    by = request.GET.get("by", "")
    by = by if by in BY else BY[0]
    if by == "line":
        return _by_line(request, obj)
    kinds = Paginator(kinds_of_materials(obj, by), ROWS_ON_PAGE)
    page = kinds.get_page(request.GET.get("page"))
    papers = Papers.of(obj)
    rows = [(kind, _tie_of(kind, by)) for kind in page]
    form = TiesForm(
        [tie for _kind, tie in rows], papers, request.POST if request.method == "POST" else None
    )

    def save(_values: dict[str, Any]) -> None:
        _tie(request, obj, form)

    if request.method == "POST" and carried_out(form, save):
        following = f"&page={page.next_page_number()}" if page.has_next() else ""
        return redirect(f"{request.path}?by={by}{following}")
    return render(
        request,
        "expertise/request_proofs.html",
        {
            "case": obj,
            "form": form,
            "by": by,
            "page": page,
            "rows": [_shown(kind, tie, form) for kind, tie in rows],
            **_head(obj, by),
        },
        status=status_code(form),
    )


def _tie_of(kind: dict[str, Any], by: str) -> Tie:
    """The kind as one row: its document is shown when all of its materials have the same."""
    is_common = len(kind["documents"]) == 1 and len(kind["pages"]) == 1
    label = kind["supplier"] if by == "supplier" else kind["name"]
    return Tie(
        key=key_of(kind, by),
        label=label or _("supplier not named"),
        material_ids=tuple(kind["ids"]),
        document_id=kind["documents"][0] if is_common else None,
        page=kind["pages"][0] if is_common else "",
    )


def _shown(kind: dict[str, Any], tie: Tie, form: TiesForm) -> dict[str, Any]:
    document, page = form.row(tie.key)
    origin = dict(OriginDocument.choices).get(kind.get("origin_document", ""), "")
    return {
        "kind": kind,
        "label": tie.label,
        "origin": origin if kind.get("origin_document") else "",
        "names": kind["names"][:3],
        "more_names": max(len(kind["names"]) - 3, 0),
        "lines": shown(kind["lines"]),
        "is_mixed": tie.document_id is None and kind["proved"] > 0,
        "document": document,
        "page": page,
    }


def _head(obj: ExpertiseRequest, by: str) -> dict[str, Any]:
    labels = ((_("By material"), "name"), (_("By supplier"), "supplier"), (_("By line"), "line"))
    return {
        "progress": proved_materials(obj),
        "tabs": [
            {"url": f"?by={key}", "label": label, "count": None, "current": key == by}
            for label, key in labels
        ],
    }


def _tie(request: HttpRequest, obj: ExpertiseRequest, form: TiesForm) -> int:
    refuse_stale(request, obj)
    return _told(
        request,
        evidence.tie_each_material(request=obj, actor=request.actor, ties=form.changed()),
    )


def _told(request: HttpRequest, count: int) -> int:
    messages.success(
        request,
        ngettext(
            "The proof of %(count)d material was saved.",
            "The proofs of %(count)d materials were saved.",
            count,
        )
        % {"count": count},
    )
    return count


def _by_line(request: HttpRequest, obj: ExpertiseRequest) -> HttpResponse:
    lines = obj.lines.annotate(
        total=Count("materials"),
        proved=Count("materials", filter=Q(materials__evidence__isnull=False)),
    ).order_by("number")
    page = Paginator(lines, ROWS_ON_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "expertise/request_proofs_by_line.html",
        {"case": obj, "page": page, "by": "line", **_head(obj, "line")},
    )


@require_http_methods(GET_OR_POST)
def request_line_proofs(request: HttpRequest, pk: UUID, line_pk: UUID) -> HttpResponse:
    """The bill of materials of one line, each row with its document and page."""
    obj, elsewhere = under_expertise(request, pk)
    if elsewhere:
        return elsewhere
    line = get_object_or_404(obj.lines.select_related("unit"), pk=line_pk)
    page = Paginator(line.materials.order_by("number"), ROWS_ON_PAGE).get_page(
        request.GET.get("page")
    )
    papers, posted = Papers.of(obj), request.method == "POST"
    materials = list(page)
    form = TiesForm([_own_tie(row) for row in materials], papers, request.POST if posted else None)
    whole = ProofForm(papers, request.POST if posted else None, prefix="line")

    def save(_values: dict[str, Any]) -> None:
        refuse_stale(request, obj)
        _told(request, _tie_line(request, obj, line, materials, form, whole))

    if posted and carried_out(form, save):
        return _after_line(request, line, page.number)
    return render(
        request,
        "expertise/request_line_proofs.html",
        {
            "case": obj,
            "line": line,
            "form": form,
            "whole": whole,
            "page": page,
            "rows": [(row, *form.row(str(row.pk))) for row in materials],
            "before": obj.lines.filter(number__lt=line.number).order_by("-number").first(),
            "after": obj.lines.filter(number__gt=line.number).order_by("number").first(),
            "progress": proved_materials(obj),
            "proved_here": line.materials.filter(evidence__isnull=False).count(),
        },
        status=status_code(form),
    )


def _own_tie(row: Material) -> Tie:
    label = f"{row.number}. {row.name}"
    return Tie(str(row.pk), label, (row.pk,), row.evidence_id, row.evidence_page)


def _tie_line(
    request: HttpRequest,
    obj: ExpertiseRequest,
    line: GoodsLine,
    materials: list[Material],
    form: TiesForm,
    whole: ProofForm,
) -> int:
    """What the pressed button asks for: these rows, the same rows everywhere, or all by one."""
    actor, scope = request.actor, request.POST.get("scope", "")
    if scope in ("line", "line-left"):
        if not whole.is_valid() or (proof := whole.proof()).document is None:
            raise DomainError("no_document", _("Choose the document for all materials."))
        rows = line.materials.all()
        if scope == "line-left":
            rows = rows.filter(evidence__isnull=True)
        return evidence.tie_materials(
            request=obj,
            actor=actor,
            material_ids=list(rows.values_list("pk", flat=True)),
            document=proof.document,
            page=proof.page,
        )
    ties = dict(form.changed())
    if scope == "everywhere":
        given = {row.pk: form.proof(str(row.pk)) for row in materials}
        ties |= {
            other: given[pk]
            for other, pk in same_elsewhere(obj, materials).items()
            if given[pk].document is not None and other not in given
        }
    return evidence.tie_each_material(request=obj, actor=actor, ties=ties)


def _after_line(request: HttpRequest, line: GoodsLine, page: int) -> HttpResponse:
    if request.POST.get("scope") == "next":
        following = line.request.lines.filter(number__gt=line.number).order_by("number").first()
        if following:
            return redirect("expertise:request-line-proofs", line.request_id, following.pk)
        return redirect(f"{reverse('expertise:request-proofs', args=[line.request_id])}?by=line")
    return redirect(f"{request.path}?page={page}")


@require_http_methods(GET_OR_POST)
def request_finding_proofs(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The findings with the documents that prove them; one document for many findings."""
    obj, elsewhere = under_expertise(request, pk)
    if elsewhere:
        return elsewhere
    papers, posted = Papers.of(obj), request.method == "POST"
    form = FindingProofForm(papers, request.POST if posted else None)
    chosen = {number for number in request.POST.getlist("lines") if number.isdecimal()}

    def save(_values: dict[str, Any]) -> None:
        refuse_stale(request, obj)
        count = evidence.tie_findings(
            request=obj,
            actor=request.actor,
            lines=list(_lines_meant(obj, request.POST.get("scope", ""), chosen)),
            proof=form.proof(),
        )
        messages.success(
            request,
            ngettext(
                "%(count)d finding has one more proof.",
                "%(count)d findings have one more proof.",
                count,
            )
            % {"count": count},
        )

    if posted and carried_out(form, save):
        return redirect("expertise:request-finding-proofs", obj.pk)
    lines = (
        obj.lines.filter(finding__isnull=False)
        .select_related("finding")
        .prefetch_related("finding__evidence__document")
        .order_by("number")
    )
    page = Paginator(lines, ROWS_ON_PAGE).get_page(request.GET.get("page"))
    rows = [
        (line, [(item, papers.ref(item.document_id)) for item in line.finding.evidence.all()])
        for line in page
    ]
    counts = obj.lines.filter(finding__isnull=False).aggregate(
        total=Count("pk", distinct=True),
        proved=Count("pk", filter=Q(finding__evidence__isnull=False), distinct=True),
    )
    return render(
        request,
        "expertise/request_finding_proofs.html",
        {"case": obj, "form": form, "page": page, "rows": rows, "chosen": chosen, **counts},
        status=status_code(form),
    )


def _lines_meant(obj: ExpertiseRequest, scope: str, chosen: set[str]) -> Any:
    lines = obj.lines.filter(finding__isnull=False)
    if scope == "all":
        return lines
    if scope == "left":
        return lines.filter(finding__evidence__isnull=True)
    return lines.filter(number__in=chosen)


@require_POST
def request_finding_untie(request: HttpRequest, pk: UUID, evidence_pk: int) -> HttpResponse:
    obj, _elsewhere = under_expertise(request, pk)
    found = FindingEvidence.objects.filter(finding__line__request=obj).select_related(
        "finding__line__request"
    )
    refuse_stale(request, obj)
    evidence.untie_finding(evidence=get_object_or_404(found, pk=evidence_pk), actor=request.actor)
    messages.success(request, _("The proof was removed."))
    return redirect("expertise:request-finding-proofs", obj.pk)
