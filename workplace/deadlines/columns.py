"""The columns of the list of deadlines: on the page, in its order and in its file."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from reference.lists import Column

from .clocks import Clock

# Far behind every real number of days.
FAR = 10**6


@dataclass(frozen=True)
class Row:
    """A clock as the page shows it; `reasons`: why it took so long."""

    clock: Clock
    url: str
    kind: str
    reasons: list[str]


def days_to_act(clock: Clock) -> int:
    """A clock that stands still or has no term comes after all the others."""
    if clock.is_paused or clock.days_left is None:
        return FAR
    return clock.days_left


COLUMNS = (
    Column("number", _("Number"), lambda row: row.clock.number, key=lambda clock: clock.number),
    Column("kind", _("What"), lambda row: row.kind),
    Column(
        "stage", _("Stage"), lambda row: str(row.clock.stage), key=lambda clock: str(clock.stage)
    ),
    Column(
        "organisation",
        _("Must act"),
        lambda row: str(row.clock.organisation or row.clock.waits_for),
        key=lambda clock: (str(clock.waits_for), days_to_act(clock)),
    ),
    Column("user", _("Person"), lambda row: str(row.clock.user or "")),
    Column("holder", _("In charge of"), lambda row: str(row.clock.holder or "")),
    Column("since", _("Since"), lambda row: row.clock.since, key=lambda clock: clock.since),
    Column("due", _("Due"), lambda row: row.clock.due_on, key=lambda clock: clock.due_on),
    Column("left", _("Working days left"), lambda row: row.clock.days_left, key=days_to_act),
    Column("pause", _("Stands still because"), lambda row: str(row.clock.pause)),
    Column("why", _("Why"), lambda row: "; ".join(row.reasons)),
)
