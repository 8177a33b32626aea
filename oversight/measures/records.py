"""A decision on a measure as data: what the decider signs, and what every effect rests on.

No clock stands in it: the service builds it anew at the moment of the decision and it must be the
same, byte for byte, as what was signed. The tenge of a fine do stand in it, so a decision shown on
the last day of a year and signed on the first day of the next is shown again.
"""

from typing import Any

from accounts.models import Membership, Role
from issuance.change_records import named_certificate, party
from oversight.models import Measure
from reference.code_lists import code_names

from .targets import REASON_LISTS

IMPOSE = "impose"


def measure_record(
    measure: Measure, actor: Membership, *, note: str, fine_tenge: str | None
) -> dict[str, Any]:
    """What `actor` would decide now."""
    approver = measure.approved_by or actor.user
    return {
        "schema": "ctkz.measure/1",
        "decision": IMPOSE,
        "number": measure.number,
        "type": {
            "code": measure.type.code,
            "name": measure.type.names(),
            "effect": measure.type.effect,
            "months": measure.type.months,
        },
        "subject": subject_party(measure),
        "certificate": named_certificate(measure.certificate) if measure.certificate else None,
        "act": {"number": measure.act.number, "sha256": measure.act.record_sha256}
        if measure.act
        else None,
        "reason": reason_record(measure),
        "grounds": measure.grounds,
        "violations": [
            {"code": each.code, "text": each.text, "legal_ref": each.legal_ref}
            for each in measure.violations.order_by("noted_at", "pk")
        ],
        "fine": {"mci": str(measure.fine_mci), "tenge": fine_tenge} if fine_tenge else None,
        "reply": measure.reply or None,
        "file_sha256": measure.file.sha256 if measure.file else None,
        "note": note.strip(),
        "proposed_by": {"name": measure.proposed_by.full_name},
        "approved_by": {"name": approver.full_name},
        "decided_by": {
            "name": actor.user.full_name,
            "organisation": party(actor.organisation),
            "position": code_names("official_position", Role.COMMITTEE_HEAD),
        },
    }


def reason_record(measure: Measure) -> dict[str, Any] | None:
    if not measure.reason:
        return None
    names = code_names(REASON_LISTS[measure.type.effect], measure.reason)
    return {"code": measure.reason, "name": names}


def subject_party(measure: Measure) -> dict[str, Any]:
    """Whoever answers, as documents name them; an auditor by name alone."""
    if measure.organisation is not None:
        return party(measure.organisation)
    name = measure.auditor.full_name if measure.auditor else measure.subject_name
    address = measure.subject_address
    return {
        "name": {"kk": name, "ru": name},
        "bin": measure.subject_bin or None,
        "address": {"kk": address, "ru": address} if address else None,
    }


def basis_of(measure: Measure) -> str:
    """How everything that rests on the decision names it."""
    return f"{measure.number}, SHA-256 {measure.decision_sha256}"
