"""Transition tables of stage two."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from workflow.transitions import Status, Transition, Workflow

APPLICATION_WORKFLOW = Workflow(
    name="Application",
    initial="draft",
    statuses={
        "draft": Status(_("Draft"), "neutral", "dot"),
        "submitted": Status(_("Waits for review"), "progress", "half"),
        "under_review": Status(_("Under review"), "progress", "half"),
        "awaiting_applicant": Status(_("Waits for the applicant"), "wait", "pause"),
        "in_consultation": Status(_("Waits for another body"), "wait", "pause"),
        "recommended": Status(_("Waits for a decision"), "progress", "arrow"),
        "approved": Status(pgettext_lazy("application", "Approved"), "good", "check"),
        "refused": Status(_("Refused"), "bad", "cross"),
        "withdrawn": Status(_("Withdrawn"), "neutral", "cross"),
    },
    transitions=(
        Transition(
            "submit", ("draft",), "submitted", "application.submitted",
            "issuance.submit_application", _("Submit to the chamber"), "primary",
        ),
        Transition(
            "take", ("submitted",), "under_review", "application.taken",
            "issuance.take_application", _("Take for review"), "primary",
        ),
        Transition(
            "recommend", ("under_review",), "recommended", "application.recommended",
            "issuance.recommend_application", _("Recommend for approval"), "primary",
        ),
        Transition(
            "propose_refusal", ("under_review",), "recommended", "application.refusal_proposed",
            "issuance.propose_refusal", _("Propose a refusal"), "danger",
        ),
        Transition(
            "ask", ("under_review",), "awaiting_applicant", "application.question_asked",
            "issuance.ask_applicant", _("Ask the applicant"),
        ),
        Transition(
            "answer", ("awaiting_applicant",), "under_review", "application.question_answered",
            "issuance.answer_question", pgettext_lazy("action", "Answer"), "primary",
        ),
        Transition(
            "consult", ("under_review",), "in_consultation", "application.consultation_asked",
            "issuance.consult", _("Consult another body"),
        ),
        Transition(
            "close_consultation", ("in_consultation",), "under_review",
            "application.consultation_closed", "issuance.consult", _("Enter the reply"), "primary",
        ),
        Transition(
            "take_over", ("under_review",), "under_review", "application.taken_over",
            "issuance.take_over", _("Take over"),
        ),
        Transition(
            "release", ("under_review",), "submitted", "application.released",
            "issuance.release_application", _("Give the review back"),
        ),
        # The head of the desk gives a case out, or gives another's review to somebody else.
        Transition(
            "reassign", ("submitted", "under_review"), "under_review", "application.reassigned",
            "issuance.reassign_application", _("Give to another officer"),
        ),
        Transition(
            "approve", ("recommended",), "approved", "application.approved",
            "issuance.approve_application", _("Approve and issue"), "primary",
        ),
        Transition(
            "return", ("recommended",), "under_review", "application.returned",
            "issuance.return_application", _("Return to the reviewer"),
        ),
        Transition(
            "refuse", ("recommended",), "refused", "application.refused",
            "issuance.refuse_application", _("Refuse"), "danger",
        ),
        Transition(
            "withdraw",
            (
                "draft", "submitted", "under_review", "awaiting_applicant", "in_consultation",
                "recommended",
            ),
            "withdrawn", "application.withdrawn",
            "issuance.withdraw_application", _("Withdraw"), "danger",
        ),
    ),
)  # fmt: skip

CERTIFICATE_WORKFLOW = Workflow(
    name="Certificate",
    initial="issuing",
    statuses={
        "issuing": Status(_("Being issued"), "progress", "half"),
        "issue_failed": Status(_("Issue stopped"), "bad", "cross"),
        "valid": Status(_("In force"), "good", "check"),
        "suspended": Status(_("Suspended"), "wait", "pause"),
        "revoked": Status(_("Revoked"), "bad", "cross"),
        "replaced": Status(_("Replaced"), "neutral", "arrow"),
    },
    transitions=(
        Transition(
            "complete", ("issuing",), "valid", "certificate.issued", None, _("Complete the issue")
        ),
        Transition(
            "fail", ("issuing",), "issue_failed", "certificate.issue_failed", None,
            _("Stop the issue"),
        ),
        Transition(
            "resume", ("issue_failed",), "issuing", "certificate.issue_resumed",
            "issuance.resume_issue", _("Issue again"), "primary",
        ),
        # The next four are the effect of a decided change, or of an issued replacement.
        Transition(
            "suspend", ("valid",), "suspended", "certificate.suspended", None, _("Suspend"),
        ),
        Transition(
            "lift", ("suspended",), "valid", "certificate.suspension_lifted", None,
            _("Lift the suspension"),
        ),
        Transition(
            "revoke", ("valid", "suspended"), "revoked", "certificate.revoked", None, _("Revoke"),
        ),
        Transition(
            "set_aside", ("revoked",), "valid", "certificate.revocation_set_aside", None,
            _("Set the revocation aside"),
        ),
        Transition(
            "replace", ("valid", "suspended"), "replaced", "certificate.replaced", None,
            _("Replace"),
        ),
    ),
)  # fmt: skip

CHANGE_WORKFLOW = Workflow(
    name="CertificateChange",
    initial="proposed",
    statuses={
        "proposed": Status(_("Waits for a decision"), "progress", "arrow"),
        "in_force": Status(_("Decided"), "good", "check"),
        "rejected": Status(_("Rejected"), "neutral", "cross"),
        "withdrawn": Status(_("Withdrawn"), "neutral", "cross"),
    },
    transitions=(
        Transition(
            "decide", ("proposed",), "in_force", "certificate_change.decided",
            "issuance.decide_change", _("Decide"), "primary",
        ),
        # Decided and signed elsewhere: by a measure or a mass action of the Committee.
        Transition(
            "impose", ("proposed",), "in_force", "certificate_change.imposed", None, _("Impose"),
        ),
        Transition(
            "reject", ("proposed",), "rejected", "certificate_change.rejected",
            "issuance.decide_change", _("Reject"), "danger",
        ),
        Transition(
            "withdraw", ("proposed",), "withdrawn", "certificate_change.withdrawn",
            "issuance.withdraw_change", _("Withdraw"), "danger",
        ),
    ),
)  # fmt: skip
