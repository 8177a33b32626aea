"""Key pairs of the software authority: RSA, and GOST R 34.10-2015 with the authority's layout."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from asn1crypto import algos, core, keys
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from . import curves, oids
from .algorithms import digest

RSA_DIGESTS: dict[str, type[hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


class KeyPair(Protocol):
    """What signs certificates, lists and records; `digest_name` is its usual digest."""

    @property
    def digest_name(self) -> str: ...

    def public_info(self) -> keys.PublicKeyInfo: ...

    def algorithm(self, digest_name: str) -> algos.SignedDigestAlgorithm: ...

    def sign(self, message: bytes, digest_name: str) -> bytes: ...

    def pem(self) -> bytes: ...


@dataclass(frozen=True)
class RsaPair:
    private: rsa.RSAPrivateKey
    digest_name: str = "sha256"

    @classmethod
    def new(cls, bits: int = 2048) -> "RsaPair":
        return cls(rsa.generate_private_key(65537, bits))

    def public_info(self) -> keys.PublicKeyInfo:
        return keys.PublicKeyInfo.load(
            self.private.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )

    def algorithm(self, digest_name: str) -> algos.SignedDigestAlgorithm:
        return algos.SignedDigestAlgorithm({"algorithm": f"{digest_name}_rsa"})

    def sign(self, message: bytes, digest_name: str) -> bytes:
        return self.private.sign(message, padding.PKCS1v15(), RSA_DIGESTS[digest_name]())

    def pem(self) -> bytes:
        return self.private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


@dataclass(frozen=True)
class GostPair:
    """A key of 512 or 256 bits. The numbers go out little-endian, r before s."""

    private: int
    bits: int = 512

    @classmethod
    def new(cls, bits: int = 512) -> "GostPair":
        return cls(curves.new_private_key(curves.CURVES[_SETS[bits]]), bits)

    @property
    def digest_name(self) -> str:
        return f"streebog{self.bits}"

    @property
    def _curve(self) -> curves.Curve:
        return curves.CURVES[_SETS[self.bits]]

    def public_info(self) -> keys.PublicKeyInfo:
        size = self._curve.size
        x, y = curves.public_key(self._curve, self.private)
        point = x.to_bytes(size, "little") + y.to_bytes(size, "little")
        algorithm = keys.PublicKeyAlgorithm(
            {
                "algorithm": f"kz_gost_{self.bits}",
                "parameters": core.SequenceOf(
                    [_SETS[self.bits], _DIGESTS[self.bits]], spec=core.ObjectIdentifier
                ),
            }
        )
        bits = b"\x00" + core.OctetString(point).dump()
        content = algorithm.dump() + core.OctetBitString(bits[1:]).dump()
        return keys.PublicKeyInfo.load(core.Sequence(contents=content).dump())

    def algorithm(self, digest_name: str) -> algos.SignedDigestAlgorithm:
        return algos.SignedDigestAlgorithm(
            {"algorithm": f"kz_gost_{self.bits}", "parameters": core.Null()}
        )

    def sign(self, message: bytes, digest_name: str) -> bytes:
        hashed = int.from_bytes(digest(digest_name, message), "little")
        r, s = curves.sign(self._curve, self.private, hashed)
        size = self._curve.size
        return r.to_bytes(size, "little") + s.to_bytes(size, "little")

    def pem(self) -> bytes:
        """A form of its own: these keys are never meant to leave the demo's folder."""
        return f"{_GOST_PEM} {self.bits} {self.private:x}\n".encode()


_GOST_PEM = "CT-KZ-DEMO-GOST-KEY"
_SETS = {512: oids.GOST_512_SET, 256: oids.GOST_256_SET}
_DIGESTS = {512: oids.STREEBOG_512, 256: oids.STREEBOG_256}


def new_pair(family: str, *, bits: int = 2048) -> KeyPair:
    """A new pair; `bits` is the size of an RSA key."""
    if family == "rsa":
        return RsaPair.new(bits)
    return GostPair.new(int(family.removeprefix("gost")))


def read_pair(content: bytes) -> KeyPair:
    if content.startswith(_GOST_PEM.encode()):
        _mark, bits, private = content.decode().split()
        return GostPair(int(private, 16), int(bits))
    private_key = serialization.load_pem_private_key(content, None)
    if not isinstance(private_key, rsa.RSAPrivateKey):
        raise TypeError("a key of the software authority is RSA or GOST")
    return RsaPair(private_key)


def write_private(path: Path, content: bytes) -> None:
    """Whole or not at all, and readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=".making-")
    with os.fdopen(handle, "wb") as out:
        out.write(content)
    Path(scratch).chmod(0o600)
    Path(scratch).replace(path)
