"""The transition table of a recommendation of preventive control without a visit."""

from django.utils.translation import gettext_lazy as _

from workflow.transitions import Status, Transition, Workflow

RECOMMENDATION_WORKFLOW = Workflow(
    name="Recommendation",
    initial="prepared",
    statuses={
        "prepared": Status(_("Being prepared"), "neutral", "half"),
        "sent": Status(_("Sent, to be executed"), "progress", "arrow"),
        "objected": Status(_("Objected to"), "wait", "triangle"),
        "reported": Status(_("Execution reported"), "progress", "half"),
        "executed": Status(_("Executed"), "good", "check"),
        "unexecuted": Status(_("Not executed"), "bad", "cross"),
        "withdrawn": Status(_("Withdrawn"), "neutral", "cross"),
    },
    transitions=(
        Transition(
            "send", ("prepared",), "sent", "recommendation.sent",
            "oversight.send_recommendation", _("Send"), "primary",
        ),
        Transition(
            "object", ("sent",), "objected", "recommendation.objected",
            "oversight.answer_recommendation", _("Lodge an objection"),
        ),
        Transition(
            "dismiss_objection", ("objected",), "sent", "recommendation.objection_dismissed",
            "oversight.decide_recommendation_objection", _("Dismiss the objection"),
        ),
        Transition(
            "accept_objection", ("objected",), "withdrawn", "recommendation.objection_accepted",
            "oversight.decide_recommendation_objection", _("Accept the objection"),
        ),
        Transition(
            "report", ("sent",), "reported", "recommendation.execution_reported",
            "oversight.answer_recommendation", _("Report the execution"), "primary",
        ),
        Transition(
            "confirm", ("reported",), "executed", "recommendation.executed",
            "oversight.confirm_recommendation", _("Confirm the execution"), "primary",
        ),
        Transition(
            "return", ("reported",), "sent", "recommendation.returned",
            "oversight.confirm_recommendation", _("Not yet executed"),
        ),
        Transition(
            "lapse", ("sent",), "unexecuted", "recommendation.unexecuted",
            None, _("Declare not executed"),
        ),
        Transition(
            "withdraw", ("prepared",), "withdrawn", "recommendation.withdrawn",
            "oversight.send_recommendation", _("Withdraw"), "danger",
        ),
    ),
)  # fmt: skip
