"""The transition table of a complaint."""

from django.utils.translation import gettext_lazy as _

from workflow.transitions import Status, Transition, Workflow

COMPLAINT_WORKFLOW = Workflow(
    name="Complaint",
    initial="received",
    statuses={
        "received": Status(_("Received"), "neutral", "ring"),
        "registered": Status(_("Registered"), "progress", "arrow"),
        "under_review": Status(_("Under consideration"), "progress", "half"),
        "drafted": Status(_("Answer to be signed"), "wait", "half"),
        "answered": Status(_("Answered"), "good", "check"),
        "forwarded": Status(_("Forwarded"), "neutral", "arrow"),
        "not_examined": Status(_("Left without examination"), "neutral", "cross"),
    },
    transitions=(
        Transition(
            "register", ("received",), "registered", "complaint.registered",
            "oversight.register_complaint", _("Register the complaint"), "primary",
        ),
        Transition(
            "take", ("registered",), "under_review", "complaint.taken",
            "oversight.examine_complaint", _("Take"), "primary",
        ),
        Transition(
            "extend", ("under_review",), "under_review", "complaint.extended",
            "oversight.extend_complaint", _("Prolong the term"),
        ),
        Transition(
            "hand_over", ("registered", "under_review"), "registered", "complaint.handed_over",
            "oversight.hand_over_complaint", _("Give to another inspector"),
        ),
        Transition(
            "draft", ("under_review",), "drafted", "complaint.drafted",
            "oversight.examine_complaint", _("Hand in the answer"), "primary",
        ),
        Transition(
            "answer", ("drafted",), "answered", "complaint.answered",
            "oversight.answer_complaint", _("Sign and send the answer"), "primary",
        ),
        Transition(
            "return", ("drafted",), "under_review", "complaint.draft_returned",
            "oversight.answer_complaint", _("Return the draft"),
        ),
        Transition(
            "forward", ("received", "registered"), "forwarded", "complaint.forwarded",
            "oversight.register_complaint", _("Forward to another body"),
        ),
        Transition(
            "leave", ("received", "registered"), "not_examined", "complaint.not_examined",
            "oversight.register_complaint", _("Leave without examination"), "danger",
        ),
    ),
)  # fmt: skip
