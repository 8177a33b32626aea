"""Who may look at everything and touch nothing."""

import rules

from accounts.permissions import is_committee

rules.add_perm("oversight.read_case", is_committee)
rules.add_perm("oversight.read_log", is_committee)
