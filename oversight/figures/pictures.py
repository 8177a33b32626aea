"""Counted figures as charts and tables. Pure, but for the active language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from .charts import Bar, BarChart, Chart, LineChart, RowChart, Series, StackedChart
from .counting import Times
from .definitions import Value
from .labels import DIMENSIONS, STEPS
from .shown import days, grouped, percent, rounded_days, rounded_percent
from .stages import AWAITED, is_pause, stage_name
from .tables import Row, Shown, Table, bar_of, few, of_count, of_days, of_share

# Bars that a person can still compare; the table has them all.
MOST_BARS = 10
StageTimes = Mapping[tuple[str, str], Times]


@dataclass(frozen=True)
class Line:
    """Figures of one period, chamber, code or region, with the ways to their cases."""

    # Decides the order among equals, the same in every language.
    key: str
    label: str
    values: Mapping[str, Value]
    times: Times | None = None
    urls: Mapping[str, str] = field(default_factory=dict)


def in_words(value: Value, smallest: int) -> tuple[str, str]:
    """A key figure and what stands below it: of how many, and the interval."""
    if value.is_small:
        return few(smallest), ""
    if value.total is None:
        return value.shown, ""
    if not value.total:
        return "–", _("no cases")
    told = {"count": grouped(value.count), "total": grouped(value.total)}
    detail = _("%(count)s of %(total)s") % told
    if value.interval is not None:
        low, high = (
            grouped(rounded_percent(int(end * 1_000_000), 1_000_000))
            for end in (value.interval.low, value.interval.high)
        )
        detail += " · " + _("interval %(low)s–%(high)s %%") % {"low": low, "high": high}
    return percent(value.count, value.total), detail


def count_in_words(value: Value, smallest: int) -> str:
    return few(smallest) if value.is_small else grouped(value.count)


def issued_chart(lines: Sequence[Line], step: str, smallest: int) -> Chart:
    bars = [bar_of(line.label, line.values["issued"], smallest=smallest) for line in lines]
    total = sum(bar.value or 0 for bar in bars)
    return BarChart(
        _("Certificates issued"),
        _("%(total)s certificates in %(count)s periods of time.")
        % {"total": grouped(total), "count": len(bars)},
        bars,
        what=STEPS[step],
    )


def refusals_chart(lines: Sequence[Line], step: str) -> Chart:
    """The share of refusals over time; a period without decisions is a gap."""
    shares = [line.values["refused"] for line in lines]
    told = [
        rounded_percent(value.count, value.total) if value.percent and value.total else None
        for value in shares
    ]
    series = Series(_("Refusals"), "warn", told, [value.percent or "–" for value in shares])
    counted = sum(value.count for value in shares if not value.is_small)
    return LineChart(
        _("Refusals of all decisions, %"),
        _("%(count)s refusals in %(periods)s periods of time.")
        % {"count": grouped(counted), "periods": len(lines)},
        what=STEPS[step],
        labels=[line.label for line in lines],
        series=[series],
    )


def compared_chart(lines: Sequence[Line], by: str, smallest: int) -> Chart:
    bars = [
        bar_of(
            line.label, line.values["issued"], smallest=smallest, url=line.urls.get("issued", "")
        )
        for line in lines[:MOST_BARS]
        if line.values["issued"].count
    ]
    title = _("Certificates issued: %(what)s") % {"what": str(DIMENSIONS[by]).lower()}
    desc = _("%(label)s has the most.") % {"label": bars[0].label} if bars else _("No cases.")
    return RowChart(title, desc, bars, what=DIMENSIONS[by])


def compared_table(name: str, lines: Sequence[Line], by: str, smallest: int) -> Table:
    has_times = any(line.times for line in lines)
    columns = [
        DIMENSIONS.get(by) or STEPS[by],
        _("Certificates issued"),
        _("Refusals"),
        _("Complaints"),
        _("Violated certificates"),
        *([_("Working days to the certificate, median")] if has_times else []),
    ]
    rows = []
    for line in lines:
        values, urls = line.values, line.urls
        cells = [
            of_count(values["issued"], smallest=smallest, url=urls.get("issued", "")),
            of_share(values["refused"], smallest=smallest, url=urls.get("refused", "")),
            of_count(values["complaints"], smallest=smallest, url=urls.get("complaints", "")),
            of_share(values["violated"], smallest=smallest, url=urls.get("violated", "")),
        ]
        if has_times:
            is_told = line.times is not None and not values["issued"].is_small
            cells.append(of_days(line.times.median if line.times and is_told else None))
        rows.append(Row(line.label, cells))
    title = _("Over time") if by in STEPS else DIMENSIONS[by]
    return Table(name, title, columns, rows)


def told_stages(stages: StageTimes, fewest: int) -> list[tuple[tuple[str, str], Times]]:
    """In the order in which a case passes through them; too few cases are not told of."""
    return [(key, stages[key]) for key in AWAITED if key in stages and stages[key].count >= fewest]


def stage_chart(stages: StageTimes, fewest: int) -> Chart:
    bars = [
        Bar(
            stage_name(*key),
            # As long as it says: minutes are no full bar beside a nought.
            None if times.median is None else rounded_days(times.median),
            note=_stage_note(*key, times),
            tone="quiet" if is_pause(*key) else "",
            shown=days(times.median),
        )
        for key, times in told_stages(stages, fewest)
    ]
    longest = max(bars, key=lambda bar: bar.value or 0, default=None)
    desc = _("Longest is “%(label)s”.") % {"label": longest.label} if longest else _("No cases.")
    return RowChart(
        _("How long each stage takes"), desc, bars, unit=_("working days"), what=_("Stage")
    )


def _stage_note(subject_type: str, status: str, times: Times) -> str:
    told = _("nine of ten: up to %(days)s") % {"days": days(times.ninetieth)}
    return _("pause") + " · " + told if is_pause(subject_type, status) else told


def stage_table(stages: StageTimes, ways: Mapping[bool, Times], fewest: int) -> Table:
    rows = [
        Row(stage_name(*key), [Shown(_("pause") if is_pause(*key) else _("work")), *_times(times)])
        for key, times in told_stages(stages, fewest)
    ]
    for pause, label in (
        (False, _("The whole way to the certificate, work")),
        (True, _("The whole way to the certificate, pauses where there were any")),
    ):
        if pause in ways and ways[pause].count >= fewest:
            kind = Shown(_("pause") if pause else _("work"))
            rows.append(Row(label, [kind, *_times(ways[pause])]))
    columns = [
        _("Stage"),
        _("Work or pause"),
        _("Cases"),
        _("Median, working days"),
        _("Nine of ten, working days"),
    ]
    return Table("stages", _("How long each stage takes"), columns, rows)


def _times(times: Times) -> list[Shown]:
    return [
        Shown(grouped(times.count), times.count),
        of_days(times.median),
        of_days(times.ninetieth),
    ]


def codes_chart(title: str, lines: Sequence[Line], code: str, smallest: int) -> Chart:
    ordered = sorted(lines, key=lambda line: (-line.values[code].count, line.key))
    bars = [
        bar_of(
            line.label,
            line.values[code],
            smallest=smallest,
            url=line.urls.get(code, ""),
            note=line.values[code].percent,
        )
        for line in ordered
    ]
    desc = _("%(label)s comes first.") % {"label": bars[0].label} if bars else _("No cases.")
    return RowChart(title, desc, bars)


def control_chart(lines: Sequence[Line], smallest: int) -> Chart:
    bars = [
        bar_of(
            line.label,
            line.values["controls"],
            smallest=smallest,
            url=line.urls.get("controls", ""),
            note=_("with violations: %(share)s")
            % {"share": line.values["controls-violated"].percent}
            if line.values["controls-violated"].percent
            else "",
        )
        for line in lines[:MOST_BARS]
    ]
    desc = _("%(label)s comes first.") % {"label": bars[0].label} if bars else _("No cases.")
    return RowChart(_("Control measures by region"), desc, bars, what=DIMENSIONS["region"])


def control_time_chart(lines: Sequence[Line], step: str) -> Chart:
    """Control measures over time, those with violations told apart."""
    hits = [line.values["controls-violated"] for line in lines]
    series = (
        Series(_("With violations"), "", [value.count for value in hits]),
        Series(
            _("Without violations"), "soft", [(value.total or 0) - value.count for value in hits]
        ),
    )
    return StackedChart(
        _("Control measures over time"),
        _("%(hits)s control measures found violations, %(clean)s did not.")
        % {
            "hits": grouped(sum(value or 0 for value in series[0].values)),
            "clean": grouped(sum(value or 0 for value in series[1].values)),
        },
        what=STEPS[step],
        labels=[line.label for line in lines],
        series=series,
    )


def fault_table(lines: Sequence[Line], smallest: int) -> Table:
    rows = [
        Row(
            line.label,
            [
                of_share(
                    line.values["violated"], smallest=smallest, url=line.urls.get("violated", "")
                )
            ],
        )
        for line in sorted(lines, key=lambda line: (-line.values["violated"].count, line.key))
    ]
    title = _("Violated certificates by fault")
    return Table("faults", title, [_("Whose fault"), _("Violated certificates")], rows)


def control_table(lines: Sequence[Line], smallest: int, *, by: str = "region") -> Table:
    columns = [
        DIMENSIONS.get(by) or STEPS[by],
        _("Control measures"),
        _("With violations"),
        _("Administrative cases"),
        _("Fines"),
    ]
    rows = [
        Row(
            line.label,
            [
                of_share(
                    line.values["controls"], smallest=smallest, url=line.urls.get("controls", "")
                ),
                of_share(
                    line.values["controls-violated"],
                    smallest=smallest,
                    url=line.urls.get("controls-violated", ""),
                ),
                of_count(line.values["cases"], smallest=smallest, url=line.urls.get("cases", "")),
                of_count(line.values["fines"], smallest=smallest, url=line.urls.get("fines", "")),
            ],
        )
        for line in lines
    ]
    if by in STEPS:
        return Table("control-time", _("Control measures over time"), columns, rows)
    return Table("control", _("Control measures by region"), columns, rows)
