"""The columns of the list of the grey market: on the page, in its order and in its file."""

from django.utils.translation import gettext_lazy as _

from oversight.models import GreyListing, UnknownNumberAlert
from reference.columns import choice, field, named, person, status
from reference.lists import Column

from .selectors import AlertRow

LISTING_COLUMNS = (
    field("number", _("Number"), "number"),
    choice("kind", _("Kind"), "kind", GreyListing.Kind.values),
    field("address", _("Address"), "address"),
    field("seller", _("Name of the seller"), "name"),
    named("region", _("Region"), "region"),
    status(_("Status"), GreyListing),
    field("reports", _("Reports"), "reports_count"),
    field("first", _("First reported"), "reported_at"),
    field("last", _("Last reported"), "last_reported", "-number"),
    field("confirmed", _("Confirmed"), "confirmed_at"),
    field("sent", _("Sent for blocking"), "sent_at"),
    field("blocked", _("Blocked"), "blocked_on"),
    field("decision", _("Number of the decision"), "block_reference"),
)


def _alert(row: AlertRow) -> UnknownNumberAlert:
    return row.alert


def _series(row: AlertRow) -> str:
    return "; ".join(f"{first} – {last}" for first, last in row.series)


def _complaints(row: AlertRow) -> str:
    return ", ".join(complaint.number for complaint in row.complaints)


ALERT_COLUMNS = (
    Column("place", _("Chamber"), lambda row: row.place, order=("chamber_code", "-last_on")),
    field("first", _("From"), "first_on", of=_alert),
    field("last", _("Until"), "last_on", of=_alert),
    field("lookups", _("Look-ups"), "lookups", of=_alert),
    Column("count", _("Different numbers"), lambda row: len(row.alert.numbers)),
    Column("numbers", _("Numbers"), lambda row: ", ".join(row.alert.numbers)),
    Column("series", _("A series"), _series),
    Column("complaints", _("Complaints about them"), _complaints),
    field("seller", _("Seller behind it"), "listing__number", of=_alert),
    field("raised", _("Raised"), "raised_at", of=_alert),
    field("seen", _("Seen"), "seen_at", of=_alert),
    person("by", _("Seen by"), "seen_by", of=_alert),
    Column("note", _("Note"), lambda row: row.alert.note),
)
