"""The transition table of a desk check."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from workflow.transitions import Status, Transition, Workflow

CHECK_WORKFLOW = Workflow(
    name="DeskCheck",
    initial="selected",
    statuses={
        "selected": Status(_("Selected"), "neutral", "ring"),
        "assigned": Status(_("Assigned"), "progress", "arrow"),
        "in_progress": Status(_("Being checked"), "progress", "half"),
        "awaiting_reply": Status(_("Waits for a reply"), "wait", "pause"),
        "concluded": Status(_("Concluded"), "progress", "check"),
        "objected": Status(_("Objected to"), "wait", "triangle"),
        "closed": Status(_("Closed"), "good", "check"),
    },
    transitions=(
        Transition(
            "assign", ("selected", "assigned", "in_progress"), "assigned", "desk_check.assigned",
            "oversight.assign_check", _("Assign"), "primary",
        ),
        Transition(
            "start", ("assigned",), "in_progress", "desk_check.started",
            "oversight.work_on_check", _("Begin the check"), "primary",
        ),
        Transition(
            "ask", ("in_progress",), "awaiting_reply", "desk_check.asked",
            "oversight.work_on_check", _("Ask for an explanation"),
        ),
        Transition(
            "answer", ("awaiting_reply",), "in_progress", "desk_check.answered",
            "oversight.answer_check", pgettext_lazy("action", "Reply"), "primary",
        ),
        Transition(
            "resume", ("awaiting_reply",), "in_progress", "desk_check.resumed",
            "oversight.work_on_check", _("Go on without a reply"),
        ),
        Transition(
            "conclude", ("in_progress",), "concluded", "desk_check.concluded",
            "oversight.work_on_check", _("Conclude"), "primary",
        ),
        Transition(
            "object", ("concluded",), "objected", "desk_check.objected",
            "oversight.object_to_check", _("Lodge an objection"),
        ),
        Transition(
            "reopen", ("objected",), "in_progress", "desk_check.reopened",
            "oversight.decide_objection", _("Check again"),
        ),
        Transition(
            "uphold", ("objected",), "concluded", "desk_check.upheld",
            "oversight.decide_objection", _("Leave the conclusion"),
        ),
        Transition(
            "close", ("concluded",), "closed", "desk_check.closed",
            "oversight.close_check", _("Close the check"), "primary",
        ),
    ),
)  # fmt: skip
