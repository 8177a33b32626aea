"""The key and certificates of the seal: read from files, kept while the files stay the same.

Files are looked at on every use, so a key that is taken away stops sealing at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import pem, x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError

from .canonical import sha256_hex

DEMO_MARK = "CT-KZ demo"
RSA_MIN_BITS = 3072

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class SealingUnavailable(DomainError):
    """There is no usable seal, so nothing is sealed and nothing is issued."""


@dataclass(frozen=True)
class SealKey:
    key: PrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    @property
    def certificate_sha256(self) -> str:
        return sha256_hex(self.certificate.dump())


@dataclass(frozen=True)
class Trust:
    """Whom a seal is believed from: roots, and the portal's own certificates, by their bytes."""

    roots: tuple[x509.Certificate, ...]
    own: frozenset[str]


_kept: dict[str, tuple[Any, Any]] = {}


def seal_key(*, at: datetime | None = None) -> SealKey:
    """The seal that is in force at `at`; raises `SealingUnavailable` with the reason."""
    key_file, cert_file = settings.CTKZ_SEAL_KEY_FILE, settings.CTKZ_SEAL_CERT_FILE
    if not key_file or not cert_file:
        raise SealingUnavailable("seal_not_set_up", _("No seal is set up on this portal."))
    paths = [key_file, cert_file, settings.CTKZ_SEAL_CHAIN_FILE]
    loaded: SealKey = _unchanged("key", paths, _load_key)
    name = loaded.certificate.subject.human_friendly + loaded.certificate.issuer.human_friendly
    if DEMO_MARK in name and not settings.CTKZ_DEMO_SEAL_ALLOWED:
        raise SealingUnavailable(
            "seal_demo", _("The seal is a demonstration one, and this portal needs a real one.")
        )
    moment = at or timezone.now()
    if moment < loaded.certificate.not_valid_before:
        raise SealingUnavailable(
            "seal_not_yet_valid", _("The certificate of the seal is not valid yet.")
        )
    if moment > loaded.certificate.not_valid_after:
        raise SealingUnavailable("seal_expired", _("The certificate of the seal has expired."))
    return loaded


def trust() -> Trust:
    """Roots and own certificates; raises `SealingUnavailable` when there are none."""
    if not settings.CTKZ_SEAL_TRUST_FILE or not settings.CTKZ_SEAL_CERT_FILE:
        raise SealingUnavailable("seal_no_trust", _("No trusted root for seals is set up."))
    paths = [
        settings.CTKZ_SEAL_TRUST_FILE,
        settings.CTKZ_SEAL_CERT_FILE,
        settings.CTKZ_SEAL_PAST_CERTS_FILE,
    ]
    found: Trust = _unchanged("trust", paths, _load_trust)
    return found


def _unchanged(name: str, paths: list[str], load: Callable[[], Any]) -> Any:
    state = tuple((path, _state(path)) for path in paths if path)
    kept = _kept.get(name)
    if kept is None or kept[0] != state:
        kept = (state, load())
        _kept[name] = kept
    return kept[1]


def _state(path: str) -> tuple[int, int, int] | None:
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _load_key() -> SealKey:
    try:
        content = Path(settings.CTKZ_SEAL_KEY_FILE).read_bytes()
        passphrase = settings.CTKZ_SEAL_KEY_PASSPHRASE.encode() or None
        key = serialization.load_pem_private_key(content, password=passphrase)
    except (OSError, ValueError, TypeError) as error:
        raise SealingUnavailable(
            "seal_key_unreadable", _("The key of the seal is missing or cannot be read.")
        ) from error
    strong = (isinstance(key, ec.EllipticCurvePrivateKey) and key.key_size >= 256) or (
        isinstance(key, rsa.RSAPrivateKey) and key.key_size >= RSA_MIN_BITS
    )
    if not strong:
        raise SealingUnavailable("seal_key_weak", _("The key of the seal is of a weak kind."))
    certificate = _certificates(settings.CTKZ_SEAL_CERT_FILE)[0]
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    if public != certificate.public_key.dump():
        raise SealingUnavailable(
            "seal_mismatch", _("The key and the certificate of the seal do not belong together.")
        )
    chain_file = settings.CTKZ_SEAL_CHAIN_FILE
    chain = tuple(_certificates(chain_file)) if chain_file else ()
    return SealKey(key, certificate, chain)  # type: ignore[arg-type]


def _load_trust() -> Trust:
    own = _certificates(settings.CTKZ_SEAL_CERT_FILE)[:1]
    past = settings.CTKZ_SEAL_PAST_CERTS_FILE
    if past and Path(past).exists():
        own += _certificates(past)
    return Trust(
        roots=tuple(_certificates(settings.CTKZ_SEAL_TRUST_FILE)),
        own=frozenset(sha256_hex(certificate.dump()) for certificate in own),
    )


def _certificates(path: str) -> list[x509.Certificate]:
    try:
        blocks = list(pem.unarmor(Path(path).read_bytes(), multiple=True))
        found = [
            x509.Certificate.load(der) for kind, _headers, der in blocks if kind == "CERTIFICATE"
        ]
        # Parsing is lazy: reading the dates finds a broken file here and not when sealing.
        for certificate in found:
            certificate.not_valid_after  # noqa: B018
    except (OSError, ValueError) as error:
        raise SealingUnavailable(
            "seal_certificate_unreadable",
            _("A certificate of the seal is missing or cannot be read."),
        ) from error
    if not found:
        raise SealingUnavailable(
            "seal_certificate_unreadable",
            _("A certificate of the seal is missing or cannot be read."),
        )
    return found
