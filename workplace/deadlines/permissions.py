"""Everybody sees the clocks that concern them; `clocks.concerns` says which."""

from typing import Any

import rules

from accounts.models import Membership


@rules.predicate
def acts_for_somebody(actor: Membership | None, _obj: Any) -> bool:
    return actor is not None


rules.add_perm("workplace.read_late", acts_for_somebody)
