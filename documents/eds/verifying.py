"""The verdict on a person's signature: checks in a fixed order, each with a reason of its own.

The record is the server's own; nothing that came with the signature is taken for what was signed.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from . import algorithms, revocation, trust
from .envelope import Envelope, cms_der, read_envelope
from .holders import holder_of, require_signing, require_signing_in
from .verdicts import Check, Evidence, Expected, Holder, Reason, Refused, Verdict

__all__ = ["cms_der", "verify_signature"]

# What the parsers raise on a file that was made to break them.
UNREADABLE = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError,
)  # fmt: skip


@dataclass
class _Case:
    cms: bytes
    record: bytes
    at: datetime
    expected: Expected
    envelope: Envelope = field(init=False)
    chain: trust.Chain = ()
    holder: Holder | None = None
    algorithm: str = ""
    signed_at: datetime | None = None
    evidence: list[Evidence] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)

    def verdict(self, reason: Reason | None) -> Verdict:
        return Verdict(
            ok=reason is None,
            reason=reason,
            holder=self.holder,
            algorithm=self.algorithm,
            signed_at=self.signed_at,
            checks=tuple(self.checks),
            evidence=tuple(self.evidence),
        )


def verify_signature(cms: bytes, *, record: bytes, at: datetime, expected: Expected) -> Verdict:
    """Never raises: a file that cannot be read is a verdict too.

    The first check that fails ends the examination. With an OCSP address set up the responder is
    asked, for `revocation.OCSP_SECONDS` at most.
    """
    case = _Case(cms, record, at, expected)
    for code, check in _CHECKS.items():
        try:
            detail = check(case)
        except Refused as refusal:
            case.checks.append(Check(code, False, refusal.detail))
            return case.verdict(refusal.reason)
        except UNREADABLE as error:
            case.checks.append(Check(code, False, type(error).__name__))
            return case.verdict(Reason.MALFORMED)
        case.checks.append(Check(code, True, detail))
    return case.verdict(None)


def _size(case: _Case) -> str:
    # Base64 and armour add a third and some lines.
    longest = settings.CTKZ_EDS_MAX_BYTES
    if len(case.cms) > longest * 3 // 2:
        raise Refused(Reason.TOO_LARGE, f"{len(case.cms)} bytes")
    case.cms = cms_der(case.cms)
    if len(case.cms) > longest:
        raise Refused(Reason.TOO_LARGE, f"{len(case.cms)} bytes")
    return f"{len(case.cms)} bytes"


def _encoding(case: _Case) -> str:
    case.envelope = read_envelope(case.cms)
    case.signed_at = case.envelope.signed_at
    return "DER, one signer"


def _content(case: _Case) -> str:
    content = case.envelope.content
    if content is None:
        return "detached"
    if content != case.record:
        raise Refused(Reason.NOT_DETACHED_OR_OTHER_CONTENT, f"{len(content)} other bytes inside")
    return "the record itself inside"


def _digest(case: _Case) -> str:
    envelope = case.envelope
    if envelope.digest != envelope.scheme.digest:
        raise Refused(
            Reason.WRONG_DIGEST, f"{envelope.digest} announced, {envelope.scheme.digest} signed"
        )
    found = algorithms.digest(envelope.digest, case.record)
    if not hmac.compare_digest(found, envelope.message_digest):
        raise Refused(Reason.WRONG_DIGEST, envelope.digest)
    return f"{envelope.digest} {found.hex()}"


def _signature(case: _Case) -> str:
    envelope = case.envelope
    key = envelope.certificate.public_key
    if not algorithms.holds(key, envelope.scheme, envelope.signed_attributes, envelope.signature):
        raise Refused(Reason.BAD_SIGNATURE)
    case.algorithm = algorithms.algorithm_words(envelope.scheme, key)
    # From here on the file is known to come from whoever holds the key of this certificate.
    case.holder = holder_of(envelope.certificate)
    return case.algorithm


def _algorithm(case: _Case) -> str:
    weak = algorithms.weakness(case.envelope.scheme, case.envelope.certificate.public_key)
    if weak:
        raise Refused(Reason.WEAK_ALGORITHM, weak)
    return case.algorithm


def _authority(case: _Case) -> str:
    envelope = case.envelope
    case.chain = trust.chain_of(envelope.certificate, envelope.offered, at=case.at)
    case.evidence += [Evidence("certificate", one.dump(), case.at) for one in case.chain]
    return " ← ".join(one.subject.human_friendly for one in case.chain[1:])


def _validity(case: _Case) -> str:
    trust.require_in_force(case.chain, at=case.at)
    return case.at.isoformat()


def _usage(case: _Case) -> str:
    certificate = case.envelope.certificate
    if case.expected.signs_in:
        require_signing_in(certificate)
    else:
        require_signing(certificate)
    return ", ".join(sorted(case.holder.roles)) if case.holder else ""


def _revocation(case: _Case) -> str:
    found = revocation.require_not_revoked(case.chain, at=case.at)
    case.evidence += found.evidence
    return found.detail


def _person(case: _Case) -> str:
    if case.holder is None or not case.holder.iin:
        raise Refused(Reason.OTHER_PERSON)
    if not case.expected.signs_in and case.holder.iin != case.expected.iin:
        raise Refused(Reason.OTHER_PERSON)
    return ""


def _organisation(case: _Case) -> str:
    if not case.expected.bin:
        return "none asked for"
    if case.holder is None or case.holder.bin != case.expected.bin:
        raise Refused(Reason.OTHER_ORGANISATION)
    return case.expected.bin


def _role(case: _Case) -> str:
    if not case.expected.roles:
        return "none asked for"
    if case.holder is None or not case.holder.roles & case.expected.roles:
        raise Refused(Reason.WRONG_ROLE, f"one of {sorted(case.expected.roles)} is asked for")
    return ", ".join(sorted(case.holder.roles & case.expected.roles))


_CHECKS: dict[str, Callable[[_Case], str]] = {
    "size": _size,
    "encoding": _encoding,
    "content": _content,
    "digest": _digest,
    "signature": _signature,
    "algorithm": _algorithm,
    "authority": _authority,
    "validity": _validity,
    "usage": _usage,
    "revocation": _revocation,
    "person": _person,
    "organisation": _organisation,
    "role": _role,
}
