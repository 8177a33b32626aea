"""Permissions of mass actions: an author, a first and a second approval, three people."""

from typing import Any

import rules

from accounts.models import Membership
from accounts.permissions import is_committee, is_committee_head, is_inspector


@rules.predicate
def is_author(actor: Membership, action: Any) -> bool:
    return action is None or action.proposed_by_id == actor.user_id


@rules.predicate
def has_approved(actor: Membership, action: Any) -> bool:
    return action is not None and action.first_approved_by_id == actor.user_id


@rules.predicate
def stands_apart(actor: Membership, action: Any) -> bool:
    return action is None or action.proposed_by_id != actor.user_id


rules.add_perm("oversight.read_mass_action", is_committee)
rules.add_perm("oversight.propose_mass_action", is_inspector & is_author)
rules.add_perm("oversight.approve_mass_action_first", is_committee & stands_apart)
rules.add_perm("oversight.approve_mass_action", is_committee_head & stands_apart & ~has_approved)
rules.add_perm("oversight.stop_mass_action", is_committee)
