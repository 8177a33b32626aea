"""Signed notes and checkpoints: C2SP signed-note, tlog-checkpoint and tlog-cosignature (v1).

The log signs each checkpoint twice with one key: plainly (type 0x01), and with the time of
signing (type 0x04), so that the moment of publication cannot be altered either. The two
messages never coincide: the second begins with a line that no origin may be.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

ED25519 = 0x01
TIMED_ED25519 = 0x04
HASH_BYTES = 32
SIGNATURE_BYTES = 64
MAX_SIGNATURES = 64
_HEADER = "cosignature/v1"


class BadNoteError(ValueError):
    """The text is not a note, or no signature on it holds."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: origin, number of entries, root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
            raise BadNoteError("a checkpoint has three non-empty lines")
        size, root = lines[1], _decode(lines[2])
        if not size.isascii() or not size.isdigit() or str(int(size)) != size:
            raise BadNoteError(f"{size!r} is not a number of entries")
        if len(root) != HASH_BYTES:
            raise BadNoteError("the root is not 32 bytes")
        return cls(origin=lines[0], size=int(size), root=root)


@dataclass(frozen=True, slots=True)
class SignatureLine:
    name: str
    key_id: bytes
    signature: bytes

    def text(self) -> str:
        return f"— {self.name} {base64.b64encode(self.key_id + self.signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text and its signatures, which prove nothing until a verifier accepts them."""

    text: str
    signatures: tuple[SignatureLine, ...]

    def encoded(self) -> str:
        return self.text + "\n" + "".join(line.text() for line in self.signatures)

    @classmethod
    def parse(cls, encoded: str) -> Note:
        if any(ord(char) < 0x20 and char != "\n" for char in encoded):
            raise BadNoteError("a note holds no control characters")
        text, separator, tail = encoded.rpartition("\n\n")
        if not separator or not tail.endswith("\n"):
            raise BadNoteError("a note ends with signature lines after an empty line")
        lines = tail[:-1].split("\n")
        if len(lines) > MAX_SIGNATURES:
            raise BadNoteError("too many signatures")
        return cls(text=text + "\n", signatures=tuple(_signature_line(line) for line in lines))


@dataclass(frozen=True, slots=True)
class NoteVerifier:
    """A public key with its name, written `name+keyid+base64(type‖key)`."""

    name: str
    public: bytes

    def encoded(self) -> str:
        key_id = _key_id(self.name, ED25519, self.public)
        material = base64.b64encode(bytes([ED25519]) + self.public).decode()
        return f"{self.name}+{key_id.hex()}+{material}"

    @classmethod
    def parse(cls, encoded: str) -> NoteVerifier:
        name, key_id, material = _key_parts(encoded, ED25519)
        if key_id != _key_id(name, ED25519, material).hex():
            raise BadNoteError("the key does not fit its identifier")
        return cls(name=name, public=material)

    def verify(self, note: Note) -> int:
        """POSIX time at which this key signed; BadNoteError unless both its signatures hold."""
        plain = self._only(note, ED25519)
        timed = self._only(note, TIMED_ED25519)
        if len(timed) != 8 + SIGNATURE_BYTES:
            raise BadNoteError("the timed signature has a wrong length")
        at = int.from_bytes(timed[:8], "big")
        key = Ed25519PublicKey.from_public_bytes(self.public)
        try:
            key.verify(plain, note.text.encode())
            key.verify(timed[8:], timed_message(note.text, at))
        except InvalidSignature:
            raise BadNoteError(f"the signature of {self.name} does not hold") from None
        return at

    def _only(self, note: Note, kind: int) -> bytes:
        key_id = _key_id(self.name, kind, self.public)
        found = [
            line.signature
            for line in note.signatures
            if line.name == self.name and line.key_id == key_id
        ]
        if len(found) != 1:
            raise BadNoteError(f"{len(found)} signatures of {self.name} where there must be one")
        return found[0]


