"""The key and certificates of the seal: from files, or the key from a PKCS#11 token.

Files and token are looked at on every use, so a key that is taken away stops sealing at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from asn1crypto import crl, pem, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError

from .canonical import sha256_hex
from .seal_token import TokenKey, TokenUnusable

DEMO_MARK = "CT-KZ demo"
RSA_MIN_BITS = 3072

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class SealingUnavailable(DomainError):
    """There is no usable seal, so nothing is sealed and nothing is issued."""


@dataclass(frozen=True)
class SealKey:
    key: PrivateKey | TokenKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    @property
    def certificate_sha256(self) -> str:
        return sha256_hex(self.certificate.dump())

    @property
    def signature_size(self) -> int:
        """The most bytes that a signature takes, for the room that is kept for it."""
        public = self.certificate.public_key
        # Two numbers as wide as the key, each with its header and sign, in a sequence.
        width: int = (public.bit_size + 7) // 8
        return 2 * width + 16 if public.algorithm == "ec" else width

    def sign(self, data: bytes) -> bytes:
        """The signature over `data` with SHA-256; raises `SealingUnavailable`."""
        if isinstance(self.key, TokenKey):
            try:
                return self.key.sign(data)
            except TokenUnusable as fault:
                raise _token_fails() from fault
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.sign(data, ec.ECDSA(hashes.SHA256()))
        return self.key.sign(data, PKCS1v15(), hashes.SHA256())


@dataclass(frozen=True)
class Trust:
    """Whom a seal is believed from: roots, and the portal's own certificates, by their bytes."""

    roots: tuple[x509.Certificate, ...]
    own: frozenset[str]
    # Whose time stamps are believed.
    time_roots: tuple[x509.Certificate, ...]


_kept: dict[str, tuple[Any, Any]] = {}


def seal_key(*, at: datetime | None = None) -> SealKey:
    """The seal that is in force at `at`; raises `SealingUnavailable` with the reason."""
    module, cert_file = settings.CTKZ_SEAL_PKCS11_MODULE, settings.CTKZ_SEAL_CERT_FILE
    if not (module or settings.CTKZ_SEAL_KEY_FILE) or not cert_file:
        raise SealingUnavailable("seal_not_set_up", _("No seal is set up on this portal."))
    key_file = settings.CTKZ_SEAL_PKCS11_PIN_FILE if module else settings.CTKZ_SEAL_KEY_FILE
    paths = [key_file, cert_file, settings.CTKZ_SEAL_CHAIN_FILE]
    named = (module, settings.CTKZ_SEAL_PKCS11_TOKEN, settings.CTKZ_SEAL_PKCS11_LABEL)
    loaded: SealKey = _unchanged(
        "key", paths, partial(_load_token_key, *named) if module else _load_file_key, given=named
    )
    if isinstance(loaded.key, TokenKey):
        try:
            loaded.key.look()
        except TokenUnusable as fault:
            raise _token_fails() from fault
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
        settings.CTKZ_TSA_TRUST_FILE,
    ]
    found: Trust = _unchanged("trust", paths, _load_trust)
    return found


def revocation_lists() -> tuple[crl.CertificateList, ...]:
    """The revocation lists that go with every seal that has a time stamp."""
    found: tuple[crl.CertificateList, ...] = _unchanged(
        "lists", list(settings.CTKZ_SEAL_CRL_FILES), _load_lists
    )
    return found


def _unchanged(
    name: str, paths: list[str], load: Callable[[], Any], *, given: tuple[str, ...] = ()
) -> Any:
    state = (given, *((path, _state(path)) for path in paths if path))
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


def _load_file_key() -> SealKey:
    try:
        content = Path(settings.CTKZ_SEAL_KEY_FILE).read_bytes()
        passphrase = settings.CTKZ_SEAL_KEY_PASSPHRASE.encode() or None
        key = serialization.load_pem_private_key(content, password=passphrase)
    except (OSError, ValueError, TypeError) as error:
        raise SealingUnavailable(
            "seal_key_unreadable", _("The key of the seal is missing or cannot be read.")
        ) from error
    certificate = _certificates(settings.CTKZ_SEAL_CERT_FILE)[0]
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    _refuse_weak(key.public_key())
    if public != certificate.public_key.dump():
        raise _mismatch()
    return SealKey(key, certificate, _chain())  # type: ignore[arg-type]


def _load_token_key(module: str, token: str, label: str) -> SealKey:
    """The token shows no private key, so that it fits the certificate is seen from a signature."""
    certificate = _certificates(settings.CTKZ_SEAL_CERT_FILE)[0]
    public = serialization.load_der_public_key(certificate.public_key.dump())
    _refuse_weak(public)
    key = SealKey(TokenKey(module, token, label), certificate, _chain())
    probe = b"ctkz seal probe"
    signature = key.sign(probe)
    try:
        if isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(signature, probe, ec.ECDSA(hashes.SHA256()))
        elif isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, probe, PKCS1v15(), hashes.SHA256())
    except InvalidSignature as error:
        raise _mismatch() from error
    return key


def _refuse_weak(public: Any) -> None:
    strong = (isinstance(public, ec.EllipticCurvePublicKey) and public.key_size >= 256) or (
        isinstance(public, rsa.RSAPublicKey) and public.key_size >= RSA_MIN_BITS
    )
    if not strong:
        raise SealingUnavailable("seal_key_weak", _("The key of the seal is of a weak kind."))


def _mismatch() -> SealingUnavailable:
    return SealingUnavailable(
        "seal_mismatch", _("The key and the certificate of the seal do not belong together.")
    )


def _token_fails() -> SealingUnavailable:
    return SealingUnavailable(
        "seal_token_unusable", _("The device with the key of the seal does not work.")
    )


def _chain() -> tuple[x509.Certificate, ...]:
    file = settings.CTKZ_SEAL_CHAIN_FILE
    return tuple(_certificates(file)) if file else ()


def _load_lists() -> tuple[crl.CertificateList, ...]:
    """Lists as they are published: binary or PEM, one or many in a file."""
    found = []
    try:
        for path in settings.CTKZ_SEAL_CRL_FILES:
            content = Path(path).read_bytes()
            ders = (
                [der for _kind, _headers, der in pem.unarmor(content, multiple=True)]
                if pem.detect(content)
                else [content]
            )
            found += [crl.CertificateList.load(der, strict=True) for der in ders]
        for published in found:
            published["tbs_cert_list"]["this_update"].native  # noqa: B018  parsing is lazy
    except (OSError, ValueError) as error:
        raise SealingUnavailable(
            "seal_revocation_unreadable",
            _("A revocation list for seals is missing or cannot be read."),
        ) from error
    return tuple(found)


def _load_trust() -> Trust:
    own = _certificates(settings.CTKZ_SEAL_CERT_FILE)[:1]
    past = settings.CTKZ_SEAL_PAST_CERTS_FILE
    if past and Path(past).exists():
        own += _certificates(past)
    return Trust(
        roots=tuple(_certificates(settings.CTKZ_SEAL_TRUST_FILE)),
        own=frozenset(sha256_hex(certificate.dump()) for certificate in own),
        time_roots=tuple(
            _certificates(settings.CTKZ_TSA_TRUST_FILE or settings.CTKZ_SEAL_TRUST_FILE)
        ),
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
