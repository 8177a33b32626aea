"""Transition tables: the one place that says which status may follow which, and who may do it.

A table drives the buttons, the permission matrix, the tests, the diagrams and a database
trigger that refuses every other change of status, from SQL too. A status says who must act
next; an outcome or a reason is a field of the object.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise

from accounts.models import Membership
from accounts.permissions import has_permission

if TYPE_CHECKING:
    from .tracked import Tracked


@dataclass(frozen=True)
class Status:
    """A status as people see it: a word, a tone (colour) and a shape, never colour alone."""

    label: str | Promise
    tone: str = "neutral"  # neutral | progress | wait | good | bad
    shape: str = "dot"  # dot | half | arrow | check | cross | pause


@dataclass(frozen=True)
class Transition:
    """One allowed change of status.

    `name` is the verb of service, permission and address; `event` is its past tense in the
    log; `permission` None means that only the system's workers may do it.
    """

    name: str
    sources: tuple[str, ...]
    target: str
    event: str
    permission: str | None
    label: str | Promise
    style: str = "secondary"  # primary | secondary | danger


@dataclass(frozen=True)
class Workflow:
    """The statuses of one thing and the transitions between them."""

    name: str
    initial: str
    statuses: dict[str, Status]
    transitions: tuple[Transition, ...]

    def __post_init__(self) -> None:
        named = {self.initial}
        for transition in self.transitions:
            named.update(transition.sources, {transition.target})
        if unknown := named - self.statuses.keys():
            raise ValueError(f"{self.name}: statuses without a definition: {sorted(unknown)}")

    def __getitem__(self, name: str) -> Transition:
        for transition in self.transitions:
            if transition.name == name:
                return transition
        raise KeyError(f"{self.name} has no transition {name!r}")

    def choices(self) -> list[tuple[str, str | Promise]]:
        return [(value, status.label) for value, status in self.statuses.items()]

    def pairs(self) -> list[tuple[str, str]]:
        """Every (from, to) that the database accepts, in a stable order."""
        return sorted({(source, t.target) for t in self.transitions for source in t.sources})

    def open_to(self, obj: "Tracked", actor: Membership | None) -> Iterator[Transition]:
        for transition in self.transitions:
            if (
                obj.status in transition.sources
                and transition.permission is not None
                and has_permission(actor, transition.permission, obj)
            ):
                yield transition

    def available(self, obj: "Tracked", actor: Membership | None) -> list[Transition]:
        """What `actor` may do with `obj` now; buttons and API actions come from here."""
        return list(self.open_to(obj, actor))

    def triggers(self) -> list[pgtrigger.Trigger]:
        """The table as database triggers, for `Meta.triggers`."""
        return [
            pgtrigger.FSM(name="status_follows_table", field="status", transitions=self.pairs()),
            pgtrigger.Protect(
                name="born_in_initial_status",
                operation=pgtrigger.Insert,
                condition=~pgtrigger.Q(new__status=self.initial),
            ),
        ]

    def constraint(self, name: str) -> models.CheckConstraint:
        return models.CheckConstraint(condition=Q(status__in=sorted(self.statuses)), name=name)

    def mermaid(self) -> str:
        """The table as a state diagram, for the room's README."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        for transition in self.transitions:
            lines += [
                f"    {source} --> {transition.target}: {transition.name}"
                for source in transition.sources
            ]
        leaving = {source for t in self.transitions for source in t.sources}
        lines += [f"    {value} --> [*]" for value in self.statuses if value not in leaving]
        return "\n".join(lines)
