"""The envelope of a seal, spelled the one way in which this portal writes it.

Some bytes of a CMS signature are covered by no signature: versions, names of algorithms, the
frame of a time stamp. A change there harms nothing, yet "unchanged" must mean that no byte was
changed, so the envelope is written anew from its signed parts and compared.
"""

from asn1crypto import algos, cms, core, x509

SHA256 = algos.DigestAlgorithm({"algorithm": "sha256", "parameters": core.Null()})
SIGNATURE_ALGORITHMS = {
    algos.SignedDigestAlgorithm(written).dump()
    for written in (
        {"algorithm": "sha256_ecdsa"},
        {"algorithm": "sha256_rsa"},
        {"algorithm": "sha256_rsa", "parameters": core.Null()},
        {"algorithm": "rsassa_pkcs1v15"},
        {"algorithm": "rsassa_pkcs1v15", "parameters": core.Null()},
    )
}
STAMP = "signature_time_stamp_token"
STAMP_DIGESTS = ("sha256", "sha384", "sha512")


class ForeignEnvelope(ValueError):
    """The envelope has a shape that this portal never writes."""


def plain_envelope(signed: cms.SignedData) -> bytes:
    """The envelope of a seal as this portal writes it, around what is signed in `signed`."""
    (info,) = signed["signer_infos"]
    if info["signature_algorithm"].dump() not in SIGNATURE_ALGORITHMS:
        raise ForeignEnvelope("another algorithm")
    token = time_stamp(signed)
    written = {
        "version": "v1",
        "sid": info["sid"],
        "digest_algorithm": SHA256,
        "signed_attrs": info["signed_attrs"],
        "signature_algorithm": info["signature_algorithm"],
        "signature": info["signature"],
    }
    if token is not None:
        written["unsigned_attrs"] = [{"type": STAMP, "values": [plain_token(token)]}]
    envelope = _content_info(
        {
            "version": "v1",
            "digest_algorithms": [SHA256],
            "encap_content_info": {"content_type": "data"},
            "certificates": signed["certificates"],
            "signer_infos": [written],
        }
    )
    return bytes(envelope.dump())


def plain_token(token: cms.ContentInfo) -> cms.ContentInfo:
    """A time stamp as this portal keeps it, whichever of its many spellings an authority chose.

    What the authority signed stays byte for byte; around it stand one spelling of the
    algorithms and the certificates that lead up from the signer's, nothing else.
    """
    signed = token["content"]
    (info,) = signed["signer_infos"]
    chain = chain_of(token)
    hashed = info["digest_algorithm"]["algorithm"].native
    if hashed not in STAMP_DIGESTS:
        raise ForeignEnvelope("another digest")
    digest = algos.DigestAlgorithm({"algorithm": hashed, "parameters": core.Null()})
    content = signed["encap_content_info"]
    return _content_info(
        {
            "version": "v3",
            "digest_algorithms": [digest],
            "encap_content_info": {
                "content_type": "tst_info",
                "content": core.ParsableOctetString(bytes(content["content"])),
            },
            "certificates": [
                cms.CertificateChoices("certificate", certificate) for certificate in chain
            ],
            "signer_infos": [
                {
                    "version": "v1",
                    "sid": _sid(chain[0]),
                    "digest_algorithm": digest,
                    "signed_attrs": info["signed_attrs"],
                    "signature_algorithm": _spelled(info["signature_algorithm"], hashed),
                    "signature": info["signature"],
                }
            ],
        }
    )


def time_stamp(signed: cms.SignedData) -> cms.ContentInfo | None:
    """The time stamp on a signature; anything else that is not signed is foreign."""
    (info,) = signed["signer_infos"]
    unsigned = info["unsigned_attrs"]
    if isinstance(unsigned, core.Void) or not unsigned:
        return None
    if [attribute["type"].native for attribute in unsigned] != [STAMP]:
        raise ForeignEnvelope("other unsigned attributes")
    (token,) = unsigned[0]["values"]
    return token


def chain_of(token: cms.ContentInfo) -> list[x509.Certificate]:
    """The certificate that signed a time stamp, then those above it that came along."""
    signed = token["content"]
    (info,) = signed["signer_infos"]
    came = [found.chosen for found in signed["certificates"] if found.name == "certificate"]
    chain = [certificate for certificate in came if _is_named(certificate, info["sid"])][:1]
    if not chain:
        raise ForeignEnvelope("the signer's certificate is missing")
    while above := [
        certificate
        for certificate in came
        if certificate.subject == chain[-1].issuer and certificate not in chain
    ]:
        chain.append(above[0])
    return chain


def _is_named(certificate: x509.Certificate, sid: cms.SignerIdentifier) -> bool:
    if sid.name == "issuer_and_serial_number":
        return bool(
            certificate.serial_number == sid.chosen["serial_number"].native
            and certificate.issuer == sid.chosen["issuer"]
        )
    return bool(certificate.key_identifier == sid.chosen.native)


def _sid(certificate: x509.Certificate) -> cms.SignerIdentifier:
    return cms.SignerIdentifier(
        "issuer_and_serial_number",
        cms.IssuerAndSerialNumber(
            {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
        ),
    )


def _spelled(algorithm: algos.SignedDigestAlgorithm, hashed: str) -> algos.SignedDigestAlgorithm:
    kind = algorithm.signature_algo
    if kind == "rsassa_pkcs1v15":
        return algos.SignedDigestAlgorithm(
            {"algorithm": f"{hashed}_rsa", "parameters": core.Null()}
        )
    if kind == "ecdsa":
        return algos.SignedDigestAlgorithm({"algorithm": f"{hashed}_ecdsa"})
    if kind == "rsassa_pss":
        return algorithm
    raise ForeignEnvelope("another algorithm of a time stamp")


def _content_info(signed: dict[str, object]) -> cms.ContentInfo:
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})
