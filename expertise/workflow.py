"""Transition tables of stage one."""

from django.utils.translation import gettext_lazy as _

from workflow.transitions import Status, Transition, Workflow

REQUEST_WORKFLOW = Workflow(
    name="ExpertiseRequest",
    initial="draft",
    statuses={
        "draft": Status(_("Draft"), "neutral", "dot"),
        "submitted": Status(_("Waits for acceptance"), "progress", "half"),
        "accepted": Status(_("Waits for an auditor"), "progress", "half"),
        "in_expertise": Status(_("Under expertise"), "progress", "half"),
        "awaiting_applicant": Status(_("Waits for the applicant"), "wait", "pause"),
        "concluded": Status(_("Act signed"), "good", "check"),
        "rejected": Status(_("Rejected"), "bad", "cross"),
        "withdrawn": Status(_("Withdrawn"), "neutral", "cross"),
    },
    transitions=(
        Transition(
            "submit",
            ("draft",),
            "submitted",
            "request.submitted",
            "expertise.submit_request",
            _("Submit"),
            "primary",
        ),
        Transition(
            "accept",
            ("submitted",),
            "accepted",
            "request.accepted",
            "expertise.accept_request",
            _("Accept"),
            "primary",
        ),
        Transition(
            "assign",
            ("accepted",),
            "in_expertise",
            "request.assigned",
            "expertise.assign_auditor",
            _("Assign an auditor"),
            "primary",
        ),
        Transition(
            "sign",
            ("in_expertise",),
            "concluded",
            "request.concluded",
            "expertise.sign_act",
            _("Sign the act"),
            "primary",
        ),
        Transition(
            "ask",
            ("in_expertise",),
            "awaiting_applicant",
            "request.question_asked",
            "expertise.ask_applicant",
            _("Ask the applicant"),
        ),
        Transition(
            "answer",
            ("awaiting_applicant",),
            "in_expertise",
            "request.question_answered",
            "expertise.answer_question",
            _("Answer"),
            "primary",
        ),
        Transition(
            "reject",
            ("submitted", "accepted"),
            "rejected",
            "request.rejected",
            "expertise.reject_request",
            _("Reject"),
            "danger",
        ),
        Transition(
            "withdraw",
            ("draft", "submitted", "accepted", "in_expertise", "awaiting_applicant"),
            "withdrawn",
            "request.withdrawn",
            "expertise.withdraw_request",
            _("Withdraw"),
            "danger",
        ),
    ),
)

ACT_WORKFLOW = Workflow(
    name="Act",
    initial="draft",
    statuses={
        "draft": Status(_("Draft"), "neutral", "dot"),
        "signed": Status(_("Signed"), "good", "check"),
    },
    transitions=(
        Transition(
            "sign", ("draft",), "signed", "act.signed", "expertise.sign_act", _("Sign"), "primary"
        ),
    ),
)
