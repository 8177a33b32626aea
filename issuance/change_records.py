"""The decision on a change as data: what the decider signs before anything is done.

No number and no clock stand in it: the service builds it anew at the moment of the decision, and
it must be the same, byte for byte, as what was signed.
"""

from typing import Any

from accounts.models import Membership, Organisation
from reference.code_lists import code_names

from .mandates import mandate_record
from .models import Certificate, CertificateChange, Mandate

DECIDE = "decide"
REJECT = "reject"
# Which list the reason of a change is from.
REASONS_OF: dict[str, str] = {
    CertificateChange.Kind.SUSPEND: "certificate_suspension_reason",
    CertificateChange.Kind.LIFT: "certificate_lift_reason",
    CertificateChange.Kind.REVOKE: "annulment_reason",
    CertificateChange.Kind.SET_ASIDE: "certificate_set_aside_reason",
    CertificateChange.Kind.DUPLICATE: "duplicate_reason",
}
# What an applicant may give as the reason of a revocation; the rest is for others to find.
APPLICANTS_REASONS = frozenset({"applicant_request", "production_changed"})


def change_record(
    change: CertificateChange,
    actor: Membership,
    *,
    decision: str,
    note: str,
    mandate: Mandate | None,
) -> dict[str, Any]:
    """What `actor` would decide now; `decision` is "decide" or "reject"."""
    certificate = change.certificate
    return {
        "schema": "ctkz.change/1",
        "decision": decision,
        "kind": change.kind,
        "certificate": named_certificate(certificate),
        "applicant": party(certificate.application.applicant),
        "reason": reason_record(change),
        "grounds": change.grounds,
        "file_sha256": change.file.sha256 if change.file else None,
        "proposed_by": {"name": change.proposed_by.full_name, "role": change.proposed_role},
        "note": note.strip(),
        "decided_by": {
            "name": actor.user.full_name,
            "organisation": party(actor.organisation),
            "position": position_of(actor.role, mandate),
            "mandate": mandate_record(mandate) if mandate else None,
        },
    }


def reason_record(change: CertificateChange) -> dict[str, Any]:
    return {"code": change.reason, "name": code_names(REASONS_OF[change.kind], change.reason)}


def named_certificate(certificate: Certificate) -> dict[str, str]:
    return {
        "number": certificate.number,
        "issued_on": certificate.valid_from.isoformat(),
        "sha256": certificate.record_sha256,
    }


def party(organisation: Organisation) -> dict[str, Any]:
    return {
        "name": organisation.names(),
        "bin": organisation.bin,
        "address": organisation.addresses(),
    }


def position_of(role: str, mandate: Mandate | None) -> dict[str, str]:
    """As the chamber's order names it; an official of the Committee by the list of positions."""
    return mandate.positions() if mandate else code_names("official_position", role)
