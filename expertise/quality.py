"""Quality figures of auditors: each a count of a total with its Wilson interval, never a ratio.

A figure stands beside the same figure of the whole register; it stands out only when the two
intervals do not meet. Figures point at where to look and decide nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Role, User
from audit.models import AuditEvent
from auditors.intervals import Interval, wilson
from reference.parameters import parameter

from .models import Act, Finding, SecondOpinion
from .services.correcting import ANNULMENT_REASONS, faults_of_auditor

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Kind:
    """One figure: what is counted, of what."""

    code: str
    label: str | Promise
    definition: str | Promise


KINDS = (
    Kind(
        "corrected",
        _("Acts corrected later"),
        _("Acts replaced by a corrected one, of all acts signed."),
    ),
    Kind(
        "annulled",
        _("Acts annulled through the auditor's fault"),
        _("Acts annulled for a reason that lies with the auditor, of all acts signed."),
    ),
    Kind(
        "overruled",
        _("Second expertises decided against the auditor"),
        _("Blind second expertises where the Committee held another verdict, of all compared."),
    ),
    Kind(
        "fast",
        _("Examinations that were very short"),
        _("Acts signed sooner after the assignment than the figure of minutes for each line."),
    ),
    Kind(
        "near_limit",
        _("Lines just within a limit"),
        _("Positive lines whose share lies next to its limit, of all positive lines with a limit."),
    ),
)


@dataclass
class Counts:
    """How often of how many, by kind of figure."""

    acts: int = 0
    hits: Counter[str] = field(default_factory=Counter)
    totals: Counter[str] = field(default_factory=Counter)

    def note(self, code: str, *, hit: bool) -> None:
        self.totals[code] += 1
        self.hits[code] += hit

    def add(self, other: "Counts") -> None:
        self.acts += other.acts
        self.hits.update(other.hits)
        self.totals.update(other.totals)


@dataclass(frozen=True)
class Measure:
    """Count, total and interval in percent."""

    count: int
    total: int
    interval: Interval | None

    @property
    def low_percent(self) -> Decimal | None:
        return self.interval.low * HUNDRED if self.interval else None

    @property
    def high_percent(self) -> Decimal | None:
        return self.interval.high * HUNDRED if self.interval else None

    @property
    def share_percent(self) -> Decimal | None:
        return HUNDRED * self.count / self.total if self.total else None


@dataclass(frozen=True)
class Figure:
    """A figure of one auditor beside that of the whole register."""

    kind: Kind
    own: Measure
    whole: Measure

    @property
    def stands_out(self) -> bool:
        """The own interval lies wholly above that of the register."""
        return bool(
            self.own.interval
            and self.whole.interval
            and self.own.interval.low > self.whole.interval.high
        )


@dataclass(frozen=True)
class AuditorFigures:
    user: User
    acts: int
    figures: tuple[Figure, ...]

    @property
    def outstanding(self) -> list[Figure]:
        return [figure for figure in self.figures if figure.stands_out]


def figures_of(users: Sequence[User], *, on: date) -> list[AuditorFigures]:
    """The figures of each person, measured against everybody in the register."""
    counted = counts_by_auditor(on=on)
    whole = Counts()
    for counts in counted.values():
        whole.add(counts)
    return [
        AuditorFigures(
            user=user,
            acts=own.acts,
            figures=tuple(
                Figure(kind, _measure(own, kind), _measure(whole, kind)) for kind in KINDS
            ),
        )
        for user in users
        for own in (counted.get(user.pk, Counts()),)
    ]


def _measure(counts: Counts, kind: Kind) -> Measure:
    count, total = counts.hits[kind.code], counts.totals[kind.code]
    return Measure(count, total, wilson(count, total))


def visible_auditors(actor: Membership, *, on: date) -> list[User]:
    """Whose figures this person sees: the Committee all that ever signed or may sign, the head
    of an expert organisation those who work there today."""
    auditors = Membership.objects.filter(role=Role.AUDITOR)
    if actor.role == Role.EXPERT_HEAD:
        auditors = auditors.in_force(on=on).filter(organisation=actor.organisation_id)
    elif actor.role not in (Role.INSPECTOR, Role.COMMITTEE_HEAD):
        return []
    return list(User.objects.filter(pk__in=auditors.values("user")).order_by("full_name", "pk"))


def counts_by_auditor(*, on: date) -> dict[UUID, Counts]:
    counted: dict[UUID, Counts] = {}

    def of(key: UUID) -> Counts:
        return counted.setdefault(key, Counts())

    faults = faults_of_auditor(ANNULMENT_REASONS)
    minutes = parameter("control.fast_minutes_per_line", on=on)
    for act, took in _acts():
        counts = of(act["signed_by"])
        counts.acts += 1
        counts.note("corrected", hit=act["status"] == "superseded")
        counts.note(
            "annulled", hit=act["status"] == "annulled" and act["annulment_reason"] in faults
        )
        if took is not None:
            counts.note("fast", hit=took < timedelta(minutes=minutes * act["lines"]))
    for auditor, is_overruled in _second_opinions():
        of(auditor).note("overruled", hit=is_overruled)
    margin = Decimal(str(parameter("control.threshold_margin_points", on=on)))
    for auditor, evaluation in _positive_evaluations():
        gaps = list(gaps_to_limits(evaluation))
        if gaps:
            of(auditor).note("near_limit", hit=min(gaps) <= margin)
    return counted


def _acts() -> Iterator[tuple[dict[str, Any], timedelta | None]]:
    """Every act with the time from the last assignment to the signature; a correction has none."""
    acts: Iterable[Any] = Act.objects.annotate(lines=Count("request__lines")).values(
        "signed_by", "signed_at", "status", "annulment_reason", "request_id", "lines"
    )
    assigned: dict[str, list[datetime]] = {}
    events = AuditEvent.objects.filter(event="request.assigned").order_by("id")
    for request_id, at in events.values_list("subject_id", "at"):
        assigned.setdefault(request_id, []).append(at)
    for act in acts:
        before = [at for at in assigned.get(str(act["request_id"]), ()) if at <= act["signed_at"]]
        yield act, act["signed_at"] - before[-1] if before else None


def _second_opinions() -> Iterator[tuple[UUID, bool]]:
    """Both auditors of every finished comparison; whether the Committee held another verdict."""
    rows = SecondOpinion.objects.filter(status__in=("agreed", "resolved")).values_list(
        "first__act__signed_by", "second__act__signed_by", "status", "holding"
    )
    for first, second, status, holding in rows:
        is_resolved = status == "resolved"
        yield first, is_resolved and holding in ("second", "neither")
        yield second, is_resolved and holding in ("first", "neither")


def _positive_evaluations() -> Iterable[tuple[UUID, Any]]:
    return (
        Finding.objects.filter(
            line__request__act__isnull=False, is_originating=True, evaluation__isnull=False
        )
        .values_list("line__request__act__signed_by", "evaluation")
        .iterator(chunk_size=1000)
    )


def gaps_to_limits(evaluation: Mapping[str, Any]) -> Iterator[Decimal]:
    """How many points each met limit of share was away from not being met."""
    stack = [(evaluation.get("result") or {}).get("root")]
    while stack:
        part = stack.pop()
        if not part:
            continue
        figures = part.get("figures", {})
        if part.get("met") and {"percent", "limit"} <= figures.keys():
            yield Decimal(figures["limit"]) - Decimal(figures["percent"])
        stack.extend(part.get("parts", ()))
