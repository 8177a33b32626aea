"""Snapshots of the register: every day as files, with what one needs to check them."""

from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from documents.models import StoredFile
from documents.storing import streamed_response

from .models import Snapshot
from .throttle import count_lookup

PER_PAGE = 31
SIGNATURE_TYPE = "application/pkcs7-signature"


@login_not_required
@require_safe
def snapshots(request: HttpRequest) -> HttpResponse:
    made = Snapshot.objects.filter(made_at__isnull=False).select_related("csv", "jsonl")
    page = Paginator(made.defer("signature"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "registry/snapshots.html", {"page": page})


@login_not_required
@require_safe
def download(request: HttpRequest, day: str, name: str) -> FileResponse | HttpResponse:
    """A file of the day by its own name, so that the list of digests finds it."""
    count_lookup(request)
    snapshot = _snapshot(day)
    stem, _dot, ending = name.partition(".")
    if stem != snapshot.file_stem:
        raise Http404
    match ending:
        case "csv":
            return _streamed(snapshot.csv)
        case "jsonl":
            return _streamed(snapshot.jsonl)
        case "sha256":
            return _attached(snapshot.digests.encode(), "text/plain; charset=utf-8", name)
        case "sha256.p7s":
            return _attached(bytes(snapshot.signature or b""), SIGNATURE_TYPE, name)
    raise Http404


def _streamed(file: StoredFile | None) -> FileResponse:
    if file is None:
        raise Http404
    return streamed_response(file)


def _snapshot(day: str) -> Snapshot:
    try:
        asked = date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    made = Snapshot.objects.filter(day=asked, made_at__isnull=False)
    snapshot = made.select_related("csv", "jsonl").first()
    if snapshot is None:
        raise Http404
    return snapshot


def _attached(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
