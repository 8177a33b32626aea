"""Counting in the database: a fixed number of questions whatever the size of the register."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth, TruncQuarter, TruncYear

from oversight.models.figures import StageSpan

from .asking import Question
from .control_rows import VIOLATED

# What a breakdown may be by; the value is the column that is grouped.
COLUMNS = {
    "region": "region",
    "product_group": "product_group",
    "chamber": "chamber_id",
    "expert_organisation": "expert_organisation_id",
    "auditor": "auditor_id",
    # Of one kind of happening: a reason, a type, an outcome, whose fault; what codes share.
    "code": "code",
    "group": "group",
}
EMPTY_TEXT = ("region", "product_group", "code", "group")
PERIODS = {"month": TruncMonth, "quarter": TruncQuarter, "year": TruncYear}
WHOLE = ""

Key = Any


@dataclass(frozen=True)
class Part:
    """Rows of one kind with the same code, group and result."""

    kind: str
    code: str
    group: str
    is_hit: bool
    rows: int
    amount: Decimal


@dataclass(frozen=True)
class Counted:
    """All parts of one key of a breakdown, and how many certificates were violated by whom."""

    parts: tuple[Part, ...] = ()
    violated: int = 0
    violated_by: dict[str, int] | None = None

    def rows(self, fits: Callable[[Part], bool]) -> int:
        return sum(part.rows for part in self.parts if fits(part))

    def amount(self, fits: Callable[[Part], bool]) -> Decimal:
        return sum((part.amount for part in self.parts if fits(part)), Decimal(0))


def counted(question: Question, by: str = "", kinds: Iterable[str] = ()) -> dict[Key, Counted]:
    """Everything counted, whole or by one dimension: three queries.

    A certificate with two violations is one violated certificate, so these are counted apart.
    """
    rows = question.rows()
    if kinds:
        rows = rows.filter(kind__in=kinds)
    rows, key = _keyed(rows, by)
    keys = [key] if key else []
    parts: dict[Key, list[Part]] = defaultdict(list)
    told = dict.fromkeys([*keys, "kind", "code", "group", "is_hit"])
    for row in rows.order_by().values(*told).annotate(rows=Count("pk"), total=Sum("amount")):
        parts[row[key] if key else WHOLE].append(
            Part(row["kind"], row["code"], row["group"], row["is_hit"], row["rows"],
                 row["total"] or Decimal(0))
        )  # fmt: skip
    violated = rows.filter(kind=VIOLATED).order_by()
    things = Count("subject_id", distinct=True)
    by_fault: dict[Key, dict[str, int]] = defaultdict(dict)
    for row in violated.values(*dict.fromkeys([*keys, "code"])).annotate(things=things):
        by_fault[row[key] if key else WHOLE][row["code"]] = row["things"]
    if key:
        totals = dict(violated.values(key).annotate(things=things).values_list(key, "things"))
    else:
        totals = {WHOLE: violated.aggregate(things=things)["things"]}
    return {
        one: Counted(tuple(found), totals.get(one, 0), by_fault.get(one, {}))
        for one, found in parts.items()
    } or ({} if key else {WHOLE: Counted()})


def _keyed(rows: QuerySet[Any], by: str) -> tuple[QuerySet[Any], str]:
    if not by:
        return rows, ""
    if by in PERIODS:
        return rows.annotate(period=PERIODS[by]("on")), "period"
    column = COLUMNS[by]
    return rows.exclude(**{column: "" if by in EMPTY_TEXT else None}), column


class Counts:
    """The answers to one question, each asked of the database once: for one page in one language,
    or for one report in three."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self._kept: dict[Any, Any] = {}

    def whole(self) -> "Counted":
        return self.by("")[WHOLE]

    def by(self, by: str, kinds: tuple[str, ...] = ()) -> dict[Key, "Counted"]:
        return self._once(("by", by, kinds), lambda: counted(self.question, by, kinds))

    def stages(self) -> dict[tuple[str, str], "Times"]:
        return self._once("stages", lambda: stage_times(self.question))

    def ways(self, by: str = "") -> dict[Key, dict[bool, "Times"]]:
        return self._once(("ways", by), lambda: way_times(self.question, by))

    def _once(self, name: Any, ask: Callable[[], Any]) -> Any:
        if name not in self._kept:
            self._kept[name] = ask()
        return self._kept[name]


@dataclass(frozen=True)
class Times:
    """Working days that things took: in the middle, and at most for nine of ten."""

    count: int
    median: Decimal | None
    ninetieth: Decimal | None


def stage_times(question: Question) -> dict[tuple[str, str], Times]:
    """By kind of thing and status; every stay of one thing in one status counted together."""
    together = (
        question.stays()
        .order_by()
        .values("subject_type", "status", "subject_id")
        .annotate(total=Sum("working_days"))
        .values("subject_type", "status", "total")
    )
    return {(row[0], row[1]): Times(*row[2:]) for row in _percentiles(together, 2)}


def way_times(question: Question, by: str = "") -> dict[Key, dict[bool, Times]]:
    """The whole way of cases whose certificate was issued: work and pauses apart, by dimension."""
    issued = question.rows().filter(kind="issued")
    stays = StageSpan.objects.filter(case_id__in=issued.values("case_id"), until__isnull=False)
    columns = [COLUMNS[by]] if by else []
    together = (
        stays.order_by()
        .values(*columns, "is_pause", "case_id")
        .annotate(total=Sum("working_days"))
        .values(*columns, "is_pause", "total")
    )
    found: dict[Key, dict[bool, Times]] = defaultdict(dict)
    for row in _percentiles(together, len(columns) + 1):
        key = row[0] if by else WHOLE
        found[key][row[len(columns)]] = Times(*row[len(columns) + 1 :])
    return found


def _percentiles(totals: QuerySet[Any, Any], keys: int) -> list[tuple[Any, ...]]:
    """Count, median and ninetieth percentile of the last column, grouped by the `keys` first.

    Django cannot group what was grouped already, so its question becomes the inner one.
    """
    inner, params = totals.query.sql_with_params()
    grouped_by = ", ".join(str(number) for number in range(1, keys + 1))
    names = ", ".join(f"stays.k{number}" for number in range(1, keys + 1))
    columns = ", ".join([*(f"k{number}" for number in range(1, keys + 1)), "total"])
    sql = (
        f"SELECT {names}, count(*),"  # noqa: S608 - built of numbers and of Django's own question
        " percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY total)"
        f" FROM ({inner}) AS stays({columns}) GROUP BY {grouped_by}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [(*row[:-1], *map(_days, row[-1] or (None, None))) for row in cursor.fetchall()]


def _days(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
