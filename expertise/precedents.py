"""Earlier signed acts on the same goods or of the same producer, for the auditor of a line."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import (
    Aggregate,
    Case,
    Count,
    F,
    IntegerField,
    Max,
    Min,
    Q,
    Value,
    When,
    Window,
)
from django.db.models.functions import RowNumber
from django.utils import timezone

from .models import Finding, GoodsLine

LIMIT = 8


@dataclass(frozen=True)
class Precedent:
    """An earlier act, by those of its lines that are nearest to the line in hand.

    Of another organisation's act only number, verdict and condition are told: the rest is
    between that organisation and its applicant. Lines may differ: then the act both names
    originating goods and refuses some, and `condition` is that of its first line.
    """

    act_number: str
    signed_on: date
    is_originating: bool
    is_refused: bool
    condition: str
    reading: str
    has_other_conditions: bool
    is_same_subheading: bool
    is_same_heading: bool
    is_own: bool
    is_same_producer: bool = False
    act_pk: UUID | None = None
    goods: str = ""
    criterion: str = ""
    lines: int = 0
    lowest_percent: Decimal | None = None
    highest_percent: Decimal | None = None


def for_line(line: GoodsLine, limit: int = LIMIT) -> list[Precedent]:
    """The nearest first: the same subheading, then the heading, then the producer's other goods.

    An act stands once with its nearest lines together, or one of a hundred lines would hide all
    others.
    """
    request = line.request
    subheading, heading = line.hs_code[:6], line.hs_code[:4]
    producer = request.producer_bin
    same_goods = Q(line__hs_code__startswith=heading)
    same_producer = Q(line__request__producer_bin=producer) if producer else Q(pk__in=[])
    # Another house's acts for a producer are that house's business.
    own = Q(line__request__expert_organisation=request.expert_organisation_id)
    nearness = Case(
        When(own & same_producer & Q(line__hs_code__startswith=subheading), then=Value(0)),
        When(line__hs_code__startswith=subheading, then=Value(1)),
        When(same_goods, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    findings = (
        Finding.objects.filter(same_goods | (own & same_producer))
        .filter(line__request__act__status="signed")
        .exclude(line__request__case_id=request.case_id)
        # Neither side of a blind second expertise may learn of the other.
        .filter(line__request__blind_of__isnull=True)
        .exclude(line__request__second_opinion__second=request.pk)
        .select_related("line__request__act")
        .defer("line__request__act__record", "evaluation")
        .annotate(nearness=nearness)
        .annotate(
            lines=_among_as_near(Count("pk")),
            originating=_among_as_near(Count("pk", filter=Q(is_originating=True))),
            lowest=_among_as_near(Min("share_percent")),
            highest=_among_as_near(Max("share_percent")),
            first_row=_among_as_near(Min("row")),
            last_row=_among_as_near(Max("row")),
            first_reading=_among_as_near(Min("reading")),
            last_reading=_among_as_near(Max("reading")),
            place_in_act=Window(
                RowNumber(),
                partition_by=F("line__request"),
                order_by=[F("nearness"), F("line__number")],
            ),
        )
        .filter(place_in_act=1)
        .order_by("nearness", "-line__request__act__signed_at")
    )
    return [_told(finding, line) for finding in findings[:limit]]


def _among_as_near(figure: Aggregate) -> Window:
    """Over the lines of one act that are as near as each other."""
    return Window(figure, partition_by=[F("line__request"), F("nearness")])


def _told(finding: Any, line: GoodsLine) -> Precedent:
    other = finding.line
    act = other.request.act
    told = Precedent(
        act_number=act.number,
        signed_on=timezone.localdate(act.signed_at),
        is_originating=finding.originating > 0,
        is_refused=finding.originating < finding.lines,
        condition=finding.row,
        reading=finding.reading,
        has_other_conditions=(finding.first_row, finding.first_reading)
        != (finding.last_row, finding.last_reading),
        is_same_subheading=other.hs_code[:6] == line.hs_code[:6],
        is_same_heading=other.hs_code[:4] == line.hs_code[:4],
        is_own=other.request.expert_organisation_id == line.request.expert_organisation_id,
    )
    if not told.is_own:
        return told
    producer = line.request.producer_bin
    return replace(
        told,
        is_same_producer=bool(producer) and other.request.producer_bin == producer,
        act_pk=act.pk,
        goods=other.name,
        criterion=finding.criterion,
        lines=finding.lines,
        lowest_percent=finding.lowest,
        highest_percent=finding.highest,
    )
