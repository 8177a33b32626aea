"""Photographs made small for pages, without what a camera wrote about place and person."""

import io

from django.http import HttpResponse
from PIL import Image, ImageOps

from .models import StoredFile
from .storing import read

THUMBNAIL, VIEW = 320, 1600
_QUALITY = 82


def smaller(content: bytes, *, longest: int) -> bytes:
    """The picture as a JPEG whose longer side has at most `longest` pixels, the right way up."""
    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as opened:
        # Large photographs are decoded at a fraction of their size at once.
        opened.draft("RGB", (longest, longest))
        upright = ImageOps.exif_transpose(opened)
        upright.thumbnail((longest, longest))
        flat = Image.new("RGB", upright.size, "white")
        has_alpha = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
        flat.paste(upright.convert("RGBA") if has_alpha else upright.convert("RGB"),
                   mask=upright.convert("RGBA").getchannel("A") if has_alpha else None)  # fmt: skip
        out = io.BytesIO()
        flat.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def picture_response(stored: StoredFile, *, longest: int) -> HttpResponse:
    """A copy to be shown inside a page: made here, so nothing of the upload itself is served."""
    return shown_picture(smaller(read(stored), longest=longest))


def shown_picture(content: bytes, content_type: str = "image/jpeg") -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    # The content behind an address never changes: documents are found by their digest.
    response["Cache-Control"] = "private, max-age=3600"
    return response
