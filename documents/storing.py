"""Files below `MEDIA_ROOT`, found by the SHA-256 of their content.

A file is written beside its place, flushed to the disk and moved in: after a power failure it
is whole or absent. Every read recomputes the digest, so a changed file is noticed and not used.
"""

import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError

from .canonical import sha256_hex
from .models import StoredFile

if TYPE_CHECKING:
    from accounts.models import User


class StoredFileDamaged(DomainError):
    """The stored content is missing or is not what was stored."""

    status_code = 500


def store(content: bytes, *, name: str, content_type: str, by: "User | None" = None) -> StoredFile:
    """Keep the content; the row is added in the caller's transaction.

    The content stays when that transaction is rolled back: it is then a file without a row,
    which harms nothing and is used again when the same content comes back.
    """
    digest = sha256_hex(content)
    path = path_of(digest)
    if not _is_intact(path, digest):
        _write(path, content)
    return StoredFile.objects.create(
        sha256=digest,
        size=len(content),
        content_type=content_type,
        name=safe_name(name),
        stored_by=by,
    )


def store_from(scratch: Path, *, name: str, content_type: str) -> StoredFile:
    """Like `store`, for a file too large for memory: it is read in pieces and moved in."""
    digest = _digest_of(scratch)
    path = path_of(digest)
    size = scratch.stat().st_size
    if not (path.is_file() and _digest_of(path) == digest):
        path.parent.mkdir(parents=True, exist_ok=True)
        with scratch.open("rb") as file:
            os.fsync(file.fileno())
        _move_in(scratch, path)
    return StoredFile.objects.create(
        sha256=digest, size=size, content_type=content_type, name=safe_name(name)
    )


def read(stored: StoredFile) -> bytes:
    return read_digest(stored.sha256)


def read_digest(digest: str) -> bytes:
    try:
        content = path_of(digest).read_bytes()
    except OSError as error:
        raise StoredFileDamaged("file_missing", _("The file is missing from storage.")) from error
    if sha256_hex(content) != digest:
        raise StoredFileDamaged(
            "file_damaged", _("The stored file is damaged: its digest does not fit.")
        )
    return content


def path_of(digest: str) -> Path:
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise ValueError("not a SHA-256 digest")
    return Path(settings.MEDIA_ROOT) / "sha256" / digest[:2] / digest[2:4] / digest


def safe_name(name: str) -> str:
    """The last part of a name, without what a shell, a header or a disk could stumble over."""
    last = re.split(r"[\\/]", name)[-1]
    cleaned = re.sub(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\"<>|:*?]", "_", last)
    cleaned = cleaned.strip(" .") or "file"
    if len(cleaned) > 150:
        stem, dot, extension = cleaned.rpartition(".")
        ending = dot + extension if stem and len(extension) <= 10 else ""
        cleaned = cleaned[: 150 - len(ending)] + ending
    return cleaned


def file_response(stored: StoredFile, name: str = "") -> HttpResponse:
    """A download: never shown inside the portal's own pages, whatever the file claims to be."""
    content = read(stored)
    response = HttpResponse(content, content_type=stored.content_type)
    header = content_disposition_header(as_attachment=True, filename=safe_name(name or stored.name))
    response["Content-Disposition"] = header
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def streamed_response(stored: StoredFile, name: str = "") -> FileResponse:
    """Like `file_response`, for a file too large for memory: read twice, in pieces."""
    path = path_of(stored.sha256)
    try:
        digest = _digest_of(path)
    except OSError as error:
        raise StoredFileDamaged("file_missing", _("The file is missing from storage.")) from error
    if digest != stored.sha256:
        raise StoredFileDamaged(
            "file_damaged", _("The stored file is damaged: its digest does not fit.")
        )
    response = FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=safe_name(name or stored.name),
        content_type=stored.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_intact(path: Path, digest: str) -> bool:
    try:
        return sha256_hex(path.read_bytes()) == digest
    except OSError:
        return False


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        _move_in(Path(scratch), path)
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise


def _move_in(scratch: Path, path: Path) -> None:
    scratch.chmod(0o440)
    scratch.replace(path)
    # The move itself reaches the disk only with the folder.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
