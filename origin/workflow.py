"""Transition tables of the Committee's rule desk: versions of the rules, and rulings."""

from django.utils.translation import gettext_lazy as _

from workflow.transitions import Status, Transition, Workflow

PACK_WORKFLOW = Workflow(
    name="RulePack",
    initial="draft",
    statuses={
        "draft": Status(_("Being edited"), "neutral", "dot"),
        "checked": Status(_("Waits for approval"), "progress", "half"),
        "approved": Status(_("Approved"), "good", "check"),
        "discarded": Status(_("Discarded"), "neutral", "cross"),
    },
    transitions=(
        Transition(
            "check",
            ("draft",),
            "checked",
            "rule_pack.checked",
            "origin.check_pack",
            _("Hand over for approval"),
            "primary",
        ),
        Transition(
            "approve",
            ("checked",),
            "approved",
            "rule_pack.approved",
            "origin.approve_pack",
            _("Approve"),
            "primary",
        ),
        Transition(
            "return_to_draft",
            ("checked",),
            "draft",
            "rule_pack.returned",
            "origin.return_pack",
            _("Back to editing"),
        ),
        Transition(
            "discard",
            ("draft", "checked"),
            "discarded",
            "rule_pack.discarded",
            "origin.discard_pack",
            _("Discard"),
            "danger",
        ),
        # A version that comes with the portal was approved where its files were reviewed.
        Transition("load", ("draft",), "approved", "rule_pack.loaded", None, _("Load")),
    ),
)

RULING_WORKFLOW = Workflow(
    name="Ruling",
    initial="proposed",
    statuses={
        "proposed": Status(_("Waits for approval"), "progress", "half"),
        "approved": Status(_("Approved"), "good", "check"),
        "withdrawn": Status(_("Withdrawn"), "neutral", "cross"),
    },
    transitions=(
        Transition(
            "approve",
            ("proposed",),
            "approved",
            "ruling.approved",
            "origin.approve_ruling",
            _("Approve"),
            "primary",
        ),
        Transition(
            "withdraw",
            ("proposed",),
            "withdrawn",
            "ruling.withdrawn",
            "origin.withdraw_ruling",
            _("Withdraw"),
            "danger",
        ),
    ),
)
