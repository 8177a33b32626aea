"""The two reports: three years of CT-KZ, and the year's control measures; any other days too.

A report is composed in the active language; its record holds it in all three.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from documents.committee_records import ALL, REPORT
from oversight.models.figures import Report

from . import control_rows as control
from . import pictures
from .asking import Question
from .charts import BarChart, Chart, ManySeries, RowChart
from .counting import WHOLE, Counts
from .dashboard import Card, CasesUrl, Dashboard, no_cases
from .definitions import Selection
from .shown import grouped
from .tables import Shown, Table

MILLION = 1_000_000


@dataclass(frozen=True)
class Content:
    """A report in one language."""

    title: str
    lead: str
    cards: list[Card]
    charts: list[Chart]
    tables: list[Table]
    method: str


def compose(kind: str, counts: Counts, cases_url: CasesUrl = no_cases) -> Content:
    composer = {Report.Kind.THREE_YEARS: three_years, Report.Kind.CONTROL: control_year}
    return composer[Report.Kind(kind)](counts, cases_url)


def three_years(counts: Counts, cases_url: CasesUrl) -> Content:
    dashboard = Dashboard(counts, by="chamber", step="year", cases_url=cases_url)
    years, chambers = dashboard.over_time(), dashboard.compared("chamber")
    stages, ways = counts.stages(), counts.ways().get(WHOLE, {})
    codes = (
        "issued", "complaints", "violated", "violated-auditor", "complaints-confirmed", "refused",
        "revoked", "measures",
    )  # fmt: skip
    return Content(
        _years_title(_("Three years of CT-KZ"), _("CT-KZ: certificates and violations"), counts, 3),
        _lead_of_years(dashboard),
        [dashboard.card_of(code) for code in codes],
        [
            pictures.issued_chart(years, "year", dashboard.smallest),
            dashboard.fault_chart(),
            pictures.compared_chart(chambers, "chamber", dashboard.smallest),
            pictures.stage_chart(stages, dashboard.fewest),
        ],
        [
            pictures.compared_table("time", years, "year", dashboard.smallest),
            pictures.compared_table("compared", chambers, "chamber", dashboard.smallest),
            dashboard.fault_table(),
            pictures.stage_table(stages, ways, dashboard.fewest),
        ],
        method(counts.question, dashboard.smallest),
    )


def control_year(counts: Counts, cases_url: CasesUrl) -> Content:
    dashboard = Dashboard(counts, by="region", step="quarter", cases_url=cases_url)
    regions, quarters = dashboard.control_by_region(), dashboard.control_over_time()
    codes = (
        "controls", "controls-violated", "cases", "fines", "attestations", "documents", "samples",
        "rapid", "verifications", "instruments", "blocked", "seized", "recalled",
    )  # fmt: skip
    return Content(
        _years_title(_("The year's control measures"), _("Control measures"), counts, 1),
        _lead_of_control(dashboard),
        [dashboard.card_of(code) for code in codes],
        [
            pictures.control_time_chart(quarters, "quarter"),
            dashboard.codes_chart(
                "controls", Selection(control.CONTROLLED), _("Control measures by kind")
            ),
            dashboard.codes_chart("measures", Selection(control.MEASURE), _("Measures by type")),
            pictures.control_chart(regions, dashboard.smallest),
        ],
        [
            pictures.control_table(regions, dashboard.smallest),
            pictures.control_table(quarters, dashboard.smallest, by="quarter"),
        ],
        method(counts.question, dashboard.smallest),
    )


def _lead_of_years(dashboard: Dashboard) -> str:
    sentences = [
        _("%(issued)s certificates were issued and %(complaints)s complaints received.")
        % {
            "issued": _told(dashboard, "issued")["count"],
            "complaints": _told(dashboard, "complaints")["count"],
        }
    ]
    if _is_told(dashboard, "violated"):
        sentences.append(
            _("%(count)s certificates were found violated, %(share)s of those issued.")
            % _told(dashboard, "violated")
        )
    if _is_told(dashboard, "violated-auditor"):
        sentences.append(
            _("%(count)s of them, %(share)s, were by the fault of expert-auditors.")
            % _told(dashboard, "violated-auditor")
        )
    return " ".join(sentences)


def _lead_of_control(dashboard: Dashboard) -> str:
    sentences = [_("%(count)s control measures were carried out.") % _told(dashboard, "controls")]
    if _is_told(dashboard, "controls-violated"):
        sentences.append(
            _("%(count)s of them, %(share)s, found violations.")
            % _told(dashboard, "controls-violated")
        )
    if _is_told(dashboard, "fines"):
        amount = dashboard.value("fines").amount or 0
        sentences.append(
            _("%(cases)s administrative cases led to fines of %(millions)s million tenge.")
            % {
                "cases": _told(dashboard, "cases")["count"],
                "millions": grouped(int(amount // MILLION)),
            }
        )
    if _is_told(dashboard, "samples"):
        sentences.append(
            _("%(total)s samples were bought and tested; %(share)s of them did not conform.")
            % {
                "total": grouped(dashboard.value("samples").total or 0),
                "share": _told(dashboard, "samples")["share"],
            }
        )
    return " ".join(sentences)


def _is_told(dashboard: Dashboard, code: str) -> bool:
    """Whether there is something to say, and it may be said."""
    value = dashboard.value(code)
    return value.count > 0 and not value.is_small


def _told(dashboard: Dashboard, code: str) -> dict[str, str]:
    value = dashboard.value(code)
    return {
        "count": pictures.count_in_words(value, dashboard.smallest),
        "share": value.percent,
    }


def _years_title(usual: str, other: str, counts: Counts, years: int) -> str:
    """The report's own name for as many whole years as it was made for, with the years."""
    first, last = counts.question.since, counts.question.until
    is_whole = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    if not is_whole:
        return f"{other}, {first:%d.%m.%Y}–{last:%d.%m.%Y}"
    days = f"{first.year}" if first.year == last.year else f"{first.year}–{last.year}"
    return f"{usual if last.year - first.year + 1 == years else other}, {days}"


