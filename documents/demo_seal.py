"""A seal for demonstrations: an authority of its own in `var/`, marked as not real."""

import fcntl
import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings

from .seal_keys import DEMO_MARK

ROOT_NAME = f"{DEMO_MARK} root — not for real use"
SEAL_NAME = f"{DEMO_MARK} seal — not for real use"


def make_demo_seal(folder: Path | None = None, *, replace_seal: bool = False) -> Path:
    """Root, key and certificate in the folder; what is there already stays.

    A seal that is replaced leaves its certificate in `past.pem`, so that documents sealed
    under it stay verifiable, as with a real change of keys.
    """
    if not settings.CTKZ_DEMO_SEAL_ALLOWED:
        raise PermissionError("a demonstration seal may not be made under these settings")
    folder = folder or settings.VAR_DIR / "seal"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _all_there(folder, "root.key", "root.pem"):
            _make_root(folder)
        if replace_seal or not _all_there(folder, "seal.key", "seal.pem"):
            _make_seal(folder)
    return folder


def _all_there(folder: Path, *names: str) -> bool:
    return all((folder / name).is_file() for name in names)


def _make_root(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(ROOT_NAME)
    certificate = (
        _certificate(name, name, key.public_key(), key.public_key(), years=20)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write(folder / "root.key", _pem(key))
    _write(folder / "root.pem", certificate.public_bytes(serialization.Encoding.PEM))


def _make_seal(folder: Path) -> None:
    root_key = serialization.load_pem_private_key((folder / "root.key").read_bytes(), None)
    root = x509.load_pem_x509_certificate((folder / "root.pem").read_bytes())
    if not isinstance(root_key, ec.EllipticCurvePrivateKey):
        raise TypeError("the demonstration root has a P-256 key")
    if (folder / "seal.pem").is_file():
        past = folder / "past.pem"
        earlier = past.read_bytes() if past.is_file() else b""
        _write(past, earlier + (folder / "seal.pem").read_bytes())
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _certificate(
            _name(SEAL_NAME), root.subject, key.public_key(), root_key.public_key(), years=5
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    # The certificate first: a stop between the two leaves a pair that is refused as unmatched.
    _write(folder / "seal.pem", certificate.public_bytes(serialization.Encoding.PEM))
    _write(folder / "seal.key", _pem(key))


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    issuer_public: ec.EllipticCurvePublicKey,
    *,
    years: int,
) -> x509.CertificateBuilder:
    now = datetime.now(UTC).replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_public), critical=False
        )
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "KZ"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(path: Path, content: bytes) -> None:
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=".making-")
    with os.fdopen(handle, "wb") as out:
        out.write(content)
    Path(scratch).chmod(0o600)
    Path(scratch).replace(path)
