"""Who may write announcements and see the letters."""

from typing import Any

import rules

from accounts.models import Membership
from accounts.permissions import is_chamber_signatory, is_committee_head, is_expert_head

from .audiences import AUDIENCES_OF
from .models import Announcement


@rules.predicate
def is_of_ones_organisation(actor: Membership, announcement: Announcement) -> bool:
    return announcement.author.organisation_id == actor.organisation_id


@rules.predicate
def may_speak_to_them(actor: Membership, announcement: Announcement) -> bool:
    return announcement.audience in AUDIENCES_OF.get(actor.role, ())


@rules.predicate
def is_draft(_actor: Membership, announcement: Any) -> bool:
    return announcement.status == "draft"


authors = is_committee_head | is_chamber_signatory | is_expert_head
of_their_own = authors & is_of_ones_organisation

rules.add_perm("notices.write_announcement", authors)
rules.add_perm("notices.read_announcement", of_their_own)
rules.add_perm("notices.change_announcement", of_their_own & is_draft)
rules.add_perm("notices.publish_announcement", of_their_own & may_speak_to_them)
rules.add_perm("notices.retract_announcement", of_their_own)
rules.add_perm("notices.read_letters", is_committee_head)
