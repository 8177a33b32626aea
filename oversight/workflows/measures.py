"""The transition tables of measures and of appeals against them."""

from django.utils.translation import gettext_lazy as _

from workflow.transitions import Status, Transition, Workflow

MEASURE_WORKFLOW = Workflow(
    name="Measure",
    initial="proposed",
    statuses={
        "proposed": Status(_("Proposed"), "progress", "arrow"),
        "approved": Status(_("Notice given"), "wait", "clock"),
        "in_force": Status(_("In force"), "bad", "triangle"),
        "executed": Status(_("Executed"), "good", "check"),
        "lifted": Status(_("Lifted"), "neutral", "arrow"),
        "set_aside": Status(_("Set aside"), "neutral", "cross"),
        "rejected": Status(_("Rejected"), "neutral", "cross"),
        "dropped": Status(_("Dropped after the reply"), "neutral", "cross"),
        "withdrawn": Status(_("Withdrawn"), "neutral", "cross"),
    },
    transitions=(
        Transition(
            "approve", ("proposed",), "approved", "measure.approved",
            "oversight.decide_measure", _("Approve"), "primary",
        ),
        Transition(
            "reject", ("proposed",), "rejected", "measure.rejected",
            "oversight.decide_measure", _("Reject"), "danger",
        ),
        Transition(
            "withdraw", ("proposed",), "withdrawn", "measure.withdrawn",
            "oversight.withdraw_measure", _("Withdraw"), "danger",
        ),
        Transition(
            "impose", ("approved",), "in_force", "measure.imposed",
            "oversight.decide_measure", _("Impose"), "primary",
        ),
        Transition(
            "drop", ("approved",), "dropped", "measure.dropped",
            "oversight.decide_measure", _("Drop"),
        ),
        Transition(
            "execute", ("in_force",), "executed", "measure.executed",
            "oversight.follow_measure", _("Mark as executed"), "primary",
        ),
        Transition(
            "lift", ("in_force",), "lifted", "measure.lifted",
            "oversight.decide_measure", _("Lift"),
        ),
        Transition(
            "expire", ("in_force",), "executed", "measure.expired",
            None, _("End with its term"),
        ),
        Transition(
            "set_aside", ("in_force", "executed", "lifted"), "set_aside", "measure.set_aside",
            None, _("Set aside"),
        ),
    ),
)  # fmt: skip


APPEAL_WORKFLOW = Workflow(
    name="Appeal",
    initial="filed",
    statuses={
        "filed": Status(_("Under consideration"), "progress", "half"),
        "allowed": Status(_("Allowed"), "good", "check"),
        "dismissed": Status(_("Dismissed"), "neutral", "cross"),
        "withdrawn": Status(_("Withdrawn"), "neutral", "cross"),
    },
    transitions=(
        Transition(
            "allow", ("filed",), "allowed", "appeal.allowed",
            "oversight.decide_appeal", _("Allow the appeal"), "primary",
        ),
        Transition(
            "dismiss", ("filed",), "dismissed", "appeal.dismissed",
            "oversight.decide_appeal", _("Dismiss the appeal"), "danger",
        ),
        Transition(
            "withdraw", ("filed",), "withdrawn", "appeal.withdrawn",
            "oversight.withdraw_appeal", _("Withdraw the appeal"),
        ),
    ),
)  # fmt: skip
