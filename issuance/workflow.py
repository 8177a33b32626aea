"""Transition tables of stage two."""

from django.utils.translation import gettext_lazy as _

from workflow.transitions import Status, Transition, Workflow

APPLICATION_WORKFLOW = Workflow(
    name="Application",
    initial="draft",
    statuses={
        "draft": Status(_("Draft"), "neutral", "dot"),
        "submitted": Status(_("Waits for review"), "progress", "half"),
        "under_review": Status(_("Under review"), "progress", "half"),
        "awaiting_applicant": Status(_("Waits for the applicant"), "wait", "pause"),
        "recommended": Status(_("Waits for a decision"), "progress", "arrow"),
        "approved": Status(_("Approved"), "good", "check"),
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
            "issuance.answer_question", _("Answer"), "primary",
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
            ("draft", "submitted", "under_review", "awaiting_applicant", "recommended"),
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
    ),
)  # fmt: skip
