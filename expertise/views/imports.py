"""Goods and materials from a spreadsheet: all rows or none, every bad cell with its reason."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from documents.canonical import sha256_hex
from documents.uploads import check_upload
from expertise.blockers import lines_over_price
from expertise.examples import goods_example, materials_example
from expertise.forms.filing import SheetForm
from expertise.forms.refusals import carried_out
from expertise.models import Category, ExpertiseRequest
from expertise.services import filing
from expertise.spreadsheets import SheetResult, read_goods, read_materials
from reference.exchange_rates import rates_for
from reference.models import Unit

from .access import GET_OR_POST, filing_page, for_editing

KINDS = ("xlsx", "csv")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOTES_SHOWN = 20

Reader = Callable[[bytes, str], SheetResult[Any]]


@require_http_methods(GET_OR_POST)
def request_goods_import(request: HttpRequest, pk: UUID) -> HttpResponse:
    obj, elsewhere = for_editing(request, pk)
    if elsewhere:
        return elsewhere

    def read(content: bytes, name: str) -> SheetResult[Any]:
        return read_goods(content, name, units=Unit.objects.aliases())

    def take(sheet: SheetResult[Any], digest: str) -> None:
        with transaction.atomic():
            filing.import_goods(request=obj, actor=request.actor, sheet=sheet, file_sha256=digest)
            _take_hints(request, obj, sheet)

    return _import(request, obj, "request-goods", "expertise/request_goods_import.html", read, take)


@require_http_methods(GET_OR_POST)
def request_materials_import(request: HttpRequest, pk: UUID) -> HttpResponse:
    obj, elsewhere = for_editing(request, pk)
    if elsewhere:
        return elsewhere

    def take(sheet: SheetResult[Any], digest: str) -> None:
        filing.import_materials(request=obj, actor=request.actor, sheet=sheet, file_sha256=digest)

    return _import(
        request,
        obj,
        "request-materials",
        "expertise/request_materials_import.html",
        lambda content, name: read_materials(content, name, rates=rates_for),
        take,
    )


def _import(
    request: HttpRequest,
    obj: ExpertiseRequest,
    page: str,
    template: str,
    read: Reader,
    take: Callable[[SheetResult[Any], str], None],
) -> HttpResponse:
    posted = request.method == "POST"
    form = SheetForm(request.POST, request.FILES) if posted else SheetForm()
    sheet: SheetResult[Any] | None = None

    def run(values: dict[str, Any]) -> None:
        nonlocal sheet
        upload = values["file"]
        content, _kind = check_upload(upload, kinds=KINDS)
        sheet = read(content, upload.name)
        if sheet.is_sound:
            take(sheet, sha256_hex(content))

    if posted and carried_out(form, run) and sheet is not None and sheet.is_sound:
        _tell(request, sheet)
        _warn_of_prices(request, obj)
        return redirect(f"expertise:{page}", obj.pk)
    return filing_page(
        request,
        obj,
        page,
        template,
        form,
        sheet=sheet,
        lines_count=obj.lines.count(),
        errors_count=errors_count(sheet),
    )


def errors_count(sheet: SheetResult[Any] | None) -> int:
    return len([error for error in sheet.errors if error.code != "more"]) if sheet else 0


def _tell(request: HttpRequest, sheet: SheetResult[Any]) -> None:
    count = len(sheet.lines)
    first = "; ".join(line.name[:60] for line in sheet.lines[:3])
    told = ngettext(
        "%(count)d row was imported: %(first)s.",
        "%(count)d rows were imported, the first ones: %(first)s.",
        count,
    ) % {"count": count, "first": first}
    messages.success(request, told)
    for note in sheet.notes[:NOTES_SHOWN]:
        messages.info(request, str(note))
    if len(sheet.notes) > NOTES_SHOWN:
        messages.info(
            request, _("and %(count)s more notes") % {"count": len(sheet.notes) - NOTES_SHOWN}
        )


def _warn_of_prices(request: HttpRequest, obj: ExpertiseRequest) -> None:
    """A price may still come or change, so dear materials stop the submission and not the file."""
    dear = lines_over_price(obj)
    for line in dear[:NOTES_SHOWN]:
        messages.warning(
            request,
            _("Line %(number)s: its materials cost %(materials)s ₸, the goods %(price)s ₸.")
            % {
                "number": line.number,
                "materials": number_format(line.materials_kzt.normalize(), use_l10n=True),
                "price": number_format(line.price_kzt.normalize(), use_l10n=True),
            },
        )
    if len(dear) > NOTES_SHOWN:
        messages.warning(
            request,
            _("Lines with materials dearer than the goods: %(count)s") % {"count": len(dear)},
        )


def _take_hints(request: HttpRequest, obj: ExpertiseRequest, sheet: SheetResult[Any]) -> None:
    """What the sheet says of the whole only fills what is empty; a difference is told."""
    facts = sheet.facts
    values: dict[str, str] = {}
    if not obj.category and facts.get("category") in Category.values:
        values["category"] = facts["category"]
    if not obj.purpose and facts.get("purpose"):
        values["purpose"] = facts["purpose"]
    if values:
        filing.update_request(request=obj, actor=request.actor, values=values)
        messages.info(request, _("Category and purpose were taken from the file; please check."))
    producer = facts.get("producer_bin")
    if producer and obj.producer_bin and producer != obj.producer_bin:
        messages.warning(
            request,
            _("The file names another producer, BIN %(bin)s. Check the parties.")
            % {"bin": producer},
        )


@require_safe
def example_goods(request: HttpRequest) -> HttpResponse:
    return workbook_response(goods_example(), "goods-example.xlsx")


@require_safe
def example_materials(request: HttpRequest) -> HttpResponse:
    return workbook_response(materials_example(), "materials-example.xlsx")


def workbook_response(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
