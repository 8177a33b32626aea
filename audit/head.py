"""The last published head, kept outside the database.

A database restored from a backup, or cut short by its owner, no longer fits this file; then
nothing is signed. The file is replaced by compare-and-swap, so two publishers cannot fork.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from audit.errors import SigningRefusedError
from audit.notes import BadNoteError, Checkpoint


class HeadFile:
    """One checkpoint text in one file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def configured(cls) -> HeadFile:
        return cls(Path(settings.CTKZ_LOG_HEAD_FILE))

    def read(self) -> Checkpoint | None:
        """The last head, or nothing when none was ever published."""
        try:
            return Checkpoint.parse(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (BadNoteError, UnicodeDecodeError) as error:
            raise SigningRefusedError(f"{self.path} is damaged: {error}") from error

    def swap(self, *, expected: Checkpoint | None, new: Checkpoint) -> None:
        """Replace the head if it still is the expected one; on disk when this returns."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._locked():
            if self.read() != expected:
                raise SigningRefusedError(f"{self.path} was changed by another publisher")
            draft = self.path.with_name(f"{self.path.name}.new")
            with draft.open("w", encoding="utf-8") as file:
                file.write(new.text())
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.path)
            _sync_directory(self.path.parent)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self.path.with_name(f"{self.path.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
