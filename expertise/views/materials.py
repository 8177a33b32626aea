"""Bills of materials: what one unit of each goods line is made of."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, Sum, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import DomainError
from accounts.permissions import authorize
from expertise.calculation import CalculationRules, denominator_of
from expertise.draft_places import bill_step
from expertise.exporting import materials_workbook
from expertise.forms.materials import (
    LONGEST_FORM,
    CopyBillForm,
    MaterialFormSet,
    initial_of,
)
from expertise.forms.refusals import carried_out
from expertise.line_ranges import shown
from expertise.models import CatalogueProduct, ExpertiseRequest, GoodsLine, Material
from expertise.own_catalogue.using import products_for
from expertise.services import bills, filing
from reference.countries import country_names
from reference.currencies import currency_codes, currency_name

from .access import GET_OR_POST, filing_page, for_editing, visible_line, visible_request
from .imports import workbook_response
from .saving import OpenBill, stored_rows
from .worked import Worked, worked_out

LINES_ON_PAGE = 100
ROWS_MORE = 3


@require_safe
def request_materials(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Every line with the share that its materials give."""
    obj, elsewhere = for_editing(request, pk)
    if elsewhere:
        return elsewhere
    lines = (
        obj.lines.prefetch_related("materials")
        .annotate(materials_count=Count("materials"), materials_kzt=Sum("materials__value_kzt"))
        .order_by("number")
    )
    page = Paginator(lines, LINES_ON_PAGE).get_page(request.GET.get("page"))
    rules = CalculationRules.in_force(on=timezone.localdate(), scheme=obj.scheme_id)
    rows = [
        (line, worked_out(line, rules=rules) if denominator_of(line, rules.formula) else None)
        for line in page
    ]
    return filing_page(
        request,
        obj,
        "request-materials",
        "expertise/request_materials.html",
        page=page,
        rows=rows,
        has_materials=Material.objects.filter(line__request=obj).exists(),
    )


@require_http_methods(GET_OR_POST)
def request_line_materials(request: HttpRequest, pk: UUID, line_pk: UUID) -> HttpResponse:
    obj, elsewhere = for_editing(request, pk)
    if elsewhere:
        return elsewhere
    line = get_object_or_404(obj.lines.select_related("unit"), pk=line_pk)
    if line.materials.count() > LONGEST_FORM:
        return _long_bill(request, obj, line)
    step = OpenBill.of(request, obj, bill_step(line.pk), lambda: stored_rows(line))
    if request.method == "POST" and "add" not in request.POST:
        rows = MaterialFormSet(request.POST, prefix="materials")
        if step.saved_rows(rows, line, lambda bill: _save(request, line, bill)):
            return step.answer(*rows.forms) if step.is_autosave else _after_saving(request, line)
    else:
        rows = _rows(request, line, step)
    return filing_page(
        request,
        obj,
        "request-materials",
        "expertise/request_line_materials.html",
        rows,
        open_step=step,
        line=line,
        rows=rows,
        worked=_preview(line, rows) if rows.is_bound else worked_out(line),
        countries=country_choices(),
        currencies=_currencies(),
        following=_following(line),
        copy_form=CopyBillForm(),
        others_count=obj.lines.count() - 1,
        usual=_usual(request, line),
    )


def _usual(request: HttpRequest, line: GoodsLine) -> CatalogueProduct | None:
    """The product of the catalogue that the line is about, while the line has no materials."""
    if line.materials.exists():
        return None
    same_code = products_for(request.actor).in_use().filter(hs_code=line.hs_code)
    with_bill = same_code.annotate(materials_count=Count("bill")).filter(materials_count__gt=0)
    return (
        with_bill.annotate(
            is_same=Case(When(name_ru=line.name, then=1), default=0, output_field=IntegerField())
        )
        .order_by("-is_same", "-used_at")
        .first()
    )


def _long_bill(request: HttpRequest, obj: ExpertiseRequest, line: GoodsLine) -> HttpResponse:
    """More rows than a form can carry: they are shown, and changed by a spreadsheet."""
    materials = Paginator(line.materials.all(), LINES_ON_PAGE)
    return filing_page(
        request,
        obj,
        "request-materials",
        "expertise/request_line_bill.html",
        line=line,
        page=materials.get_page(request.GET.get("page")),
        longest=LONGEST_FORM,
        worked=worked_out(line),
        following=_following(line),
        copy_form=CopyBillForm(),
        others_count=obj.lines.count() - 1,
    )


