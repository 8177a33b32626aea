"""Asking the authority's responder about one certificate (RFC 6960)."""

import secrets
import urllib.error
import urllib.request
from datetime import datetime, timedelta

from asn1crypto import core, ocsp, x509
from django.conf import settings

from . import algorithms, oids
from .encoding import require_der
from .verdicts import Reason, Refused

OCSP_SECONDS = 5
LARGEST_ANSWER = 64 * 1024
CLOCK_SKEW = timedelta(minutes=5)
# An answer without an end speaks for this long.
FRESH = timedelta(hours=1)


class NoAnswer(Exception):
    """The responder was not reached, or said nothing that can be relied on."""


def require_good(certificate: x509.Certificate, issuer: x509.Certificate, *, at: datetime) -> bytes:
    """The responder's answer "good"; raises `Refused` for "revoked", `NoAnswer` for the rest."""
    nonce = secrets.token_bytes(16)
    named = certificate_id(certificate, issuer)
    answer = _fetch(request(named, nonce))
    try:
        require_der(answer)
        single = _read(answer, named, issuer, nonce=nonce, at=at)
        status = single["cert_status"].name
    except Refused as refusal:
        raise NoAnswer(f"OCSP: {refusal.reason} {refusal.detail}") from refusal
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise NoAnswer("OCSP: unreadable answer") from error
    if status == "revoked":
        raise Refused(Reason.REVOKED, f"serial number {certificate.serial_number:x}, OCSP")
    if status != "good":
        raise NoAnswer("OCSP: the certificate is not known there")
    return answer


def certificate_id(certificate: x509.Certificate, issuer: x509.Certificate) -> ocsp.CertId:
    """SHA-1 only finds the certificate here, as every responder understands; it proves nothing."""
    return ocsp.CertId(
        {
            "hash_algorithm": {"algorithm": "sha1"},
            "issuer_name_hash": algorithms.digest("sha1", certificate.issuer.dump()),
            "issuer_key_hash": algorithms.digest("sha1", _key_bits(issuer)),
            "serial_number": certificate.serial_number,
        }
    )


def _key_bits(issuer: x509.Certificate) -> bytes:
    """The content of the public key's BIT STRING without the octet of unused bits."""
    return bytes(issuer.public_key["public_key"].contents[1:])


def request(named: ocsp.CertId, nonce: bytes) -> bytes:
    asked = ocsp.OCSPRequest(
        {
            "tbs_request": {
                "request_list": [{"req_cert": named}],
                "request_extensions": [{"extn_id": "nonce", "extn_value": core.OctetString(nonce)}],
            }
        }
    )
    der: bytes = asked.dump()
    return der


def _fetch(content: bytes) -> bytes:
    url = settings.CTKZ_EDS_OCSP_URL
    if not url.startswith(("http://", "https://")):
        raise NoAnswer("OCSP: the address is not one of the web")
    question = urllib.request.Request(  # noqa: S310  the operator's own address, checked above
        url, content, {"Content-Type": "application/ocsp-request"}
    )
    try:
        with urllib.request.urlopen(question, timeout=OCSP_SECONDS) as response:  # noqa: S310
            answer: bytes = response.read(LARGEST_ANSWER + 1)
    except (OSError, ValueError, urllib.error.URLError) as error:
        raise NoAnswer("OCSP: no connection") from error
    if len(answer) > LARGEST_ANSWER:
        raise NoAnswer("OCSP: the answer is too long")
    return answer


def _read(
    answer: bytes,
    named: ocsp.CertId,
    issuer: x509.Certificate,
    *,
    nonce: bytes,
    at: datetime,
) -> ocsp.SingleResponse:
    response = ocsp.OCSPResponse.load(answer, strict=True)
    if response["response_status"].native != "successful":
        raise NoAnswer(f"OCSP: {response['response_status'].native}")
    basic = response.basic_ocsp_response
    _require_signed(basic, issuer, at=at)
    body = basic["tbs_response_data"]
    repeated = response.nonce_value
    if repeated is not None and repeated.native != nonce:
        raise NoAnswer("OCSP: an answer to another question")
    for single in body["responses"]:
        if _names(single["cert_id"]) == _names(named):
            _require_fresh(single, at=at)
            return single
    raise NoAnswer("OCSP: an answer about another certificate")


def _names(certificate: ocsp.CertId) -> tuple[object, ...]:
    return (
        certificate["hash_algorithm"]["algorithm"].native,
        certificate["issuer_name_hash"].native,
        certificate["issuer_key_hash"].native,
        certificate["serial_number"].native,
    )


def _require_fresh(single: ocsp.SingleResponse, *, at: datetime) -> None:
    begins = single["this_update"].native
    ends = single["next_update"].native or begins + FRESH
    if not begins - CLOCK_SKEW <= at < ends + CLOCK_SKEW:
        raise NoAnswer("OCSP: the answer is out of date")


def _require_signed(
    basic: ocsp.BasicOCSPResponse, issuer: x509.Certificate, *, at: datetime
) -> None:
    """By the issuer itself, or by whom it has charged with answering (RFC 6960, 4.2.2.2)."""
    charged = (one for one in basic["certs"] or () if _is_charged(one, issuer, at=at))
    responders = [issuer, *charged]
    scheme = algorithms.scheme_of(basic["signature_algorithm"])
    for responder in responders:
        key = responder.public_key
        if not algorithms.weakness(scheme, key) and algorithms.holds(
            key, scheme, basic["tbs_response_data"].dump(), basic["signature"].native
        ):
            return
    raise NoAnswer("OCSP: the answer is not signed by the authority")


def _is_charged(one: x509.Certificate, issuer: x509.Certificate, *, at: datetime) -> bool:
    usage = one.extended_key_usage_value
    return (
        usage is not None
        and oids.USE_OCSP in [use.dotted for use in usage]
        and one.not_valid_before <= at <= one.not_valid_after
        and one.issuer.dump() == issuer.subject.dump()
        and algorithms.is_issued_with(one, issuer)
        and not algorithms.weakness(
            algorithms.scheme_of(one["signature_algorithm"]), issuer.public_key
        )
    )
