"""Files of a case: the list, the preview of one, and all of them as an archive."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from documents.models.files import PDF
from documents.pictures import THUMBNAIL, VIEW
from documents.previews import page_number, page_of, page_response
from documents.storing import read, safe_name

from .archive import ARCHIVE_MAX_BYTES, archive_of, refuse_too_large
from .filed import CaseFile
from .files import file_of, files_of, grouped
from .views import opened
from .whole import WholeCase

# A viewer of PDFs in a browser is a plug-in of the page it is shown by.
SHOWN_POLICY = "default-src 'none'; object-src 'self'; frame-ancestors 'self'"


@never_cache
@require_safe
def case_files(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = opened(request, case_id)
    files = files_of(case)
    size = sum(file.size for file in files)
    context = {
        "case": case,
        "here": "files",
        "groups": grouped(files),
        "count": len(files),
        "size": size,
        "is_archived": bool(files) and size <= ARCHIVE_MAX_BYTES,
    }
    return render(request, "workplace/case/files.html", context)


@never_cache
@require_safe
def case_file(request: HttpRequest, case_id: UUID, key: str) -> HttpResponse:
    """One file with everything known of it; shown only when that is safe."""
    case, file = _found(request, case_id, key)
    context: dict[str, object] = {"case": case, "here": "files", "file": file}
    if file.is_drawn and file.stored:
        number = page_number(request.GET.get("page"))
        context["sheet"] = page_of(file.stored, number=number)
        context["sheet_url"] = f"{reverse('workplace:case-file-shown', args=[case_id, key])}?page="
    return render(request, "workplace/case/file.html", context)


@xframe_options_sameorigin
@require_safe
def case_file_shown(request: HttpRequest, case_id: UUID, key: str) -> HttpResponse:
    """The bytes of a document that the portal itself made and sealed, inside the page of the file.

    What people uploaded is never shown so: it could hold a script, whatever its type says. Of a
    PDF there are pictures of its pages.
    """
    _case, file = _found(request, case_id, key)
    if file.is_drawn and file.stored:
        longest = THUMBNAIL if "small" in request.GET else VIEW
        number = page_number(request.GET.get("page"))
        return page_response(file.stored, number=number, longest=longest)
    if file.stored is None or not (file.is_sealed and file.content_type == PDF):
        raise Http404
    response = HttpResponse(read(file.stored), content_type=PDF)
    header = content_disposition_header(as_attachment=False, filename=safe_name(file.name))
    response["Content-Disposition"] = header or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SHOWN_POLICY
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def case_archive(request: HttpRequest, case_id: UUID) -> StreamingHttpResponse:
    case = opened(request, case_id)
    files = files_of(case)
    refuse_too_large(files)
    name = safe_name(f"{case.label or case_id} {timezone.localdate():%Y-%m-%d}.zip")
    response = StreamingHttpResponse(archive_of(files), content_type="application/zip")
    header = content_disposition_header(as_attachment=True, filename=name)
    response["Content-Disposition"] = header or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _found(request: HttpRequest, case_id: UUID, key: str) -> tuple[WholeCase, CaseFile]:
    case = opened(request, case_id)
    file = file_of(case, key)
    if file is None:
        raise Http404
    return case, file
