"""Taking from the own catalogue into a draft, and remembering a line of it."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from expertise.draft_places import bill_step
from expertise.forms.materials import LONGEST_FORM, MaterialForm, MaterialFormSet, initial_of
from expertise.forms.own_catalogue import TakeForm
from expertise.forms.plain import plain
from expertise.forms.refusals import carried_out
from expertise.models import CatalogueMaterial, GoodsLine
from expertise.own_catalogue import remembering, using
from expertise.services import drafts

from .access import GET_OR_POST, filing_page, for_editing, visible_line
from .saving import OpenBill, stored_rows

ENTRIES_ON_PAGE = 50
PREFIX = "materials"


@require_http_methods(GET_OR_POST)
def request_take_product(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Products of the catalogue; each becomes a line with its usual materials by one press."""
    obj, elsewhere = for_editing(request, pk)
    if elsewhere:
        return elsewhere
    found = using.products_for(request.actor).in_use()
    form, chosen = None, None
    if request.method == "POST":
        chosen = get_object_or_404(found, pk=_key(request.POST.get("product", "")))
        form = TakeForm(request.POST)
        product = chosen

        def take(values: dict[str, object]) -> None:
            line = using.take_product(request=obj, product=product, actor=request.actor, **values)
            messages.success(
                request,
                _("Line %(number)s was filled from the catalogue. Check its price and materials.")
                % {"number": line.number},
            )

        if carried_out(form, take):
            return redirect("expertise:request-goods", obj.pk)
    text = request.GET.get("q", "").strip()
    shown = using.matching(found, text).annotate(materials_count=Count("bill"))
    return filing_page(
        request,
        obj,
        "request-goods",
        "expertise/request_take_product.html",
        form,
        page=Paginator(shown, ENTRIES_ON_PAGE).get_page(request.GET.get("page")),
        q=text,
        chosen=chosen,
    )


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_http_methods(GET_OR_POST)
def request_take_materials(request: HttpRequest, pk: UUID, line_pk: UUID) -> HttpResponse:
    """Materials of the catalogue for one bill; their values are typed on the page of the bill."""
    obj, elsewhere = for_editing(request, pk)
    if elsewhere:
        return elsewhere
    line = visible_line(request, pk, line_pk)
    found = using.materials_for(request.actor).in_use()
    if request.method == "POST":
        keys = [key for text in request.POST.getlist("material") if (key := _key(text))]
        chosen = list(found.filter(pk__in=keys))
        if chosen:
            _put_on_the_page(request, line, chosen)
        return redirect("expertise:request-line-materials", obj.pk, line.pk)
    text = request.GET.get("q", "").strip()
    return filing_page(
        request,
        obj,
        "request-materials",
        "expertise/request_take_materials.html",
        page=Paginator(using.matching(found, text), ENTRIES_ON_PAGE).get_page(
            request.GET.get("page")
        ),
        q=text,
        line=line,
    )


def _put_on_the_page(
    request: HttpRequest, line: GoodsLine, materials: list[CatalogueMaterial]
) -> None:
    """Adds rows to what the person has typed on the page of the bill; nothing is saved yet."""
    step = OpenBill.of(request, line.request, bill_step(line.pk), lambda: stored_rows(line))
    typed = dict(step.page.typed or _as_typed(line))
    count = int(typed[f"{PREFIX}-TOTAL_FORMS"][0])
    fresh = materials[: max(LONGEST_FORM - count, 0)]
    for index, material in enumerate(fresh, start=count):
        for name, value in using.material_values(material).items():
            typed[f"{PREFIX}-{index}-{name}"] = [plain(value)]
    typed[f"{PREFIX}-TOTAL_FORMS"] = [str(count + len(fresh))]
    drafts.keep_typed(page=step.page, typed=typed, disputed=step.page.disputed)


def _as_typed(line: GoodsLine) -> dict[str, list[str]]:
    """The stored bill as the page would post it."""
    stored = [initial_of(material) for material in line.materials.all()]
    rows = MaterialFormSet(initial=stored, prefix=PREFIX, extra_rows=0)
    typed = {f"{PREFIX}-TOTAL_FORMS": [str(len(stored))], f"{PREFIX}-INITIAL_FORMS": ["0"]}
    for form in rows.forms:
        for name in MaterialForm.Meta.fields:
            field = form[name]
            value = field.field.prepare_value(form.initial.get(name))
            typed[field.html_name] = ["" if value is None else str(value)]
    return typed


@require_POST
def request_take_bill(request: HttpRequest, pk: UUID, line_pk: UUID) -> HttpResponse:
    """The usual materials of a product for a line that has none."""
    line = visible_line(request, pk, line_pk)
    products = using.products_for(request.actor).in_use()
    product = get_object_or_404(products, pk=_key(request.POST.get("product", "")))
    count = using.take_bill(product=product, line=line, actor=request.actor)
    messages.success(
        request,
        ngettext(
            "%(count)d material was taken from the catalogue. Check its value.",
            "%(count)d materials were taken from the catalogue. Check their values.",
            count,
        )
        % {"count": count},
    )
    return redirect("expertise:request-line-materials", pk, line.pk)


@require_POST
def request_remember_line(request: HttpRequest, pk: UUID, line_pk: UUID) -> HttpResponse:
    line = visible_line(request, pk, line_pk)
    learnt = remembering.remember_line(line=line, actor=request.actor)
    if learnt.total:
        messages.success(
            request,
            _(
                "Remembered in the catalogue. Products: %(products)s, materials: %(materials)s, "
                "suppliers: %(suppliers)s."
            )
            % {
                "products": learnt.products,
                "materials": learnt.materials,
                "suppliers": learnt.suppliers,
            },
        )
    else:
        messages.info(request, _("The catalogue knows all of this already."))
    return redirect("expertise:request-line", pk, line.pk)
