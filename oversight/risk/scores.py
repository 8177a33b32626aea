"""Scores as others read them: by certificate, with reasons in the reader's words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.functional import Promise

from issuance.models import Certificate
from oversight.models import RiskHit, RiskScore

from .indicators import INDICATORS
from .outcomes import Precision, precision_of
from .weights import versions
from .wording import words_of

__all__ = ["Reason", "reasons", "scores_of", "versions"]

# From these points on a score is told as high, or as worth a look.
HIGH, MIDDLE = 60, 30


@dataclass(frozen=True)
class Reason:
    """One reason of a score; `was` says how often the indicator was right so far."""

    indicator: str
    title: str | Promise
    words: str
    points: Decimal
    was: Precision | None = None


def scores_of(certificates: Iterable[Certificate | UUID]) -> dict[UUID, RiskScore]:
    """The score of each certificate that has one, with its hits."""
    keys = [one.pk if isinstance(one, Certificate) else one for one in certificates]
    found = RiskScore.objects.filter(subject_type="certificate", subject_id__in=keys)
    return {score.subject_id: score for score in found.prefetch_related("hits")}


def reasons(score: RiskScore, *, with_outcomes: bool = False) -> list[Reason]:
    """What speaks against the object, the weightiest first, in the language of the reader."""
    was = precision_of() if with_outcomes else {}
    return [_reason(hit, was.get(hit.indicator)) for hit in _by_points(score.hits.all())]


def _by_points(hits: Iterable[RiskHit]) -> Sequence[RiskHit]:
    return sorted(hits, key=lambda hit: (-hit.points, hit.indicator))


def _reason(hit: RiskHit, was: Precision | None) -> Reason:
    known = INDICATORS.get(hit.indicator)
    return Reason(
        indicator=hit.indicator,
        title=known.title if known else hit.indicator,
        words=words_of(hit.indicator, hit.facts),
        points=hit.points,
        was=was,
    )


def band_of(points: int) -> str:
    """high, middle or low."""
    if points >= HIGH:
        return "high"
    return "middle" if points >= MIDDLE else "low"
