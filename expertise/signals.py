"""News from stage one to later rooms; the only way up."""

from django.dispatch import Signal

# Sent inside the transaction that signs an act: act=Act. Received by `issuance`.
act_signed = Signal()
