"""A seal key that never leaves its device: PKCS#11 tokens, in software or hardware."""

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pkcs11
from django.conf import settings
from pkcs11.exceptions import PinIncorrect, PinLocked, PKCS11Error
from pkcs11.util.ec import encode_ecdsa_signature

# What a broken device, a pulled token and a missing library raise.
FAULTS = (PKCS11Error, OSError, RuntimeError, ValueError, TypeError)

# One session with a token for the whole process: a person may be signed in to it only once.
_sessions: dict[tuple[str, str], tuple[int, pkcs11.Session]] = {}
# Module, token and digest of every PIN that was refused since the process began.
_refused: set[tuple[str, str, bytes]] = set()


class TokenUnusable(Exception):
    """The device, its token or the key on it cannot be used."""


@dataclass(frozen=True)
class TokenKey:
    """A private key that is used where it lies."""

    module: str
    token: str
    label: str

    def sign(self, data: bytes) -> bytes:
        """The signature over `data` with SHA-256, as X.509 and CMS write it."""
        try:
            key: Any = self._key()
            if key.key_type == pkcs11.KeyType.EC:
                digest = hashlib.sha256(data).digest()
                raw = key.sign(digest, mechanism=pkcs11.Mechanism.ECDSA)
                return bytes(encode_ecdsa_signature(raw))
            return bytes(key.sign(data, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS))
        except FAULTS as fault:
            forget(self.module, self.token)
            raise TokenUnusable from fault

    def look(self) -> None:
        """Raise `TokenUnusable` unless the key can be seen now."""
        try:
            self._key()
        except FAULTS as fault:
            raise TokenUnusable from fault

    def _key(self) -> pkcs11.PrivateKey:
        try:
            return self._found(_session(self.module, self.token))
        except PKCS11Error:
            # A device that was away has closed its sessions: once more from the start.
            forget(self.module, self.token)
            return self._found(_session(self.module, self.token))

    def _found(self, session: pkcs11.Session) -> pkcs11.PrivateKey:
        found = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=self.label)
        if not isinstance(found, pkcs11.PrivateKey):
            raise TypeError("not a private key")
        return found


def _session(module: str, token: str) -> pkcs11.Session:
    opened_in, session = _sessions.get((module, token), (0, None))
    if session is not None and opened_in == os.getpid():
        return session
    library = pkcs11.lib(module)
    if opened_in:
        # A fork carries a library that knows the device only for its parent.
        library.reinitialize()
        _sessions.clear()
    opened = _open(library.get_token(token_label=token), module)
    _sessions[module, token] = (os.getpid(), opened)
    return opened


def _open(token: pkcs11.Token, module: str) -> pkcs11.Session:
    """A PIN that was refused is not tried again: a few such attempts lock a token for good."""
    pin = _pin()
    attempt = (module, token.label, hashlib.sha256(pin.encode()).digest())
    if attempt in _refused:
        raise ValueError("this PIN was refused before")
    try:
        return token.open(user_pin=pin)
    except (PinIncorrect, PinLocked):
        _refused.add(attempt)
        raise


def forget(module: str, token: str) -> None:
    """Sign out of the token; it is signed in to again at the next use."""
    opened_in, session = _sessions.pop((module, token), (0, None))
    if session is not None and opened_in == os.getpid():
        with suppress(*FAULTS):
            session.close()


def _pin() -> str:
    file = settings.CTKZ_SEAL_PKCS11_PIN_FILE
    pin: str = Path(file).read_text(encoding="utf-8").strip() if file else ""
    return pin or settings.CTKZ_SEAL_PKCS11_PIN
