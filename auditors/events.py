"""Events of the register of auditors and the sentences that the timeline shows for them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

import audit
from reference.code_lists import code_label

from .services.applying import REQUIREMENTS


def _requirement_in_words(facts: Mapping[str, Any]) -> dict[str, str]:
    return {
        "requirement": code_label(REQUIREMENTS, facts["requirement"]),
        "decision": gettext("met") if facts.get("is_met") else gettext("not met"),
    }


audit.register(
    "attestation.applied",
    facts=("user", "proofs"),
    sentence=_("%(actor_label)s applied for an attestation"),
)
audit.register(
    "attestation.proof_added",
    facts=("requirement", "sha256"),
    sentence=_("A document was added: %(requirement)s"),
    in_words=_requirement_in_words,
)
audit.register(
    "attestation.requirement_decided",
    facts=("requirement", "is_met"),
    sentence=_("An inspector decided “%(requirement)s”: %(decision)s"),
    in_words=_requirement_in_words,
)
audit.register("attestation.admitted", sentence=_("The Committee admitted the person to the test"))
audit.register(
    "attestation.refused", facts=("reason",), sentence=_("The Committee refused admission")
)
audit.register("attestation.withdrawn", sentence=_("The application was withdrawn"))
# The result itself is personal and stays in its row.
TEST_FACTS = ("attempt", "taken_on", "threshold_percent", "source", "file_sha256")
audit.register(
    "attestation.test_registered",
    facts=TEST_FACTS,
    sentence=_("A failed test was registered; it may be taken again"),
)
audit.register(
    "attestation.test_passed",
    facts=TEST_FACTS,
    sentence=_("The test was passed"),
)
audit.register(
    "attestation.test_failed",
    facts=TEST_FACTS,
    sentence=_("The last attempt failed; the application is closed"),
)
audit.register(
    "attestation.tests_imported",
    facts=("file_sha256", "rows"),
    sentence=_("Test results were imported from a file: %(rows)s"),
)
audit.register(
    "attestation.proposed",
    facts=("kind", "reason", "proposal"),
    sentence=_("An inspector prepared a decision for the head of the department"),
)
audit.register(
    "attestation.proposal_declined",
    facts=("kind", "proposal"),
    sentence=_("The head of the department declined the prepared decision"),
)
audit.register(
    "attestation.attested",
    facts=("attestation", "valid_from", "valid_until"),
    sentence=_("Attestation %(subject_label)s was given"),
)
audit.register(
    "attestation.extension_asked", sentence=_("The auditor asked to extend the attestation")
)
audit.register(
    "attestation.extended",
    facts=("attestation", "valid_from", "valid_until"),
    sentence=_("Attestation %(subject_label)s was extended"),
)
audit.register(
    "attestation.suspended",
    facts=("reason", "from_on", "until_on"),
    sentence=_("Attestation %(subject_label)s was suspended"),
)
audit.register(
    "attestation.suspension_lifted",
    facts=("lifted_on",),
    sentence=_("The suspension was lifted before its end"),
)
audit.register(
    "attestation.returned",
    sentence=_("The suspension ended; the attestation is in force again"),
)
audit.register(
    "attestation.revoked",
    facts=("reason", "revoked_on"),
    sentence=_("Attestation %(subject_label)s was revoked"),
)
audit.register("attestation.expired", sentence=_("The term of the attestation ended"))
audit.register(
    "auditor.interest_declared",
    facts=("kind", "declaration"),
    sentence=_("The auditor declared an interest"),
)
audit.register(
    "auditor.declaration_withdrawn",
    facts=("declaration",),
    sentence=_("The auditor withdrew a declaration"),
)
audit.register(
    "attestation.reinstated",
    facts=("reinstated_on", "basis"),
    sentence=_("The revocation was set aside; attestation %(subject_label)s is in force again"),
)
audit.register(
    "act_ban.imposed",
    facts=("auditor", "organisation", "from_on", "until_on", "basis"),
    sentence=_("New acts were banned by decision %(basis)s"),
)
audit.register(
    "act_ban.lifted",
    facts=("lifted_on",),
    sentence=_("The ban on new acts was lifted"),
)
audit.register_subject("attestation", "auditors:case-detail")
