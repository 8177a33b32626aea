"""One page of figures for whoever looks: cards, charts and tables, counted with one question."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from reference.parameters import parameter

from . import control_rows as control
from . import happenings as happened
from . import pictures
from .charts import Chart
from .counting import WHOLE, Counted, Counts, Key
from .definitions import (
    Figure,
    Selection,
    Value,
    figures_for,
    shield_row,
)
from .labels import code_names_of, last_day_of, names_of, period_name, periods_between
from .pictures import Line
from .tables import Table

CONTROLS = ("controls", "controls-violated", "cases", "fines")
COMPARED = ("issued", "refused", "complaints", "violated")
SECTIONS: dict[str, tuple[str, ...]] = {
    "certificates": (
        "issued", "filed", "negative-acts", "refused", "revoked", "suspended", "replaced",
        "rejected",
    ),
    "complaints": (
        "complaints", "complaints-confirmed", "violated", "violated-auditor", "violations",
        "checks", "recommendations", "measures",
    ),
    "control": (
        "controls", "controls-violated", "cases", "fines", "samples", "rapid", "attestations",
        "documents", "verifications", "instruments", "seized", "recalled", "blocked", "reported",
    ),
}  # fmt: skip

CasesUrl = Callable[..., str]


@dataclass(frozen=True)
class Card:
    """A key figure with its interval and definition."""

    figure: Figure
    shown: str
    detail: str
    url: str = ""


@dataclass(frozen=True)
class Section:
    name: str
    title: str
    cards: list[Card] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


def no_cases(code: str, /, **narrowed: Any) -> str:
    """The public is not led to the cases."""
    return ""


class Dashboard:
    """`by` is what is compared, `step` how time is cut; `cases_url` leads to a figure's cases."""

    def __init__(
        self, counts: Counts, *, by: str, step: str, cases_url: CasesUrl = no_cases
    ) -> None:
        self.counts, self.question = counts, counts.question
        self.by, self.step, self.cases_url = by, step, cases_url
        self.smallest: int = parameter("figures.smallest_cell", on=timezone.localdate())
        self._figures = {one.code: one for one in figures_for(self.question.scope.audience)}

    @property
    def fewest(self) -> int:
        """Of fewer cases no time is told."""
        return self.smallest if self.question.scope.is_public else 1

    @cached_property
    def whole(self) -> Counted:
        return self.counts.whole()

    @cached_property
    def sections(self) -> list[Section]:
        found = [self._certificates(), self._complaints()]
        if "controls" in self._figures:
            found.append(self._control())
        return found

    def table(self, name: str) -> Table | None:
        """For the file of it."""
        tables = (one for section in self.sections for one in section.tables)
        return next((one for one in tables if one.name == name), None)

    def value(self, code: str) -> Value:
        return self._figures[code].told(self.whole, self.question, self.smallest)

    def card_of(self, code: str) -> Card:
        return self.card(self._figures[code])

    def card(self, one: Figure) -> Card:
        value = one.told(self.whole, self.question, self.smallest)
        shown, detail = pictures.in_words(value, self.smallest)
        return Card(one, shown, detail, self.cases_url(one.code) if value.count else "")

    def _cards(self, name: str) -> list[Card]:
        return [self.card(self._figures[code]) for code in SECTIONS[name] if code in self._figures]

    def _certificates(self) -> Section:
        over_time, compared = self.over_time(), self.compared(self.by)
        stages, ways = self.counts.stages(), self.counts.ways().get(WHOLE, {})
        return Section(
            "certificates",
            _("From the request to the certificate"),
            self._cards("certificates"),
            [
                pictures.issued_chart(over_time, self.step, self.smallest),
                pictures.compared_chart(compared, self.by, self.smallest),
                pictures.stage_chart(stages, self.fewest),
                pictures.refusals_chart(over_time, self.step),
                self.codes_chart(
                    "refused", Selection(happened.DECIDED, is_hit=True), _("Reasons of refusals")
                ),
            ],
            [
                pictures.compared_table("time", over_time, self.step, self.smallest),
                pictures.compared_table("compared", compared, self.by, self.smallest),
                pictures.stage_table(stages, ways, self.fewest),
            ],
        )

    def _complaints(self) -> Section:
        return Section(
            "complaints",
            _("Complaints, violations and measures"),
            self._cards("complaints"),
            [
                self.fault_chart(),
                self.codes_chart(
                    "complaints-confirmed", Selection(control.ANSWERED), _("Answers to complaints")
                ),
                self.codes_chart(
                    "violations", Selection(control.VIOLATION), _("What was violated")
                ),
                self.codes_chart("measures", Selection(control.MEASURE), _("Measures by type")),
            ],
        )

    def _control(self) -> Section:
        regions = self.control_by_region()
        return Section(
            "control",
            _("Control measures"),
            self._cards("control"),
            [
                self.codes_chart(
                    "controls", Selection(control.CONTROLLED), _("Control measures by kind")
                ),
                pictures.control_chart(regions, self.smallest),
            ],
            [pictures.control_table(regions, self.smallest)],
        )

    def over_time(self) -> list[Line]:
        return self._lines_over_time(COMPARED)

    def control_over_time(self) -> list[Line]:
        return self._lines_over_time(CONTROLS)

    def _lines_over_time(self, codes: tuple[str, ...]) -> list[Line]:
        keys = periods_between(self.question.since, self.question.until, self.step)
        told = self._told_by_key(codes, self.counts.by(self.step), keys)
        lines = []
        for key, values in told.items():
            since = max(key, self.question.since)
            until = min(last_day_of(key, self.step), self.question.until)
            urls = {code: self.cases_url(code, since=since, until=until) for code in codes}
            lines.append(Line(str(key), period_name(key, self.step), values, None, urls))
        return lines

    def compared(self, by: str) -> list[Line]:
        """By a dimension, those with the most certificates first."""
        found = self.counts.by(by)
        ways, names = self.counts.ways(by), names_of(by, found)
        lines = [
            Line(
                str(key),
                names[key],
                values,
                ways.get(key, {}).get(False),
                {code: self.cases_url(code, **{by: key}) for code in COMPARED},
            )
            for key, values in self._told_by_key(COMPARED, found, list(found)).items()
            if any(value.count for value in values.values())
        ]
        return sorted(lines, key=lambda line: (-line.values["issued"].count, line.key))

    def control_by_region(self) -> list[Line]:
        found = self.counts.by("region", (control.CONTROLLED, control.CASE))
        names = names_of("region", found)
        lines = [
            Line(key, names[key], values, None,
                 {code: self.cases_url(code, region=key) for code in CONTROLS})
            for key, values in self._told_by_key(CONTROLS, found, list(found)).items()
        ]  # fmt: skip
        return sorted(lines, key=lambda line: (-line.values["controls"].count, line.key))

    def _told_by_key(
        self, codes: tuple[str, ...], found: dict[Key, Counted], keys: list[Key]
    ) -> dict[Key, dict[str, Value]]:
        told: dict[Key, dict[str, Value]] = {key: {} for key in keys}
        for code in codes:
            one = self._figures[code]
            values = {key: one.value(found.get(key, Counted())) for key in keys}
            for key, value in shield_row(one, values, self.question, self.smallest).items():
                told[key][code] = value
        return told

    def codes_chart(self, code: str, chosen: Selection, title: str) -> Chart:
        """One figure by the codes of its happenings."""
        rows: dict[str, int] = {}
        for part in self.whole.parts:
            if chosen.fits(part) and part.code:
                rows[part.code] = rows.get(part.code, 0) + part.rows
        values = {name: Value(count) for name, count in rows.items()}
        told = shield_row(self._figures[code], values, self.question, self.smallest)
        names = code_names_of(chosen.kind, told)
        lines = [
            Line(key, names[key], {code: value}, None, {code: self.cases_url(code, code=key)})
            for key, value in told.items()
        ]
        return pictures.codes_chart(title, lines, code, self.smallest)

    def fault_chart(self) -> Chart:
        title = _("Violated certificates by fault")
        return pictures.codes_chart(title, self._faults(), "violated", self.smallest)

    def fault_table(self) -> Table:
        return pictures.fault_table(self._faults(), self.smallest)

    def _faults(self) -> list[Line]:
        """Certificates by whose fault; one with two faults stands in two rows."""
        values = {
            fault: Value(count, self.whole.violated)
            for fault, count in (self.whole.violated_by or {}).items()
        }
        told = shield_row(self._figures["violated"], values, self.question, self.smallest)
        names = code_names_of(control.VIOLATED, told)
        return [
            Line(
                key,
                names[key],
                {"violated": value},
                None,
                {"violated": self.cases_url("violated", code=key)},
            )
            for key, value in told.items()
        ]
