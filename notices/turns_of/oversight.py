"""Turns of control; whom each tells stands in `control_people`."""

from django.utils.translation import gettext_lazy as _

from notices.turns import Group, register

from .control_people import (
    addressee_acts,
    alert,
    asked,
    both_sides,
    closed,
    concluded,
    inspection_inspector,
    inspection_people,
    inspector_acts,
    listing_to_confirm,
    listing_to_send,
    mass_first,
    mass_people,
    mass_second,
    objected,
    objection_to_decide,
    plan_author,
    plan_deciders,
    posted,
    sender_acts,
    to_addressee,
)

register(
    "desk_check.assigned",
    to=inspector_acts,
    group=Group.CONTROL,
    text=_("Desk check %(subject)s was given to you"),
    text_to_act=_("Desk check %(subject)s was given to you: begin it"),
)
register(
    "desk_check.asked",
    to=asked,
    group=Group.CONTROL,
    text=_("The Committee asks you to explain"),
    text_to_act=_(
        "The Committee asks you to explain in desk check %(subject)s: answer by %(due_on)s"
    ),
)
register(
    "desk_check.answered",
    to=inspector_acts,
    group=Group.CONTROL,
    text=_("An answer came in desk check %(subject)s"),
    text_to_act=_("An answer came in desk check %(subject)s: go on with it"),
)
register(
    "desk_check.concluded",
    to=concluded,
    group=Group.CONTROL,
    text=_("Desk check %(subject)s was concluded; you may object"),
    text_to_act=_("Desk check %(subject)s was concluded: look at it and close it"),
)
register(
    "desk_check.objected",
    to=objected,
    group=Group.CONTROL,
    text=_("An objection came to desk check %(subject)s"),
    text_to_act=_("An objection came to desk check %(subject)s: decide on it"),
)
register(
    "desk_check.reopened",
    to=inspector_acts,
    group=Group.CONTROL,
    text=_("Desk check %(subject)s goes on"),
    text_to_act=_("The objection was accepted: go on with desk check %(subject)s"),
)
register(
    "desk_check.upheld",
    to=closed,
    group=Group.CONTROL,
    text=_("The objection to desk check %(subject)s was dismissed"),
)
register(
    "desk_check.closed",
    to=closed,
    group=Group.CONTROL,
    text=_("Desk check %(subject)s was closed"),
)
register(
    "recommendation.sent",
    to=addressee_acts,
    group=Group.CONTROL,
    text=_("The Committee sent recommendation %(subject)s"),
    text_to_act=_(
        "The Committee sent recommendation %(subject)s: read it and report what was done"
    ),
)
register(
    "recommendation.reminded",
    to=addressee_acts,
    group=Group.DEADLINE,
    text=_("Recommendation %(subject)s waits"),
    text_to_act=_(
        "Recommendation %(subject)s must be executed by %(due_on)s: report what was done"
    ),
)
register(
    "recommendation.sending_reminded",
    to=sender_acts,
    group=Group.DEADLINE,
    text=_("Recommendation %(subject)s waits to be sent"),
    text_to_act=_("Send recommendation %(subject)s by %(due_on)s"),
)
register(
    "recommendation.objected",
    to=objection_to_decide,
    group=Group.CONTROL,
    text=_("An objection came to recommendation %(subject)s"),
    text_to_act=_("An objection came to recommendation %(subject)s: decide on it"),
)
register(
    "recommendation.objection_accepted",
    to=both_sides,
    group=Group.CONTROL,
    text=_("The objection was accepted; recommendation %(subject)s is withdrawn"),
)
register(
    "recommendation.objection_dismissed",
    to=addressee_acts,
    group=Group.CONTROL,
    text=_("The objection to recommendation %(subject)s was dismissed"),
    text_to_act=_(
        "The objection to recommendation %(subject)s was dismissed: execute it by %(execute_by)s"
    ),
)
register(
    "recommendation.execution_reported",
    to=sender_acts,
    group=Group.CONTROL,
    text=_("Execution of recommendation %(subject)s was reported"),
    text_to_act=_("Execution of recommendation %(subject)s was reported: confirm or return it"),
)
register(
    "recommendation.returned",
    to=addressee_acts,
    group=Group.CONTROL,
    text=_("The report on recommendation %(subject)s was returned"),
    text_to_act=_(
        "The report on recommendation %(subject)s was returned: complete it by %(execute_by)s"
    ),
)
register(
    "recommendation.executed",
    to=to_addressee,
    group=Group.CONTROL,
    text=_("The execution of recommendation %(subject)s was confirmed"),
)
register(
    "recommendation.unexecuted",
    to=both_sides,
    group=Group.CONTROL,
    text=_("Recommendation %(subject)s was not executed by %(execute_by)s"),
)
register(
    "recommendation.withdrawn",
    to=to_addressee,
    group=Group.CONTROL,
    text=_("Recommendation %(subject)s was withdrawn"),
)
register(
    "control_plan.prepared",
    to=plan_deciders,
    group=Group.CONTROL,
    text=_("Plan %(number)s of desk control was prepared"),
    text_to_act=_("Plan %(number)s of desk control was prepared: commit it or send it back"),
)
register(
    "control_plan.committed",
    to=plan_author,
    group=Group.CONTROL,
    text=_("Plan %(number)s was committed: the draw follows"),
)
register(
    "control_plan.drawn",
    to=plan_author,
    group=Group.CONTROL,
    text=_("Plan %(number)s was drawn: %(selected)s certificates are to be checked"),
)
register(
    "control_plan.cancelled",
    to=plan_author,
    group=Group.CONTROL,
    text=_("Plan %(number)s was cancelled"),
)
register(
    "control_plan.closed",
    to=plan_author,
    group=Group.CONTROL,
    text=_("Plan %(number)s was closed"),
)
register(
    "inspection.assigned",
    to=inspection_inspector,
    group=Group.CONTROL,
    text=_("Inspection %(subject)s was given to you"),
    text_to_act=_("Inspection %(subject)s was given to you"),
)
register(
    "inspection.cancelled",
    to=inspection_people,
    group=Group.CONTROL,
    text=_("Inspection %(subject)s was cancelled"),
)
register(
    "inspection.completed",
    to=inspection_people,
    group=Group.CONTROL,
    text=_("Inspection %(subject)s was completed; violations: %(violations)s"),
)
register(
    "posting.made",
    to=posted,
    group=Group.ACCOUNT,
    text=_("You serve in another department from %(since)s"),
)
register(
    "posting.ended",
    to=posted,
    group=Group.ACCOUNT,
    text=_("Your service in the department ends on %(until)s"),
)
register(
    "mass_action.proposed",
    to=mass_first,
    group=Group.CONTROL,
    text=_("Mass action %(subject)s was proposed"),
    text_to_act=_(
        "Mass action %(subject)s was proposed for %(total)s certificates: "
        "look at the sample and decide"
    ),
)
register(
    "mass_action.first_approved",
    to=mass_second,
    group=Group.CONTROL,
    text=_("Mass action %(subject)s was approved once"),
    text_to_act=_("Mass action %(subject)s was approved once: look at the sample and decide"),
)
register(
    "mass_action.rejected",
    to=mass_people,
    group=Group.CONTROL,
    text=_("Mass action %(subject)s was rejected"),
)
register(
    "mass_action.stopped",
    to=mass_people,
    group=Group.CONTROL,
    text=_("Mass action %(subject)s was stopped; certificates done: %(done)s"),
)
register(
    "mass_action.finished",
    to=mass_people,
    group=Group.CONTROL,
    text=_("Mass action %(subject)s is finished: %(done)s changed, %(left)s left as they are"),
)
register(
    "unknown_numbers.alert_raised",
    to=alert,
    group=Group.CONTROL,
    text=_("Numbers that no certificate has are being verified"),
    text_to_act=_("Numbers that no certificate has are being verified: look at the alert"),
)
register(
    "grey_listing.reported",
    to=listing_to_confirm,
    group=Group.CONTROL,
    text=_("A seller of certificates was reported"),
    text_to_act=_("A seller of certificates was reported: look whether it is so"),
)
register(
    "grey_listing.confirmed",
    to=listing_to_send,
    group=Group.CONTROL,
    text=_("Seller %(subject)s was confirmed"),
    text_to_act=_("Seller %(subject)s was confirmed: send the request to block the address"),
)
