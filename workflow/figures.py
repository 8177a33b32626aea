"""Figures of a week's work, computed by the database."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q, QuerySet
from django.utils import timezone

WEEK = timedelta(days=7)
SECONDS_IN_A_DAY = 24 * 60 * 60


class Median(Aggregate):
    """The middle value: one case that lay for months does not move it."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    arity = 1


@dataclass(frozen=True)
class WeekFigures:
    """`median` runs from filing to the end, pauses included."""

    done: int
    refused: int
    median: timedelta | None

    @property
    def median_days(self) -> Decimal | None:
        """To a tenth of a day."""
        if self.median is None:
            return None
        days = Decimal(int(self.median.total_seconds())) / SECONDS_IN_A_DAY
        return days.quantize(Decimal("0.1"), ROUND_HALF_UP)


def week_figures(
    cases: QuerySet[Any], *, ended_at: str, done: Q, refused: Q, now: datetime | None = None
) -> WeekFigures:
    """One query; `ended_at` is the path to the moment at which a case ended."""
    now = now or timezone.now()
    this_week = Q(**{f"{ended_at}__gte": now - WEEK})
    term = ExpressionWrapper(F(ended_at) - F("submitted_at"), output_field=DurationField())
    found = cases.aggregate(
        done=Count("pk", filter=done & this_week),
        refused=Count("pk", filter=refused & this_week),
        median=Median(term, filter=(done | refused) & this_week, output_field=DurationField()),
    )
    return WeekFigures(**found)
