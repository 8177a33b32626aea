"""What the pages of plans show: figures, the checks with their reasons, what binds the plan."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from accounts.models import Organisation, OrganisationKind
from audit.models import LogLeaf
from audit.proofs import published_size
from auditors.intervals import wilson
from oversight.figures.charts import Bar, BarChart
from oversight.models import CheckQuestion, ControlPlan, DeskCheck, Violation
from oversight.risk.scores import Reason, band_of, reasons, scores_of
from reference.models import Chamber
from reference.working_days import Calendar

from .frame import AND, EVERYTHING, KINDS, Preview

# Checks that a filter of the page shows.
CHECKED = ("concluded", "objected", "closed")
SHOWN: dict[str, tuple[str | Promise, Q]] = {
    "": (gettext_lazy("All"), Q()),
    "open": (pgettext_lazy("checks", "Open"), ~Q(status__in=CHECKED)),
    "waiting": (gettext_lazy("Await a reply"), Q(status="awaiting_reply")),
    "violations": (gettext_lazy("With violations"), Q(result=DeskCheck.Result.VIOLATIONS)),
    "closed": (gettext_lazy("Closed"), Q(status="closed")),
}
REASONS_SHOWN = 2
STRATA_SHOWN = 25
TONES = {"high": "bad", "middle": "wait", "low": "neutral"}
FAULTS = {
    "auditor": pgettext_lazy("violations", "%(count)s by auditors"),
    "expert_organisation": pgettext_lazy("violations", "%(count)s by expert organisations"),
    "chamber": pgettext_lazy("violations", "%(count)s by chambers"),
    "applicant": pgettext_lazy("violations", "%(count)s by applicants"),
    "other": pgettext_lazy("violations", "%(count)s by others"),
}


@dataclass(frozen=True)
class Figure:
    """One card: a figure, what it counts, and what stands behind it."""

    value: str
    label: str
    detail: str = ""
    part: int = 0
    total: int = 0
    url: str = ""


def figures_of(plan: ControlPlan, *, on: date) -> list[Figure]:
    """Four queries, whatever the size of the plan."""
    counted = plan.checks.aggregate(
        checked=Count("pk", filter=Q(status__in=CHECKED)),
        waiting=Count("pk", filter=Q(status="awaiting_reply")),
        drawn=Count("pk", filter=Q(way="lottery", status__in=CHECKED)),
        violated=Count("pk", filter=Q(way="lottery", status__in=CHECKED, result="violations")),
    )
    total = plan.by_risk + plan.by_lottery
    return [
        Figure(
            value=_("%(part)s of %(total)s") % {"part": counted["checked"], "total": total},
            label=_("checked"),
            detail=_("to be done by %(day)s") % {"day": f"{plan.due_on:%d.%m.%Y}"},
            part=counted["checked"],
            total=total,
        ),
        _violations(plan),
        _waiting(plan, counted["waiting"], on=on),
        _share(counted["violated"], counted["drawn"]),
    ]


def _violations(plan: ControlPlan) -> Figure:
    standing = Violation.objects.filter(
        desk_check__plan=plan, desk_check__status__in=CHECKED, set_aside_at__isnull=True
    )
    by_fault = dict(
        standing.values_list("fault").annotate(count=Count("pk")).values_list("fault", "count")
    )
    told = [
        str(words) % {"count": by_fault[fault]}
        for fault, words in FAULTS.items()
        if fault in by_fault
    ]
    count = sum(by_fault.values())
    return Figure(
        value=str(count),
        label=ngettext("violation found", "violations found", count),
        detail=", ".join(told),
        url="?show=violations" if count else "",
    )


def _waiting(plan: ControlPlan, count: int, *, on: date) -> Figure:
    label = ngettext("check awaits a reply", "checks await a reply", count)
    if not count:
        return Figure(value="0", label=label)
    nearest = CheckQuestion.objects.filter(
        check_of__plan=plan, check_of__status="awaiting_reply", answered_at__isnull=True
    ).aggregate(day=Min("due_on"))["day"]
    return Figure(
        value=str(count),
        label=label,
        detail=_nearest(Calendar.current().between(on, nearest)) if nearest else "",
        url="?show=waiting",
    )


def _nearest(days: int) -> str:
    if days < 0:
        return _("the term of one has passed")
    return ngettext("nearest in %(days)s working day", "nearest in %(days)s working days", days) % {
        "days": days
    }


def _share(violated: int, drawn: int) -> Figure:
    """Only the lottery speaks for all certificates: the others were chosen because of doubts."""
    interval = wilson(violated, drawn)
    label = _("violated among those drawn by lottery")
    if interval is None:
        return Figure(value="–", label=label, detail=_("none of them is checked yet"))
    return Figure(
        value=f"{_percent(Decimal(violated) / drawn)} %",
        label=label,
        detail=_("%(count)s of %(total)s · interval %(low)s–%(high)s") % {
            "count": violated,
            "total": drawn,
            "low": _percent(interval.low),
            "high": _percent(interval.high),
        },
    )  # fmt: skip


def _percent(share: Decimal) -> str:
    return number_format((share * 100).quantize(Decimal("0.1")))


@dataclass(frozen=True)
class CheckRow:
    """A check in the list with the reasons of its score, as they read today."""

    check: DeskCheck
    reasons: list[Reason]
    tone: str


def checks_of(plan: ControlPlan, show: str) -> QuerySet[DeskCheck]:
    """By risk first, the highest score before; then by lottery."""
    condition = SHOWN[show if show in SHOWN else ""][1]
    return (
        plan.checks.filter(condition)
        .select_related(
            "certificate__application__applicant", "certificate__application__chamber",
            "inspector", "department",
        )
        .defer("certificate__record")
        .order_by("-way", "-score", "number")
    )  # fmt: skip


def check_rows(checks: Iterable[DeskCheck]) -> list[CheckRow]:
    found = list(checks)
    scores = scores_of(check.certificate_id for check in found)
    rows = []
    for check in found:
        score = scores.get(check.certificate_id)
        told = reasons(score)[:REASONS_SHOWN] if score else []
        rows.append(CheckRow(check, told, TONES[band_of(check.score)]))
    return rows


def tabs_of(plan: ControlPlan, show: str) -> list[dict[str, Any]]:
    counts = plan.checks.aggregate(
        **{f"n_{name}": Count("pk", filter=condition) for name, (_l, condition) in SHOWN.items()}
    )
    return [
        {
            "label": label,
            "url": f"?show={name}" if name else "?",
            "count": counts[f"n_{name}"],
            "current": name == show,
        }
        for name, (label, _condition) in SHOWN.items()
        if counts[f"n_{name}"] or not name
    ]


@dataclass(frozen=True)
class FrameShown:
    """The frame in counts: no certificate is named."""

    size: int
    unscored: int
    strata: list[tuple[str, int]]
    more_strata: int
    chart: BarChart
    is_enough: bool
    wanted: int = field(default=0)


def frame_shown(plan: ControlPlan, preview: Preview) -> FrameShown:
    wanted = plan.by_risk + plan.by_lottery
    return FrameShown(
        size=preview.size,
        unscored=preview.unscored,
        strata=strata_in_words(plan, preview.strata[:STRATA_SHOWN]),
        more_strata=max(len(preview.strata) - STRATA_SHOWN, 0),
        chart=_histogram(preview.scores),
        is_enough=preview.size >= wanted,
        wanted=wanted,
    )


def _histogram(scores: list[int]) -> BarChart:
    labels = [f"{ten}0–{ten}9" for ten in range(9)] + ["90–100"]
    labels[0] = "0–9"
    high = sum(scores[6:])
    return BarChart(
        title=_("Scores of risk in the frame"),
        desc=ngettext(
            "%(count)s certificate has a score of 60 or more.",
            "%(count)s certificates have a score of 60 or more.",
            high,
        )
        % {"count": high},
        what=_("Score"),
        unit=_("certificates"),
        bars=[
            Bar(label, count, tone="bad" if ten >= 6 else "" if ten >= 3 else "soft")
            for ten, (label, count) in enumerate(zip(labels, scores, strict=True))
        ],
    )


def strata_in_words(plan: ControlPlan, strata: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Codes with the names that people know; two queries, however many strata."""
    kinds = [kind for kind in KINDS if kind in plan.strata]
    names: dict[str, dict[str, str]] = {}
    if "chamber" in kinds:
        names["chamber"] = {row.code: row.name for row in Chamber.objects.all()}
    if "expert_organisation" in kinds:
        experts = Organisation.objects.filter(kind=OrganisationKind.EXPERT)
        names["expert_organisation"] = {row.code or row.bin: row.name for row in experts}
    return [(_in_words(kinds, names, stratum), count) for stratum, count in strata]


