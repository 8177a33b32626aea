"""The statuses of a certificate in time, in words for the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from issuance.models import Certificate, StatusPeriod
from issuance.workflow import CERTIFICATE_WORKFLOW
from reference.models import CodeEntry
from workflow.transitions import Status

# Which list the reason of a status is from; back in force, it may be either of two.
REASON_LISTS: dict[str, tuple[str, ...]] = {
    "suspended": ("certificate_suspension_reason",),
    "revoked": ("annulment_reason",),
    "replaced": ("replacement_reason",),
    "valid": ("certificate_lift_reason", "certificate_set_aside_reason"),
}
LISTS = tuple(of for lists in REASON_LISTS.values() for of in lists)


@dataclass(frozen=True)
class StatusRow:
    """From `since` to `until` (None: to this day) the certificate had this status."""

    status: Status
    since: datetime
    until: datetime | None
    reason: str
    successor_number: str
    successor_url: str


def reason_label(status: str, reason: str) -> str:
    return reason_labels({(status, reason)}).get((status, reason), "")


def status_rows(periods: Sequence[StatusPeriod]) -> list[StatusRow]:
    """The latest first; `periods` in the order of time, with their successors."""
    labels = reason_labels({(period.status, period.reason) for period in periods})
    ends = [*(period.since for period in periods[1:]), None]
    rows = [
        StatusRow(
            status=CERTIFICATE_WORKFLOW.statuses[period.status],
            since=period.since,
            until=until,
            reason=labels.get((period.status, period.reason), ""),
            successor_number=period.successor.number if period.successor else "",
            successor_url=_address(period.successor) if period.successor else "",
        )
        for period, until in zip(periods, ends, strict=True)
    ]
    return rows[::-1]


def _address(certificate: Certificate) -> str:
    """With the year: the number alone comes again after ten years."""
    slug = certificate.number.replace(" ", "-")
    return reverse("registry:certificate-of-year", args=[slug, certificate.year])


def reason_labels(wanted: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """By status and code, the words of each reason in the active language; one query at most."""
    asked = {(status, code) for status, code in wanted if code and status in REASON_LISTS}
    if not asked:
        return {}
    named = {
        (entry.list, entry.code): entry.name
        for entry in CodeEntry.objects.filter(
            list__in=LISTS, code__in={code for _status, code in asked}
        )
    }
    return {
        (status, code): next(
            (named[of, code] for of in REASON_LISTS[status] if (of, code) in named), code
        )
        for status, code in asked
    }
