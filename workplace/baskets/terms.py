"""The day until which whoever has a thing now must act, as the database orders and counts it.

The clocks of the workplace count a stage from the day on which it began; the same terms stand here
as an expression, so that a basket's order and its count of what is late agree with its rows.
"""

import json
from datetime import timedelta

from django.db.models import Case, CharField, DateField, F, Func, Q, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Least, TruncDate

from reference.deadlines import DEFAULT_SCHEME
from reference.working_days import ALMATY

from .reading import Reader

# So many days back at least, and on as long as a stage that began then is not over: whatever began
# still earlier is late in any case.
WINDOW, LONGEST_WINDOW = 60, 400


class _Lookup(Func):
    """The value of a key in a constant object."""

    template = "((%(expressions)s))"
    arg_joiner = "::jsonb ->> "
    output_field = TextField()


class _DayText(Func):
    function = "to_char"
    output_field = CharField()


def staged(reader: Reader, subject: str, since: str, whole: Combinable | None) -> Combinable:
    """The end of the stage or of the whole term, whichever comes first."""
    stages: dict[str, list[str]] = {}
    for stage in reader.stages_of(subject):
        ends = _ends(reader, subject, stage)
        if ends:
            stages.setdefault(ends, []).append(stage)
    total = Cast(whole if whole is not None else Value(None), DateField())
    if not stages:
        return total
    began = TruncDate(F(since), tzinfo=ALMATY)
    cases = [
        When(_in_stage(names), then=Least(total, _end(reader, ends, began)))
        for ends, names in stages.items()
    ]
    return Case(*cases, default=total, output_field=DateField())


def one_stage(reader: Reader, subject: str, stage: str, began: Combinable) -> Combinable:
    """The end of a stage that no status names, by the day on which it began."""
    ends = _ends(reader, subject, stage)
    return _end(reader, ends, began) if ends else Value(None, DateField())


def _end(reader: Reader, ends: str, began: Combinable) -> Combinable:
    day = _DayText(began, Value("YYYY-MM-DD"))
    before = reader.today - timedelta(days=WINDOW)
    known = Cast(_Lookup(Value(ends), day), DateField())
    return Coalesce(known, Value(before, DateField()))


def _in_stage(names: list[str]) -> Q:
    """Entries of registers have one stage and no status."""
    return Q(pk__isnull=False) if names == ["entered"] else Q(status__in=names)


def _ends(reader: Reader, subject: str, stage: str) -> str:
    """By the day on which the stage began, its last day; empty without a term."""
    ends: dict[str, str] = {}
    for ago in range(LONGEST_WINDOW):
        began = reader.today - timedelta(days=ago)
        term = reader.counting.terms.days(subject, stage, on=began, scheme=DEFAULT_SCHEME)
        end = None if term is None else reader.counting.calendar.due_day(began, term)
        if end is not None:
            ends[str(began)] = str(end)
        if ago >= WINDOW and (end is None or end < reader.today):
            break
    return json.dumps(ends) if ends else ""
