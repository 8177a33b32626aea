"""What the pages of risk show, each in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, F, QuerySet
from django.utils import timezone

from accounts.models import Membership
from expertise.models import Act, GoodsLine
from oversight.departments import department_of
from oversight.models import RiskHit, RiskScore

from .filters import in_chamber
from .indicators import INDICATORS, Indicator
from .labels import BANDS, SUBJECT, THRESHOLDS, Label
from .outcomes import Precision, precision_of
from .scores import Reason, band_of, reasons
from .weights import Setting, settings_in_force

RELATED = (
    "act__request__applicant",
    "act__request__expert_organisation",
    "act__signed_by",
    "application__chamber",
    "certificate",
)
# Whole records of acts and certificates are not needed here.
HEAVY = ("act__record", "application__decision_record", "certificate__record")


def visible(actor: Membership) -> QuerySet[RiskScore]:
    """The scores of the person's department; all of them for the central office."""
    own = department_of(actor, on=timezone.localdate())
    found = RiskScore.objects.all()
    return found if own.is_central else in_chamber(found, own.pk)


@dataclass(frozen=True)
class ScoreChip:
    """Points as a chip: tone and shape go with the band."""

    label: str
    tone: str
    shape: str


def chip_of(points: int) -> ScoreChip:
    _label, tone, shape = BANDS[band_of(points)]
    return ScoreChip(str(points), tone, shape)


@dataclass(frozen=True)
class ScoreRow:
    """A score with its goods and its reasons in words."""

    score: RiskScore
    goods: GoodsLine | None
    reasons: list[Reason]

    @property
    def chip(self) -> ScoreChip:
        return chip_of(self.score.points)


def with_everything(scores: QuerySet[RiskScore]) -> QuerySet[RiskScore]:
    return scores.select_related(*RELATED).defer(*HEAVY).prefetch_related("hits")


def rows_of(scores: Iterable[RiskScore]) -> list[ScoreRow]:
    """One query more for the first goods lines of all of them."""
    rows = list(scores)
    requests = {row.act.request_id for row in rows if row.act}
    lines = GoodsLine.objects.filter(request__in=requests).order_by("request_id", "number")
    first = {line.request_id: line for line in lines.distinct("request_id")}
    return [ScoreRow(row, first.get(row.act.request_id), reasons(row)) for row in rows if row.act]


@dataclass(frozen=True)
class Explained:
    """One reason with all that stands behind it."""

    reason: Reason
    hit: RiskHit
    indicator: Indicator | None
    # The case of the other act that the facts name.
    other_case: UUID | None = None

    @property
    def strength_percent(self) -> Decimal:
        return self.hit.strength * 100


def explained(score: RiskScore) -> list[Explained]:
    hits = {hit.indicator: hit for hit in score.hits.all()}
    numbers = {hit.facts["number"] for hit in hits.values() if "number" in hit.facts}
    acts = Act.objects.filter(number__in=numbers).values_list("number", "case_id")
    cases = dict(acts) if numbers else {}
    return [
        Explained(
            reason=reason,
            hit=(hit := hits[reason.indicator]),
            indicator=INDICATORS.get(reason.indicator),
            other_case=cases.get(hit.facts.get("number")),
        )
        for reason in reasons(score, with_outcomes=True)
    ]


def of_the_case(actor: Membership, score: RiskScore) -> list[tuple[Label, RiskScore, ScoreChip]]:
    """The other scores of the same case: act, application, certificate."""
    others = visible(actor).filter(case_id=score.case_id).exclude(pk=score.pk)
    return [(SUBJECT[one.subject_type], one, chip_of(one.points)) for one in others]


@dataclass(frozen=True)
class IndicatorRow:
    """One indicator as it works now."""

    known: Indicator
    setting: Setting
    hits: int
    was: Precision | None
    thresholds: list[tuple[Label, Decimal]] = field(default_factory=list)

    @property
    def subject(self) -> Label:
        return SUBJECT[self.known.subject]


def indicator_rows(actor: Membership, *, on: date) -> list[IndicatorRow]:
    """Every indicator with its weight, its thresholds, its hits now and how often it was right."""
    settings, was = settings_in_force(on=on), precision_of()
    counted = (
        RiskHit.objects.filter(score__in=visible(actor))
        .order_by()
        .values("indicator", subject=F("score__subject_type"))
        .annotate(times=Count("pk"))
    )
    hits: dict[tuple[str, str], int] = defaultdict(int)
    for row in counted:
        hits[row["indicator"], row["subject"]] = row["times"]
    rows = [
        IndicatorRow(
            known=known,
            setting=settings[code],
            # A certificate repeats the hits of what it rests on; each counts once.
            hits=hits[code, known.subject],
            was=was.get(code),
            thresholds=_named(settings[code].threshold),
        )
        for code, known in INDICATORS.items()
    ]
    return sorted(rows, key=lambda row: (-row.setting.weight, row.known.code))


def _named(threshold: Any) -> list[tuple[Label, Decimal]]:
    return [(THRESHOLDS.get(name, name), value) for name, value in threshold.items()]


def numbers(rows: Sequence[IndicatorRow]) -> tuple[int, int]:
    """How many are in use, and how many were judged at least once."""
    return sum(row.setting.is_on for row in rows), sum(row.was is not None for row in rows)
