"""Receipts: made by a button beside the answer, read at an address that cannot be guessed."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.callers import count_request
from documents.sealing import verify_detached
from documents.storing import file_response
from issuance.models import Certificate

from .forms import ReceiptForm
from .models import Receipt, RegisterEntry, Way
from .questions import certificate_coded, certificates_numbered, earlier_numbered
from .receipts import Asked, content_of, make_receipt


@login_not_required
@never_cache
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    count_request(
        request,
        counter="receipt",
        limit=settings.CTKZ_WRITE_PER_MINUTE,
        refusal=_("Too many receipts from your address. Please wait a minute and try again."),
    )
    form = ReceiptForm(request.POST)
    if not form.is_valid():
        raise Http404
    asked, now = form.cleaned_data, timezone.localtime()
    known = _known(asked)
    receipt = make_receipt(
        asked=Asked(
            Way(asked["way"]),
            known.number if known else str(asked["number"]),
            asked["on"] or now.date(),
        ),
        known=known,
        at=now,
    )
    return redirect("registry:receipt", receipt.code)


def _known(asked: dict[str, Any]) -> Certificate | RegisterEntry | None:
    """What was asked about, looked up anew: a signed "nobody issued it" must be true."""
    if asked["code"]:
        coded = certificate_coded(asked["code"])
        if coded is None:
            raise Http404
        return coded
    issued = certificates_numbered(asked["number"])
    earlier = earlier_numbered(asked["number"], besides=issued)
    known: list[Certificate | RegisterEntry] = [*issued, *earlier]
    return next((one for one in known if asked["year"] in (None, one.year)), None)


def receipt_coded(code: str) -> Receipt:
    found = (
        Receipt.objects.select_related("document__file", "certificate")
        .filter(code=code.upper())
        .first()
    )
    if found is None:
        raise Http404
    return found


@login_not_required
@never_cache
@require_safe
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    return shown(request, receipt_coded(code))


def shown(request: HttpRequest, receipt: Receipt, *, is_dropped: bool = False) -> HttpResponse:
    """The receipt's page; its signature is verified anew."""
    content = content_of(receipt)
    seal = verify_detached(bytes(receipt.record), bytes(receipt.signature))
    language = (get_language() or "ru")[:2]
    context = {
        "receipt": receipt,
        "content": content,
        "sentence": content["answer"]["sentence"][language],
        "asked_on": content["asked_on"],
        "proofs": [
            {"ok": proof["ok"], "label": proof["text"][language]}
            for proof in content["answer"]["proofs"]
        ],
        "seal": seal,
        "is_dropped": is_dropped,
    }
    return render(request, "registry/receipt.html", context)


@login_not_required
@never_cache
@require_safe
def progress(request: HttpRequest, code: str) -> HttpResponse:
    return render(request, "registry/receipt_files.html", {"receipt": receipt_coded(code)})


@login_not_required
@never_cache
@require_safe
def record(request: HttpRequest, code: str) -> HttpResponse:
    found = receipt_coded(code)
    return _download(bytes(found.record), "application/json", f"{found.number}.json")


@login_not_required
@never_cache
@require_safe
def signature(request: HttpRequest, code: str) -> HttpResponse:
    """CMS over the record, detached."""
    found = receipt_coded(code)
    return _download(bytes(found.signature), "application/pkcs7-signature", f"{found.number}.p7s")


@login_not_required
@never_cache
@require_safe
def document(request: HttpRequest, code: str) -> HttpResponse:
    found = receipt_coded(code)
    if found.document is None:
        raise Http404
    return file_response(found.document.file, f"{found.number}.pdf")


def _download(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