def method(question: Question, smallest: int) -> str:
    told = [
        _(
            "Every figure is counted from the records of the portal as they were known at the end "
            "of %(day)s; each says in its definition what is counted. What is confirmed or set "
            "aside later changes later reports and not this one."
        )
        % {"day": f"{question.as_of:%d.%m.%Y}"},
        _(
            "A share is never told without the numbers it comes from; its interval is Wilson's "
            "for 95 %%. Times are told in days of 24 hours without the days that are not worked: "
            "the median, and the time within which nine cases of ten are done. Pauses, in which "
            "the applicant or another body has to act, are told apart."
        )
        % {},
    ]
    if question.scope.is_public:
        told.append(
            _(
                "Numbers of cases smaller than %(count)s are not told, nor those from which they "
                "could be reckoned."
            )
            % {"count": smallest}
        )
    return "\n".join(told)


# The record: the same report in three languages, side by side.

# What may stand once for all languages, where it is the same in all.
BARE = ("value", "unit", "rows")


def figures_record(kind: str, counts: Counts) -> dict[str, Any]:
    """Title, lead, figures, charts, tables and method of `ctkz.report/1`."""
    told = []
    for language in ALL:
        with translation.override(language):
            told.append(_spoken(compose(kind, counts)))
    return {"schema": REPORT, **_side_by_side(told)}


def _spoken(content: Content) -> dict[str, Any]:
    """Everything of it as text of the active language; marked texts become text here."""
    return {
        "title": content.title,
        "lead": content.lead,
        "figures": [
            {
                "value": card.shown,
                "label": f"{card.figure.title}: {card.detail}" if card.detail
                else str(card.figure.title),
                "definition": str(card.figure.definition),
            }
            for card in content.cards
        ],
        "charts": [spoken for chart in content.charts if (spoken := _chart(chart))["bars"]],
        "tables": [
            {
                "title": str(table.title),
                "columns": [str(column) for column in table.columns],
                "rows": [[str(row.label), *map(_cell, row.cells)] for row in table.rows],
            }
            for table in content.tables
            if table.rows
        ],
        "method": content.method,
    }  # fmt: skip


def _chart(chart: Chart) -> dict[str, Any]:
    bars: list[dict[str, Any]] = []
    if isinstance(chart, BarChart | RowChart):
        bars = [
            {"label": str(bar.label), "value": f"{bar.value or 0}", "shown": bar.short}
            for bar in chart.bars
        ]
    if isinstance(chart, ManySeries):
        bars = [
            {
                "label": f"{label}, {one.label}",
                "value": f"{one.values[index] or 0}",
                "shown": str(one.words(index)),
            }
            for index, label in enumerate(chart.labels)
            for one in chart.series
        ]
    return {"title": str(chart.title), "unit": str(chart.unit), "bars": bars}


def _cell(cell: Shown) -> str:
    return f"{cell.text} · {cell.note}" if cell.note else str(cell.text)


def _side_by_side(told: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {name: _merged(name, [one[name] for one in told]) for name in told[0]}


def _merged(name: str, values: list[Any]) -> Any:
    """The same shape in three languages becomes one, with all three in each place."""
    first = values[0]
    if isinstance(first, dict):
        return {key: _merged(key, [one[key] for one in values]) for key in first}
    if isinstance(first, list):
        return [_merged(name, [one[index] for one in values]) for index in range(len(first))]
    if name == "shown" or (name in BARE and len(set(values)) == 1):
        return first
    return dict(zip(ALL, values, strict=True))
