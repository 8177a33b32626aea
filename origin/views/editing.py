"""Changing a draft of the rules: its head, its rows with a live preview, its operations."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import authorize
from origin.desk import (
    condition_in_languages,
    example_parts,
    findings_about,
    language,
    shown_findings,
)
from origin.editing import rows_naming
from origin.forms.packs import HeadForm, OperationForm, RowForm, initial_of_row
from origin.models import RulePack
from origin.packs import RulePack as Pack
from origin.services import packs
from workflow.refusals import carried_out, status_code

from .access import GET_OR_POST, for_committee, found_pack, pack_page, seen_version, text_of
from .packs import row_or_404


@require_http_methods(GET_OR_POST)
@for_committee
def pack_head(request: HttpRequest, pk: UUID) -> HttpResponse:
    pack = _draft(request, pk)
    first = {
        "title_kk": pack.title_kk,
        "title_ru": pack.title_ru,
        "title_en": pack.title_en,
        "valid_from": pack.valid_from,
        "note": pack.note,
    }
    form = HeadForm(request.POST or None, initial=first)

    def save(values: dict[str, Any]) -> None:
        packs.save_head(
            pack=pack,
            actor=request.actor,
            title=form.title(),
            valid_from=values["valid_from"],
            note=values["note"],
            seen_version=seen_version(request),
        )

    if request.method == "POST" and carried_out(form, save):
        messages.success(request, _("The version was saved."))
        return redirect("origin:pack-detail", pack.pk)
    return pack_page(
        request,
        pack,
        "detail",
        "origin/pack_head.html",
        status=status_code(form),
        form=form,
        version=_version_of_page(request, pack),
    )


@require_http_methods(GET_OR_POST)
@for_committee
def pack_row_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A row of the draft, or a new one."""
    pack = _draft(request, pk)
    text = text_of(pack)
    row_id = request.GET.get("row", "")
    # Whoever saves a row that somebody else renamed or removed keeps what was typed.
    known = row_or_404(text, row_id) if row_id and request.method != "POST" else None
    form = RowForm(text, request.POST or None, initial=initial_of_row(known) if known else None)

    def save(values: dict[str, Any]) -> None:
        packs.save_row(
            pack=pack,
            actor=request.actor,
            row=form.data_of_row(),
            replacing=row_id,
            seen_version=seen_version(request),
        )

    if request.method == "POST" and carried_out(form, save):
        messages.success(request, _("The row was saved."))
        return redirect(_row_url(pack, form.cleaned_data["id"]))
    return pack_page(
        request,
        pack,
        "detail",
        "origin/pack_row_edit.html",
        status=status_code(form),
        form=form,
        row_id=row_id,
        version=_version_of_page(request, pack),
        examples=example_parts(),
        operations=_operations(text),
        **_preview(form, text, row_id) if form.is_bound or known else {},
    )


@require_POST
@for_committee
def row_preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the typed row says in three languages, its errors, and what the check finds."""
    pack = _draft(request, pk)
    text = text_of(pack)
    form = RowForm(text, request.POST)
    shown = _preview(form, text, request.GET.get("row", ""))
    return render(request, "origin/row_preview.html", {"form": form, "is_alone": True, **shown})


@require_POST
@for_committee
def pack_row_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    pack = _draft(request, pk)
    packs.remove_row(
        pack=pack,
        actor=request.actor,
        row_id=request.GET.get("row", ""),
        seen_version=seen_version(request),
    )
    messages.success(request, _("The row was removed from the draft."))
    return redirect("origin:pack-detail", pack.pk)


@require_http_methods(GET_OR_POST)
@for_committee
def pack_operations(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The catalogue of operations; in a draft each can be renamed and new ones added."""
    pack = found_pack(pk)
    text = text_of(pack)
    code = request.GET.get("code", "")
    known = text.operations.get(code)
    first: dict[str, Any] = {"sufficient": True, "source_act": text.source.act}
    if known is not None:
        first = {
            "code": known.code,
            "sufficient": known.sufficient,
            "source_act": known.source.act,
            "source_place": known.source.place,
            **{
                f"name_{language}": getattr(known.name, language) for language in ("kk", "ru", "en")
            },
        }
    form = OperationForm(request.POST or None, initial=first)

    def save(values: dict[str, Any]) -> None:
        packs.save_operation(
            pack=pack,
            actor=request.actor,
            operation=form.data_of_operation(),
            seen_version=seen_version(request),
        )

    if request.method == "POST" and carried_out(form, save):
        messages.success(request, _("The catalogue was saved."))
        return redirect("origin:pack-operations", pack.pk)
    return pack_page(
        request,
        pack,
        "operations",
        "origin/pack_operations.html",
        status=status_code(form),
        form=form,
        editing=code,
        version=_version_of_page(request, pack),
        operations=_operations(text),
        uses={item: len(rows_naming(text, item)) for item in text.operations},
    )


@require_POST
@for_committee
def operation_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    pack = _draft(request, pk)
    packs.remove_operation(
        pack=pack,
        actor=request.actor,
        code=request.GET.get("code", ""),
        seen_version=seen_version(request),
    )
    messages.success(request, _("The operation was removed from the catalogue."))
    return redirect("origin:pack-operations", pack.pk)


def _draft(request: HttpRequest, pk: UUID) -> RulePack:
    """The version, for those who edit rules; the service refuses one that is no draft any more."""
    pack = found_pack(pk)
    authorize(request.actor, "origin.edit_pack", pack)
    return pack


def _version_of_page(request: HttpRequest, pack: RulePack) -> int:
    """A refused form keeps the version it was opened with, so that it cannot overwrite others."""
    return seen_version(request) or pack.version


def _preview(form: RowForm, text: Pack, replacing: str) -> dict[str, Any]:
    if form.is_bound:
        form.is_valid()
        row = form.row
    else:
        row = text.row(replacing)
    shown: dict[str, Any] = {"previewed": row}
    if row is not None:
        findings = findings_about(row, text, replacing=replacing)
        shown["sentences"] = condition_in_languages(row.condition, text) if row.condition else []
        shown["findings"] = shown_findings(findings, text)
    return shown


def _operations(text: Pack) -> list[dict[str, Any]]:
    code = language()
    return [
        {
            "code": operation.code,
            "name": operation.name.in_language(code),
            "words": operation.name,
            "sufficient": operation.sufficient,
            "source": operation.source,
        }
        for operation in text.operations.values()
    ]


def _row_url(pack: RulePack, row_id: str) -> str:
    return f"{redirect('origin:pack-row', pack.pk).url}?{urlencode({'row': row_id})}"
