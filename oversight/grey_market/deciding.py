"""From a report to the block: confirmed by one person, sent for blocking by another."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import Membership
from oversight.departments import check_department
from oversight.models import GreyBlock, GreyListing
from oversight.papers import new_number, order_paper
from reference.models import Department
from workflow.moving import advance, guard, locked

from .papers import BLOCKING_REQUEST


@transaction.atomic
def confirm_listing(
    *,
    listing: GreyListing,
    actor: Membership,
    name: str = "",
    description: str = "",
    region: Department | None = None,
    seen_version: int | None = None,
) -> GreyListing:
    """An inspector looked and saw that certificates are really offered there."""
    listing = locked(listing)
    _check_place(listing, actor)
    guard(listing, "confirm", actor, seen_version=seen_version)
    if not description.strip():
        raise DomainError("no_text", _("Say what is offered there."), field="description")
    listing.name = name.strip()
    listing.description = description.strip()
    listing.region = region or listing.region
    listing.confirmed_by = actor.user
    listing.confirmed_at = timezone.now()
    advance(listing, "confirm", actor, region=listing.region_id or "")
    return listing


@transaction.atomic
def dismiss_listing(
    *, listing: GreyListing, actor: Membership, note: str, seen_version: int | None = None
) -> GreyListing:
    """Nothing forbidden is offered there; a later report begins a new listing."""
    listing = locked(listing)
    _check_place(listing, actor)
    guard(listing, "dismiss", actor, seen_version=seen_version)
    if not note.strip():
        raise DomainError("no_note", _("Say why."), field="note")
    listing.dismissal = note.strip()
    advance(listing, "dismiss", actor)
    return listing


@transaction.atomic
def send_listing(
    *, listing: GreyListing, actor: Membership, body: str, seen_version: int | None = None
) -> GreyListing:
    """Another person than who confirmed it asks the body in charge to block the address."""
    listing = locked(listing)
    _check_place(listing, actor)
    if listing.confirmed_by_id == actor.user_id:
        raise DomainError("same_person", _("Whoever confirmed it does not send it: another does."))
    guard(listing, "send", actor, seen_version=seen_version)
    if not body.strip():
        raise DomainError("no_body", _("Name the body that blocks."), field="body")
    listing.sent_by = actor.user
    listing.sent_to = body.strip()
    listing.sent_at = timezone.now()
    listing.request_number = new_number("blocking_request", "", timezone.localdate())
    advance(listing, "send", actor, number=listing.request_number)
    order_paper(BLOCKING_REQUEST, str(listing.pk))
    return listing


@transaction.atomic
def block_listing(
    *,
    listing: GreyListing,
    actor: Membership,
    blocked_on: date,
    reference: str,
    seen_version: int | None = None,
) -> GreyListing:
    """The body in charge reported the block; what was counted before stays counted once."""
    listing = locked(listing)
    _check_place(listing, actor)
    guard(listing, "block", actor, seen_version=seen_version)
    if not _first_day(listing) <= blocked_on <= timezone.localdate():
        raise DomainError(
            "wrong_day",
            _("The day lies before the request, or has not come yet."),
            field="blocked_on",
        )
    now = timezone.now()
    listing.blocked_on = blocked_on
    listing.blocked_at = listing.blocked_at or now
    listing.block_reference = reference.strip()
    GreyBlock.objects.create(
        listing=listing,
        blocked_on=blocked_on,
        reference=listing.block_reference,
        recorded_at=now,
    )
    advance(
        listing,
        "block",
        actor,
        blocked_on=blocked_on.isoformat(),
        reference=listing.block_reference,
    )
    return listing


def _first_day(listing: GreyListing) -> date:
    """No block is older than its request, nor than the day on which the address worked again."""
    moments = [at for at in (listing.sent_at, listing.works_again_at) if at is not None]
    return max(timezone.localdate(at) for at in moments)


@transaction.atomic
def return_listing(
    *, listing: GreyListing, actor: Membership, seen_version: int | None = None
) -> GreyListing:
    """The address works again: the body is asked anew, with reference to the same request."""
    listing = locked(listing)
    _check_place(listing, actor)
    guard(listing, "return", actor, seen_version=seen_version)
    listing.works_again_at = timezone.now()
    listing.blocks.filter(works_again_at=None).update(works_again_at=listing.works_again_at)
    advance(listing, "return", actor)
    return listing


def _check_place(listing: GreyListing, actor: Membership) -> None:
    """A listing of a region belongs to its department; one without a region to everybody."""
    if listing.region is not None:
        check_department(actor, listing.region)
