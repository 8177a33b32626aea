"""A time-stamp authority of our own on this machine, with revocation lists."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

DAY = timedelta(days=1)


@dataclass
class Authority:
    """A root, the certificate below it, and a list of the revoked."""

    name: str
    key: Any
    usage: x509.ObjectIdentifier | None = None
    root_key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def __post_init__(self) -> None:
        self.root = self._issued(self.root_key, f"{self.name} root", is_authority=True)
        self.certificate = self._issued(self.key, self.name)

    def _issued(self, key: Any, name: str, *, is_authority: bool = False) -> x509.Certificate:
        now = datetime.now(UTC)
        usage = dict.fromkeys(
            ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only",
             "decipher_only"), False,
        )  # fmt: skip
        builder = (
            x509.CertificateBuilder()
            .subject_name(_named(name))
            .issuer_name(_named(f"{self.name} root"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 30 * DAY)
            .not_valid_after(now + 300 * DAY)
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=not is_authority,
                    content_commitment=not is_authority,
                    key_cert_sign=is_authority,
                    crl_sign=is_authority,
                    **usage,
                ),
                critical=True,
            )
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.root_key.public_key()),
                critical=False,
            )
        )
        if self.usage is not None and not is_authority:
            builder = builder.add_extension(x509.ExtendedKeyUsage([self.usage]), critical=True)
        return builder.sign(self.root_key, hashes.SHA256())

    def revocation_list(self, *, revoked: bool = False, days: tuple[int, int] = (-1, 7)) -> bytes:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.root.subject)
            .last_update(now + days[0] * DAY)
            .next_update(now + days[1] * DAY)
            .add_extension(x509.CRLNumber(1), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.root_key.public_key()),
                critical=False,
            )
        )
        if revoked:
            entry = x509.RevokedCertificateBuilder(
                self.certificate.serial_number, now - 2 * DAY
            ).build()
            builder = builder.add_revoked_certificate(entry)
        return builder.sign(self.root_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


def pem(found: x509.Certificate) -> bytes:
    return found.public_bytes(serialization.Encoding.PEM)


def asn1(found: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(found.public_bytes(serialization.Encoding.DER))


class Stamps:
    """What the authority answers next, and how often it was asked."""

    def __init__(self, authority: Authority) -> None:
        registry = SimpleCertificateStore()
        registry.register(asn1(authority.root))
        self._arguments: dict[str, Any] = {
            "tsa_cert": asn1(authority.certificate),
            "tsa_key": keys.PrivateKeyInfo.load(
                authority.key.private_bytes(
                    serialization.Encoding.DER,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
            ),
            "certs_to_embed": registry,
        }
        self.answer = self.stamp
        self.asked = 0
        self.moment: datetime | None = None

    def stamp(self, request: bytes) -> tuple[int, bytes]:
        maker = DummyTimeStamper(**self._arguments, fixed_dt=self.moment or datetime.now(UTC))
        return 200, maker.request_tsa_response(tsp.TimeStampReq.load(request)).dump()


@contextmanager
def serving(stamps: Stamps) -> Iterator[str]:
    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            stamps.asked += 1
            status, body = stamps.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: Any) -> None:
            """A quiet server."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def written(folder: Path, name: str, content: bytes) -> str:
    (folder / name).write_bytes(content)
    return str(folder / name)
