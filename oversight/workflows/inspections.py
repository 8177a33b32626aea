"""The transition table of an inspection."""

from django.utils.translation import gettext_lazy as _

from workflow.transitions import Status, Transition, Workflow

INSPECTION_WORKFLOW = Workflow(
    name="Inspection",
    initial="planned",
    statuses={
        "planned": Status(_("Planned"), "neutral", "ring"),
        "under_way": Status(_("Under way"), "progress", "half"),
        "completed": Status(_("Completed"), "good", "check"),
        "cancelled": Status(_("Cancelled"), "neutral", "cross"),
    },
    transitions=(
        Transition(
            "start", ("planned",), "under_way", "inspection.started",
            "oversight.conduct_inspection", _("Begin"), "primary",
        ),
        Transition(
            "complete", ("under_way",), "completed", "inspection.completed",
            "oversight.conduct_inspection", _("Complete"), "primary",
        ),
        Transition(
            "cancel", ("planned",), "cancelled", "inspection.cancelled",
            "oversight.plan_inspection", _("Cancel"), "danger",
        ),
    ),
)  # fmt: skip
