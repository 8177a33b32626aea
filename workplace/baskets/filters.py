"""Filters of a basket: read from the address, kept in it, and applied to each kind of thing.

A kind that has no such thing (a complaint has no HS code) has no row under that filter. What the
address says wrongly is left out and told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import DateField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from expertise.models import GoodsLine

from .reading import Reader
from .sources.base import Source

# Names in the address; the tab and the page are not filters.
NAMES = (
    "q", "kind", "stage", "by", "chamber", "experts", "auditor", "scheme", "due", "since", "hs",
    "sort",
)  # fmt: skip
# The column of each organisation or person in the address.
KEYS: Mapping[str, str] = {
    "chamber": "code",
    "experts": "bin",
    "auditor": "pk",
    "scheme": "code",
}


@dataclass(frozen=True)
class Filters:
    """`values` by the names in the address; empty ones are not there."""

    values: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Filters":
        return cls({name: given[name] for name in NAMES if given.get(name)})

    @property
    def text(self) -> str:
        return self.values.get("q", "")

    @property
    def order(self) -> str:
        return self.values.get("sort", "")

    def __bool__(self) -> bool:
        return any(name != "sort" for name in self.values)

    def applied(self, source: Source, things: QuerySet[Any], reader: Reader) -> QuerySet[Any]:
        things = things.annotate(b_due=Cast(source.term(reader), DateField()))
        for name, value in self.values.items():
            if name == "sort":
                continue
            condition = CONDITIONS[name](source, value, reader)
            if condition is None:
                return things.none()
            things = things.filter(condition)
        return things


def _kind(source: Source, value: str, reader: Reader) -> Q | None:
    return Q() if source.kind == value else None


def _stage(source: Source, value: str, reader: Reader) -> Q | None:
    if source.stage:
        return Q() if source.stage == value else None
    return source.stages().get(value)


def _side(source: Source, value: str, reader: Reader) -> Q | None:
    return source.sides(reader).get(value)


def _owned(name: str) -> Any:
    def condition(source: Source, value: str, reader: Reader) -> Q | None:
        path = getattr(source.paths, name)
        return Q(**{f"{path}__{KEYS[name]}": value}) if path else None

    return condition


def _due(source: Source, value: str, reader: Reader) -> Q | None:
    today = reader.today
    match value:
        case "late":
            return Q(b_due__lt=today)
        case "today":
            return Q(b_due=today)
        case "week":
            return Q(b_due__gte=today, b_due__lte=today + timedelta(days=6 - today.weekday()))
    return None


def _since(source: Source, value: date, reader: Reader) -> Q | None:
    return Q(**{f"{source.since}__date__lte": value})


def _hs(source: Source, value: str, reader: Reader) -> Q | None:
    if not source.paths.request:
        return None
    lines = GoodsLine.objects.filter(request=OuterRef(source.paths.request))
    return Q(Exists(lines.filter(hs_code__startswith=value)))


def _text(source: Source, value: str, reader: Reader) -> Q | None:
    return source.matching(value)


CONDITIONS: Mapping[str, Any] = {
    "q": _text,
    "kind": _kind,
    "stage": _stage,
    "by": _side,
    **{name: _owned(name) for name in KEYS},
    "due": _due,
    "since": _since,
    "hs": _hs,
}
