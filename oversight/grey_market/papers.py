"""The request to block an address, sealed, in both official languages."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.models import SealedDocument
from oversight.models import GreyListing
from oversight.papers import PaperToMake, head_of_paper, register_paper, text
from reference.parameters import parameter

BLOCKING_REQUEST = "blocking_request"
REPORTS_LISTED = 20

Words = dict[str, str]


def _make_request(subject_id: str) -> PaperToMake | None:
    listing = GreyListing.objects.select_related("sent_by", "confirmed_by").get(pk=subject_id)
    if listing.request_id is not None or listing.sent_by is None or listing.sent_at is None:
        return None
    record: dict[str, Any] = {
        **head_of_paper(
            BLOCKING_REQUEST, listing.request_number, by=listing.sent_by, at=listing.sent_at
        ),
        "title": text(_("Request to restrict access to an address that offers certificates")),
        "to": {"name": body_names(listing)},
        "about": _about(listing),
        "sections": [
            {
                "text": text(
                    _(
                        "At this address certificates of origin are offered without the expertise "
                        "that the law requires. We ask you to restrict access to it and to tell "
                        "us the day and the number of the decision."
                    )
                )
            },
            {
                "heading": text(_("What is offered")),
                "text": _as_written(listing.description),
            },
            {"heading": text(_("Who saw it and when")), "table": _reports_table(listing)},
        ],
    }
    return PaperToMake(
        record,
        GreyListing.SUBJECT_TYPE,
        str(listing.pk),
        listing.request_number,
        str(listing.case_id),
        label=listing.number,
    )


def _keep_request(subject_id: str, document: SealedDocument) -> None:
    GreyListing.objects.filter(pk=subject_id).update(request=document)


def body_names(listing: GreyListing) -> Words:
    """The usual body in both languages; another one as it was written."""
    on = timezone.localdate(listing.sent_at) if listing.sent_at else timezone.localdate()
    usual: Words = parameter("grey_market.blocking_body", on=on)
    return usual if listing.sent_to in usual.values() else _as_written(listing.sent_to)


def _about(listing: GreyListing) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = [
        {"label": text(_("Address")), "value": listing.address},
        {"label": text(_("Kind")), "value": text(GreyListing.Kind(listing.kind).label)},
    ]
    if listing.name:
        facts.append({"label": text(_("Name of the seller")), "value": listing.name})
    if listing.confirmed_at:
        day = timezone.localdate(listing.confirmed_at)
        facts.append({"label": text(_("Confirmed by the Committee")), "value": f"{day:%d.%m.%Y}"})
    facts.append({"label": text(_("Reports")), "value": str(listing.reports.count())})
    return facts


def _reports_table(listing: GreyListing) -> dict[str, Any]:
    """Without a word about who reported: only the days and how many files prove it."""
    rows = listing.reports.prefetch_related("files").order_by("reported_at")[:REPORTS_LISTED]
    return {
        "columns": [
            text(_("Day it was seen")),
            text(_("Reported")),
            text(_("Digests of the screenshots")),
        ],
        "rows": [
            [
                f"{report.seen_on:%d.%m.%Y}",
                f"{timezone.localdate(report.reported_at):%d.%m.%Y}",
                ", ".join(file.sha256[:16] for file in report.files.all()) or "–",
            ]
            for report in rows
        ],
    }


def _as_written(words: str) -> Words:
    """A person's own words stand as they were written, in whichever language."""
    return {"kk": words, "ru": words}


register_paper(BLOCKING_REQUEST, maker=_make_request, keep=_keep_request)
