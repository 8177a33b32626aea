"""The last state seen, kept as the log's own signed note: against a fork it is the evidence."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ctkz_verify.notes import BadNoteError, Checkpoint, Key, Note, logged_at
from ctkz_verify.report import CannotCheck, Refuted


@dataclass(frozen=True, slots=True)
class Seen:
    """A checkpoint that carries the log's signature."""

    note: Note
    checkpoint: Checkpoint
    at: int | None


def authentic(encoded: str, log_key: Key) -> Seen:
    """The checkpoint, if the log signed it; Refuted otherwise."""
    try:
        note = Note.parse(encoded)
        at = logged_at(note, log_key)
        checkpoint = Checkpoint.parse(note.text)
    except BadNoteError as error:
        raise Refuted("bad_checkpoint", str(error)) from error
    if checkpoint.origin != log_key.name:
        raise Refuted("other_log", checkpoint.origin)
    return Seen(note, checkpoint, at)


class State:
    """One file; whoever holds its lock alone may move it forward."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Two processes with one state must not both believe that they saw the last head."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = self.path.with_name(f"{self.path.name}.lock").open("w")
        except OSError as error:
            raise CannotCheck("state_unreadable", f"{self.path}: {error.strerror}") from error
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def read(self, log_key: Key) -> Seen | None:
        """What was seen last; a state that was damaged or is of another log is no state."""
        try:
            encoded = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise CannotCheck("state_unreadable", f"{self.path}: {error}") from error
        try:
            return authentic(encoded, log_key)
        except Refuted as error:
            raise CannotCheck("state_unreadable", f"{self.path}: {error.detail}") from error

    def write(self, seen: Seen) -> None:
        """On disk, whole or not at all, when this returns."""
        write_whole(self.path, seen.note.encoded())

    def keep_evidence(self, *contradicting: Note) -> Path:
        """Both signed notes in one file: nobody but the holder of the log's key can make them."""
        path = self.path.with_name(f"{self.path.name}.evidence")
        write_whole(path, "\n".join(note.encoded() for note in contradicting))
        return path


def write_whole(path: Path, text: str) -> None:
    draft = path.with_name(f"{path.name}.new")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
