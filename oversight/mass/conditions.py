"""Which certificates a mass action is about: conditions as data, and what they find."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any, Self
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from issuance.changing import sources_of
from issuance.models import Certificate

# Of these kinds an expired certificate has no use: there is nothing to stop or to restore.
NOT_FOR_EXPIRED = ("suspend", "lift")


@dataclass(frozen=True)
class Conditions:
    """All of them hold at once; days are included at both ends."""

    auditor: UUID | None = None
    act: UUID | None = None
    expert_organisation: UUID | None = None
    chamber: str = ""
    signed_from: date | None = None
    signed_until: date | None = None

    def __post_init__(self) -> None:
        if not (self.auditor or self.act or self.expert_organisation):
            raise DomainError(
                "too_wide", _("Name an auditor, an expert organisation or an act."), field="auditor"
            )
        if self.signed_from and self.signed_until and self.signed_from > self.signed_until:
            raise DomainError(
                "dates_out_of_order", _("The first day lies after the last."), field="signed_until"
            )

    def as_data(self) -> dict[str, str]:
        """As it is kept and signed: text only, nothing empty."""
        values = ((each.name, getattr(self, each.name)) for each in fields(self))
        return {name: str(value) for name, value in values if value}

    @classmethod
    def from_data(cls, data: Mapping[str, str]) -> Self:
        def day(name: str) -> date | None:
            return date.fromisoformat(data[name]) if name in data else None

        def key(name: str) -> UUID | None:
            return UUID(data[name]) if name in data else None

        return cls(
            auditor=key("auditor"),
            act=key("act"),
            expert_organisation=key("expert_organisation"),
            chamber=data.get("chamber", ""),
            signed_from=day("signed_from"),
            signed_until=day("signed_until"),
        )

    def certificates(self) -> QuerySet[Certificate]:
        """Every certificate that was issued on such an act, whatever became of it."""
        found = Certificate.objects.issued()
        if self.auditor:
            found = found.filter(application__act__signed_by=self.auditor)
        if self.act:
            found = found.filter(application__act=self.act)
        if self.expert_organisation:
            found = found.filter(
                application__act__request__expert_organisation=self.expert_organisation
            )
        if self.chamber:
            found = found.filter(chamber_code=self.chamber)
        if self.signed_from:
            found = found.filter(application__act__signed_at__gte=_start_of(self.signed_from))
        if self.signed_until:
            after = _start_of(self.signed_until + timedelta(days=1))
            found = found.filter(application__act__signed_at__lt=after)
        return found


@dataclass(frozen=True)
class Found:
    """What a dry run finds: those that will be changed, and why the others are left."""

    to_change: QuerySet[Certificate]
    left: Counter[str]

    @property
    def left_count(self) -> int:
        return sum(self.left.values())


def dry_run(conditions: Conditions, kind: str, *, on: date) -> Found:
    """Changes nothing. The others are counted by status; those whose term is over as `expired`."""
    every = conditions.certificates()
    fits = Q(status__in=sources_of(kind))
    over = Q(valid_until__lt=on) if kind in NOT_FOR_EXPIRED else Q(pk__in=[])
    left = Counter(every.exclude(fits).values_list("status", flat=True))
    if expired := every.filter(fits & over).count():
        left["expired"] = expired
    return Found(every.filter(fits).exclude(over).order_by("certified_at", "number"), left)


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def named(data: Mapping[str, Any]) -> dict[str, Any]:
    """The conditions with the days as days, for pages."""
    return {
        name: date.fromisoformat(value) if name.startswith("signed_") else value
        for name, value in data.items()
    }
