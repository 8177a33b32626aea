"""The time stamp on a seal (RFC 3161): an outside authority's word on when the seal was there."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import algos, cms, core, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from ctkz_verify.chains import check_chain

TIME_STAMP = "signature_time_stamp_token"
HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


class StampFault(ValueError):
    """The time stamp is not what it says, or belongs to another seal."""


@dataclass(frozen=True)
class Stamp:
    """A stamp on this very seal; `is_trusted` when its authority is one of those pinned."""

    at: datetime
    authority: str
    is_trusted: bool


def verify_stamp(sealed: cms.SignerInfo, roots: list[x509.Certificate]) -> Stamp:
    """The stamp among the unsigned attributes of a seal.

    Raises `StampFault`, or `ChainFault` when roots are known and the stamp leads to none.
    """
    (token,) = sealed["unsigned_attrs"][0]["values"]
    signed = token["content"]
    (info,) = signed["signer_infos"]
    if _as_kept(signed, info) != token.dump():
        raise StampFault("bytes around the stamp were changed")
    content = signed["encap_content_info"]["content"].parsed
    stated = tsp.TSTInfo.load(content.dump())
    imprint = stated["message_imprint"]
    kind = imprint["hash_algorithm"]["algorithm"].native
    if kind not in HASHES:
        raise StampFault(f"an unknown digest: {kind}")
    if imprint["hashed_message"].native != hashlib.new(kind, sealed["signature"].native).digest():
        raise StampFault("the stamp belongs to another seal")
    embedded = [chosen.chosen.dump() for chosen in signed["certificates"]]
    certificate = _signer(embedded, info)
    _check_signature(certificate, info, content.dump())
    at = stated["gen_time"].native
    if roots:
        check_chain(certificate, embedded, roots, at=at)
    return Stamp(at=at, authority=certificate.subject.rfc4514_string(), is_trusted=bool(roots))


def _as_kept(signed: cms.SignedData, info: cms.SignerInfo) -> bytes:
    """The token in the one spelling in which the portal keeps it: parts of it nobody signed."""
    kind = info["digest_algorithm"]["algorithm"].native
    if kind not in HASHES:
        raise StampFault(f"an unknown digest: {kind}")
    digest = algos.DigestAlgorithm({"algorithm": kind, "parameters": core.Null()})
    used = info["signature_algorithm"]
    spelled = {
        "rsassa_pkcs1v15": {"algorithm": f"{kind}_rsa", "parameters": core.Null()},
        "ecdsa": {"algorithm": f"{kind}_ecdsa"},
    }.get(used.signature_algo)
    content = bytes(signed["encap_content_info"]["content"])
    signer = {
        "version": "v1",
        "sid": info["sid"],
        "digest_algorithm": digest,
        "signed_attrs": info["signed_attrs"],
        "signature_algorithm": algos.SignedDigestAlgorithm(spelled) if spelled else used,
        "signature": info["signature"],
    }
    kept = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [digest],
            "encap_content_info": {
                "content_type": "tst_info",
                "content": core.ParsableOctetString(content),
            },
            "certificates": signed["certificates"],
            "signer_infos": [signer],
        }
    )
    written: bytes = cms.ContentInfo({"content_type": "signed_data", "content": kept}).dump()
    return written


def _signer(embedded: list[bytes], info: cms.SignerInfo) -> x509.Certificate:
    named = info["sid"].chosen
    for der in embedded:
        certificate = x509.load_der_x509_certificate(der)
        if (
            certificate.serial_number == named["serial_number"].native
            and certificate.issuer.public_bytes() == named["issuer"].dump()
        ):
            usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
            if ExtendedKeyUsageOID.TIME_STAMPING not in usage:
                raise StampFault("the certificate is not for time stamps")
            return certificate
    raise StampFault("the certificate of the authority is missing")


def _check_signature(certificate: x509.Certificate, info: cms.SignerInfo, content: bytes) -> None:
    kind = info["digest_algorithm"]["algorithm"].native
    if kind not in HASHES:
        raise StampFault(f"an unknown digest: {kind}")
    attributes = {each["type"].native: each["values"] for each in info["signed_attrs"]}
    digest = attributes["message_digest"][0].native
    if digest != hashlib.new(kind, content).digest():
        raise StampFault("the stamp was changed")
    data = info["signed_attrs"].untag().dump()
    signature, key, used = info["signature"].native, certificate.public_key(), HASHES[kind]
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(used))
        elif isinstance(key, rsa.RSAPublicKey):
            is_pss = info["signature_algorithm"].signature_algo == "rsassa_pss"
            scheme = (
                padding.PSS(padding.MGF1(used), padding.PSS.AUTO) if is_pss else padding.PKCS1v15()
            )
            key.verify(signature, data, scheme, used)
        else:
            raise StampFault("an unknown kind of key")
    except InvalidSignature as error:
        raise StampFault("the signature of the stamp does not hold") from error
