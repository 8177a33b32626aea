"""A production environment that is in order, with keys made for the occasion.

`python -m tests.portal.production check --deploy` runs a management command in it.
"""

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from audit.notes import NoteSigner

ROOT = Path(__file__).resolve().parent.parent.parent
ORIGIN = "ctkz.test/log"


def write_private(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    path.chmod(0o600)
    return str(path)


def pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def certificate(
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
) -> bytes:
    is_root = subject == issuer
    now = datetime.now(tz=UTC)
    usage = dict.fromkeys(
        [
            *("key_encipherment", "data_encipherment", "key_agreement"),
            *("encipher_only", "decipher_only"),
        ],
        False,
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(is_root, 0 if is_root else None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not is_root,
                content_commitment=not is_root,
                key_cert_sign=is_root,
                crl_sign=is_root,
                **usage,
            ),
            critical=True,
        )
        .sign(issuer_key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


def national_root(folder: Path) -> dict[str, str]:
    """A root to pin for the signatures of people, under no name of a demonstration."""
    key = ec.generate_private_key(ec.SECP256R1())
    written = certificate("Test national root", key, "Test national root", key)
    path = write_private(folder / "eds-roots.pem", written)
    digest = x509.load_pem_x509_certificate(written).fingerprint(hashes.SHA256())
    return {
        "CTKZ_EDS_ROOTS_FILE": path,
        "CTKZ_EDS_CHAIN_FILE": path,
        "CTKZ_EDS_ROOT_SHA256": digest.hex(),
        "CTKZ_EDS_CRL_DIR": str(folder),
    }


def production_env(folder: Path) -> dict[str, str]:
    root_key, seal_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root, seal = "Test root", "Test seal"
    return {
        "DJANGO_SETTINGS_MODULE": "ctkz_portal.settings.production",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        "REDIS_URL": "redis://127.0.0.1:1",
        "CTKZ_VAR_DIR": str(folder),
        "CTKZ_SECRET_KEY": secrets.token_urlsafe(48),
        "CTKZ_ALLOWED_HOSTS": "ctkz.test",
        "CTKZ_PUBLIC_URL": "https://ctkz.test",
        "CTKZ_PROXY_COUNT": "1",
        "CTKZ_SEAL_KEY_FILE": write_private(folder / "seal.key", pem(seal_key)),
        "CTKZ_SEAL_CERT_FILE": write_private(
            folder / "seal.pem", certificate(seal, seal_key, root, root_key)
        ),
        "CTKZ_SEAL_TRUST_FILE": write_private(
            folder / "root.pem", certificate(root, root_key, root, root_key)
        ),
        **national_root(folder),
        "CTKZ_LOG_ORIGIN": ORIGIN,
        "CTKZ_EMAIL_URL": "smtp+tls://portal:secret@mail.ctkz.test:587",
        "CTKZ_EMAIL_FROM": "CT-KZ <portal@ctkz.test>",
        "CTKZ_LOG_KEY_FILE": write_private(
            folder / "log.key", (NoteSigner.generate(ORIGIN).encoded() + "\n").encode()
        ),
        "CTKZ_LOG_EVENT_KEY_FILE": write_private(folder / "event.key", secrets.token_bytes(32)),
    }


def manage(env: Mapping[str, str], *command: str) -> "subprocess.CompletedProcess[str]":
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("CTKZ_") and name not in {"DATABASE_URL", "REDIS_URL"}
    }
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env={**inherited, **env},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        result = manage(production_env(Path(name)), *sys.argv[1:])
    sys.stdout.write(result.stdout)
    sys.stderr.write(result.stderr)
    sys.exit(result.returncode)
