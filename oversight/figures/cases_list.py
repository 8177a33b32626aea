"""The cases behind a figure: exactly the rows that were counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audit.registry import subject_url
from oversight.models.figures import Happening

from .asking import Question
from .definitions import Figure
from .labels import code_names_of
from .scopes import Audience
from .tables import Row, Shown, Table

# What an organisation may open of its own cases; the Committee opens everything.
OF_CASES = frozenset({"request", "act", "application", "certificate"})


@dataclass(frozen=True)
class Behind:
    """One counted row for people; `url` is empty where its page is not theirs or not made."""

    happening: Happening
    url: str
    code: str

    @property
    def label(self) -> str:
        return self.happening.label or _("without a number")

    @property
    def on(self) -> date:
        return self.happening.on


def rows_behind(question: Question, figure: Figure, code: str = "") -> QuerySet[Happening]:
    """`code` narrows to one reason, type or fault of the figure."""
    rows = question.rows().filter(**figure.selection.where())
    if code:
        rows = rows.filter(code=code)
    return rows.select_related("chamber", "expert_organisation", "auditor").order_by(
        "-on", "label", "pk"
    )


def told(question: Question, figure: Figure, rows: Sequence[Happening]) -> list[Behind]:
    names = code_names_of(figure.selection.kind, {row.code for row in rows if row.code})
    return [Behind(row, _page(question, row), names.get(row.code, "")) for row in rows]


def _page(question: Question, row: Happening) -> str:
    if question.scope.audience != Audience.COMMITTEE and row.subject_type not in OF_CASES:
        return ""
    return subject_url(row.subject_type, row.subject_id, row.label)


def as_table(question: Question, figure: Figure, rows: Sequence[Happening]) -> Table:
    """The same as a file."""
    columns = [
        _("Number"), _("Day"), _("What"), _("Sum or count"), _("Chamber"),
        _("Expert organisation"), _("Region, KATO"), _("Product group"),
        *([_("Auditor")] if question.scope.names_auditors else []),
    ]  # fmt: skip
    return Table(
        f"cases-{figure.code}",
        figure.title,
        columns,
        [_file_row(question, behind) for behind in told(question, figure, rows)],
    )


def _file_row(question: Question, behind: Behind) -> Row:
    row = behind.happening
    cells = [
        Shown("", row.on),
        Shown(behind.code),
        Shown("", row.amount),
        Shown(row.chamber.name if row.chamber else ""),
        Shown(row.expert_organisation.name if row.expert_organisation else ""),
        Shown(row.region),
        Shown(row.product_group),
    ]
    if question.scope.names_auditors:
        cells.append(Shown(row.auditor.full_name if row.auditor else ""))
    return Row(behind.label, cells)
