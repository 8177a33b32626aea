"""The seal on a PDF (PAdES), checked against pinned certificates and nothing else.

The signature is found by its bytes and not through the structure of the file: whatever a
reader would make of the PDF, these bytes are covered by a signature of a pinned certificate,
or they are not.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from asn1crypto import cms, core, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from ctkz_verify.chains import ChainFault, check_chain
from ctkz_verify.time_stamp import TIME_STAMP, Stamp, StampFault, verify_stamp

BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
# The colon may be written as an escape.
SEALED_AT = re.compile(rb"/M\s*\(D(?::|\\072)(\d{14})(?:Z|([+-])(\d{2})'(\d{2})'?)")
# Written in capital letters only: another spelling of the same digit is a changed byte.
CONTENTS = re.compile(rb"<(?:[0-9A-F]{2})*>")
SIGNATURES = {"sha256_ecdsa", "sha256_rsa", "rsassa_pkcs1v15"}
# Read by the attribute's own class, wherever else that was registered.
CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.47"


class SealFault(ValueError):
    """Why the seal does not hold; `code` names the sentence for people."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Seal:
    """A seal that holds. `tail` bytes follow the sealed part and are covered by no signature."""

    certificate_sha256: str
    subject: str
    sealed_at: datetime
    stamp: Stamp | None
    tail: int


def verify_seal(
    pdf: bytes,
    *,
    roots: Iterable[x509.Certificate],
    own: Iterable[str],
    time_roots: Iterable[x509.Certificate] = (),
) -> Seal:
    """The seal of the file; `own` are SHA-256 digests of certificates that may seal.

    Raises `SealFault`.
    """
    try:
        return _verified(pdf, list(roots), frozenset(own), list(time_roots))
    except SealFault:
        raise
    # A parser of changed bytes fails in more ways than can be named; none of them is a seal.
    except Exception as error:
        raise SealFault("envelope_damaged", type(error).__name__) from error


def _verified(
    pdf: bytes,
    roots: list[x509.Certificate],
    own: frozenset[str],
    time_roots: list[x509.Certificate],
) -> Seal:
    covered, contents, tail = _covered(pdf)
    signed, info = _envelope(contents)
    certificates = [chosen.chosen.dump() for chosen in signed["certificates"]]
    signer = _signer(certificates, info)
    digest = hashlib.sha256(signer).hexdigest()
    if digest not in own:
        raise SealFault("seal_not_pinned", digest)
    _check_attributes(info, covered, signer)
    certificate = x509.load_der_x509_certificate(signer)
    _check_signature(certificate, info)
    sealed_at = _sealed_at(pdf)
    try:
        check_chain(certificate, certificates, roots, at=sealed_at)
    except ChainFault as fault:
        raise SealFault(fault.code, fault.detail) from fault
    return Seal(
        certificate_sha256=digest,
        subject=certificate.subject.rfc4514_string(),
        sealed_at=sealed_at,
        stamp=_stamp(info, time_roots),
        tail=tail,
    )


def _stamp(info: cms.SignerInfo, roots: list[x509.Certificate]) -> Stamp | None:
    if TIME_STAMP not in _unsigned_kinds(info):
        return None
    try:
        return verify_stamp(info, roots)
    except (StampFault, ChainFault) as fault:
        raise SealFault("stamp_forged", str(fault)) from fault


def _covered(pdf: bytes) -> tuple[bytes, bytes, int]:
    """The signed bytes, the envelope with its padding, and how many bytes follow."""
    if not pdf.startswith(b"%PDF-"):
        raise SealFault("not_a_pdf")
    found = list(BYTE_RANGE.finditer(pdf))
    if not found:
        raise SealFault("no_seal")
    if len(found) > 1:
        raise SealFault("several_seals", str(len(found)))
    begin, first, second, length = (int(figure) for figure in found[0].groups())
    gap = pdf[first:second]
    if begin != 0 or not first < second or second + length > len(pdf):
        raise SealFault("seal_elsewhere")
    if not CONTENTS.fullmatch(gap):
        raise SealFault("envelope_damaged")
    covered = pdf[:first] + pdf[second : second + length]
    return covered, bytes.fromhex(gap[1:-1].decode("ascii")), len(pdf) - second - length


