"""What is late or ends soon, for the page and its export: filters, order, totals."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import COMMITTEE_ROLES, Membership, OrganisationKind
from reference.parameters import parameter

from .clocks import Clock, Counting, running_clocks, sources

MOST_BARS = 6


@dataclass(frozen=True)
class Cut:
    """One tab of the page."""

    key: str
    label: str | Promise
    holds: Callable[[Clock, int], bool]


CUTS = (
    Cut("late", _("Late"), lambda clock, _soon: clock.is_late),
    Cut("soon", _("Ends soon"), lambda clock, soon: _is_soon(clock, soon)),
    Cut("paused", _("Stands still"), lambda clock, _soon: clock.is_paused),
    Cut("all", _("Everything under way"), lambda _clock, _soon: True),
)


def _is_soon(clock: Clock, soon: int) -> bool:
    left = clock.days_left
    return not clock.is_paused and left is not None and 0 <= left <= soon


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; empty shows all."""

    kind: str = ""
    stage: str = ""
    organisation: str = ""
    user: str = ""
    holder: str = ""
    q: str = ""

    def holds(self, clock: Clock) -> bool:
        return (
            self._says(clock)
            and self.kind in ("", clock.subject_type)
            and self.stage in ("", stage_key(clock))
            and self.organisation in ("", _id(clock.organisation))
            and self.user in ("", _id(clock.user))
            and self.holder in ("", _id(clock.holder))
        )

    def _says(self, clock: Clock) -> bool:
        """The words stand in the number, the stage or the name of whoever must act."""
        if not self.q.strip():
            return True
        said = f"{clock.number} {clock.stage} {clock.waits_for} {clock.organisation or ''}"
        return self.q.strip().casefold() in said.casefold()


def stage_key(clock: Clock) -> str:
    return f"{clock.subject_type}.{clock.stage_code}"


def _id(row: models.Model | None) -> str:
    return str(row.pk) if row is not None else ""


def kind_names() -> dict[str, str]:
    """What kind of thing a clock is about, in words."""
    return {
        source.subject_type: capfirst(str(source.label or source.model._meta.verbose_name))
        for source in sources()
    }


@dataclass(frozen=True)
class Choices:
    """What the filters offer: only what occurs among the person's clocks."""

    kinds: list[tuple[str, str]]
    stages: list[tuple[str, str]]
    organisations: list[tuple[str, str]]
    users: list[tuple[str, str]]
    holders: list[tuple[str, str]]


class Late:
    """The clocks that concern one person on one day, read once."""

    def __init__(self, actor: Membership, counting: Counting) -> None:
        self.actor = actor
        self.counting = counting
        self.clocks = list(running_clocks(counting, actor=actor))
        self.kinds = kind_names()

    @property
    def soon(self) -> int:
        """Within so many working days a term ends soon: the day of the first reminder."""
        days = parameter("deadline.reminder_days", on=self.counting.today, scheme=None)
        return max(days, default=0)

    @property
    def is_committee(self) -> bool:
        return self.actor.role in COMMITTEE_ROLES

    def choices(self) -> Choices:
        names = self.kinds
        return Choices(
            kinds=_pairs((each.subject_type, names[each.subject_type]) for each in self.clocks),
            stages=_pairs(
                (stage_key(each), f"{names[each.subject_type]}: {each.stage}")
                for each in self.clocks
            ),
            organisations=_pairs(_named(each.organisation) for each in self.clocks),
            users=_pairs(_named(each.user) for each in self.clocks),
            holders=_pairs(_named(each.holder) for each in self.clocks),
        )

    def wanted(self, wanted: Wanted) -> list[Clock]:
        return [clock for clock in self.clocks if wanted.holds(clock)]

    def url(self, clock: Clock) -> str:
        """The page of whoever must act, or of those who look on."""
        is_own = clock.organisation is not None and clock.organisation.pk == (
            self.actor.organisation_id
        )
        is_me = clock.user is not None and clock.user.pk == self.actor.user_id
        return clock.url if is_own or is_me else clock.desk_url or clock.url


def _named(row: Any) -> tuple[str, str]:
    return (_id(row), str(row) if row is not None else "")


def _pairs(found: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted({pair for pair in found if pair[0]}, key=lambda pair: pair[1])


def cut_of(key: str) -> Cut:
    return next((cut for cut in CUTS if cut.key == key), CUTS[0])


def count_by(
    clocks: Iterable[Clock], name: Callable[[Clock], tuple[str, str]]
) -> list[tuple[str, str, int]]:
    """Key, name and number of clocks, the most first; no more than a small chart holds."""
    counted = Counter(name(clock) for clock in clocks)
    found = sorted(counted.items(), key=lambda item: (-item[1], item[0][1]))
    return [(key, label, number) for (key, label), number in found if key][:MOST_BARS]


def by_organisation(clocks: Iterable[Clock]) -> list[tuple[str, str, int]]:
    return count_by(clocks, lambda clock: _named(clock.organisation))


def by_stage(clocks: Iterable[Clock], kinds: Mapping[str, str]) -> list[tuple[str, str, int]]:
    return count_by(
        clocks, lambda clock: (stage_key(clock), f"{kinds[clock.subject_type]}: {clock.stage}")
    )


def by_region(clocks: Iterable[Clock]) -> list[tuple[str, str, int]]:
    """By the chamber or expert organisation that has the case in charge."""
    bodies = (OrganisationKind.CHAMBER, OrganisationKind.EXPERT)
    return count_by(
        (each for each in clocks if each.holder is not None and each.holder.kind in bodies),
        lambda clock: _named(clock.holder),
    )
