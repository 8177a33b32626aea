"""Who sees scores: the Committee alone. Whoever knew the indicators' word would write for them."""

import rules

from accounts.permissions import is_committee

rules.add_perm("oversight.view_risk", is_committee)
