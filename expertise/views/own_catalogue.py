"""Pages of the own catalogue: lists, entries, the usual bill, a spreadsheet."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role
from documents.canonical import sha256_hex
from documents.uploads import check_upload
from expertise.forms.filing import SheetForm
from expertise.forms.own_catalogue import FORMS, UsualBill
from expertise.forms.plain import plain
from expertise.forms.refusals import carried_out, status_code
from expertise.own_catalogue import entries, sheets, using
from expertise.own_catalogue.columns import COLUMNS
from expertise.spreadsheets import SheetResult
from reference.lists import Listing, WordsForm
from reference.models import Unit

from .access import GET_OR_POST
from .imports import KINDS, errors_count, workbook_response
from .materials import country_choices

ENTRIES_ON_PAGE = 50
LABELS = {
    "products": gettext_lazy("Products"),
    "materials": gettext_lazy("Materials"),
    "suppliers": gettext_lazy("Suppliers"),
}


VALUES: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "products": using.product_values,
    "materials": using.material_values,
}


def entries_for(request: HttpRequest, kind: str) -> QuerySet[Any]:
    """The catalogue as this person may see it; people of other roles find no such page."""
    if kind not in FORMS or request.actor is None or request.actor.role != Role.APPLICANT:
        raise Http404
    match kind:
        case "products":
            return using.products_for(request.actor)
        case "materials":
            return using.materials_for(request.actor)
    return using.suppliers_for(request.actor)


@require_safe
def catalogue_list(request: HttpRequest, kind: str) -> HttpResponse:
    retired = request.GET.get("show") == "retired"
    found = entries_for(request, kind).filter(retired_at__isnull=not retired)
    if kind == "products":
        found = found.annotate(materials_count=Count("bill"))
    listing = Listing(
        request,
        using.matching(found, request.GET.get("q", "")),
        COLUMNS[kind],
        name=f"catalogue-{kind}",
        first="name",
        form=WordsForm(request.GET),
        beside={"show": "retired" if retired else ""},
        per_page=ENTRIES_ON_PAGE,
    )
    if answer := listing.answer():
        return answer
    tabs = [
        {
            "url": reverse("expertise:catalogue-list", args=[name]),
            "label": label,
            "count": None,
            "current": name == kind,
        }
        for name, label in LABELS.items()
    ]
    context = {
        "kind": kind,
        "label": LABELS[kind],
        "listing": listing,
        "page": listing.page,
        "is_retired": retired,
        "other": listing.address(show="" if retired else "retired", page=""),
        "tabs": tabs,
    }
    return render(request, "expertise/catalogue_list.html", context)


@require_http_methods(GET_OR_POST)
def catalogue_entry(request: HttpRequest, kind: str, pk: UUID | None = None) -> HttpResponse:
    """A new entry, or one to be changed."""
    found = entries_for(request, kind)
    entry = get_object_or_404(found, pk=pk) if pk else None
    form = FORMS[kind](
        request.POST if request.method == "POST" else None,
        instance=get_object_or_404(found, pk=pk) if pk else None,
        actor=request.actor,
    )

    def save(values: dict[str, Any]) -> None:
        nonlocal entry
        entry = entries.save_entry(
            entry=entry or entries.KINDS[kind](), actor=request.actor, values=values
        )

    if request.method == "POST" and carried_out(form, save):
        messages.success(request, _("The entry was saved. Requests filed before do not change."))
        if kind == "products" and request.POST.get("then") == "bill" and entry is not None:
            return redirect("expertise:catalogue-bill", entry.pk)
        return redirect("expertise:catalogue-list", kind)
    return render(
        request,
        "expertise/catalogue_entry.html",
        {
            "kind": kind,
            "label": LABELS[kind],
            "entry": entry,
            "form": form,
            "countries": country_choices(),
        },
        status=status_code(form),
    )


@require_http_methods(GET_OR_POST)
def catalogue_bill(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What one unit of the product is usually made of."""
    product = get_object_or_404(entries_for(request, "products"), pk=pk)
    if request.method == "POST":
        rows = UsualBill(request.POST, prefix="bill", actor=request.actor)
        if rows.is_valid() and carried_out(
            rows.forms[0],
            lambda _values: entries.save_bill(
                product=product, actor=request.actor, rows=rows.rows(product)
            ),
        ):
            messages.success(request, _("The usual materials were saved."))
            return redirect("expertise:catalogue-entry", "products", product.pk)
    else:
        stored = product.bill.values("material", "value_kzt")
        rows = UsualBill(initial=list(stored), prefix="bill", actor=request.actor)
    return render(
        request,
        "expertise/catalogue_bill.html",
        {"product": product, "rows": rows, "label": LABELS["products"]},
    )


