"""A seal key that never leaves its device: PKCS#11 tokens, in software or hardware."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import pkcs11
from django.conf import settings
from pkcs11.exceptions import PinIncorrect, PinLocked, PKCS11Error
from pkcs11.util.ec import encode_ecdsa_signature

# What a broken device, a pulled token and a missing library raise.
FAULTS = (PKCS11Error, OSError, RuntimeError, ValueError, TypeError)


class TokenUnusable(Exception):
    """The device, its token or the key on it cannot be used."""


@dataclass
class TokenKey:
    """A private key on a token, through a session that is opened once in a process."""

    module: str
    token: str
    label: str
    _opened_in: int = 0
    _session: pkcs11.Session | None = None
    _refused_pin: str = ""

    def sign(self, data: bytes) -> bytes:
        """The signature over `data` with SHA-256, as X.509 and CMS write it."""
        try:
            key = self._key()
            if key.key_type == pkcs11.KeyType.EC:
                raw = key.sign(hashlib.sha256(data).digest(), mechanism=pkcs11.Mechanism.ECDSA)
                return bytes(encode_ecdsa_signature(raw))
            return bytes(key.sign(data, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS))
        except FAULTS as fault:
            self._session = None
            raise TokenUnusable from fault

    def look(self) -> None:
        """Raise `TokenUnusable` unless the key can be seen now."""
        try:
            self._key()
        except FAULTS as fault:
            self._session = None
            raise TokenUnusable from fault

    def _key(self) -> pkcs11.PrivateKey:
        """The key; a session that the device has closed is opened once more."""
        if self._session is not None and self._opened_in == os.getpid():
            try:
                return self._found(self._session)
            except FAULTS:
                self._session = None
        library = pkcs11.lib(self.module)
        if self._opened_in not in (0, os.getpid()):
            # A fork carries a library that knows the device only for its parent.
            library.reinitialize()
        self._session = self._open(library.get_token(token_label=self.token))
        self._opened_in = os.getpid()
        return self._found(self._session)

    def _open(self, token: pkcs11.Token) -> pkcs11.Session:
        """A PIN that was refused is not tried again: a few such attempts lock a token for good."""
        pin = _pin()
        if pin == self._refused_pin:
            raise ValueError("this PIN was refused before")
        try:
            return token.open(user_pin=pin)
        except (PinIncorrect, PinLocked):
            self._refused_pin = pin
            raise

    def _found(self, session: pkcs11.Session) -> pkcs11.PrivateKey:
        found = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=self.label)
        if not isinstance(found, pkcs11.PrivateKey):
            raise TypeError("not a private key")
        return found


def _pin() -> str:
    file = settings.CTKZ_SEAL_PKCS11_PIN_FILE
    pin: str = Path(file).read_text(encoding="utf-8").strip() if file else ""
    return pin or settings.CTKZ_SEAL_PKCS11_PIN
