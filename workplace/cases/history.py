"""The history of a case as its reader may read it, stage by stage, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit import merkle
from audit.models import AuditEvent, AuditEventQuerySet
from expertise.stories import Told, story_of, told_to

from .whole import WholeCase

CONTROL = Q(event__startswith="case.")
# What a stage is told by: the kind of thing that moved.
STAGES: dict[str, tuple[str | Promise, Q]] = {
    "expertise": (_("Expertise"), Q(subject_type__in=("request", "act")) & ~CONTROL),
    "chamber": (_("Chamber"), Q(subject_type="application")),
    "certificate": (
        _("Certificate"),
        Q(subject_type__in=("certificate", "certificate_change")),
    ),
    "control": (_("Control"), CONTROL),
}


@dataclass(frozen=True)
class LogEntry:
    """A step with its place in the log; no index: it waits for one."""

    event: AuditEvent
    index: int | None
    digest: str


def events_of(case: WholeCase) -> AuditEventQuerySet:
    return story_of(case.actor, case.case_id)


def of_stage(events: AuditEventQuerySet, stage: str) -> AuditEventQuerySet:
    return events.filter(STAGES[stage][1]) if stage in STAGES else events


def told(case: WholeCase, events: Iterable[AuditEvent]) -> list[AuditEvent | Told]:
    return list(told_to(case.actor, case.applicant.name, events))


def stage_tabs(events: AuditEventQuerySet, chosen: str) -> list[dict[str, Any]]:
    """All, then each stage in which something happened, counted in one query."""
    counts = events.order_by().aggregate(
        total=Count("pk"),
        **{
            f"n_{key}": Count("pk", filter=condition) for key, (_label, condition) in STAGES.items()
        },
    )
    tabs: list[tuple[str, str | Promise, int]] = [("", _("All"), counts["total"])]
    tabs += [(key, label, counts[f"n_{key}"]) for key, (label, _condition) in STAGES.items()]
    return [
        {"url": f"?stage={key}" if key else "?", "label": label, "count": count,
         "current": key == chosen}
        for key, label, count in tabs
        if count or key in ("", chosen)
    ]  # fmt: skip


def log_entries(events: Iterable[AuditEvent]) -> list[LogEntry]:
    """For the Committee: the place of each step in the log and the hash of its entry."""
    entries = []
    for event in events:
        leaf = getattr(event, "leaf", None)
        digest = bytes(leaf.hash) if leaf else merkle.leaf_hash(bytes(event.body))
        entries.append(LogEntry(event, leaf.index if leaf else None, digest.hex()))
    return entries
