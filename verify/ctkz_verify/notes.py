"""Signed notes, checkpoints, keys and cosignatures (C2SP signed-note, tlog-checkpoint,
tlog-cosignature), Ed25519 only.

Everything has exactly one spelling: base64 with its padding, numbers without leading zeroes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

PLAIN, COSIGNATURE = 0x01, 0x04
HEADER = "cosignature/v1"
LONGEST_NOTE = 64 * 1024
MOST_SIGNATURES = 64
LATEST_TIME = 2**63 - 1
PRIVATE_PREFIX = "PRIVATE+KEY+"


class BadNoteError(ValueError):
    """The text is no note, the key no key, or a signature does not hold."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key and the name it signs under, written `name+identifier+base64(kind‖key)`."""

    name: str
    kind: int
    public: bytes

    @classmethod
    def parse(cls, line: str) -> Self:
        name, identifier, kind, material = _key_parts(line.strip())
        key = cls(name, kind, material)
        if key.identifier(kind).hex() != identifier:
            raise BadNoteError("the key does not fit its identifier")
        return key

    def encoded(self) -> str:
        material = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.identifier(self.kind).hex()}+{material}"

    def identifier(self, kind: int) -> bytes:
        named = self.name.encode() + b"\n" + bytes([kind]) + self.public
        return hashlib.sha256(named).digest()[:4]

    def holds(self, signature: bytes, message: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """A witness's private key, written `PRIVATE+KEY+name+identifier+base64(kind‖seed)`."""

    name: str
    seed: bytes

    @classmethod
    def generate(cls, name: str) -> Self:
        return cls(_checked_name(name), os.urandom(32))

    @classmethod
    def parse(cls, line: str) -> Self:
        text = line.strip()
        if not text.startswith(PRIVATE_PREFIX):
            raise BadNoteError("this is not a private key")
        name, identifier, kind, seed = _key_parts(text.removeprefix(PRIVATE_PREFIX))
        key = cls(name, seed)
        if kind != COSIGNATURE or key.public().identifier(kind).hex() != identifier:
            raise BadNoteError("this is not a witness's key, or it does not fit its identifier")
        return key

    def encoded(self) -> str:
        identifier = self.public().identifier(COSIGNATURE).hex()
        material = base64.b64encode(bytes([COSIGNATURE]) + self.seed).decode()
        return f"{PRIVATE_PREFIX}{self.name}+{identifier}+{material}"

    def public(self) -> Key:
        key = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return Key(self.name, COSIGNATURE, key.public_bytes_raw())

    def cosign(self, text: str, *, at: int) -> Signature:
        """Say that at this time this was the largest tree seen, and consistent with all before."""
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(cosigned(text, at))
        identifier = self.public().identifier(COSIGNATURE)
        return Signature(self.name, identifier, at.to_bytes(8, "big") + signature)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line; it says whose it claims to be."""

    name: str
    identifier: bytes
    material: bytes

    def line(self) -> str:
        return f"— {self.name} {base64.b64encode(self.identifier + self.material).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text with signatures nobody has checked yet."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, encoded: str) -> Self:
        if len(encoded) > LONGEST_NOTE:
            raise BadNoteError("the note is too long")
        if any(ord(char) < 0x20 and char != "\n" for char in encoded):
            raise BadNoteError("a note holds no control characters")
        text, separator, tail = encoded.rpartition("\n\n")
        if not separator or not tail.endswith("\n"):
            raise BadNoteError("a note ends with signature lines after an empty line")
        lines = tail[:-1].split("\n")
        if len(lines) > MOST_SIGNATURES:
            raise BadNoteError("the note has too many signatures")
        return cls(text + "\n", tuple(_signature(line) for line in lines))

    def encoded(self) -> str:
        return self.text + "\n" + "".join(signature.line() for signature in self.signatures)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: its name, its number of entries, the root over them."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
            raise BadNoteError("a checkpoint begins with three lines and holds no empty one")
        root = decoded(lines[2])
        if len(root) != 32:
            raise BadNoteError("the root is not 32 bytes")
        return cls(lines[0], whole_number(lines[1]), root)


def logged_at(note: Note, key: Key) -> int | None:
    """The time at which the log signed, when it says so; BadNoteError unless the log signed."""
    plain = _of(note, key, PLAIN)
    if len(plain) != 1:
        raise BadNoteError(f"{len(plain)} signatures of {key.name} where there must be one")
    if not key.holds(plain[0].material, note.text.encode()):
        raise BadNoteError(f"the signature of {key.name} does not hold")
    return cosigned_at(note, key)


def cosigned_at(note: Note, key: Key) -> int | None:
    """When this key last cosigned; nothing if it never did, BadNoteError if one line is false."""
    times = []
    for signature in _of(note, key, COSIGNATURE):
        at = int.from_bytes(signature.material[:8], "big")
        if len(signature.material) != 8 + 64 or at > LATEST_TIME:
            raise BadNoteError(f"the cosignature of {key.name} has a wrong form")
        if not key.holds(signature.material[8:], cosigned(note.text, at)):
            raise BadNoteError(f"the cosignature of {key.name} does not hold")
        times.append(at)
    return max(times, default=None)


def cosigned(text: str, at: int) -> bytes:
    """What a cosignature signs."""
    return f"{HEADER}\ntime {at}\n{text}".encode()


def make_witness_key(name: str, path: Path) -> Key:
    """Make a witness's key in a new file only its owner can read."""
    key = WitnessKey.generate(name)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key.encoded() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return key.public()


def decoded(text: str) -> bytes:
    """Base64 in its one spelling."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNoteError(f"{text[:100]!r} is not base64") from None
    if base64.b64encode(raw).decode() != text:
        raise BadNoteError(f"{text[:100]!r} is not base64 in its one spelling")
    return raw


def whole_number(text: str) -> int:
    """A decimal in its one spelling; longer than any log will ever be is refused."""
    if not text.isascii() or not text.isdigit() or len(text) > 18 or str(int(text)) != text:
        raise BadNoteError(f"{text[:30]!r} is not a whole number")
    return int(text)


def _of(note: Note, key: Key, kind: int) -> list[Signature]:
    identifier = key.identifier(kind)
    return [
        signature
        for signature in note.signatures
        if signature.name == key.name and signature.identifier == identifier
    ]


def _checked_name(name: str) -> str:
    if (
        not name.isascii()
        or not name.isprintable()
        or set(name) & set(" +")
        or name in {"", HEADER}
    ):
        raise BadNoteError(f"{name!r} cannot name a key")
    return name


def _key_parts(line: str) -> tuple[str, str, int, bytes]:
    parts = line.split("+", 2)
    if len(parts) != 3:
        raise BadNoteError("a key is written name+identifier+material")
    material = decoded(parts[2])
    if len(material) != 33 or material[0] not in (PLAIN, COSIGNATURE):
        raise BadNoteError("the key is not an Ed25519 key")
    return _checked_name(parts[0]), parts[1], material[0], material[1:]


def _signature(line: str) -> Signature:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "—" or not parts[1] or "+" in parts[1]:
        raise BadNoteError("a signature line is an em dash, a name and a signature")
    raw = decoded(parts[2])
    if len(raw) < 5:
        raise BadNoteError("a signature is too short")
    return Signature(parts[1], raw[:4], raw[4:])