@dataclass(frozen=True, slots=True)
class NoteSigner:
    """A private key with its name, written `PRIVATE+KEY+name+keyid+base64(type‖seed)`."""

    name: str
    seed: bytes

    @classmethod
    def generate(cls, name: str) -> NoteSigner:
        return cls(name=checked_name(name), seed=Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, encoded: str) -> NoteSigner:
        prefix = "PRIVATE+KEY+"
        if not encoded.startswith(prefix):
            raise BadNoteError("this is not a private key of a note")
        name, key_id, seed = _key_parts(encoded.removeprefix(prefix), ED25519)
        signer = cls(name=name, seed=seed)
        if key_id != _key_id(name, ED25519, signer.verifier().public).hex():
            raise BadNoteError("the key does not fit its identifier")
        return signer

    def encoded(self) -> str:
        key_id = _key_id(self.name, ED25519, self.verifier().public)
        material = base64.b64encode(bytes([ED25519]) + self.seed).decode()
        return f"PRIVATE+KEY+{self.name}+{key_id.hex()}+{material}"

    def verifier(self) -> NoteVerifier:
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return NoteVerifier(name=self.name, public=public.public_bytes_raw())

    def sign(self, text: str, *, at: int) -> Note:
        """Sign a text plainly and with the time."""
        key = Ed25519PrivateKey.from_private_bytes(self.seed)
        public = key.public_key().public_bytes_raw()
        timed = at.to_bytes(8, "big") + key.sign(timed_message(text, at))
        return Note(
            text=text,
            signatures=(
                SignatureLine(
                    self.name, _key_id(self.name, ED25519, public), key.sign(text.encode())
                ),
                SignatureLine(self.name, _key_id(self.name, TIMED_ED25519, public), timed),
            ),
        )


@dataclass(frozen=True, slots=True)
class WitnessVerifier:
    """A witness's public key, written `name+keyid+base64(0x04‖key)` (tlog-cosignature)."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, encoded: str) -> WitnessVerifier:
        name, key_id, material = _key_parts(encoded, TIMED_ED25519)
        verifier = cls(name=name, public=material)
        if key_id != verifier.key_id().hex():
            raise BadNoteError("the key does not fit its identifier")
        return verifier

    def encoded(self) -> str:
        material = base64.b64encode(bytes([TIMED_ED25519]) + self.public).decode()
        return f"{self.name}+{self.key_id().hex()}+{material}"

    def key_id(self) -> bytes:
        return _key_id(self.name, TIMED_ED25519, self.public)

    def lines(self, note: Note) -> list[SignatureLine]:
        """Lines that claim to be this witness's."""
        return [
            line
            for line in note.signatures
            if line.name == self.name and line.key_id == self.key_id()
        ]

    def verify(self, text: str, line: SignatureLine) -> int:
        """POSIX time of the cosignature; BadNoteError unless it holds over this text."""
        if len(line.signature) != 8 + SIGNATURE_BYTES:
            raise BadNoteError(f"the cosignature of {self.name} has a wrong length")
        at = int.from_bytes(line.signature[:8], "big")
        key = Ed25519PublicKey.from_public_bytes(self.public)
        try:
            key.verify(line.signature[8:], timed_message(text, at))
        except InvalidSignature:
            raise BadNoteError(f"the cosignature of {self.name} does not hold") from None
        return at


def timed_message(text: str, at: int) -> bytes:
    """What a timed signature signs (tlog-cosignature, "Ed25519 signed message")."""
    return f"{_HEADER}\ntime {at}\n{text}".encode()


def _key_id(name: str, kind: int, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def checked_name(name: str) -> str:
    if not name or name == _HEADER or "+" in name or any(char.isspace() for char in name):
        raise BadNoteError(f"{name!r} cannot name a key")
    return name


def _key_parts(encoded: str, kind: int) -> tuple[str, str, bytes]:
    parts = encoded.split("+", 2)
    if len(parts) != 3:
        raise BadNoteError("a key is written name+identifier+material")
    material = _decode(parts[2])
    if len(material) != 1 + HASH_BYTES or material[0] != kind:
        raise BadNoteError(f"the key is not Ed25519 of kind {kind}")
    return checked_name(parts[0]), parts[1], material[1:]


def _signature_line(line: str) -> SignatureLine:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "—" or "+" in parts[1] or not parts[1]:
        raise BadNoteError("a signature line is an em dash, a name and a signature")
    raw = _decode(parts[2])
    if len(raw) < 5:
        raise BadNoteError("a signature is too short")
    return SignatureLine(name=parts[1], key_id=raw[:4], signature=raw[4:])


def _decode(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNoteError(f"{text!r} is not base64") from None
    if base64.b64encode(raw).decode() != text:
        raise BadNoteError(f"{text!r} is not base64 in its one form")
    return raw
