"""The transition table of a mass action."""

from django.utils.translation import gettext_lazy as _

from workflow.transitions import Status, Transition, Workflow

MASS_WORKFLOW = Workflow(
    name="MassAction",
    initial="draft",
    statuses={
        "draft": Status(_("Dry run"), "neutral", "half"),
        "proposed": Status(_("Waits for the first approval"), "progress", "arrow"),
        "first_approved": Status(_("Waits for the second approval"), "progress", "arrow"),
        "running": Status(_("Being carried out"), "progress", "half"),
        "stopped": Status(_("Stopped"), "wait", "pause"),
        "finished": Status(_("Carried out"), "good", "check"),
        "rejected": Status(_("Rejected"), "neutral", "cross"),
        "withdrawn": Status(_("Withdrawn"), "neutral", "cross"),
    },
    transitions=(
        Transition(
            "propose", ("draft",), "proposed", "mass_action.proposed",
            "oversight.propose_mass_action", _("Propose"), "primary",
        ),
        Transition(
            "approve_first", ("proposed",), "first_approved", "mass_action.first_approved",
            "oversight.approve_mass_action_first", _("Approve (first)"), "primary",
        ),
        Transition(
            "approve", ("first_approved",), "running", "mass_action.approved",
            "oversight.approve_mass_action", _("Approve and carry out"), "danger",
        ),
        Transition(
            "reject", ("proposed", "first_approved"), "rejected", "mass_action.rejected",
            "oversight.approve_mass_action", _("Reject"),
        ),
        Transition(
            "withdraw", ("draft", "proposed"), "withdrawn", "mass_action.withdrawn",
            "oversight.propose_mass_action", _("Withdraw"),
        ),
        Transition(
            "stop", ("running",), "stopped", "mass_action.stopped",
            "oversight.stop_mass_action", _("Stop"), "danger",
        ),
        Transition(
            "resume", ("stopped",), "running", "mass_action.resumed",
            "oversight.approve_mass_action", _("Go on"), "primary",
        ),
        Transition(
            "finish", ("running",), "finished", "mass_action.finished",
            None, _("Finish"),
        ),
    ),
)  # fmt: skip
