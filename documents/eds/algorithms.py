"""Digests and signatures: which are known, which are strong enough, whether one holds."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from asn1crypto import core, x509
from asn1crypto.algos import DigestAlgorithm, SignedDigestAlgorithm
from asn1crypto.keys import PublicKeyInfo
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from . import curves, oids
from .streebog import streebog256, streebog512
from .verdicts import Reason, Refused

RSA_MIN_BITS = 2048
# A larger modulus or exponent would let a stranger buy minutes of our time with one file.
RSA_MAX_BITS = 8192
RSA_MAX_EXPONENT = 1 << 32

_RSA_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "md5": hashes.MD5,
    "sha1": hashes.SHA1,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
STRONG_DIGESTS = frozenset({"sha256", "sha384", "sha512", "streebog256", "streebog512"})


@dataclass(frozen=True)
class RsaKey:
    modulus: int
    exponent: int

    @property
    def words(self) -> str:
        return f"RSA-{self.modulus.bit_length()}"


@dataclass(frozen=True)
class GostKey:
    curve: curves.Curve
    x: int
    y: int

    @property
    def words(self) -> str:
        return f"GOST R 34.10-2015-{8 * self.curve.size}"


@dataclass(frozen=True)
class Scheme:
    """A way of signing: the family of the key and the digest under the signature."""

    family: str
    digest: str


def digest_name(algorithm: DigestAlgorithm) -> str:
    """The name of a digest algorithm; parameters other than NULL are refused."""
    _no_parameters(algorithm)
    return str(algorithm["algorithm"].native)


def digest(name: str, content: bytes) -> bytes:
    """Weak digests are computed too, so that a weak one is told from a wrong one."""
    if name == "streebog512":
        return streebog512(content)
    if name == "streebog256":
        return streebog256(content)
    if name in _RSA_HASHES:
        return hashlib.new(name, content, usedforsecurity=False).digest()
    raise Refused(Reason.WEAK_ALGORITHM, f"digest {name} is not known")


def scheme_of(algorithm: SignedDigestAlgorithm, digest_of_signer: str | None = None) -> Scheme:
    """The scheme that an algorithm identifier names; bare `rsaEncryption` takes the CMS digest."""
    _no_parameters(algorithm)
    name = str(algorithm["algorithm"].native)
    if name == "kz_gost_512":
        return Scheme("gost", "streebog512")
    if name == "kz_gost_256":
        return Scheme("gost", "streebog256")
    if name == "rsassa_pkcs1v15" and digest_of_signer:
        return Scheme("rsa", digest_of_signer)
    if name.endswith("_rsa"):
        return Scheme("rsa", name.removesuffix("_rsa"))
    raise Refused(Reason.WEAK_ALGORITHM, f"signature algorithm {name} is not known")


def public_key(info: PublicKeyInfo) -> RsaKey | GostKey:
    name = str(info["algorithm"]["algorithm"].native)
    if name == "rsa":
        numbers = info["public_key"].parsed
        return RsaKey(numbers["modulus"].native, numbers["public_exponent"].native)
    if name in oids.KEYS.values():
        return _gost_key(info)
    raise Refused(Reason.WEAK_ALGORITHM, f"key {name} is not known")


def _gost_key(info: PublicKeyInfo) -> GostKey:
    """The key as the authority writes it: x‖y, each little-endian, inside an OCTET STRING."""
    parameters = core.SequenceOf.load(
        info["algorithm"]["parameters"].dump(), spec=core.ObjectIdentifier, strict=True
    )
    named = parameters[0].dotted
    curve = curves.CURVES.get(named)
    if curve is None:
        raise Refused(Reason.WEAK_ALGORITHM, f"parameter set {named} is not known")
    point = core.OctetString.load(info["public_key"].native, strict=True).native
    size = curve.size
    if len(point) != 2 * size:
        raise Refused(Reason.BAD_SIGNATURE, "the key is not of the size of its parameter set")
    x, y = int.from_bytes(point[:size], "little"), int.from_bytes(point[size:], "little")
    if not curves.is_public_key(curve, x, y):
        raise Refused(Reason.BAD_SIGNATURE, "the key is not a point of its curve")
    return GostKey(curve, x, y)


def holds(info: PublicKeyInfo, scheme: Scheme, message: bytes, signature: bytes) -> bool:
    """Whether `signature` over `message` was made with the key of `info`."""
    key = public_key(info)
    if isinstance(key, RsaKey):
        return scheme.family == "rsa" and _rsa_holds(key, scheme.digest, message, signature)
    return scheme.family == "gost" and _gost_holds(key, scheme.digest, message, signature)


def _rsa_holds(key: RsaKey, name: str, message: bytes, signature: bytes) -> bool:
    if key.modulus.bit_length() > RSA_MAX_BITS or key.exponent > RSA_MAX_EXPONENT:
        raise Refused(Reason.WEAK_ALGORITHM, f"{key.words} is larger than any real key")
    if name not in _RSA_HASHES:
        raise Refused(Reason.WEAK_ALGORITHM, f"digest {name} is not known")
    try:
        numbers = rsa.RSAPublicNumbers(key.exponent, key.modulus)
        numbers.public_key().verify(signature, message, padding.PKCS1v15(), _RSA_HASHES[name]())
    except UnsupportedAlgorithm as error:
        raise Refused(Reason.WEAK_ALGORITHM, f"digest {name} with RSA") from error
    except (InvalidSignature, ValueError):
        return False
    return True


def _gost_holds(key: GostKey, name: str, message: bytes, signature: bytes) -> bool:
    """The authority writes r‖s, each little-endian, and reads the digest so as well: byte for
    byte the reverse of s‖r in RFC 4491."""
    size = key.curve.size
    if len(signature) != 2 * size or name != f"streebog{8 * size}":
        return False
    r = int.from_bytes(signature[:size], "little")
    s = int.from_bytes(signature[size:], "little")
    hashed = int.from_bytes(digest(name, message), "little")
    return curves.verify(key.curve, (key.x, key.y), hashed, r, s)


@lru_cache(maxsize=512)
def _certificate_holds(issuer_key: bytes, certificate: bytes) -> bool:
    """Kept: the same few authorities stand in every chain, and a GOST signature takes its time."""
    signed = x509.Certificate.load(certificate)
    # The algorithm stands twice, inside what is signed and outside (RFC 5280, section 4.1.1.2).
    if signed["signature_algorithm"].dump() != signed["tbs_certificate"]["signature"].dump():
        return False
    return holds(
        PublicKeyInfo.load(issuer_key),
        scheme_of(signed["signature_algorithm"]),
        signed["tbs_certificate"].dump(),
        signed["signature_value"].native,
    )


def is_issued_with(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    return _certificate_holds(issuer.public_key.dump(), certificate.dump())


def weakness(scheme: Scheme, info: PublicKeyInfo) -> str:
    """What is too weak about a signature, empty when nothing is."""
    if scheme.digest not in STRONG_DIGESTS:
        return f"digest {scheme.digest}"
    key = public_key(info)
    if isinstance(key, RsaKey) and not RSA_MIN_BITS <= key.modulus.bit_length() <= RSA_MAX_BITS:
        return key.words
    return ""


def algorithm_words(scheme: Scheme, info: PublicKeyInfo) -> str:
    """For people and protocols: `RSA-2048, sha256`."""
    return f"{public_key(info).words}, {scheme.digest}"


def _no_parameters(algorithm: DigestAlgorithm | SignedDigestAlgorithm) -> None:
    parameters = algorithm["parameters"].dump()
    if parameters not in (b"", b"\x05\x00"):
        raise Refused(Reason.WEAK_ALGORITHM, "parameters of an algorithm that has none")
