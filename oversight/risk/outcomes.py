"""How often each indicator was right: what inspectors found where it had spoken."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership
from auditors.intervals import Interval, wilson
from oversight.models import DeskCheck, IndicatorOutcome, RiskHit

from .indicators import INDICATORS

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Precision:
    """Right in `right` of `total` checks; the interval is Wilson's, 95 %."""

    right: int
    total: int
    interval: Interval | None

    @property
    def low_percent(self) -> Decimal | None:
        return self.interval.low * HUNDRED if self.interval else None

    @property
    def high_percent(self) -> Decimal | None:
        return self.interval.high * HUNDRED if self.interval else None


def spoken(check: DeskCheck) -> list[RiskHit]:
    """The indicators that spoke of the checked certificate, the weightiest first."""
    return list(
        RiskHit.objects.filter(
            score__subject_type="certificate", score__subject_id=check.certificate_id
        )
    )


@transaction.atomic
def judge_indicators(
    *,
    check: DeskCheck,
    actor: Membership,
    verdicts: Mapping[str, bool],
    notes: Mapping[str, str] | None = None,
) -> list[IndicatorOutcome]:
    """Keeps what the inspector found of each indicator; a check judged again replaces its own.

    The facts of the hit are kept as they were, whatever becomes of the score later.
    """
    unknown = sorted(set(verdicts) - set(INDICATORS))
    if unknown:
        raise DomainError(
            "indicator_unknown",
            _("There is no such indicator: %(codes)s.") % {"codes": ", ".join(unknown)},
        )
    facts: dict[str, Any] = {hit.indicator: hit.facts for hit in spoken(check)}
    at = timezone.now()
    kept = IndicatorOutcome.objects.bulk_create(
        [
            IndicatorOutcome(
                check_of=check,
                indicator=code,
                facts=facts.get(code, {}),
                was_right=was_right,
                note=(notes or {}).get(code, ""),
                decided_by=actor.user,
                decided_at=at,
            )
            for code, was_right in sorted(verdicts.items())
        ],
        update_conflicts=True,
        unique_fields=["check_of", "indicator"],
        update_fields=["was_right", "note", "decided_by", "decided_at"],
    )
    if kept:
        audit.record(
            "risk.indicators_judged",
            actor=actor.ref(),
            subject=check.subject_ref(),
            case=check.case_id,
            certificate=check.certificate.number,
            right=_codes(code for code, was_right in verdicts.items() if was_right),
            wrong=_codes(code for code, was_right in verdicts.items() if not was_right),
        )
    return kept


def precision_of() -> dict[str, Precision]:
    """Of each indicator that was ever judged: how often it was right."""
    rows = (
        IndicatorOutcome.objects.order_by()
        .values("indicator")
        .annotate(total=Count("pk"), right=Count("pk", filter=Q(was_right=True)))
    )
    return {
        row["indicator"]: Precision(row["right"], row["total"], wilson(row["right"], row["total"]))
        for row in rows
    }


def _codes(codes: Iterable[str]) -> str:
    return ", ".join(sorted(codes))
