"""Reading versions of the rules: the list, rows in words, differences, findings, the files."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import authorize, has_permission
from origin.books import disputes_of, parsed
from origin.desk import (
    changes_of,
    condition_in_languages,
    findings_of,
    matching_rows,
    shown_change,
    shown_findings,
    shown_row,
    words_in_languages,
    yaml_of,
)
from origin.exporting import pack_zip
from origin.forms.packs import BeginForm
from origin.models import RulePack
from origin.packs import Row
from origin.packs import RulePack as Pack
from origin.services import packs
from reference.parameters import DEFAULT_SCHEME
from workflow.refusals import carried_out, status_code

from .access import GET_OR_POST, for_committee, found_pack, pack_page, text_of

ROWS_ON_PAGE = 40
LONGEST_SEARCH = 200


@require_safe
@for_committee
def pack_list(request: HttpRequest) -> HttpResponse:
    """What is in force, what comes, what is being written, and what was."""
    today = timezone.localdate()
    everything = list(
        RulePack.objects.filter(scheme=DEFAULT_SCHEME)
        .select_related("base", "author", "checked_by", "approved_by")
        .defer("body", "base__body")
    )
    approved = sorted(
        (pack for pack in everything if pack.status == "approved"),
        key=lambda pack: pack.valid_from or date.min,
        reverse=True,
    )
    coming = [pack for pack in approved if pack.valid_from is None or pack.valid_from > today]
    begun = [pack for pack in approved if pack not in coming]
    return render(
        request,
        "origin/pack_list.html",
        {
            "in_force": begun[0] if begun else None,
            "rows_in_force": len(parsed(begun[0].body_sha256).rows) if begun else 0,
            "coming": list(reversed(coming)),
            "being_written": [pack for pack in everything if pack.status in ("draft", "checked")],
            "past": [*begun[1:], *(pack for pack in everything if pack.status == "discarded")],
            "may_begin": has_permission(request.actor, "origin.begin_pack", None),
        },
    )


@require_http_methods(GET_OR_POST)
@for_committee
def pack_begin(request: HttpRequest) -> HttpResponse:
    authorize(request.actor, "origin.begin_pack", None)
    form = BeginForm(request.POST or None)
    begun: list[RulePack] = []

    def begin(values: dict[str, Any]) -> None:
        begun.append(
            packs.begin_pack(actor=request.actor, on=timezone.localdate(), note=values["note"])
        )

    if request.method == "POST" and carried_out(form, begin):
        messages.success(request, _("The new version is a draft; nothing is in force yet."))
        return redirect("origin:pack-detail", begun[0].pk)
    return render(request, "origin/pack_begin.html", {"form": form}, status=status_code(form))


@require_safe
@for_committee
def pack_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The rows of a version in the reader's language, found by code or by word."""
    pack = found_pack(pk)
    text = text_of(pack)
    sought = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    page = Paginator(matching_rows(text, sought), ROWS_ON_PAGE).get_page(request.GET.get("page"))
    disputes = disputes_of(on=timezone.localdate(), scheme=pack.scheme_id)
    changes = changes_of(pack)
    changed = changes.row_ids if changes else set()
    rows = [
        shown_row(row, text, dispute=disputes.get(row.id), is_changed=row.id in changed)
        for row in page
    ]
    return pack_page(
        request, pack, "detail", "origin/pack_detail.html", page=page, rows=rows, q=sought
    )


@require_safe
@for_committee
def pack_row(request: HttpRequest, pk: UUID) -> HttpResponse:
    pack = found_pack(pk)
    text = text_of(pack)
    row = row_or_404(text, request.GET.get("row", ""))
    disputes = disputes_of(on=timezone.localdate(), scheme=pack.scheme_id)
    findings = [item for item in findings_of(pack.body_sha256) if row.id in item.rows]
    return pack_page(
        request,
        pack,
        "detail",
        "origin/pack_row.html",
        row=row,
        shown=shown_row(row, text, dispute=disputes.get(row.id)),
        names=words_in_languages(row.name),
        parts=words_in_languages(row.part) if row.part else [],
        sentences=condition_in_languages(row.condition, text) if row.condition else [],
        yaml=yaml_of(row),
        findings=shown_findings(findings, text),
    )


@require_safe
@for_committee
def pack_differences(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the version changes against the one it was made from, side by side."""
    pack = found_pack(pk)
    changes = changes_of(pack)
    if pack.base is None or changes is None:
        raise Http404
    base, text = parsed(pack.base.body_sha256), text_of(pack)
    return pack_page(
        request,
        pack,
        "differences",
        "origin/pack_differences.html",
        changes=changes,
        added=[shown_row(row, text) for row in changes.added],
        removed=[shown_row(row, base) for row in changes.removed],
        changed=[shown_change(change, base, text) for change in changes.changed],
    )


@require_safe
@for_committee
def pack_findings(request: HttpRequest, pk: UUID) -> HttpResponse:
    pack = found_pack(pk)
    shown = shown_findings(findings_of(pack.body_sha256), text_of(pack))
    page = Paginator(shown, ROWS_ON_PAGE).get_page(request.GET.get("page"))
    return pack_page(
        request,
        pack,
        "findings",
        "origin/pack_findings.html",
        page=page,
        findings=list(page),
        errors=sum(finding.is_error for finding in shown),
        warnings=sum(not finding.is_error for finding in shown),
    )


@require_safe
@for_committee
def pack_export(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The version as a folder of readable files, from which it can be loaded again."""
    pack = found_pack(pk)
    name = pack.code.replace("/", "-")
    return HttpResponse(
        pack_zip(text_of(pack)),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}.zip"'},
    )


def row_or_404(text: Pack, row_id: str) -> Row:
    try:
        return text.row(row_id)
    except KeyError:
        raise Http404 from None
