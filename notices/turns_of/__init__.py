"""Whom each event of the rooms below tells; imported for its registrations.

Every registered event is either a turn or silent with a reason; a test says which is forgotten.
"""

from . import (
    accounts,
    auditors,
    complaints,
    expertise,
    issuance,
    measures,
    origin,
    oversight,
    registry,
    silent,
)

__all__ = [
    "accounts",
    "auditors",
    "complaints",
    "expertise",
    "issuance",
    "measures",
    "origin",
    "oversight",
    "registry",
    "silent",
]
