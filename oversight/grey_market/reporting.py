"""Anybody tells who offers certificates for money; the same seller told of twice is one listing."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from oversight.models import GreyListing, GreyReport
from oversight.papers import new_number
from oversight.strangers import CheckedFile, keep_files

from .addresses import read_address

LONGEST_TEXT = 4000


@transaction.atomic
def report_seller(
    *,
    form_token: UUID,
    address: str,
    text: str,
    seen_on: date,
    contact: str = "",
    language: str = "",
    files: Sequence[CheckedFile] = (),
) -> GreyReport:
    """A report; it joins the listing of the same address, unless that was dismissed."""
    if known := GreyReport.objects.filter(form_token=form_token).first():
        return known
    if seen_on > timezone.localdate():
        raise DomainError("not_yet", _("This day has not come yet."), field="seen_on")
    if not read_address(address).key:
        raise DomainError("no_address", _("Say where it is offered."), field="address")
    listing, is_new = _listing_of(address, text)
    try:
        with transaction.atomic():
            report = GreyReport.objects.create(
                listing=listing,
                form_token=form_token,
                text=text.strip(),
                contact=contact.strip(),
                seen_on=seen_on,
                reported_at=timezone.now(),
                language=language,
            )
    except IntegrityError:
        # The second click of a double one came through while the first was being kept.
        return GreyReport.objects.get(form_token=form_token)
    report.files.set(keep_files(files))
    audit.record(
        "grey_listing.reported" if is_new else "grey_listing.reported_again",
        actor=audit.SYSTEM,
        subject=listing.subject_ref(),
        case=str(listing.case_id),
        kind=str(listing.kind),
        report=str(report.pk),
        files=len(files),
    )
    return report


def _listing_of(address: str, text: str) -> tuple[GreyListing, bool]:
    """The standing listing of that address, or a new one; the constraint decides a race."""
    read = read_address(address)
    standing = GreyListing.objects.exclude(status="dismissed").filter(address_key=read.key)
    if known := standing.first():
        return known, False
    now = timezone.now()
    listing = GreyListing(
        status=GreyListing.WORKFLOW.initial,
        number=new_number("grey_listing", "", timezone.localdate(now)),
        kind=read.kind,
        address=" ".join(address.split())[:500],
        address_key=read.key,
        description=text.strip(),
        reported_at=now,
    )
    try:
        with transaction.atomic():
            listing.save(force_insert=True)
    except IntegrityError:
        return standing.get(), False
    return listing, True
