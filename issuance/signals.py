"""News from stage two for the rooms after it."""

from django.dispatch import Signal

# A certificate came into force or its status changed. Sent in the transaction of the change,
# with `certificate` (the new status set), `transition` (its name in the table) and `event`,
# the AuditEvent.
certificate_changed = Signal()
