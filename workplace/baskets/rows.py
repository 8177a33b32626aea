"""One row of a basket: what it is about, what it waits for, since when, how long is left."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reference.deadlines import Clocked
from workflow.transitions import Status

from .reading import Reader

LONGEST_TITLE = 90


@dataclass(frozen=True)
class Row:
    """`kind` and `pk` name the thing; `version` is what the person saw when giving a command."""

    kind: str
    pk: str
    version: int
    number: str
    url: str
    title: str
    status: Status
    since: datetime
    kind_label: str | Promise = ""
    party: str = ""
    codes: tuple[str, ...] = ()
    who: str = ""
    submitted_at: datetime | None = None
    due_on: date | None = None
    days_left: int | None = None
    pause: str | Promise = ""
    held_by: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.pk}"

    @property
    def ticket(self) -> str:
        """What the row's checkbox sends."""
        return f"{self.kind}:{self.pk}:{self.version}"

    @property
    def is_paused(self) -> bool:
        return bool(self.pause)

    def seen(self, version: int) -> "Row":
        """The row as a page showed it that was opened before."""
        return replace(self, version=version)


def goods_in_words(thing: Any) -> str:
    """The first line of goods and how many more there are, as annotated."""
    name, count = thing.goods_name, thing.goods_count or 0
    if not name:
        return _("No goods yet")
    title = Truncator(name).chars(LONGEST_TITLE)
    if count < 2:
        return title
    more = ngettext("and %(count)d more line", "and %(count)d more lines", count - 1)
    return f"{title}, {more % {'count': count - 1}}"


def spaced_code(digits: str | None) -> str:
    digits = digits or ""
    return " ".join(part for part in (digits[:4], digits[4:6], digits[6:9], digits[9:]) if part)


def codes_of(*codes: str | None) -> tuple[str, ...]:
    return tuple(code for code in codes if code)


def clock_of(thing: Clocked, reader: Reader) -> dict[str, Any]:
    """The part of a row that every thing with a clock has."""
    return {
        "due_on": thing.due_on,
        "days_left": thing.working_days_left(on=reader.today, calendar=reader.calendar),
    }


def days_until(day: date | None, reader: Reader) -> dict[str, Any]:
    """The same of a thing whose day is a field of its own."""
    if day is None:
        return {}
    return {"due_on": day, "days_left": reader.calendar.between(reader.today, day)}
