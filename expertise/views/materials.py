"""Bills of materials: what one unit of each goods line is made of."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import authorize
from expertise.calculation import CalculationRules
from expertise.forms.materials import MaterialForm, MaterialFormSet
from expertise.forms.refusals import carried_out
from expertise.models import GoodsLine
from expertise.services import filing
from reference.countries import country_names

from .access import GET_OR_POST, filing_page, for_editing, visible_line
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
    rules = CalculationRules.in_force(on=timezone.localdate())
    rows = [(line, worked_out(line, rules=rules) if line.price_kzt else None) for line in page]
    return filing_page(
        request,
        obj,
        "request-materials",
        "expertise/request_materials.html",
        page=page,
        rows=rows,
    )


@require_http_methods(GET_OR_POST)
def request_line_materials(request: HttpRequest, pk: UUID, line_pk: UUID) -> HttpResponse:
    obj, elsewhere = for_editing(request, pk)
    if elsewhere:
        return elsewhere
    line = get_object_or_404(obj.lines.select_related("unit"), pk=line_pk)
    if request.method == "POST" and "add" not in request.POST:
        rows = MaterialFormSet(request.POST, prefix="materials")
        if rows.is_valid() and _saved(request, line, rows):
            return _after_saving(request, line)
    else:
        rows = _rows(request, line)
    return filing_page(
        request,
        obj,
        "request-materials",
        "expertise/request_line_materials.html",
        line=line,
        rows=rows,
        worked=_preview(line, rows) if rows.is_bound else worked_out(line),
        countries=_countries(),
        following=_following(line),
    )


def _rows(request: HttpRequest, line: GoodsLine) -> MaterialFormSet:
    """The stored rows and some blank ones; asked for more, those typed and some blank ones."""
    if request.method == "POST":
        typed = request.POST.copy()
        count = int(typed.get("materials-TOTAL_FORMS") or 0)
        typed["materials-TOTAL_FORMS"] = str(min(count + ROWS_MORE, MaterialFormSet.max_num))
        return MaterialFormSet(typed, prefix="materials")
    stored = [
        {name: getattr(material, name) for name in MaterialForm.Meta.fields}
        for material in line.materials.all()
    ]
    return MaterialFormSet(
        initial=stored, prefix="materials", extra_rows=1 if stored else ROWS_MORE
    )


def _saved(request: HttpRequest, line: GoodsLine, rows: MaterialFormSet) -> bool:
    """A refusal belongs to the bill as a whole and is told above it."""
    first = rows.forms[0] if rows.forms else MaterialForm({})
    return carried_out(
        first,
        lambda _values: filing.save_materials(line=line, actor=request.actor, rows=rows.rows()),
    )


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


def _countries() -> list[tuple[str, str]]:
    language = (get_language() or "ru").split("-")[0]
    return [(code, names.get(language, code)) for code, names in country_names().items()]
