"""Whom a certificate names and what it may be used for, in the layout of the national authority.

Subject: CN, surname, serialNumber=IIN…, C=KZ, givenName (the patronymic) and, for organisations,
O and OU=BIN…
"""

import re

from asn1crypto import x509

from documents.canonical import sha256_hex

from . import oids
from .verdicts import Holder, Reason, Refused

_IIN = re.compile(r"IIN(\d{12})")
_BIN = re.compile(r"BIN(\d{12})")


def holder_of(certificate: x509.Certificate) -> Holder:
    numbers = _values(certificate, "serial_number")
    units = _values(certificate, "organizational_unit_name")
    names = _values(certificate, "common_name") + _values(certificate, "given_name")
    return Holder(
        name=" ".join(names)[:200],
        iin=_only(_IIN, numbers),
        # Certificates of an organisation alone carry the BIN where a person's carry the IIN.
        bin=_only(_BIN, units) or _only(_BIN, numbers),
        roles=frozenset(oids.ROLES[use] for use in uses(certificate) if use in oids.ROLES),
        certificate_sha256=sha256_hex(certificate.dump()),
        serial=f"{certificate.serial_number:x}",
        not_before=certificate.not_valid_before,
        not_after=certificate.not_valid_after,
        organisation=" ".join(_values(certificate, "organization_name"))[:400],
    )


def uses(certificate: x509.Certificate) -> frozenset[str]:
    """Extended usages by their numbers."""
    value = certificate.extended_key_usage_value
    return frozenset() if value is None else frozenset(use.dotted for use in value)


def require_signing(certificate: x509.Certificate) -> None:
    """Signing documents asks for nonRepudiation, and for the usage "signing" beside the role."""
    found = uses(certificate)
    if oids.USE_SIGNING not in found:
        if oids.USE_AUTHENTICATION in found:
            raise Refused(Reason.AUTHENTICATION_ONLY, "extended usage: authentication")
        raise Refused(Reason.WRONG_USAGE, "no extended usage for signing")
    usage = certificate.key_usage_value
    if usage is None or not {"digital_signature", "non_repudiation"} <= usage.native:
        raise Refused(Reason.WRONG_USAGE, "no digitalSignature with nonRepudiation")
    limits = certificate.basic_constraints_value
    if limits is not None and limits["ca"].native:
        raise Refused(Reason.WRONG_USAGE, "the certificate of an authority")


def require_signing_in(certificate: x509.Certificate) -> None:
    """Saying who one is asks for digitalSignature, and for either usage of a person's key."""
    if not uses(certificate) & {oids.USE_AUTHENTICATION, oids.USE_SIGNING}:
        raise Refused(Reason.WRONG_USAGE, "no extended usage for signing in or signing")
    usage = certificate.key_usage_value
    if usage is None or "digital_signature" not in usage.native:
        raise Refused(Reason.WRONG_USAGE, "no digitalSignature")
    limits = certificate.basic_constraints_value
    if limits is not None and limits["ca"].native:
        raise Refused(Reason.WRONG_USAGE, "the certificate of an authority")


def _values(certificate: x509.Certificate, kind: str) -> list[str]:
    return [
        str(pair["value"].native)
        for name in certificate.subject.chosen
        for pair in name
        if pair["type"].native == kind
    ]


def _only(pattern: re.Pattern[str], values: list[str]) -> str:
    """The number when it stands exactly once; two would leave open who signed."""
    found = {match[1] for value in values if (match := pattern.fullmatch(value))}
    return found.pop() if len(found) == 1 else ""
