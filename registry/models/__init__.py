"""Tables of the public face."""

from .access import ApiKey, Scope, WebhookDelivery, WebhookEndpoint
from .lookups import UnknownLookup, VerificationCount, Way
from .receipts import Receipt
from .watching import Notice, Watch

__all__ = [
    "ApiKey",
    "Notice",
    "Receipt",
    "Scope",
    "UnknownLookup",
    "VerificationCount",
    "Watch",
    "Way",
    "WebhookDelivery",
    "WebhookEndpoint",
]
