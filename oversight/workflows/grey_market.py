"""The transition table of a grey-market listing."""

from django.utils.translation import gettext_lazy as _

from workflow.transitions import Status, Transition, Workflow

GREY_WORKFLOW = Workflow(
    name="GreyListing",
    initial="reported",
    statuses={
        "reported": Status(_("Reported"), "neutral", "ring"),
        "confirmed": Status(_("Confirmed"), "progress", "arrow"),
        "sent_for_blocking": Status(_("Sent for blocking"), "wait", "clock"),
        "blocked": Status(_("Blocked"), "good", "check"),
        "dismissed": Status(_("Dismissed"), "neutral", "cross"),
    },
    transitions=(
        Transition(
            "confirm", ("reported",), "confirmed", "grey_listing.confirmed",
            "oversight.confirm_listing", _("Confirm"), "primary",
        ),
        Transition(
            "dismiss", ("reported", "confirmed"), "dismissed", "grey_listing.dismissed",
            "oversight.confirm_listing", _("Dismiss"), "danger",
        ),
        Transition(
            "send", ("confirmed",), "sent_for_blocking", "grey_listing.sent",
            "oversight.send_listing", _("Send for blocking"), "primary",
        ),
        Transition(
            "block", ("sent_for_blocking",), "blocked", "grey_listing.blocked",
            "oversight.block_listing", _("Record the blocking"), "primary",
        ),
        Transition(
            "return", ("blocked",), "sent_for_blocking", "grey_listing.back",
            "oversight.block_listing", _("It works again"),
        ),
    ),
)  # fmt: skip
