"""The transition table of a plan of desk control."""

from django.utils.translation import gettext_lazy as _

from workflow.transitions import Status, Transition, Workflow

PLAN_WORKFLOW = Workflow(
    name="ControlPlan",
    initial="draft",
    statuses={
        "draft": Status(_("Being prepared"), "neutral", "half"),
        "committed": Status(_("Committed, waits for the draw"), "wait", "clock"),
        "drawn": Status(_("Drawn, being checked"), "progress", "arrow"),
        "closed": Status(_("Closed"), "good", "check"),
        "cancelled": Status(_("Cancelled"), "neutral", "cross"),
    },
    transitions=(
        Transition(
            "commit", ("draft",), "committed", "control_plan.committed",
            "oversight.commit_plan", _("Commit"), "primary",
        ),
        Transition(
            "draw", ("committed",), "drawn", "control_plan.drawn",
            None, _("Draw lots"),
        ),
        Transition(
            "close", ("drawn",), "closed", "control_plan.closed",
            "oversight.close_plan", _("Close the plan"), "primary",
        ),
        Transition(
            "cancel", ("draft", "committed"), "cancelled", "control_plan.cancelled",
            "oversight.cancel_plan", _("Cancel the plan"), "danger",
        ),
    ),
)  # fmt: skip
