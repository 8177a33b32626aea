"""From a certificate to a pinned root. Roots are known by their bytes, never by their names."""

from __future__ import annotations

from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding

LONGEST_CHAIN = 6


class ChainFault(ValueError):
    """Why the certificate is not believed; `code` names the sentence for people."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


def check_chain(
    certificate: x509.Certificate,
    embedded: list[bytes],
    roots: list[x509.Certificate],
    *,
    at: datetime,
) -> None:
    """From the certificate to a pinned root, each link signed by the next.

    What came along in the envelope must stand on that path: nothing else signs it, so a change
    in it would go unnoticed.
    """
    pinned = {der(root) for root in roots}
    issuers = [*roots, *(x509.load_der_x509_certificate(one) for one in embedded)]
    path = [certificate]
    while der(path[-1]) not in pinned:
        _require_in_force(path[-1], at)
        issuer = next((one for one in issuers if _issued(one, path[-1])), None)
        if issuer is None or len(path) >= LONGEST_CHAIN:
            raise ChainFault("seal_unknown_authority")
        path.append(issuer)
    _require_in_force(path[-1], at)
    if not set(embedded) <= {der(one) for one in path}:
        raise ChainFault("envelope_damaged", "a certificate that leads nowhere")


def _require_in_force(certificate: x509.Certificate, at: datetime) -> None:
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        raise ChainFault("certificate_not_in_force", certificate.subject.rfc4514_string())


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    if issuer.subject != certificate.issuer or issuer == certificate:
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
        return issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
