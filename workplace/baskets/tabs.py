"""The tabs of each role: what waits for the person first, what is over last."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import COMMITTEE_ROLES, Role


@dataclass(frozen=True)
class Tab:
    """`is_waiting`: the actor must act; `is_done`: what ended last stands first.

    One that `hides_when_empty` is not offered while nothing lies in it.
    """

    key: str
    label: str | Promise
    is_waiting: bool = False
    is_done: bool = False
    hides_when_empty: bool = False


ASKED = Tab("asked", _("Asked of you"), is_waiting=True, hides_when_empty=True)

TABS: dict[str, tuple[Tab, ...]] = {
    Role.APPLICANT: (
        Tab("waiting", _("Waiting for you"), is_waiting=True),
        Tab("moving", _("In progress elsewhere")),
        Tab("done", _("Done"), is_done=True),
    ),
    Role.EXPERT_HEAD: (
        Tab("to_accept", _("To accept"), is_waiting=True),
        Tab("to_assign", _("To assign"), is_waiting=True),
        ASKED,
        Tab("under_expertise", _("Under expertise")),
        Tab("done", _("Done"), is_done=True),
    ),
    Role.AUDITOR: (
        Tab("mine", _("To examine"), is_waiting=True),
        ASKED,
        Tab("paused", _("Waiting for the applicant")),
        Tab("done", _("Signed and closed"), is_done=True),
    ),
    Role.CHAMBER_OFFICER: (
        Tab("mine", _("Mine"), is_waiting=True),
        ASKED,
        Tab("free", _("Free")),
        Tab("colleagues", _("With colleagues")),
        Tab("paused", _("Waiting for an answer")),
        Tab("deciding", _("Waiting for a decision")),
        Tab("done", _("Done this week"), is_done=True),
    ),
    Role.CHAMBER_SIGNATORY: (
        Tab("to_decide", _("To decide"), is_waiting=True),
        ASKED,
        Tab("stopped", _("Issue stopped"), is_waiting=True),
        Tab("returned", _("Returned")),
        Tab("elsewhere", _("With others")),
        Tab("done", _("Done this week"), is_done=True),
    ),
    **dict.fromkeys(
        COMMITTEE_ROLES,
        (
            Tab("waiting", _("Waiting for you"), is_waiting=True),
            Tab("free", _("Free to take")),
            Tab("moving", _("On the move")),
            Tab("stopped", _("Issue stopped")),
            Tab("issued", _("Issued this week"), is_done=True),
        ),
    ),
}
