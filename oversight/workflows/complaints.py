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
        "answered": Status(_("Answered"), "good", "check"),
        "forwarded": Status(_("Forwarded"), "neutral", "arrow"),
        "not_examined": Status(_("Left without examination"), "neutral", "cross"),
    },
    transitions=(
        Transition(
            "register", ("received",), "registered", "complaint.registered",
            "oversight.register_complaint", _("Register"), "primary",
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
            "answer", ("under_review",), "answered", "complaint.answered",
            "oversight.answer_complaint", _("Answer"), "primary",
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
