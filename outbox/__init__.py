"""Work that must not be lost: a row in the business transaction, sent until it is done.

`import outbox` is safe before the applications are loaded; the names that need models are
resolved on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from outbox.services import done, enqueue, failed, purge, relay

__all__ = ["done", "enqueue", "failed", "purge", "relay"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("outbox.services"), name)
    raise AttributeError(f"module 'outbox' has no attribute {name!r}")
