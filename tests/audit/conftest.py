"""A log to look at: `events(n)` records, `log` is six entries in two checkpoints."""

from collections.abc import Callable

import pytest
from django.db import transaction

import audit
from audit.context import request_context
from audit.models import AuditEvent, LogCheckpoint
from audit.publishing import publish
from audit.sequencing import sequence_all

FILED = "sample.filed"
audit.register(
    FILED,
    facts=("number", "lines"),
    sentence="%(actor_label)s filed %(subject_label)s as number %(number)s, lines: %(lines)s",
)

AUDITOR = audit.ActorRef(id="7", role="auditor", organisation="org-1", label="Айгүл Мысалова")


def record_filed(number: int, *, case: str = "case-1") -> AuditEvent:
    with (
        transaction.atomic(),
        request_context(request_id=f"request-{number}", ip="203.0.113.7"),
    ):
        return audit.record(
            FILED,
            actor=AUDITOR,
            subject=audit.SubjectRef("application", str(number), f"A-{number}"),
            case=case,
            number=f"{number:05d}",
            lines=[1, 2],
        )


@pytest.fixture
def events(db: None) -> Callable[[int], list[AuditEvent]]:
    return lambda count: [record_filed(number) for number in range(count)]


@pytest.fixture
def log(events: Callable[[int], list[AuditEvent]]) -> list[AuditEvent]:
    """Six events: four in the first checkpoint, two more in the second."""
    recorded = events(4)
    publish_all()
    recorded += events(2)
    publish_all()
    return recorded


def publish_all() -> LogCheckpoint | None:
    sequence_all()
    return publish()