def _envelope(contents: bytes) -> tuple[cms.SignedData, cms.SignerInfo]:
    """The parsed envelope, if it is spelt as this portal spells it and padded with zeros."""
    content_info, length = _parsed(contents)
    signed = content_info["content"]
    infos = signed["signer_infos"]
    if content_info["content_type"].native != "signed_data" or len(infos) != 1:
        raise SealFault("envelope_damaged")
    info = infos[0]
    plain = (
        not contents[length:].strip(b"\0")
        and _as_written(signed, info) == contents[:length]
        and info["signature_algorithm"]["algorithm"].native in SIGNATURES
        and _unsigned_kinds(info) <= {TIME_STAMP}
    )
    if not plain:
        raise SealFault("envelope_damaged")
    return signed, info


def _as_written(signed: cms.SignedData, info: cms.SignerInfo) -> bytes:
    """The envelope as the portal writes it: what no signature covers has one spelling here."""
    sha256 = {"algorithm": "sha256", "parameters": core.Null()}
    signer = {
        "version": "v1",
        "sid": info["sid"],
        "digest_algorithm": sha256,
        "signed_attrs": info["signed_attrs"],
        "signature_algorithm": info["signature_algorithm"],
        "signature": info["signature"],
    }
    if _unsigned_kinds(info):
        signer["unsigned_attrs"] = info["unsigned_attrs"]
    content = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [sha256],
            "encap_content_info": {"content_type": "data"},
            "certificates": signed["certificates"],
            "signer_infos": [signer],
        }
    )
    written: bytes = cms.ContentInfo({"content_type": "signed_data", "content": content}).dump()
    return written


def _parsed(contents: bytes) -> tuple[cms.ContentInfo, int]:
    length = _der_length(contents)
    return cms.ContentInfo.load(contents[:length], strict=True), length


def _der_length(data: bytes) -> int:
    if len(data) < 2 or data[0] != 0x30:
        raise SealFault("envelope_damaged")
    first = data[1]
    if first < 0x80:
        return 2 + first
    count = first & 0x7F
    if not 1 <= count <= 4:
        raise SealFault("envelope_damaged")
    length = 2 + count + int.from_bytes(data[2 : 2 + count], "big")
    if length > len(data):
        raise SealFault("envelope_damaged")
    return length


def _unsigned_kinds(info: cms.SignerInfo) -> set[str]:
    attributes = info["unsigned_attrs"]
    if isinstance(attributes, core.Void):
        return set()
    return {attribute["type"].native for attribute in attributes}


def _signer(certificates: list[bytes], info: cms.SignerInfo) -> bytes:
    sid = info["sid"].chosen
    for der in certificates:
        certificate = x509.load_der_x509_certificate(der)
        if (
            isinstance(sid, cms.IssuerAndSerialNumber)
            and certificate.serial_number == sid["serial_number"].native
            and certificate.issuer.public_bytes() == sid["issuer"].dump()
        ):
            return der
    raise SealFault("envelope_damaged", "the sealing certificate is not in the envelope")


def _check_attributes(info: cms.SignerInfo, covered: bytes, signer: bytes) -> None:
    attributes = {each["type"].dotted: each["values"] for each in info["signed_attrs"]}
    if len(attributes) != len(info["signed_attrs"]):
        raise SealFault("envelope_damaged", "an attribute comes twice")
    stated = attributes.get(MESSAGE_DIGEST)
    if stated is None or stated[0].native != hashlib.sha256(covered).digest():
        raise SealFault("changed_after_sealing")
    kind = attributes.get(CONTENT_TYPE)
    named = attributes.get(SIGNING_CERTIFICATE)
    if kind is None or kind[0].native != "data" or named is None:
        raise SealFault("envelope_damaged", "an attribute is missing")
    stated_certificate = tsp.SigningCertificateV2.load(named[0].dump())["certs"][0]
    if stated_certificate["cert_hash"].native != hashlib.sha256(signer).digest():
        raise SealFault("envelope_damaged", "the seal names another certificate")


def _check_signature(certificate: x509.Certificate, info: cms.SignerInfo) -> None:
    key = certificate.public_key()
    # What is signed is the SET itself, not the tagged field that carries it.
    data = info["signed_attrs"].untag().dump(force=True)
    signature = info["signature"].native
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        else:
            raise SealFault("seal_forged", "an unknown kind of key")
    except InvalidSignature as error:
        raise SealFault("seal_forged") from error


def _sealed_at(pdf: bytes) -> datetime:
    """What the seal itself says: the portal's word, unless a time stamp bears it out."""
    found = SEALED_AT.search(pdf)
    if found is None:
        raise SealFault("no_time")
    digits, sign, hours, minutes = found.groups()
    moment = datetime.strptime(digits.decode("ascii"), "%Y%m%d%H%M%S")  # noqa: DTZ007
    if sign is None:
        return moment.replace(tzinfo=UTC)
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return moment.replace(tzinfo=timezone(-offset if sign == b"-" else offset))
