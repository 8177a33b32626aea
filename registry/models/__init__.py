"""Tables of the public face."""

from .lookups import UnknownLookup, VerificationCount, Way

__all__ = ["UnknownLookup", "VerificationCount", "Way"]
