"""The log: what happened to every case, append-only and provable.

`import audit` is safe before the applications are loaded; the names that need models are
resolved on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from audit.refs import SYSTEM, ActorRef, SubjectRef
from audit.registry import register, register_subject

if TYPE_CHECKING:
    from audit.log import record, timeline

__all__ = [
    "SYSTEM",
    "ActorRef",
    "SubjectRef",
    "record",
    "register",
    "register_subject",
    "timeline",
]


def __getattr__(name: str) -> Any:
    if name in {"record", "timeline"}:
        return getattr(import_module("audit.log"), name)
    raise AttributeError(f"module 'audit' has no attribute {name!r}")