@require_POST
def catalogue_retire(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    entry = get_object_or_404(entries_for(request, kind), pk=pk)
    entries.retire_entry(entry=entry, actor=request.actor)
    messages.success(request, _("The entry is retired: it is not offered any more."))
    return redirect("expertise:catalogue-list", kind)


@require_POST
def catalogue_restore(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    entry = get_object_or_404(entries_for(request, kind), pk=pk)
    entries.restore_entry(entry=entry, actor=request.actor)
    messages.success(request, _("The entry is offered again."))
    return redirect("expertise:catalogue-entry", kind, entry.pk)


@require_safe
def catalogue_find(request: HttpRequest, kind: str) -> JsonResponse:
    """Suggestions while one types; each with the values that it fills a form with."""
    found = using.matching(entries_for(request, kind).in_use(), request.GET.get("q", ""))
    if kind not in VALUES:
        raise Http404
    return JsonResponse(
        {
            "entries": [
                {
                    "label": entry.name_ru,
                    "detail": " · ".join(filter(None, _details(entry))),
                    "values": {name: plain(value) for name, value in VALUES[kind](entry).items()}
                    | ({"product": str(entry.pk)} if kind == "products" else {}),
                }
                for entry in found[: using.FOUND_AT_ONCE]
            ]
        }
    )


def _details(entry: Any) -> tuple[str, ...]:
    supplier = getattr(entry, "supplier", None)
    return (
        entry.hs_code,
        getattr(entry, "standard", ""),
        getattr(entry, "country", ""),
        supplier.name if supplier else "",
    )


@require_http_methods(GET_OR_POST)
def catalogue_import(request: HttpRequest, kind: str) -> HttpResponse:
    """All rows or none; what is known by its name is changed, the rest is added."""
    entries_for(request, kind)
    if kind == "suppliers":
        raise Http404
    posted = request.method == "POST"
    form = SheetForm(request.POST, request.FILES) if posted else SheetForm()
    sheet: SheetResult[Any] | None = None
    counts = (0, 0)

    def run(values: dict[str, Any]) -> None:
        nonlocal sheet, counts
        upload = values["file"]
        content, _kind = check_upload(upload, kinds=KINDS)
        arguments = {"actor": request.actor, "file_sha256": sha256_hex(content)}
        if kind == "products":
            sheet = sheets.read_products(content, upload.name, units=Unit.objects.aliases())
            if sheet.is_sound:
                counts = sheets.import_products(sheet=sheet, **arguments)
        else:
            sheet = sheets.read_own_materials(content, upload.name)
            if sheet.is_sound:
                counts = sheets.import_own_materials(sheet=sheet, **arguments)

    if posted and carried_out(form, run) and sheet is not None and sheet.is_sound:
        messages.success(
            request,
            _("From the file: %(added)s entries added, %(changed)s changed.")
            % {"added": counts[0], "changed": counts[1]},
        )
        return redirect("expertise:catalogue-list", kind)
    return render(
        request,
        "expertise/catalogue_import.html",
        {
            "kind": kind,
            "label": LABELS[kind],
            "form": form,
            "sheet": sheet,
            "errors_count": errors_count(sheet),
        },
    )


@require_safe
def catalogue_example(request: HttpRequest, kind: str) -> HttpResponse:
    entries_for(request, kind)
    if kind == "suppliers":
        raise Http404
    return workbook_response(sheets.example(kind), f"catalogue-{kind}.xlsx")
