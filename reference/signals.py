"""News of the reference data for the rooms that stand on it."""

from django.dispatch import Signal

# Days off were moved; sent with `old` and `new` (`working_days.Calendar`), in the transaction of
# the change. Whoever keeps last days counts them anew.
calendar_changed = Signal()
