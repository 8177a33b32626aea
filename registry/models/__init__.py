"""Tables of the public face."""

from .access import ApiKey, Scope, WebhookDelivery, WebhookEndpoint
from .lookups import UnknownLookup, VerificationCount, Way
from .receipts import Receipt
from .register import RegisterEntry, RegisterImport, RegisterLine, Snapshot, Source, State
from .watching import Notice, Watch

__all__ = [
    "ApiKey",
    "Notice",
    "Receipt",
    "RegisterEntry",
    "RegisterImport",
    "RegisterLine",
    "Scope",
    "Snapshot",
    "Source",
    "State",
    "UnknownLookup",
    "VerificationCount",
    "Watch",
    "Way",
    "WebhookDelivery",
    "WebhookEndpoint",
]
