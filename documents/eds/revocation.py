"""Whether a certificate was revoked: OCSP when an address is set up, lists of the authority else.

Fails closed. Under "require" every certificate below the root needs an answer that is signed by
its issuer and in force; under "when_configured" the same once an OCSP address or a list is there.
"""

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path

from asn1crypto import crl, x509
from asn1crypto.algos import SignedDigestAlgorithm
from django.conf import settings

from . import algorithms, ocsp
from .trust import Chain, unchanged
from .verdicts import Evidence, Reason, Refused

# Clocks of the authority and of the portal may differ by this much.
CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, eq=False)
class RevocationList:
    """A list of the authority: its bytes, whom it names, and for how long it speaks.

    Compared by identity: the same file is read once.
    """

    der: bytes
    issuer: bytes
    serials: frozenset[int]
    this_update: datetime
    next_update: datetime | None
    algorithm: bytes
    signed: bytes
    signature: bytes


@dataclass(frozen=True)
class Found:
    detail: str
    evidence: tuple[Evidence, ...]


def require_not_revoked(chain: Chain, *, at: datetime) -> Found:
    """Raises `Refused` for a revoked certificate and for one nothing is known of."""
    lists = _lists()
    if settings.CTKZ_EDS_REVOCATION != "require" and not (lists or settings.CTKZ_EDS_OCSP_URL):
        return Found("nothing is set up to ask", ())
    details, evidence = [], []
    for certificate, issuer in itertools.pairwise(chain):
        kind, der = _ask(certificate, issuer, lists, at=at)
        details.append(f"{certificate.serial_number:x}: {kind}")
        evidence.append(Evidence(kind, der, at))
    return Found("; ".join(details), tuple(evidence))


def _ask(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    lists: tuple[RevocationList, ...],
    *,
    at: datetime,
) -> tuple[str, bytes]:
    problem = ""
    if settings.CTKZ_EDS_OCSP_URL:
        try:
            return "ocsp", ocsp.require_good(certificate, issuer, at=at)
        except ocsp.NoAnswer as silence:
            problem = f"{silence}; "
    usable, why_not = _usable(lists, issuer, at=at)
    if not usable:
        raise Refused(
            Reason.REVOCATION_UNKNOWN, f"{problem}{issuer.subject.human_friendly}: {why_not}"
        )
    for one in usable:
        if certificate.serial_number in one.serials:
            raise Refused(Reason.REVOKED, f"serial number {certificate.serial_number:x}")
    return "crl", max(usable, key=lambda one: one.this_update).der


def _usable(
    lists: tuple[RevocationList, ...], issuer: x509.Certificate, *, at: datetime
) -> tuple[list[RevocationList], str]:
    """Lists signed by this very issuer and in force; otherwise why there is none."""
    named = [one for one in lists if one.issuer == issuer.subject.dump()]
    if not named:
        return [], "no list of this authority"
    signed = [one for one in named if _is_signed_by(one, issuer.dump())]
    if not signed:
        return [], "no list is signed by this authority"
    in_force = [
        one
        for one in signed
        if one.next_update is not None and one.this_update - CLOCK_SKEW <= at < one.next_update
    ]
    return in_force, "" if in_force else "the list is out of date"


@lru_cache(maxsize=64)
def _is_signed_by(one: RevocationList, issuer_der: bytes) -> bool:
    """Kept for each list and issuer: lists are long and a GOST digest of one takes its time."""
    issuer = x509.Certificate.load(issuer_der)
    usage = issuer.key_usage_value
    if usage is None or "crl_sign" not in usage.native:
        return False
    try:
        scheme = algorithms.scheme_of(SignedDigestAlgorithm.load(one.algorithm))
        return not algorithms.weakness(scheme, issuer.public_key) and algorithms.holds(
            issuer.public_key, scheme, one.signed, one.signature
        )
    except Refused:
        return False


def _lists() -> tuple[RevocationList, ...]:
    folder = settings.CTKZ_EDS_CRL_DIR
    if not folder or not Path(folder).is_dir():
        return ()
    found = []
    for path in sorted(Path(folder).glob("*.crl")):
        one = unchanged(f"list {path}", [path], partial(_read, path))
        if one is not None:
            found.append(one)
    return tuple(found)


def _read(path: Path) -> RevocationList | None:
    """A complete list; a damaged one, a delta and a list of a part only are as good as none."""
    try:
        content = path.read_bytes()
        read = crl.CertificateList.load(content, strict=True)
        if _is_partial(read):
            return None
        body = read["tbs_cert_list"]
        revoked = body["revoked_certificates"]
        return RevocationList(
            der=content,
            issuer=read.issuer.dump(),
            serials=frozenset(entry["user_certificate"].native for entry in revoked or ()),
            this_update=body["this_update"].native,
            next_update=body["next_update"].native,
            algorithm=read["signature_algorithm"].dump(),
            signed=body.dump(),
            signature=read["signature"].native,
        )
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _is_partial(read: crl.CertificateList) -> bool:
    """A delta and the list of an issuing point say so in a critical extension."""
    algorithms_differ = (
        read["tbs_cert_list"]["signature"].dump() != read["signature_algorithm"].dump()
    )
    return algorithms_differ or bool(read.critical_extensions)
