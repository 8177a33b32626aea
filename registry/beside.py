"""Beside the certificate, by its own code: the sealed file, the record, and the proof of its entry.

With the three, `ctkz-verify` proves the certificate without asking this portal again.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from audit.proofs import tlog_proof
from documents.storing import file_response
from issuance.models import Certificate

from .evidence import duplicate_entry, log_entry
from .questions import certificate_coded
from .throttle import count_lookup

# Digits of the ordinal of a duplicate.
LONGEST_ORDINAL = 4


def _coded(request: HttpRequest, code: str) -> Certificate:
    count_lookup(request)
    certificate = certificate_coded(code)
    if certificate is None:
        raise Http404
    return certificate


def _download(content: bytes | str, *, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _name(certificate: Certificate, ending: str) -> str:
    return certificate.number.replace(" ", "-") + ending


@login_not_required
@never_cache
@require_safe
def document(request: HttpRequest, code: str) -> HttpResponse:
    certificate = _coded(request, code)
    return file_response(certificate.document.file, _name(certificate, ".pdf"))


@login_not_required
@never_cache
@require_safe
def record(request: HttpRequest, code: str) -> HttpResponse:
    """The canonical bytes as they were hashed and logged."""
    certificate = _coded(request, code)
    return _download(
        bytes(certificate.document.record),
        content_type="application/json",
        name=_name(certificate, ".json"),
    )


@login_not_required
@never_cache
@require_safe
def proof(request: HttpRequest, code: str) -> HttpResponse:
    """404 until a checkpoint covers the entry, some seconds after the issue.

    `?duplicate=1` asks for the proof of the first duplicate, and so on.
    """
    certificate = _coded(request, code)
    ordinal = request.GET.get("duplicate", "")
    entry = (
        duplicate_entry(certificate, int(ordinal))
        if ordinal.isascii() and ordinal.isdigit() and len(ordinal) <= LONGEST_ORDINAL
        else log_entry(certificate)
    )
    text = tlog_proof(entry) if entry else None
    if text is None:
        raise Http404
    return _download(
        text, content_type="text/plain; charset=utf-8", name=_name(certificate, ".tlog-proof")
    )
