"""Bytes handed out as they are kept, never shown inside the portal's own pages."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from .storing import safe_name


def download(content: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    header = content_disposition_header(as_attachment=True, filename=safe_name(name))
    response["Content-Disposition"] = header
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