@require_http_methods(GET_OR_POST)
def request_line_bill_copy(request: HttpRequest, pk: UUID, line_pk: UUID) -> HttpResponse:
    """The bill of one line for others; bills that would be lost are named before."""
    obj, elsewhere = for_editing(request, pk)
    if elsewhere:
        return elsewhere
    line = visible_line(request, pk, line_pk)
    form = CopyBillForm(request.POST if request.method == "POST" else None)
    replaced: list[GoodsLine] = []
    targets: list[GoodsLine] = []

    def copy(values: dict[str, Any]) -> None:
        targets.extend(bills.lines_meant(line, values["lines"]))
        replaced.extend(target for target in targets if target.materials_count)
        if targets and (not replaced or "confirmed" in request.POST):
            bills.copy_bill(line=line, actor=request.actor, lines=values["lines"])
        elif not targets:
            raise DomainError("no_lines", _("Name at least one other line."), field="lines")

    is_done = request.method == "POST" and carried_out(form, copy)
    if is_done and (not replaced or "confirmed" in request.POST):
        _tell_copied(request, line, len(targets))
        return redirect("expertise:request-materials", obj.pk)
    return filing_page(
        request,
        obj,
        "request-materials",
        "expertise/request_line_bill_copy.html",
        form,
        line=line,
        targets_count=len(targets),
        replaced_count=len(replaced),
        replaced=shown(target.number for target in replaced),
    )


def _tell_copied(request: HttpRequest, line: GoodsLine, count: int) -> None:
    told = ngettext(
        "The materials of line %(number)d are now used for %(count)d more line.",
        "The materials of line %(number)d are now used for %(count)d more lines.",
        count,
    )
    messages.success(request, told % {"number": line.number, "count": count})


@require_safe
def request_materials_export(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The bills as a spreadsheet that can be changed and imported again."""
    obj = visible_request(request, pk)
    authorize(request.actor, "expertise.edit_request", obj)
    return workbook_response(materials_workbook(obj), f"materials-{obj.number or 'draft'}.xlsx")


def _rows(request: HttpRequest, line: GoodsLine, step: OpenBill) -> MaterialFormSet:
    """The stored rows and some blank ones; asked for more, those typed and some blank ones."""
    if request.method == "POST":
        typed = request.POST.copy()
        count = int(typed.get("materials-TOTAL_FORMS") or 0)
        typed["materials-TOTAL_FORMS"] = str(min(count + ROWS_MORE, MaterialFormSet.max_num))
        return MaterialFormSet(typed, prefix="materials")
    if step.waiting is not None:
        return MaterialFormSet(step.waiting, prefix="materials")
    stored = [initial_of(material) for material in line.materials.all()]
    return MaterialFormSet(
        initial=stored, prefix="materials", extra_rows=1 if stored else ROWS_MORE
    )


def _save(request: HttpRequest, line: GoodsLine, bill: list[dict[str, Any]]) -> None:
    filing.save_materials(line=line, actor=request.actor, rows=bill)


def _after_saving(request: HttpRequest, line: GoodsLine) -> HttpResponse:
    following = _following(line)
    messages.success(
        request, _("The materials of line %(number)s were saved.") % {"number": line.number}
    )
    if request.POST.get("then") == "next" and following:
        return redirect("expertise:request-line-materials", line.request_id, following.pk)
    return redirect("expertise:request-materials", line.request_id)


def _following(line: GoodsLine) -> GoodsLine | None:
    later = GoodsLine.objects.filter(request=line.request_id, number__gt=line.number)
    return later.order_by("number").first()


@require_POST
def request_line_share(request: HttpRequest, pk: UUID, line_pk: UUID) -> HttpResponse:
    """The share while the person types: counted from the rows that are whole, saved nowhere."""
    line = visible_line(request, pk, line_pk)
    authorize(request.actor, "expertise.edit_request", line.request)
    rows = MaterialFormSet(request.POST, prefix="materials")
    return render(request, "expertise/share.html", {"line": line, "worked": _preview(line, rows)})


def _preview(line: GoodsLine, rows: MaterialFormSet) -> Worked:
    return worked_out(line, materials=rows.sound_rows())


def country_choices() -> list[tuple[str, str]]:
    language = (get_language() or "ru").split("-")[0]
    return [(code, names.get(language, code)) for code, names in country_names().items()]


def _currencies() -> list[tuple[str, str]]:
    language = (get_language() or "ru").split("-")[0]
    return [(code, currency_name(code, language)) for code in sorted(currency_codes())]
