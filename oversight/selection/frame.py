"""Who takes part in a plan: the certificates issued in its period, each with stratum and score."""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from documents.canonical import canonical_bytes
from expertise.models import GoodsLine
from issuance.models import Certificate
from oversight.models import ControlPlan, FrameEntry, RiskHit, RiskScore

from .draw import Entry

SCHEMA = "ctkz.control-frame/1"
# Between the parts of the name of a stratum; of one that is everything there is, the name itself.
AND, EVERYTHING = "/", "-"
HS_GROUP_DIGITS = 2
KINDS = tuple(ControlPlan.Stratum.values)


@dataclass(frozen=True)
class Candidate:
    """A certificate as it would enter the frame today; no score: it was never computed."""

    certificate_id: UUID
    number: str
    stratum: str
    points: int | None
    indicator: str

    @property
    def score(self) -> int:
        return self.points or 0


def candidates(
    *, issued_from: dt.date, issued_until: dt.date, strata: Sequence[str]
) -> list[Candidate]:
    """Every certificate issued in the period, whatever became of it since; by number.

    One query whatever the period: a frame of three years is read in about a second.
    """
    rows = (
        issued_between(issued_from, issued_until)
        .order_by()
        .annotate(
            experts=F("application__act__request__expert_organisation__code"),
            experts_bin=F("application__act__request__expert_organisation__bin"),
            hs_code=Subquery(_lines().values("hs_code")[:1]),
            points=Subquery(_scores().values("points")[:1]),
            indicator=Subquery(_hits().values("indicator")[:1]),
        )
        .values_list(
            "pk", "number", "chamber_code", "hs_code", "experts", "experts_bin",
            "points", "indicator",
        )
    )  # fmt: skip
    found = [
        Candidate(
            certificate_id=pk,
            number=number,
            stratum=_stratum(
                strata,
                chamber=chamber,
                chapter=(hs_code or "")[:HS_GROUP_DIGITS],
                expert_organisation=experts or experts_bin,
            ),
            points=points,
            indicator=indicator or "",
        )
        for pk, number, chamber, hs_code, experts, experts_bin, points, indicator in rows
    ]
    return sorted(found, key=lambda candidate: candidate.number)


def issued_between(first: dt.date, last: dt.date) -> QuerySet[Certificate]:
    """Days in Kazakhstan, both included."""
    return Certificate.objects.issued().filter(
        issued_at__gte=_midnight(first), issued_at__lt=_midnight(last + dt.timedelta(days=1))
    )


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _lines() -> QuerySet[GoodsLine]:
    """The first goods name the product group, as in every figure of the portal."""
    request = OuterRef("application__act__request")
    return GoodsLine.objects.filter(request=request).order_by("number")


def _scores() -> QuerySet[RiskScore]:
    return RiskScore.objects.filter(subject_type="certificate", subject_id=OuterRef("pk"))


def _hits() -> QuerySet[RiskHit]:
    return RiskHit.objects.filter(
        score__subject_type="certificate", score__subject_id=OuterRef("pk")
    ).order_by("-points", "indicator")


def _stratum(strata: Sequence[str], **parts: str) -> str:
    """The parts in the fixed order of the kinds, however the plan lists them."""
    return AND.join(parts[kind] or "?" for kind in KINDS if kind in strata) or EVERYTHING


def entries_of(plan: ControlPlan) -> list[Entry]:
    """The frozen frame as it stands in the database, by number."""
    rows = FrameEntry.objects.filter(plan=plan).order_by()
    found = [Entry(*row) for row in rows.values_list("number", "stratum", "score")]
    return sorted(found, key=lambda entry: entry.number)


def salt_of(nonce: bytes) -> str:
    return hashlib.sha256(b"salt" + nonce).hexdigest()


def frame_bytes(plan: ControlPlan, entries: Iterable[Entry]) -> bytes:
    """The frame as published; its digest is what the plan is committed to."""
    record: dict[str, Any] = {
        "schema": SCHEMA,
        "plan": plan.number,
        "issued_from": plan.issued_from.isoformat(),
        "issued_until": plan.issued_until.isoformat(),
        "strata": [kind for kind in KINDS if kind in plan.strata],
        "by_risk": plan.by_risk,
        "by_lottery": plan.by_lottery,
        "risk_versions": plan.risk_versions,
        "salt": salt_of(bytes(plan.nonce or b"")),
        "entries": [
            {"number": entry.number, "stratum": entry.stratum, "score": entry.score}
            for entry in entries
        ],
    }
    return canonical_bytes(record)


@dataclass(frozen=True)
class Preview:
    """What a plan would draw from, without a name: counts by stratum and by score."""

    size: int
    unscored: int
    strata: list[tuple[str, int]]
    # By tens: certificates with a score of 0–9, 10–19, …, 90–100.
    scores: list[int]


def preview_of(plan: ControlPlan) -> Preview:
    found = candidates(
        issued_from=plan.issued_from, issued_until=plan.issued_until, strata=plan.strata
    )
    return Preview(
        size=len(found),
        unscored=sum(candidate.points is None for candidate in found),
        strata=_largest_first(candidate.stratum for candidate in found),
        scores=_by_tens(candidate.score for candidate in found),
    )


def preview_of_frozen(plan: ControlPlan) -> Preview:
    """The same of a committed frame."""
    entries = entries_of(plan)
    return Preview(
        size=len(entries),
        unscored=0,
        strata=_largest_first(entry.stratum for entry in entries),
        scores=_by_tens(entry.score for entry in entries),
    )


def _largest_first(strata: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(strata).items(), key=lambda pair: (-pair[1], pair[0]))


def _by_tens(scores: Iterable[int]) -> list[int]:
    counted = Counter(min(score // 10, 9) for score in scores)
    return [counted[ten] for ten in range(10)]
