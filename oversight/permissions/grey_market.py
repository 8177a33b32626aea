"""Permissions of the grey market: whoever confirms a listing does not send it for blocking."""

from typing import Any

import rules

from accounts.models import Membership
from accounts.permissions import is_committee
from oversight.departments import may_act_in
from oversight.models import GreyListing


@rules.predicate
def serves_there(actor: Membership, listing: Any) -> bool:
    """A listing of a region belongs to its department; one without a region to everybody."""
    return listing.region is None or may_act_in(actor, listing.region)


@rules.predicate
def has_confirmed(actor: Membership, listing: GreyListing) -> bool:
    return listing.confirmed_by_id == actor.user_id


rules.add_perm("oversight.list_listings", is_committee)
rules.add_perm("oversight.read_listing", is_committee & serves_there)
rules.add_perm("oversight.confirm_listing", is_committee & serves_there)
rules.add_perm("oversight.send_listing", is_committee & serves_there & ~has_confirmed)
rules.add_perm("oversight.block_listing", is_committee & serves_there)
rules.add_perm("oversight.see_alert", is_committee)
