"""The decision of a chamber as data: what the signatory signs before anything is done.

No number and no clock stand in it: the service builds it anew at the moment of the decision, and
it must be the same, byte for byte, as what was signed.
"""

import json
from typing import Any

from django.utils import timezone

from accounts.models import Membership, Organisation, User
from reference.code_lists import code_names

from .mandates import mandate_in_force, mandate_record
from .models import Application, Certificate, Mandate, Power

ISSUE = "issue"
REFUSE = "refuse"
POWER_OF = {ISSUE: Power.ISSUE, REFUSE: Power.REFUSE}
# What may be stated anew in a replacement, and the shape in which the act states it.
CORRECTABLE = ("recipient", "contract")
PARTS = ("scheme", "category", "purpose", "applicant", "producer", "recipient", "contract")


def decision_record(
    application: Application,
    actor: Membership,
    *,
    decision: str,
    reason: str = "",
    note: str = "",
) -> dict[str, Any]:
    """The decision that `actor` would take now; `decision` is "issue" or "refuse"."""
    mandate = mandate_in_force(
        actor.user, application.chamber, POWER_OF[decision], timezone.localdate()
    )
    return record_of_decision(
        application, actor.user, mandate, decision=decision, reason=reason, note=note
    )


def record_of_decision(
    application: Application,
    decider: User,
    mandate: Mandate | None,
    *,
    decision: str,
    reason: str = "",
    note: str = "",
) -> dict[str, Any]:
    """The decision of this person on this mandate, whenever it is taken."""
    facts = stated_facts(application)
    if decision == REFUSE:
        facts["lines"] = []
    refusal = None
    if decision == REFUSE:
        refusal = {
            "reason": {"code": reason, **code_names("refusal_reason", reason)},
            "note": note.strip(),
        }
    return {
        "schema": "ctkz.decision/1",
        "decision": decision,
        "application": application.number,
        **facts,
        "replaces": replaced_record(application.replaces),
        "corrections": application.corrections,
        "refusal": refusal,
        "decided_by": {
            "name": decider.full_name,
            "position": mandate.positions() if mandate else {"kk": "", "ru": ""},
            "mandate": mandate_record(mandate) if mandate else None,
        },
    }


def kept_decision(application: Application) -> dict[str, Any] | None:
    """The decision as it was taken; None before it."""
    if application.decision_record is None:
        return None
    record: dict[str, Any] = json.loads(bytes(application.decision_record))
    return record


def stated_facts(application: Application) -> dict[str, Any]:
    """What the certificate will state, with the corrections of a replacement.

    Goods, parties, category and purpose come from the bytes that the auditor signed and not
    from tables that can change; lines that the act refused are left out, the others keep
    their numbers (invoices refer to them).
    """
    act = application.act
    signed = json.loads(bytes(act.record))
    facts = {
        "act": {"number": act.number, "sha256": act.record_sha256},
        "chamber": chamber_record(application.chamber),
        "lines": [goods_line(line) for line in signed["lines"] if line["originating"]],
        **{part: signed[part] for part in PARTS},
    }
    for part in CORRECTABLE:
        if part in application.corrections:
            facts[part] = application.corrections[part]
    return facts


def chamber_record(chamber: Organisation) -> dict[str, Any]:
    return {
        "code": chamber.code,
        "name": chamber.names(),
        "bin": chamber.bin,
        "address": chamber.addresses(),
    }


def replaced_record(replaced: Certificate | None) -> dict[str, Any] | None:
    """How documents name the certificate that they stand for."""
    if replaced is None:
        return None
    return {"number": replaced.number, "sha256": replaced.record_sha256}


def goods_line(line: dict[str, Any]) -> dict[str, Any]:
    printed = (
        "number", "name", "hs_code", "kp_ved", "quantity", "unit", "criterion",
        "local_content_percent",
    )  # fmt: skip
    return {name: line[name] for name in printed}
