"""The list of the blocked as open data: its columns stay as they are, new ones come at the end."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from issuance.periods import end_of
from oversight.models import GreyBlock

COLUMNS = ("number", "kind", "address", "name", "region", "reported_on", "blocked_on", "decision")
LICENCE = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
SCHEMA = "ctkz.blocked/1"


class WrongMoment(DomainError):
    """What was asked for is not a moment of the past."""

    status_code = 400


def blocked(at: datetime) -> QuerySet[GreyBlock]:
    """What was known to be blocked at the moment, the latest first."""
    return (
        GreyBlock.objects.filter(recorded_at__lte=at)
        .filter(Q(works_again_at=None) | Q(works_again_at__gt=at))
        .select_related("listing__region")
        .order_by("-blocked_on", "listing__number")
    )


def asked_moment(text: str) -> datetime:
    """A day, whose end in Kazakhstan is meant, or a moment; now, when nothing is asked for.

    Raises `DomainError` for what is neither, and for what has not come yet.
    """
    now = timezone.now()
    if not text:
        return now
    try:
        day = parse_date(text)
        at = end_of(day) if day else parse_datetime(text)
    except ValueError:
        at = None
    if at is None:
        raise WrongMoment(
            "as_of",
            _("“as_of” is a day as 2026-11-22, or a moment as 2026-11-22T18:00:00+05:00."),
        )
    if timezone.is_naive(at):
        at = timezone.make_aware(at)
    if at > now and timezone.localdate(at) > timezone.localdate(now):
        raise WrongMoment("as_of", _("This day has not come yet."))
    return min(at, now)


def rows(at: datetime) -> Iterator[dict[str, str]]:
    for block in blocked(at).iterator():
        listing = block.listing
        yield {
            "number": listing.number,
            "kind": listing.kind,
            "address": listing.address,
            "name": listing.name,
            "region": listing.region_id or "",
            "reported_on": f"{timezone.localdate(listing.reported_at):%Y-%m-%d}",
            "blocked_on": f"{block.blocked_on:%Y-%m-%d}",
            "decision": block.reference,
        }


def as_json(at: datetime) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "as_of": stamp(at),
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
        "source": f"{settings.CTKZ_PUBLIC_URL}/grey-market/",
        "columns": list(COLUMNS),
        "rows": list(rows(at)),
    }


def as_csv(at: datetime) -> str:
    """The table with its heading; the two last lines, told by `#`, say as of when and by which
    licence, so that a reader of tables meets the heading first."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    for row in rows(at):
        writer.writerow({name: _harmless(value) for name, value in row.items()})
    plain = csv.writer(out)
    plain.writerow([f"# as_of {stamp(at)}"])
    plain.writerow([f"# licence {LICENCE} {LICENCE_URL}"])
    return "\ufeff" + out.getvalue()


def stamp(at: datetime) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds")


def _harmless(text: str) -> str:
    """People write addresses; none may become a formula in somebody's spreadsheet."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
