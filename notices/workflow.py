"""The way of an announcement."""

from django.utils.translation import gettext_lazy as _

from workflow.transitions import Status, Transition, Workflow

ANNOUNCEMENT_WORKFLOW = Workflow(
    name="Announcement",
    initial="draft",
    statuses={
        "draft": Status(_("Draft"), "neutral", "half"),
        "published": Status(_("Published"), "good", "check"),
        "retracted": Status(_("Retracted"), "bad", "cross"),
    },
    transitions=(
        Transition(
            "publish", ("draft",), "published", "announcement.published",
            "notices.publish_announcement", _("Publish"), "primary",
        ),
        Transition(
            "retract", ("published",), "retracted", "announcement.retracted",
            "notices.retract_announcement", _("Retract"), "danger",
        ),
    ),
)  # fmt: skip
