"""The log's own keys: Ed25519 for checkpoints, and a secret that seals every event.

The event seal (HMAC) is what a person with nothing but the database lacks: rows inserted with
SQL cannot carry it, and a row waiting for its index cannot be altered unseen.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from functools import cache
from pathlib import Path

from django.conf import settings

from audit.errors import KeyUnavailableError
from audit.notes import BadNoteError, NoteSigner, NoteVerifier

EVENT_KEY_BYTES = 32


def event_mac(body: bytes) -> bytes:
    """The portal's seal over an event's canonical bytes."""
    return hmac.digest(_event_key(Path(settings.CTKZ_LOG_EVENT_KEY_FILE)), body, hashlib.sha256)


def signing_key() -> NoteSigner:
    """The key of checkpoints; made on first use where settings allow it."""
    path = Path(settings.CTKZ_LOG_KEY_FILE)
    if not path.exists():
        _refuse_unless_makeable(path)
        _make_signing_key(path)
    try:
        signer = NoteSigner.parse(_read(path))
    except BadNoteError as error:
        raise KeyUnavailableError(f"{path}: {error}") from error
    if signer.name != settings.CTKZ_LOG_ORIGIN:
        raise KeyUnavailableError(
            f"{path} is the key of {signer.name!r}, the log is {settings.CTKZ_LOG_ORIGIN!r}"
        )
    return signer


def make_keys() -> list[Path]:
    """Make whatever key is missing, for an operator who sets up the portal; names what was made."""
    signing, event = Path(settings.CTKZ_LOG_KEY_FILE), Path(settings.CTKZ_LOG_EVENT_KEY_FILE)
    made = [path for path in (signing, event) if not path.exists()]
    if signing in made:
        _make_signing_key(signing)
    if event in made:
        _make_event_key(event)
    return made


def public_key_path() -> Path:
    return Path(f"{settings.CTKZ_LOG_KEY_FILE}.pub")


def verifying_key(path: Path | None = None) -> NoteVerifier:
    """The public key, from its own file; made from the private one where only that is there."""
    path = path or public_key_path()
    if (
        path == public_key_path()
        and not path.exists()
        and Path(settings.CTKZ_LOG_KEY_FILE).exists()
    ):
        return signing_key().verifier()
    try:
        return NoteVerifier.parse(_read(path))
    except BadNoteError as error:
        raise KeyUnavailableError(f"{path}: {error}") from error


def key_problems() -> list[str]:
    """Why the log could not be kept as things stand, in plain sentences."""
    problems = []
    for path in (Path(settings.CTKZ_LOG_KEY_FILE), Path(settings.CTKZ_LOG_EVENT_KEY_FILE)):
        if not path.exists():
            if not settings.CTKZ_LOG_MAKE_KEYS:
                problems.append(f"{path} does not exist.")
        elif path.stat().st_mode & 0o077:
            problems.append(f"{path} can be read by others; its mode must be 600.")
    return problems


@cache
def _event_key(path: Path) -> bytes:
    if not path.exists():
        _refuse_unless_makeable(path)
        _make_event_key(path)
    try:
        key = bytes.fromhex(_read(path))
    except ValueError:
        raise KeyUnavailableError(f"{path} does not hold a key written in hexadecimal") from None
    if len(key) < EVENT_KEY_BYTES:
        raise KeyUnavailableError(f"{path} holds fewer than {EVENT_KEY_BYTES} bytes")
    return key


def _make_signing_key(path: Path) -> None:
    """The public key is written second and from the file: of two makers, the first one's stays."""
    _write_once(path, NoteSigner.generate(settings.CTKZ_LOG_ORIGIN).encoded() + "\n")
    public = NoteSigner.parse(_read(path)).verifier().encoded() + "\n"
    _write_once(public_key_path(), public, mode=0o644)


def _make_event_key(path: Path) -> None:
    _write_once(path, secrets.token_hex(EVENT_KEY_BYTES) + "\n")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise KeyUnavailableError(f"{path} cannot be read: {error}") from error


def _refuse_unless_makeable(path: Path) -> None:
    if not settings.CTKZ_LOG_MAKE_KEYS:
        raise KeyUnavailableError(f"{path} does not exist")


def _write_once(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Two processes may start at once; the first one's key stays and both read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
