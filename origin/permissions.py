"""Who a person is to a version of the rules, to a disputed condition and to its ruling.

Whoever wrote or checked a version never approves it; whoever proposed a ruling neither.
"""

from typing import Any

import rules

from accounts.models import Membership
from accounts.permissions import is_committee, is_inspector


@rules.predicate
def is_not_editor(actor: Membership, pack: Any) -> bool:
    """Neither began nor changed nor checked this version."""
    people = {pack.author_id, pack.checked_by_id, *pack.editor_ids}
    return actor.user_id not in people


@rules.predicate
def is_not_proposer(actor: Membership, ruling: Any) -> bool:
    return ruling is not None and actor.user_id != ruling.proposed_by_id


rules.add_perm("origin.view_desk", is_committee)
rules.add_perm("origin.begin_pack", is_inspector)
rules.add_perm("origin.edit_pack", is_inspector)
rules.add_perm("origin.check_pack", is_inspector)
rules.add_perm("origin.return_pack", is_committee)
rules.add_perm("origin.discard_pack", is_committee)
rules.add_perm("origin.approve_pack", is_committee & is_not_editor)
rules.add_perm("origin.measure_impact", is_committee)
rules.add_perm("origin.edit_readings", is_inspector)
rules.add_perm("origin.propose_ruling", is_inspector)
rules.add_perm("origin.approve_ruling", is_committee & is_not_proposer)
rules.add_perm("origin.withdraw_ruling", is_committee)
