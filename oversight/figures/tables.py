"""Tables of figures: rows that a page shows, a chart draws and a file carries alike."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from reference.exports import Cell, export

from .charts import Bar
from .definitions import Value
from .shown import days

Text = str | Promise


@dataclass(frozen=True)
class Shown:
    """A cell: what people read, what a file carries, a small remark."""

    text: Text
    plain: Cell = None
    note: Text = ""
    url: str = ""


@dataclass(frozen=True)
class Row:
    label: Text
    cells: Sequence[Shown]
    url: str = ""


@dataclass(frozen=True)
class Table:
    """`name` is how the address asks for it as a file."""

    name: str
    title: Text
    columns: Sequence[Text]
    rows: Sequence[Row] = field(default_factory=list)

    def in_columns(self) -> list[tuple[Row, list[tuple[Text, Shown]]]]:
        """Each row with the heading beside each of its cells, for a narrow screen."""
        headings = self.columns[1:]
        return [(row, list(zip(headings, row.cells, strict=True))) for row in self.rows]

    def export(self, request: HttpRequest) -> HttpResponse:
        rows = [
            [row.label, *(cell.text if cell.plain is None else cell.plain for cell in row.cells)]
            for row in self.rows
        ]
        return export(request, self.name, self.columns, rows)


def of_count(value: Value, *, smallest: int, url: str = "") -> Shown:
    if value.is_small:
        return Shown(few(smallest))
    return Shown(value.shown, value.plain, url=url if value.count else "")


def of_share(value: Value, *, smallest: int, url: str = "") -> Shown:
    """The count with its share, never the share alone."""
    if value.is_small:
        return Shown(few(smallest))
    return Shown(value.shown, value.plain, note=value.percent, url=url if value.count else "")


def few(smallest: int) -> str:
    return _("fewer than %(count)s") % {"count": smallest}


def of_days(amount: Decimal | None) -> Shown:
    return Shown(days(amount), None if amount is None else round(amount, 1))


def bar_of(
    label: Text, value: Value, *, smallest: int, url: str = "", tone: str = "", note: Text = ""
) -> Bar:
    shown = few(smallest) if value.is_small else value.shown
    brief = f"<{smallest}" if value.is_small else value.shown
    return Bar(label, value.plain, note=note, tone=tone, url=url, shown=shown, brief=brief)
