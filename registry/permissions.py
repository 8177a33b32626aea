"""Who may do what at the public face beyond what everybody may."""

import rules

from accounts.permissions import is_committee_head

rules.add_perm("registry.manage_api_keys", is_committee_head)
