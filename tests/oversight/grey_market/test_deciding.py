"""From a report to the block: who may do what, the second person, the request, the way back."""

import datetime as dt
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from pypdf import PdfReader

from accounts.errors import DomainError
from accounts.models import Role
from accounts.permissions import has_permission
from audit.models import AuditEvent
from documents.storing import read
from oversight.grey_market.deciding import (
    block_listing,
    confirm_listing,
    dismiss_listing,
    return_listing,
    send_listing,
)
from oversight.models import GreyListing
from oversight.papers import make_paper
from tests import scenarios

from . import scenes

LANGUAGE = "en"
pytestmark = pytest.mark.django_db


@pytest.fixture
def committee() -> scenes.Committee:
    return scenes.Committee()


COMMANDS: dict[str, Callable[..., GreyListing]] = {
    "confirm": lambda listing, actor: confirm_listing(
        listing=listing, actor=actor, description=scenes.OFFER
    ),
    "dismiss": lambda listing, actor: dismiss_listing(
        listing=listing, actor=actor, note="Обычная реклама."
    ),
    "send": lambda listing, actor: send_listing(listing=listing, actor=actor, body=scenes.BODY),
    "block": lambda listing, actor: block_listing(
        listing=listing, actor=actor, blocked_on=timezone.localdate(), reference="Б-17"
    ),
    "return": lambda listing, actor: return_listing(listing=listing, actor=actor),
}
POSSIBLE = {
    "reported": {"confirm": "confirmed", "dismiss": "dismissed"},
    "confirmed": {"send": "sent_for_blocking", "dismiss": "dismissed"},
    "sent_for_blocking": {"block": "blocked"},
    "blocked": {"return": "sent_for_blocking"},
    "back": {"block": "blocked"},
    "dismissed": {},
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("status", scenes.STATUSES)
def test_every_command_in_every_status(
    committee: scenes.Committee, status: str, command: str
) -> None:
    listing = committee.listing(status)
    before = listing.status
    target = POSSIBLE[status].get(command)
    if target is None:
        with pytest.raises(DomainError):
            COMMANDS[command](listing=listing, actor=committee.second)
    else:
        COMMANDS[command](listing=listing, actor=committee.second)
    listing.refresh_from_db()
    assert listing.status == (target or before)


NEEDED = {
    "oversight.list_listings": {Role.INSPECTOR, Role.COMMITTEE_HEAD},
    "oversight.read_listing": {Role.INSPECTOR, Role.COMMITTEE_HEAD},
    "oversight.confirm_listing": {Role.INSPECTOR, Role.COMMITTEE_HEAD},
    "oversight.send_listing": {Role.INSPECTOR, Role.COMMITTEE_HEAD},
    "oversight.block_listing": {Role.INSPECTOR, Role.COMMITTEE_HEAD},
    "oversight.see_alert": {Role.INSPECTOR, Role.COMMITTEE_HEAD},
}


def test_who_may_do_what(committee: scenes.Committee) -> None:
    listing = committee.listing("confirmed")
    people = {role: scenarios.a_person(role) for role in Role}
    for permission, allowed in NEEDED.items():
        may = {
            role for role, person in people.items() if has_permission(person, permission, listing)
        }
        assert may == allowed, permission
    assert not has_permission(committee.first, "oversight.send_listing", listing)
    assert has_permission(committee.second, "oversight.send_listing", listing)


def test_whoever_confirms_does_not_send(committee: scenes.Committee) -> None:
    listing = committee.listing("confirmed")
    with pytest.raises(DomainError) as refusal:
        send_listing(listing=listing, actor=committee.first, body=scenes.BODY)
    assert refusal.value.code == "same_person"
    listing.refresh_from_db()
    assert (listing.status, listing.request_number) == ("confirmed", "")


def test_the_database_holds_the_second_person_too(committee: scenes.Committee) -> None:
    listing = committee.listing("confirmed")
    with pytest.raises(IntegrityError, match="grey_sent_by_another_person"), transaction.atomic():
        GreyListing.objects.filter(pk=listing.pk).update(sent_by=committee.first.user)


def test_no_status_is_jumped_over_in_the_database(committee: scenes.Committee) -> None:
    listing = committee.listing("reported")
    with pytest.raises(DatabaseError), transaction.atomic():
        GreyListing.objects.filter(pk=listing.pk).update(
            status="blocked", blocked_on=timezone.localdate(), blocked_at=timezone.now()
        )


def test_an_inspector_of_another_region_is_refused(committee: scenes.Committee) -> None:
    there = committee.listing("confirmed", region="110")
    elsewhere = committee.person(posted_to="101")
    with pytest.raises(DomainError) as refusal:
        send_listing(listing=there, actor=elsewhere, body=scenes.BODY)
    assert refusal.value.code == "outside_department"
    here = committee.person(posted_to="110")
    assert send_listing(listing=there, actor=here, body=scenes.BODY).status == "sent_for_blocking"


EMPTY: dict[str, tuple[str, Callable[..., Any], str]] = {
    "nothing is offered": ("reported", lambda listing, actor: confirm_listing(
        listing=listing, actor=actor, description=" "), "no_text"),
    "no reason": ("reported", lambda listing, actor: dismiss_listing(
        listing=listing, actor=actor, note=" "), "no_note"),
    "no body": ("confirmed", lambda listing, actor: send_listing(
        listing=listing, actor=actor, body=" "), "no_body"),
    "a day before the request": ("sent_for_blocking", lambda listing, actor: block_listing(
        listing=listing, actor=actor, reference="Б-1",
        blocked_on=timezone.localdate() - dt.timedelta(days=1)), "wrong_day"),
    "a day to come": ("sent_for_blocking", lambda listing, actor: block_listing(
        listing=listing, actor=actor, reference="Б-1",
        blocked_on=timezone.localdate() + dt.timedelta(days=1)), "wrong_day"),
    "a page opened before": ("reported", lambda listing, actor: dismiss_listing(
        listing=listing, actor=actor, note="x", seen_version=listing.version + 1), "moved_on"),
}  # fmt: skip


@pytest.mark.parametrize(("status", "command", "code"), EMPTY.values(), ids=EMPTY)
def test_what_is_refused(
    committee: scenes.Committee, status: str, command: Callable[..., Any], code: str
) -> None:
    listing = committee.listing(status)
    with pytest.raises(DomainError) as refusal:
        command(listing=listing, actor=committee.second)
    assert refusal.value.code == code


def test_one_that_works_again_keeps_both_blocks(committee: scenes.Committee) -> None:
    listing = committee.listing("back")
    first = listing.blocked_at
    with scenes.days_later(3):
        with pytest.raises(DomainError, match="before the request"):
            block_listing(
                listing=listing,
                actor=committee.second,
                blocked_on=timezone.localdate() - dt.timedelta(days=4),
                reference="Б-18",
            )
        listing = block_listing(
            listing=listing,
            actor=committee.second,
            blocked_on=timezone.localdate(),
            reference="Б-18",
        )
    assert listing.blocked_at == first
    blocks = listing.blocks.order_by("recorded_at")
    assert [(block.reference, block.works_again_at is None) for block in blocks] == [
        ("Б-17", False),
        ("Б-18", True),
    ]
    with pytest.raises(DatabaseError), transaction.atomic():
        listing.blocks.filter(reference="Б-17").update(works_again_at=None)


def test_each_command_is_one_event(committee: scenes.Committee) -> None:
    listing = committee.listing("back")
    told = AuditEvent.objects.filter(case_id=listing.case_id).order_by("at", "pk")
    assert [row.event.removeprefix("grey_listing.") for row in told] == [
        *("reported", "confirmed", "sent", "blocked", "back"),
    ]


def test_the_request_is_a_sealed_paper_in_both_languages(committee: scenes.Committee) -> None:
    scenarios.a_seal()
    report = scenes.report(contact="primer@mail.example")
    listing = committee.listing("sent_for_blocking")
    make_paper("blocking_request", str(listing.pk))
    make_paper("blocking_request", str(listing.pk))
    listing.refresh_from_db()
    assert listing.request is not None
    assert listing.request.number == listing.request_number
    sealed = AuditEvent.objects.get(event="paper.sealed")
    assert (sealed.subject_id, sealed.subject_label) == (str(listing.pk), listing.number)
    reader = PdfReader(io.BytesIO(read(listing.request.file)))
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert scenes.ADDRESS in text
    record = json.loads(reader.attachments["paper.json"][0])
    assert set(record["title"]) == {"kk", "ru"}
    assert record["signed_by"]["name"] == committee.second.user.full_name
    assert report.contact not in json.dumps(record, ensure_ascii=False)
