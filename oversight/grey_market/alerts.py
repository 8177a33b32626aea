"""Alerts on unknown numbers: numbers that never existed, looked up close in time and place.

The place is the chamber that a number names. An alert is raised once, grows while the look-ups go
on, and is told once; a run of numbers one after the other is called a series. Grouping is pure.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

import audit
from accounts.models import Membership
from accounts.permissions import authorize
from audit.refs import SubjectRef
from oversight.models import GreyListing, UnknownNumberAlert
from reference.numbers import CertificateNumber, parse_certificate_number
from reference.parameters import parameter
from registry.models import UnknownLookup

SUBJECT_TYPE = "unknown_number_alert"
# Numbers that follow each other at least so many times are a series.
SHORTEST_SERIES = 3
# An alert names at most so many numbers; somebody may try them all.
MOST_NUMBERS = 1000


@dataclass(frozen=True)
class Lookup:
    """So many look-ups of a number on a day."""

    day: date
    number: str
    count: int


@dataclass
class Cluster:
    """Look-ups of one chamber's numbers within the window."""

    chamber: str
    first_on: date
    last_on: date
    numbers: set[str] = field(default_factory=set)
    lookups: int = 0


@dataclass(frozen=True)
class Threshold:
    window_days: int
    numbers: int
    lookups: int

    def is_passed(self, cluster: Cluster) -> bool:
        return len(cluster.numbers) >= self.numbers or cluster.lookups >= self.lookups


def clusters(rows: Iterable[Lookup]) -> list[Cluster]:
    """The look-ups by the chamber that their numbers name."""
    found: dict[str, Cluster] = {}
    for row in sorted(rows, key=lambda row: (row.day, row.number)):
        chamber = parse_certificate_number(row.number).chamber
        cluster = found.setdefault(chamber, Cluster(chamber, row.day, row.day))
        cluster.last_on = max(cluster.last_on, row.day)
        cluster.numbers.add(row.number)
        cluster.lookups += row.count
    return [found[chamber] for chamber in sorted(found)]


def series(numbers: Iterable[str]) -> list[tuple[str, str]]:
    """Runs of numbers one after the other: first and last of each."""
    by_kind: dict[tuple[int, str], list[int]] = defaultdict(list)
    for number in {parse_certificate_number(number) for number in numbers}:
        by_kind[number.year_digit, number.chamber].append(number.sequence)
    runs: list[tuple[str, str]] = []
    for (digit, chamber), found in sorted(by_kind.items()):
        for first, last in _runs(sorted(found)):
            if last - first + 1 >= SHORTEST_SERIES:
                start = str(CertificateNumber(digit, chamber, first))
                runs.append((start, str(CertificateNumber(digit, chamber, last))))
    return runs


def _runs(found: Sequence[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for number in found:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def watch_unknown_numbers(*, on: date) -> int:
    """Raises and grows alerts by what was looked up until the end of `on`; how many were raised.

    Run again it finds the same: an alert is known by its chamber and its first day.
    """
    limits = Threshold(**parameter("unknown_numbers.alert", on=on))
    since = on - timedelta(days=limits.window_days - 1)
    raised = 0
    for cluster in clusters(_lookups(since, on)):
        with transaction.atomic():
            running = _running(cluster.chamber, since)
            if running is not None:
                _grow(running, on=on)
            elif limits.is_passed(cluster) and _raise(cluster):
                raised += 1
    return raised


@transaction.atomic
def see_alert(
    *,
    alert: UnknownNumberAlert,
    actor: Membership,
    note: str = "",
    listing: GreyListing | None = None,
) -> UnknownNumberAlert:
    """Somebody of the Committee looked at it, and says what follows."""
    authorize(actor, "oversight.see_alert", alert)
    alert = UnknownNumberAlert.objects.select_for_update(of=("self",)).get(pk=alert.pk)
    alert.note = note.strip() or alert.note
    alert.listing = listing or alert.listing
    is_first = alert.seen_at is None
    if is_first:
        alert.seen_by = actor.user
        alert.seen_at = timezone.now()
    alert.save(update_fields=["note", "listing", "seen_by", "seen_at"])
    audit.record(
        "unknown_numbers.seen",
        actor=actor.ref(),
        subject=ref_of(alert),
        is_first=is_first,
        listing=alert.listing.number if alert.listing else "",
    )
    return alert


def ref_of(alert: UnknownNumberAlert) -> SubjectRef:
    return SubjectRef(SUBJECT_TYPE, str(alert.pk), str(alert))


def _lookups(since: date, until: date, chamber: str = "") -> list[Lookup]:
    rows = UnknownLookup.objects.filter(day__gte=since, day__lte=until).exclude(number="")
    if chamber:
        rows = rows.filter(number__regex=rf"^KZ [0-9] {chamber} ")
    return [Lookup(*row) for row in rows.values_list("day", "number", "count")]


def _running(chamber: str, since: date) -> UnknownNumberAlert | None:
    """An alert whose last look-up lies within the window goes on."""
    alerts = UnknownNumberAlert.objects.select_for_update().filter(chamber_code=chamber)
    return alerts.filter(last_on__gte=since).order_by("-first_on").first()


def _raise(cluster: Cluster) -> bool:
    """Whether it is new: of two workers at the same time one raises it."""
    alert, is_new = UnknownNumberAlert.objects.get_or_create(
        chamber_code=cluster.chamber,
        first_on=cluster.first_on,
        defaults={
            "last_on": cluster.last_on,
            "numbers": sorted(cluster.numbers)[:MOST_NUMBERS],
            "lookups": cluster.lookups,
            "raised_at": timezone.now(),
        },
    )
    if is_new:
        _record("unknown_numbers.alert_raised", alert)
    return is_new


def _grow(alert: UnknownNumberAlert, *, on: date) -> None:
    """Everything from the alert's first day on belongs to it while it goes on."""
    rows = _lookups(alert.first_on, on, alert.chamber_code)
    if not rows:
        return
    numbers = sorted({row.number for row in rows} | set(alert.numbers))[:MOST_NUMBERS]
    known = (alert.last_on, alert.numbers, alert.lookups)
    has_new_numbers = numbers != sorted(alert.numbers)
    alert.last_on = max(row.day for row in rows)
    alert.numbers = numbers
    alert.lookups = sum(row.count for row in rows)
    if known == (alert.last_on, alert.numbers, alert.lookups):
        return
    alert.save(update_fields=["last_on", "numbers", "lookups"])
    if has_new_numbers:
        _record("unknown_numbers.alert_grew", alert)


def _record(event: str, alert: UnknownNumberAlert) -> None:
    audit.record(
        event,
        actor=audit.SYSTEM,
        subject=ref_of(alert),
        chamber=alert.chamber_code,
        numbers=len(alert.numbers),
        lookups=alert.lookups,
    )
