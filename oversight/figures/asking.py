"""What is asked of the figures: of whom, of which days, as of when, narrowed to what."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet

from issuance.periods import end_of
from oversight.models.figures import Happening, StageSpan
from reference.working_days import ALMATY

from .scopes import Scope

# What the address may narrow the figures to.
NARROWING = ("region", "product_group", "chamber", "expert_organisation", "auditor")


@dataclass(frozen=True)
class Question:
    """`as_of` is a day: what was known at its end is told."""

    scope: Scope
    since: dt.date
    until: dt.date
    as_of: dt.date
    region: str = ""
    product_group: str = ""
    chamber: UUID | None = None
    expert_organisation: UUID | None = None
    auditor: UUID | None = None
    # The very moment, where the day is not over yet.
    at: dt.datetime | None = None

    @property
    def moment(self) -> dt.datetime:
        return self.at or end_of(self.as_of)

    @property
    def is_narrowed(self) -> bool:
        return any(getattr(self, name) for name in NARROWING)

    def rows(self) -> QuerySet[Happening]:
        """Everything counted in the period as of the day."""
        known = Happening.objects.filter(
            Q(void_at__isnull=True) | Q(void_at__gt=self.moment),
            on__range=(self.since, self.until),
            known_at__lte=self.moment,
        )
        return self.scope.narrow(known.filter(**self._narrowing()))

    def stays(self) -> QuerySet[StageSpan]:
        """Stays that ended in the period and by the day."""
        last = min(self.moment, end_of(self.until))
        start = dt.datetime.combine(self.since, dt.time(0), tzinfo=ALMATY)
        ended = StageSpan.objects.filter(until__range=(start, last))
        return self.scope.narrow(ended.filter(**self._narrowing()))

    def _narrowing(self) -> dict[str, Any]:
        return {name: value for name in NARROWING if (value := getattr(self, name))}

    def address(self, **changes: Any) -> str:
        """The same question as the end of an address; `changes` are added, empty ones left out."""
        asked: dict[str, Any] = {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "as_of": self.as_of.isoformat(),
            **self._narrowing(),
            **changes,
        }
        return "?" + urlencode({name: value for name, value in asked.items() if value})
