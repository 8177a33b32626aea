"""Transition tables of stage one."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
            pgettext_lazy("action", "Answer"),
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
            "release",
            ("in_expertise",),
            "accepted",
            "request.released",
            "expertise.release_request",
            _("Take back from the auditor"),
        ),
        Transition(
            "refuse",
            ("in_expertise",),
            "rejected",
            "request.refused",
            "expertise.refuse_expertise",
            _("Refuse the expertise"),
            "danger",
        ),
        # The applicant let the term for the answer pass.
        Transition(
            "lapse",
            ("awaiting_applicant",),
            "rejected",
            "request.lapsed",
            None,
            _("End without an answer"),
        ),
        # A correction of a signed act begins where its auditor stood.
        Transition(
            "reopen",
            ("draft",),
            "in_expertise",
            "request.correction_opened",
            None,
            _("Open for correction"),
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
        "superseded": Status(_("Superseded"), "neutral", "arrow"),
        "annulled": Status(_("Annulled"), "bad", "cross"),
    },
    transitions=(
        Transition(
            "sign", ("draft",), "signed", "act.signed", "expertise.sign_act", _("Sign"), "primary"
        ),
        # Done with the signature of the corrected act, never alone.
        Transition("supersede", ("signed",), "superseded", "act.superseded", None, _("Supersede")),
        Transition(
            "annul",
            ("signed",),
            "annulled",
            "act.annulled",
            "expertise.annul_act",
            _("Annul"),
            "danger",
        ),
        # An appeal against the Committee's decision to annul was allowed.
        Transition(
            "reinstate",
            ("annulled",),
            "signed",
            "act.reinstated",
            None,
            _("Set the annulment aside"),
        ),
    ),
)

SECOND_OPINION_WORKFLOW = Workflow(
    name="SecondOpinion",
    initial="under_way",
    statuses={
        "under_way": Status(_("Under way"), "progress", "half"),
        "agreed": Status(_("Both agree"), "good", "check"),
        "differs": Status(_("The verdicts differ"), "bad", "cross"),
        "resolved": Status(_("Resolved"), "neutral", "check"),
        "void": Status(_("Not completed"), "neutral", "dot"),
    },
    transitions=(
        Transition("agree", ("under_way",), "agreed", "second_opinion.agreed", None, _("Agree")),
        Transition(
            "differ", ("under_way",), "differs", "second_opinion.differs", None, _("Differ")
        ),
        Transition("void", ("under_way",), "void", "second_opinion.void", None, _("Leave")),
        Transition(
            "resolve",
            ("differs",),
            "resolved",
            "second_opinion.resolved",
            "expertise.resolve_second_opinion",
            _("Resolve"),
            "primary",
        ),
    ),
)
