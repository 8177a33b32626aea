"""Who acted and on what: plain values, so that the log needs no foreign keys."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ActorRef:
    """Who acted, in which role, for which organisation; `label` is the name people know."""

    id: str
    role: str
    organisation: str
    label: str


@dataclass(frozen=True, slots=True)
class SubjectRef:
    """What was acted on; `label` is the number people know."""

    type: str
    id: str
    label: str


# The worker's own deeds: no person stands behind them.
SYSTEM = ActorRef(id="system", role="system", organisation="", label="CT-KZ")
