"""What the pages of the grey market show: listings with counts, regions, alerts by day."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import Membership
from oversight.control.tabs import EVERYTHING, Tab
from oversight.departments import department_of, within
from oversight.figures.charts import Bar, BarChart
from oversight.models import Complaint, GreyListing, GreyReport, UnknownNumberAlert
from reference.models import Chamber, Department
from registry.models import UnknownLookup

from .alerts import series

# So many bars say enough about when it happened; fewer than a week's say too little.
LEAST_DAYS, MOST_DAYS = 7, 31


def listings() -> QuerySet[GreyListing]:
    """Each with how often and when last it was reported."""
    return GreyListing.objects.select_related("region", "confirmed_by", "sent_by").annotate(
        reports_count=Count("reports", distinct=True), last_reported=Max("reports__reported_at")
    )


def visible_listings(actor: Membership) -> QuerySet[GreyListing]:
    """Those of the person's region and those of none yet; all of them for the central office."""
    own = department_of(actor, on=timezone.localdate())
    every = GreyListing.objects.all()
    return every if own.is_central else every.filter(Q(region=own) | Q(region=None))


def listing_tabs() -> list[Tab]:
    later = GreyReport.objects.filter(
        listing=OuterRef("pk"), reported_at__date__gt=OuterRef("blocked_on")
    )
    again = Q(status="blocked") & Q(Exists(later))
    return [
        Tab("reported", _("Reported"), Q(status="reported")),
        Tab("confirmed", _("To be sent"), Q(status="confirmed")),
        Tab("sent", _("Waiting for the block"), Q(status="sent_for_blocking")),
        Tab("blocked", _("Blocked"), Q(status="blocked")),
        Tab("again", _("Reported after the block"), again),
        Tab("dismissed", _("Dismissed"), Q(status="dismissed")),
        Tab("all", _("All"), EVERYTHING),
    ]


@dataclass(frozen=True)
class RegionRow:
    name: str
    code: str
    counts: list[tuple[str | Promise, int]]
    total: int


def by_region(listed: QuerySet[GreyListing]) -> tuple[list[Any], list[RegionRow]]:
    """Statuses as columns, regions as rows; those without a region stand last."""
    statuses = [
        (key, info.label)
        for key, info in GreyListing.WORKFLOW.statuses.items()
        if key != "dismissed"
    ]
    counted: dict[tuple[str, str], int] = {
        (row["region"] or "", row["status"]): row["n"]
        for row in listed.values("region", "status").annotate(n=Count("pk")).order_by()
    }
    names = [(row.code, row.name) for row in Department.objects.exclude(pk=Department.CENTRAL)]
    rows = []
    for code, name in [*names, ("", _("region not known"))]:
        counts = [(label, counted.get((code, key), 0)) for key, label in statuses]
        if total := sum(count for _label, count in counts):
            rows.append(RegionRow(name, code, counts, total))
    return [label for _key, label in statuses], rows


def same_host(listing: GreyListing, visible: QuerySet[GreyListing]) -> QuerySet[GreyListing]:
    """Other addresses of the same site: perhaps the same seller."""
    host = listing.address_key.partition("/")[0].partition("?")[0]
    others = visible.exclude(pk=listing.pk)
    if listing.kind not in ("site", "ad") or "." not in host:
        return others.none()
    return others.filter(Q(address_key=host) | Q(address_key__startswith=f"{host}/")
                         | Q(address_key__startswith=f"{host}?"))  # fmt: skip


@dataclass(frozen=True)
class AlertRow:
    """An alert as its page shows it."""

    alert: UnknownNumberAlert
    place: str
    chart: BarChart
    series: list[tuple[str, str]]
    complaints: list[Complaint]
    lookups_of: list[tuple[str, int]]


def alert_rows(alerts: Sequence[UnknownNumberAlert], actor: Membership) -> list[AlertRow]:
    """The alerts of one page, with the complaints that the person may read.

    The number of queries is the same for one and for many.
    """
    chambers = {row.code: row.name for row in Chamber.objects.all()}
    counts = _counts(alerts)
    complaints = _complaints(alerts, actor)
    return [
        AlertRow(
            alert=alert,
            place=_place(alert.chamber_code, chambers),
            chart=_chart(alert, counts),
            series=series(alert.numbers),
            complaints=[row for number in alert.numbers for row in complaints.get(number, ())],
            lookups_of=_by_number(alert, counts),
        )
        for alert in alerts
    ]


def _place(code: str, chambers: dict[str, str]) -> str:
    name = chambers.get(code)
    return name or _("no such chamber: %(code)s") % {"code": code}


def _counts(alerts: Iterable[UnknownNumberAlert]) -> dict[str, dict[date, int]]:
    """Look-ups by number and day, of all the numbers that the alerts name."""
    numbers = {number for alert in alerts for number in alert.numbers}
    counts: dict[str, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    rows = UnknownLookup.objects.filter(number__in=numbers).values_list("number", "day", "count")
    for number, day, count in rows:
        counts[number][day] += count
    return counts


def _complaints(
    alerts: Iterable[UnknownNumberAlert], actor: Membership
) -> dict[str, list[Complaint]]:
    numbers = {number for alert in alerts for number in alert.numbers}
    found: dict[str, list[Complaint]] = defaultdict(list)
    forged = Complaint.objects.filter(about=Complaint.About.FORGERY, number_given__in=numbers)
    for complaint in within(forged, actor).order_by("-received_at"):
        found[complaint.number_given].append(complaint)
    return found


def _chart(alert: UnknownNumberAlert, counts: dict[str, dict[date, int]]) -> BarChart:
    week_before = alert.last_on - timedelta(days=LEAST_DAYS - 1)
    month_before = alert.last_on - timedelta(days=MOST_DAYS - 1)
    first = max(min(alert.first_on, week_before), month_before)
    days = [first + timedelta(days=step) for step in range((alert.last_on - first).days + 1)]
    bars = []
    for day in days:
        count = sum(counts[number].get(day, 0) for number in alert.numbers if number in counts)
        bars.append(Bar(f"{day:%d.%m}", count))
    return BarChart(
        title=_("Look-ups by day"),
        desc=_("%(lookups)s look-ups of %(numbers)s numbers between %(first)s and %(last)s")
        % {
            "lookups": alert.lookups,
            "numbers": len(alert.numbers),
            "first": f"{alert.first_on:%d.%m.%Y}",
            "last": f"{alert.last_on:%d.%m.%Y}",
        },
        bars=bars,
    )


def _by_number(
    alert: UnknownNumberAlert, counts: dict[str, dict[date, int]]
) -> list[tuple[str, int]]:
    """The numbers asked for most often first."""
    totals = [(number, sum(counts.get(number, {}).values())) for number in alert.numbers]
    return sorted(totals, key=lambda pair: (-pair[1], pair[0]))
