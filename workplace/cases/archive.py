"""All files of a case as one archive, sent as it is made: no copy stands in memory or on a disk."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from documents.storing import read, safe_name

from .filed import CaseFile
from .files import GROUPS

ARCHIVE_MAX_BYTES = 500 * 1024 * 1024
ARCHIVE_MAX_FILES = 2000
DIGESTS = "SHA256SUMS"
# MS-DOS time, in which archives keep moments, begins here.
FIRST_YEAR = 1980


class Passing(io.RawIOBase):
    """What the archive writes, until it is sent on; it is never read back."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []
        self._written = 0

    def writable(self) -> bool:
        return True

    def write(self, part: Any, /) -> int:
        taken = bytes(part)
        self._parts.append(taken)
        self._written += len(taken)
        return len(taken)

    def tell(self) -> int:
        return self._written

    def take(self) -> bytes:
        taken, self._parts = b"".join(self._parts), []
        return taken


def refuse_too_large(files: Iterable[CaseFile]) -> None:
    listed = list(files)
    size = sum(file.size for file in listed)
    if size > ARCHIVE_MAX_BYTES or len(listed) > ARCHIVE_MAX_FILES:
        raise DomainError(
            "archive_too_large",
            _("All files together are too large for one archive; download them one by one."),
        )


def names_in_archive(files: Iterable[CaseFile]) -> list[tuple[CaseFile, str]]:
    """Numbered within a folder for each group, so that no two names meet and none leaves it."""
    order = {group: number for number, group in enumerate(GROUPS, start=1)}
    named = []
    counts: dict[str, int] = {}
    for file in files:
        counts[file.group] = counts.get(file.group, 0) + 1
        folder = safe_name(f"{order[file.group]} {GROUPS[file.group]}")
        named.append((file, f"{folder}/{counts[file.group]:03d} {safe_name(file.name)}"))
    return named


def archive_of(files: Iterable[CaseFile]) -> Iterator[bytes]:
    """The archive piece by piece; each file's digest is checked as it is read.

    Most files are compressed already, so they are only stored.
    """
    named = names_in_archive(files)
    passing = Passing()
    with zipfile.ZipFile(passing, "w", zipfile.ZIP_STORED) as archive:
        for file, name in named:
            archive.writestr(_entry(name, file), _content(file))
            yield passing.take()
        digests = "".join(f"{file.sha256}  {name}\n" for file, name in named)
        archive.writestr(DIGESTS, digests)
    yield passing.take()


def _content(file: CaseFile) -> bytes:
    if file.stored is not None:
        return read(file.stored)
    assert file.content is not None  # noqa: S101  what is not stored brings its bytes
    return file.content()


def _entry(name: str, file: CaseFile) -> zipfile.ZipInfo:
    at = timezone.localtime(file.at)
    when = at.timetuple()[:6] if at.year >= FIRST_YEAR else (FIRST_YEAR, 1, 1, 0, 0, 0)
    entry = zipfile.ZipInfo(name, when)
    entry.external_attr = 0o640 << 16
    return entry
