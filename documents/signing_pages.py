"""The page of a signing session: what is signed, with which key, and what came of it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from . import signing
from .downloads import download
from .eds.oids import USE_SIGNING
from .forms import SignatureFilesForm
from .models import SigningItem, SigningSession
from .purposes import Fact, Purpose, purpose_of

ITEMS_TEMPLATE = "documents/parts/signing_items.html"


@dataclass(frozen=True)
class Row:
    """One record of the sitting as the page shows it."""

    item: SigningItem
    is_signable: bool
    facts: list[Fact]


def find_session(request: HttpRequest, pk: UUID) -> SigningSession:
    """A sitting is seen by the person whose it is, and by nobody else."""
    if request.actor is None:
        raise Http404
    sessions = SigningSession.objects.select_related("actor__user", "actor__organisation")
    return get_object_or_404(sessions, pk=pk, actor=request.actor)


@never_cache
@require_safe
def signing_session(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Before the signature, while its work goes on, and afterwards."""
    session = find_session(request, pk)
    items = list(session.items.order_by("position"))
    if len(items) == 1 and items[0].state == SigningItem.State.DONE:
        return redirect(items[0].result_url)
    template = ITEMS_TEMPLATE if request.htmx else "documents/signing_session.html"
    return render(request, template, _page(session, items))


def _page(session: SigningSession, items: list[SigningItem]) -> dict[str, Any]:
    purpose = purpose_of(session.purpose)
    rows = [_row(item, purpose, is_alone=len(items) == 1) for item in items]
    states = [item.state for item in items]
    is_over = signing.is_over(session, at=timezone.now())
    to_sign = [row.item for row in rows if row.is_signable]
    expected = signing.expected_of(session.actor, purpose.holding)
    return {
        "session": session,
        "purpose": purpose,
        "rows": rows,
        "is_one": len(items) == 1,
        "total": len(items),
        "given": states.count(SigningItem.State.GIVEN),
        "done": states.count(SigningItem.State.DONE),
        "refused": states.count(SigningItem.State.REFUSED),
        "to_sign": to_sign,
        "is_over": is_over,
        "may_sign": bool(to_sign) and not is_over,
        "return_url": _own_address(session.return_url),
        "files_form": SignatureFilesForm(to_sign, is_one=len(items) == 1),
        "expected": expected,
        "needs_organisation": bool(expected.bin),
        "ncalayer_url": settings.CTKZ_NCALAYER_URL,
        "eku_sign": USE_SIGNING,
        "locale": {"kk": "kk", "en": "en"}.get(get_language() or "ru", "ru"),
        "is_demo_key": settings.CTKZ_EDS_DEMO_ALLOWED,
    }


def _row(item: SigningItem, purpose: Purpose, *, is_alone: bool) -> Row:
    facts = list(purpose.summary(item)) if purpose.summary else []
    return Row(item, signing.is_signable(item), facts if is_alone else facts[:2])


def _own_address(url: str) -> str:
    return url if url_has_allowed_host_and_scheme(url, allowed_hosts=None) else ""


@require_POST
def signing_give(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Signatures from NCALayer as text, or as files made elsewhere; one way in for both."""
    session = find_session(request, pk)
    signatures = _sent_signatures(request, session)
    if not signatures and not _is_all_taken(session):
        messages.error(request, _("No signature came. Sign, or choose the signature file."))
        return redirect("documents:signing-session", session.pk)
    signing.give(session=session, actor=request.actor, signatures=signatures)
    items = list(session.items.order_by("position"))
    if len(items) == 1 and items[0].state == SigningItem.State.DONE:
        done = purpose_of(session.purpose).done
        if signatures and done:
            messages.success(request, str(done))
        return redirect(items[0].result_url)
    return redirect("documents:signing-session", session.pk)


def _is_all_taken(session: SigningSession) -> bool:
    return not any(signing.is_signable(item) for item in session.items.all())


def _sent_signatures(request: HttpRequest, session: SigningSession) -> dict[UUID, bytes]:
    """By record; a file is read no further than needed to know that it is too large."""
    found: dict[UUID, bytes] = {}
    for key in session.items.values_list("pk", flat=True):
        name = f"cms-{key}"
        if text := request.POST.get(name, "").strip():
            found[key] = text.encode()
        elif upload := request.FILES.get(name):
            found[key] = upload.read(signing.longest_cms() + 1)
    return found


@require_safe
def signing_record(request: HttpRequest, pk: UUID, item_pk: UUID) -> HttpResponse:
    """The very bytes that are signed."""
    item = get_object_or_404(find_session(request, pk).items, pk=item_pk)
    return download(item.record_bytes, f"{item.label}.json", "application/json")
