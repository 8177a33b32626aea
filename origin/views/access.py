"""What every page of the rule desk begins with: the version, if this person may see it."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

import audit
from accounts.permissions import has_permission
from origin.books import parsed
from origin.desk import changes_of, findings_of
from origin.models import RulePack
from origin.packs import RulePack as Pack

View = Callable[..., HttpResponse]
GET_OR_POST = ["GET", "HEAD", "POST"]
EVENTS_SHOWN = 30


def for_committee(view: View) -> View:
    """To everybody else the desk does not exist."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not has_permission(request.actor, "origin.view_desk", None):
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped


def found_pack(pk: UUID) -> RulePack:
    packs = RulePack.objects.select_related(
        "base", "scheme", "author", "checked_by", "approved_by"
    ).defer("body", "base__body")
    return get_object_or_404(packs, pk=pk)


def text_of(pack: RulePack) -> Pack:
    return parsed(pack.body_sha256)


def seen_version(request: HttpRequest) -> int | None:
    """The version of the text that the page was made from."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() else None


def may_edit(request: HttpRequest, pack: RulePack) -> bool:
    return pack.status == "draft" and has_permission(request.actor, "origin.edit_pack", pack)


def pack_page(
    request: HttpRequest,
    pack: RulePack,
    tab: str,
    template: str,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """A page of a version under its tabs, with its facts and its history beside."""
    return render(
        request,
        template,
        {
            "pack": pack,
            "text": text_of(pack),
            "tabs": _tabs(pack, tab),
            "tab": tab,
            "may_edit": may_edit(request, pack),
            "actions": {
                transition.name for transition in pack.WORKFLOW.available(pack, request.actor)
            },
            "events": audit.timeline(pack.case_id)[:EVENTS_SHOWN],
            **context,
        },
        status=status,
    )


def _tabs(pack: RulePack, here: str) -> list[dict[str, Any]]:
    changes = changes_of(pack)
    changed = (
        len(changes.added) + len(changes.removed) + len(changes.changed) + len(changes.catalogue)
        if changes
        else 0
    )
    text = text_of(pack)
    pages = [
        ("detail", _("Rows"), len(text.rows)),
        ("operations", _("Operations"), len(text.operations)),
        ("findings", _("Check"), len(findings_of(pack.body_sha256))),
    ]
    if pack.base is not None:
        pages.insert(1, ("differences", _("Changes"), changed))
    if pack.status != "discarded" and not pack.is_shipped:
        pages.append(("impact", _("Effect and approval"), None))
    return [
        {
            "url": reverse(f"origin:pack-{name}", args=[pack.pk]),
            "label": label,
            "count": count,
            "current": name == here,
        }
        for name, label, count in pages
    ]
