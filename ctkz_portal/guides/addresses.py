"""Which guide is whose; the address of a guide is told without loading its texts."""

from django.urls import reverse

from accounts.models import Membership, Role

OF_ROLE = {
    Role.APPLICANT: "applicant",
    Role.EXPERT_HEAD: "expert-head",
    Role.AUDITOR: "auditor",
    Role.CHAMBER_OFFICER: "chamber-officer",
    Role.CHAMBER_SIGNATORY: "chamber-signatory",
    Role.INSPECTOR: "inspector",
    Role.COMMITTEE_HEAD: "committee-head",
}


def guide_of(actor: Membership | None) -> str:
    """The address of the guide for whoever acts; all guides for strangers."""
    if actor is None:
        return reverse("guide-list")
    slug = "agent" if actor.agent_id else OF_ROLE[Role(actor.role)]
    return reverse("guide", args=[slug])
