"""Permissions of plans of desk control: the central office's; one prepares, another commits."""

from typing import Any

import rules

from accounts.models import Membership
from accounts.permissions import is_committee, is_committee_head
from oversight.departments import may_act_in


@rules.predicate
def serves_centrally(actor: Membership | None, _plan: Any) -> bool:
    return may_act_in(actor, None)


@rules.predicate
def is_author(actor: Membership, plan: Any) -> bool:
    return plan is not None and plan.created_by_id == actor.user_id


@rules.predicate
def stands_apart(actor: Membership, plan: Any) -> bool:
    return plan is None or plan.created_by_id != actor.user_id


is_central = is_committee & serves_centrally
is_central_head = is_committee_head & serves_centrally

rules.add_perm("oversight.read_plan", is_central)
rules.add_perm("oversight.prepare_plan", is_central)
rules.add_perm("oversight.change_plan", is_central & is_author)
rules.add_perm("oversight.commit_plan", is_central_head & stands_apart)
rules.add_perm("oversight.close_plan", is_central_head)
rules.add_perm("oversight.cancel_plan", is_central_head | (is_central & is_author))