def _in_words(kinds: list[str], names: dict[str, dict[str, str]], stratum: str) -> str:
    if stratum == EVERYTHING:
        return _("the whole frame")
    parts = zip(kinds, stratum.split(AND), strict=False)
    told = []
    for kind, code in parts:
        name = names.get(kind, {}).get(code)
        if kind == "chapter":
            told.append(_("group %(code)s") % {"code": code})
        else:
            told.append(f"{code} {name}" if name else code)
    return " · ".join(told)


@dataclass(frozen=True)
class LogPlace:
    """An entry about the plan that everyone may read."""

    event: str
    index: int | None


def log_places(plan: ControlPlan) -> dict[str, LogPlace]:
    """Where the public log tells of the plan; None: not published yet."""
    size = published_size()
    leaves = LogLeaf.objects.filter(
        event__subject_type=plan.SUBJECT_TYPE,
        event__subject_id=str(plan.pk),
        event__event__in=PUBLIC_EVENTS,
    )
    found = dict(leaves.values_list("event__event", "index"))
    return {
        name.partition(".")[2]: LogPlace(name, index)
        for name, index in found.items()
        if index < size
    }


PUBLIC_EVENTS = (
    "control_plan.committed", "control_plan.drawn", "control_plan.closed",
    "control_plan.cancelled",
)  # fmt: skip
