"""Permissions of figures and reports."""

import rules

from accounts.permissions import is_committee

rules.add_perm("oversight.read_figures", is_committee)
# A report goes out sealed in the Committee's name.
rules.add_perm("oversight.make_report", is_committee)
