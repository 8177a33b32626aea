"""The transition table of an attestation.

Proposals, proofs and tests that fail with attempts left do not change the status: the case still
waits for the same thing, or the attestation is still in force.
"""

from django.utils.translation import gettext_lazy as _

from workflow.transitions import Status, Transition, Workflow

ATTESTATION_WORKFLOW = Workflow(
    name="AttestationCase",
    initial="applied",
    statuses={
        "applied": Status(_("Application under review"), "progress", "half"),
        "admitted": Status(_("Admitted to the test"), "wait", "arrow"),
        "tested": Status(_("Test passed"), "progress", "arrow"),
        "attested": Status(_("Attested"), "good", "check"),
        "suspended": Status(_("Suspended"), "wait", "pause"),
        "revoked": Status(_("Attestation revoked"), "bad", "cross"),
        "expired": Status(_("Expired"), "neutral", "cross"),
        "failed": Status(_("Test failed"), "bad", "cross"),
        "refused": Status(_("Not admitted"), "bad", "cross"),
        "withdrawn": Status(_("Withdrawn"), "neutral", "cross"),
    },
    transitions=(
        Transition(
            "admit", ("applied",), "admitted", "attestation.admitted",
            "auditors.admit_applicant", _("Admit to the test"), "primary",
        ),
        Transition(
            "refuse", ("applied",), "refused", "attestation.refused",
            "auditors.refuse_applicant", _("Refuse admission"), "danger",
        ),
        Transition(
            "pass_test", ("admitted",), "tested", "attestation.test_passed",
            "auditors.register_test", _("Register a passed test"), "primary",
        ),
        Transition(
            "fail_test", ("admitted",), "failed", "attestation.test_failed",
            "auditors.register_test", _("Register the last failed test"), "danger",
        ),
        Transition(
            "attest", ("tested",), "attested", "attestation.attested",
            "auditors.attest_auditor", _("Attest"), "primary",
        ),
        Transition(
            "extend", ("attested",), "attested", "attestation.extended",
            "auditors.extend_attestation", _("Extend"), "primary",
        ),
        Transition(
            "suspend", ("attested",), "suspended", "attestation.suspended",
            "auditors.suspend_attestation", _("Suspend the attestation"), "danger",
        ),
        Transition(
            "lift", ("suspended",), "attested", "attestation.suspension_lifted",
            "auditors.lift_suspension", _("Lift the suspension"),
        ),
        Transition(
            "return", ("suspended",), "attested", "attestation.returned",
            None, _("Return when the suspension ends"),
        ),
        Transition(
            "revoke", ("attested", "suspended"), "revoked", "attestation.revoked",
            "auditors.revoke_attestation", _("Revoke the attestation"), "danger",
        ),
        # An appeal was allowed: the attestation goes on for what is left of its term.
        Transition(
            "reinstate", ("revoked",), "attested", "attestation.reinstated",
            None, _("Set the revocation aside"),
        ),
        Transition(
            "expire", ("attested", "suspended"), "expired", "attestation.expired",
            None, _("Close when the term ends"),
        ),
        Transition(
            "withdraw", ("applied", "admitted", "tested"), "withdrawn", "attestation.withdrawn",
            "auditors.withdraw_application", _("Withdraw the application"), "danger",
        ),
    ),
)  # fmt: skip
