"""One address for one file: handed out as it is, or looked at in pictures made here.

Whoever may download a file may look at it, and nobody else: the page, its pictures and the
download are one address, behind one permission.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .models import StoredFile
from .pictures import THUMBNAIL, VIEW, picture_response
from .previews import is_pdf, page_number, page_of, page_response
from .storing import file_response


def handed_out(request: HttpRequest, stored: StoredFile, *, back: tuple[str, str]) -> HttpResponse:
    """The file; with `?page=2` a page that shows it, with `?small` or `?picture=2` a picture of it.

    `back` is the address and name of the page that the file belongs to.
    """
    asked = request.GET
    if not stored.is_seen_here:
        return file_response(stored)
    if "small" in asked:
        return _picture(stored, 1, THUMBNAIL)
    if "picture" in asked:
        return _picture(stored, page_number(asked["picture"]), VIEW)
    if "page" in asked:
        return _page(request, stored, back)
    return file_response(stored)


def _picture(stored: StoredFile, number: int, longest: int) -> HttpResponse:
    if is_pdf(stored):
        return page_response(stored, number=number, longest=longest)
    return picture_response(stored, longest=longest)


def _page(request: HttpRequest, stored: StoredFile, back: tuple[str, str]) -> HttpResponse:
    number = page_number(request.GET["page"])
    url, label = back
    context = {
        "file": stored,
        "sheet": page_of(stored, number=number) if is_pdf(stored) else None,
        # Another file behind this address has another digest, so no browser shows the old picture.
        "sheet_url": f"?of={stored.sha256[:12]}&picture=",
        "back_url": url,
        "back_label": label,
    }
    response = render(request, "documents/file_page.html", context)
    response["Cache-Control"] = "private, no-store"
    return response
