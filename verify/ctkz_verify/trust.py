"""The authority's public keys, kept in one folder: the only thing that is believed unproved.

| file | holds |
|---|---|
| `seal-roots.pem` | certificates that the seal's certificate must lead to |
| `seal-certificates.pem` | the portal's own certificates of the seal, past ones too |
| `time-roots.pem` | roots of the authorities whose time stamps are believed |
| `log.key` | the log's key, one line |
| `witnesses.keys` | keys of the witnesses, a line each |
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

from cryptography import x509

from ctkz_verify.notes import COSIGNATURE, PLAIN, BadNoteError, Key
from ctkz_verify.report import CannotCheck

SEAL_ROOTS = "seal-roots.pem"
SEAL_CERTIFICATES = "seal-certificates.pem"
TIME_ROOTS = "time-roots.pem"
LOG_KEY = "log.key"
WITNESSES = "witnesses.keys"

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Trust:
    """Keys known beforehand; what is missing stays empty, and then cannot be checked."""

    seal_roots: tuple[x509.Certificate, ...] = ()
    seal_certificates: tuple[x509.Certificate, ...] = ()
    log_key: Key | None = None
    witnesses: tuple[Key, ...] = ()
    time_roots: tuple[x509.Certificate, ...] = ()

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Whatever is in the folder; CannotCheck when it, or a file in it, cannot be read."""
        if not folder.is_dir():
            raise CannotCheck("trust_missing", str(folder))
        return cls(
            seal_roots=_read(folder / SEAL_ROOTS, _certificates, ()),
            seal_certificates=_read(folder / SEAL_CERTIFICATES, _certificates, ()),
            log_key=log_key(folder / LOG_KEY),
            witnesses=_read(folder / WITNESSES, _witness_keys, ()),
            time_roots=_read(folder / TIME_ROOTS, _certificates, ()),
        )


def log_key(path: Path) -> Key | None:
    """The log's key from a file of its own; nothing when there is none."""
    return _read(path, _log_key, None)


def read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CannotCheck("file_unreadable", f"{path}: {error.strerror}") from error


def _log_key(content: bytes) -> Key:
    key = Key.parse(content.decode())
    if key.kind != PLAIN:
        raise BadNoteError("this is not the key of a log")
    return key


def _witness_keys(content: bytes) -> tuple[Key, ...]:
    lines = [line for line in content.decode().splitlines() if line.strip()]
    keys = tuple(Key.parse(line) for line in lines)
    if any(key.kind != COSIGNATURE for key in keys):
        raise BadNoteError("this is not the key of a witness")
    # One key under two names would count as two witnesses.
    if len({key.public for key in keys}) != len(keys):
        raise BadNoteError("a key stands there twice")
    return keys


def _certificates(content: bytes) -> tuple[x509.Certificate, ...]:
    return tuple(x509.load_pem_x509_certificates(content)) if content.strip() else ()


def _read(path: Path, parse: Callable[[bytes], Read], missing: Read) -> Read:
    try:
        return parse(path.read_bytes())
    except FileNotFoundError:
        return missing
    except (OSError, ValueError) as error:
        raise CannotCheck("trust_unreadable", f"{path}: {error}") from error
