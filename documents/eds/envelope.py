"""The CMS file of a signature: taken out of its armour and read strictly (RFC 5652)."""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import cms, x509

from . import algorithms
from .encoding import require_der
from .verdicts import Reason, Refused

# NCALayer writes "CMS", OpenSSL the others.
_ARMOUR = re.compile(
    rb"\s*-----BEGIN (CMS|PKCS7|PKCS #7 SIGNED DATA)-----\s(?P<body>[A-Za-z0-9+/=\s]+)"
    rb"-----END \1-----\s*",
)
_BASE64 = re.compile(rb"[A-Za-z0-9+/=\s]+")
# The signer's certificate and the authorities above it; more is no signature of a person.
MOST_CERTIFICATES = 10


@dataclass(frozen=True)
class Envelope:
    """What one signature says, before anything of it is believed."""

    content: bytes | None
    digest: str
    scheme: algorithms.Scheme
    signature: bytes
    # The attributes under the signature, as the SET that was signed (RFC 5652, section 5.4).
    signed_attributes: bytes
    message_digest: bytes
    signed_at: datetime | None
    certificate: x509.Certificate
    offered: tuple[x509.Certificate, ...]


def cms_der(cms_file: bytes | str) -> bytes:
    """The DER inside: PEM armour or base64 is taken off, anything else is returned as it is."""
    content = cms_file.encode("utf-8", "replace") if isinstance(cms_file, str) else cms_file
    if content[:1] == b"\x30":
        return content
    armour = _ARMOUR.fullmatch(content)
    body = armour["body"] if armour else content
    if not _BASE64.fullmatch(body):
        return content
    try:
        return base64.b64decode(b"".join(body.split()), validate=True)
    except binascii.Error:
        return content


def read_envelope(der: bytes) -> Envelope:
    """One signature of one signer; raises `Refused` for everything else."""
    require_der(der)
    outer = cms.ContentInfo.load(der, strict=True)
    if outer["content_type"].native != "signed_data":
        raise Refused(Reason.NOT_A_SIGNATURE, f"content type {outer['content_type'].native}")
    signed = outer["content"]
    if len(signed["signer_infos"]) != 1:
        raise Refused(Reason.SEVERAL_SIGNERS, f"{len(signed['signer_infos'])} signers")
    signer = signed["signer_infos"][0]
    # Both are 1 for a signer named by number and 3 for one named by key (RFC 5652, section 5.1).
    if signed["version"].native != signer["version"].native:
        raise Refused(Reason.MALFORMED, f"version {signed['version'].native}")
    digest = algorithms.digest_name(signer["digest_algorithm"])
    if digest not in [algorithms.digest_name(one) for one in signed["digest_algorithms"]]:
        raise Refused(Reason.MALFORMED, "the digest is not among those announced")
    offered = _certificates(signed)
    attributes = _attributes(signer)
    content = signed["encap_content_info"]
    if content["content_type"].native != "data":
        raise Refused(
            Reason.NOT_DETACHED_OR_OTHER_CONTENT,
            f"content of type {content['content_type'].native}",
        )
    if attributes.get("content_type") != content["content_type"].native:
        raise Refused(Reason.MALFORMED, "the content type under the signature differs")
    message_digest = attributes.get("message_digest")
    if not isinstance(message_digest, bytes):
        raise Refused(Reason.MALFORMED, "no digest under the signature")
    return Envelope(
        content=content["content"].native,
        digest=digest,
        scheme=algorithms.scheme_of(signer["signature_algorithm"], digest),
        signature=signer["signature"].native,
        # The tag [0] stands in the file, SET is what is signed.
        signed_attributes=b"\x31" + signer["signed_attrs"].dump()[1:],
        message_digest=message_digest,
        signed_at=attributes.get("signing_time"),
        certificate=_signer_certificate(signer, offered),
        offered=offered,
    )


def _certificates(signed: cms.SignedData) -> tuple[x509.Certificate, ...]:
    found = signed["certificates"]
    if not found:
        raise Refused(Reason.MALFORMED, "no certificate")
    if len(found) > MOST_CERTIFICATES:
        raise Refused(Reason.MALFORMED, f"{len(found)} certificates")
    return tuple(one.chosen for one in found if one.name == "certificate")


def _attributes(signer: cms.SignerInfo) -> dict[str, Any]:
    """Attributes under the signature; each may stand once, with one value."""
    found: dict[str, Any] = {}
    if not signer["signed_attrs"]:
        raise Refused(Reason.MALFORMED, "no attributes under the signature")
    for attribute in signer["signed_attrs"]:
        name = attribute["type"].native
        if name in found:
            raise Refused(Reason.MALFORMED, f"attribute {name} stands twice")
        values = attribute["values"]
        if name in ("content_type", "message_digest", "signing_time"):
            if len(values) != 1:
                raise Refused(Reason.MALFORMED, f"attribute {name} with {len(values)} values")
            found[name] = values[0].native
        else:
            found[name] = None
    return found


def _signer_certificate(
    signer: cms.SignerInfo, offered: tuple[x509.Certificate, ...]
) -> x509.Certificate:
    sid = signer["sid"]
    expected_version = "v1" if sid.name == "issuer_and_serial_number" else "v3"
    if signer["version"].native != expected_version:
        raise Refused(Reason.MALFORMED, "the version of the signer does not fit")
    for certificate in offered:
        if sid.name == "issuer_and_serial_number":
            named = sid.chosen
            if (
                certificate.issuer.dump() == named["issuer"].dump()
                and certificate.serial_number == named["serial_number"].native
            ):
                return certificate
        elif certificate.key_identifier == sid.chosen.native:
            return certificate
    raise Refused(Reason.MALFORMED, "the certificate of the signer is missing")
