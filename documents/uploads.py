"""What people upload: taken only when it is really what its name says.

Content decides, never the type that a browser claims. Everything refused gets a reason that
the person can act on, and nothing of it is stored.
"""

import csv
import io
import warnings
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from PIL import Image
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from accounts.errors import DomainError

from .models import StoredFile
from .previews import draw_soon
from .storing import store

if TYPE_CHECKING:
    from accounts.models import User

    Upload = UploadedFile[bytes]

# An archive that unpacks to more than this is refused unread.
UNPACKED_MAX_BYTES = 300 * 1024 * 1024
UNPACKED_RATIO = 200
ARCHIVE_MAX_PARTS = 5_000
IMAGE_MAX_PIXELS = 80_000_000


@dataclass(frozen=True)
class FileKind:
    content_type: str
    looks_right: Callable[[bytes], bool]


def accept_upload(
    upload: "Upload",
    *,
    kinds: Iterable[str] = ("pdf", "jpg", "png", "xlsx", "csv", "docx"),
    by: "User | None" = None,
    field: str = "file",
) -> StoredFile:
    """Check one uploaded file and store it; `kinds` are the endings allowed here."""
    content, kind = check_upload(upload, kinds=kinds, field=field)
    stored = store(content, name=upload.name or "file", content_type=kind.content_type, by=by)
    draw_soon(stored)
    return stored


def check_upload(
    upload: "Upload", *, kinds: Iterable[str], field: str = "file"
) -> tuple[bytes, FileKind]:
    """The content and kind of an acceptable upload; raises `DomainError` for any other."""
    limit = settings.CTKZ_UPLOAD_MAX_BYTES
    allowed = tuple(kinds)
    ending = _ending(upload.name or "")
    if ending not in allowed:
        raise DomainError(
            "upload_kind",
            format_lazy(
                _("Files of this type are not taken here. Choose one of: {kinds}."),
                kinds=", ".join(allowed),
            ),
            field=field,
        )
    if upload.size == 0:
        raise DomainError("upload_empty", _("The file is empty."), field=field)
    # The size is checked again while reading: the announced one is only a claim.
    content = b"" if (upload.size or 0) > limit else upload.read(limit + 1)
    if (upload.size or 0) > limit or len(content) > limit:
        raise DomainError(
            "upload_too_large",
            format_lazy(
                _("The file is too large: at most {megabytes} MB."),
                megabytes=limit // (1024 * 1024) or 1,
            ),
            field=field,
        )
    if not content:
        raise DomainError("upload_empty", _("The file is empty."), field=field)
    kind = KINDS[ending]
    if not kind.looks_right(content):
        raise DomainError(
            "upload_content",
            format_lazy(
                _(
                    "The file is not a readable {ending} file, or is damaged. "
                    "Open it in its program, save it again and retry."
                ),
                ending=ending,
            ),
            field=field,
        )
    return content, kind


def _ending(name: str) -> str:
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return "jpg" if ending == "jpeg" else ending


def _is_pdf(content: bytes) -> bool:
    # At offset 0, not somewhere in the first kilobyte: a page of HTML that also holds `%PDF-`
    # would otherwise pass.
    if not content.startswith(b"%PDF-"):
        return False
    try:
        reader = PdfFileReader(io.BytesIO(content), strict=False)
        return int(reader.root["/Pages"]["/Count"]) > 0
    except (PdfError, KeyError, ValueError, TypeError, IndexError, RecursionError, OSError):
        return False


def _is_image(expected: str) -> Callable[[bytes], bool]:
    def check(content: bytes) -> bool:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", Image.DecompressionBombWarning)
                with Image.open(io.BytesIO(content), formats=(expected,)) as image:
                    if image.width * image.height > IMAGE_MAX_PIXELS:
                        return False
                    image.verify()
                with Image.open(io.BytesIO(content), formats=(expected,)) as image:
                    image.load()
        except (OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError):
            return False
        return True

    return check


def _is_office(*needed: str) -> Callable[[bytes], bool]:
    def check(content: bytes) -> bool:
        if not content.startswith(b"PK\x03\x04"):
            return False
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                parts = archive.infolist()
                names = {part.filename for part in parts}
                unpacked = sum(part.file_size for part in parts)
                if not {"[Content_Types].xml", *needed} <= names or len(parts) > ARCHIVE_MAX_PARTS:
                    return False
                # Macros have no place in evidence.
                if any(name.lower().endswith("vbaproject.bin") for name in names):
                    return False
                if unpacked > min(UNPACKED_MAX_BYTES, UNPACKED_RATIO * len(content)):
                    return False
                if any(part.flag_bits & 0x1 for part in parts):
                    return False
                return _unpacks_as_announced(archive, parts)
        except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError):
            return False

    return check


def _unpacks_as_announced(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> bool:
    """Sizes in an archive's index are claims; reading stops when a part is larger than said."""
    for part in parts:
        left = part.file_size
        with archive.open(part) as stream:
            while chunk := stream.read(1024 * 1024):
                left -= len(chunk)
                if left < 0:
                    return False
    return True


def _is_csv(content: bytes) -> bool:
    if b"\x00" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    text = None
    for encoding in ("utf-8-sig", "utf-16", "cp1251"):
        if encoding == "utf-16" and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    if text is None or not text.strip() or text.lstrip()[:1] == "<" or text.startswith("%PDF-"):
        return False
    if any(ord(sign) < 32 and sign not in "\t\r\n\f" for sign in text[:20_000]):
        return False
    try:
        next(csv.reader(io.StringIO(text, newline="")))
    except (csv.Error, StopIteration):
        return False
    return True


_OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS = {
    "pdf": FileKind("application/pdf", _is_pdf),
    "jpg": FileKind("image/jpeg", _is_image("JPEG")),
    "png": FileKind("image/png", _is_image("PNG")),
    "xlsx": FileKind(_OFFICE + "spreadsheetml.sheet", _is_office("xl/workbook.xml")),
    "docx": FileKind(_OFFICE + "wordprocessingml.document", _is_office("word/document.xml")),
    "csv": FileKind("text/csv", _is_csv),
}
