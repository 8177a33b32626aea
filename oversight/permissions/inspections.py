"""Permissions of inspections and postings.

Whether the department is the person's own is asked first and told in words of its own
(`oversight.departments.check_department`); here it stands too, so that no button is offered.
"""

from typing import Any

import rules

from accounts.models import Membership
from accounts.permissions import is_committee, is_committee_head, is_inspector
from oversight.departments import may_act_in


@rules.predicate
def serves_there(actor: Membership, thing: Any) -> bool:
    """Without a thing it is only about the role; the department is asked with the thing."""
    return thing is None or may_act_in(actor, thing.department)


@rules.predicate
def serves_centrally(actor: Membership, _thing: Any) -> bool:
    return may_act_in(actor, None)


@rules.predicate
def is_its_inspector(actor: Membership, inspection: Any) -> bool:
    return inspection is not None and inspection.inspector_id == actor.user_id


rules.add_perm("oversight.list_inspections", is_committee)
rules.add_perm("oversight.read_inspection", is_committee & serves_there)
rules.add_perm("oversight.plan_inspection", is_committee & serves_there)
# A head gives it to anyone of the department; an inspector may take it.
rules.add_perm("oversight.assign_inspection", is_committee_head & serves_there)
rules.add_perm("oversight.take_inspection", is_inspector & serves_there)
rules.add_perm("oversight.conduct_inspection", is_committee & is_its_inspector & serves_there)
rules.add_perm("oversight.approve_half_year_list", is_committee_head & serves_there)
rules.add_perm("oversight.read_departments", is_committee)
rules.add_perm("oversight.manage_postings", is_committee_head & serves_centrally)
