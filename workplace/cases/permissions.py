"""Notes are of one organisation: its people read them, the author alone withdraws one."""

import rules
from django.utils import timezone

from accounts.models import Membership
from workplace.models import CaseNote


@rules.predicate
def is_of_the_house(actor: Membership, note: CaseNote) -> bool:
    return note.organisation_id == actor.organisation_id


@rules.predicate
def is_author(actor: Membership, note: CaseNote) -> bool:
    return note.author_id == actor.user_id


@rules.predicate
def is_of_today(_actor: Membership, note: CaseNote) -> bool:
    return timezone.localdate(note.at) == timezone.localdate()


@rules.predicate
def stands(_actor: Membership, note: CaseNote) -> bool:
    return note.withdrawn_at is None


rules.add_perm("workplace.read_note", is_of_the_house)
rules.add_perm("workplace.withdraw_note", is_of_the_house & is_author & is_of_today & stands)
