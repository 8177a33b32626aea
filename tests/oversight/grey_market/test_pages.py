"""The desk of the grey market: who sees it, what the region says there, evidence, exports."""

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from accounts.models import Role
from documents.models import StoredFile
from oversight.models import GreyListing
from tests import scenarios

from . import scenes

LANGUAGE = "en"
pytestmark = pytest.mark.django_db


@pytest.fixture
def committee() -> scenes.Committee:
    return scenes.Committee()


def page(name: str, *args: Any) -> str:
    return reverse(f"oversight:listing-{name}", args=args)


def evidence(listing: GreyListing) -> StoredFile:
    client = scenes.a_stranger()
    sent = scenes.form(address=listing.address, files=[scenes.a_screenshot()])
    assert client.post(reverse("control:grey-report"), sent).status_code == 302
    return StoredFile.objects.get(name="screen.png")


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.CHAMBER_OFFICER, Role.APPLICANT])
def test_only_the_committee_knows_these_pages(committee: scenes.Committee, role: str) -> None:
    listing = committee.listing("confirmed")
    file = evidence(listing)
    inside = scenes.signed_in(committee.first)
    outside = scenes.signed_in(scenarios.a_person(role))
    pages = [
        page("list"),
        page("detail", listing.number),
        page("file", listing.number, file.pk),
        page("picture", listing.number, file.pk),
    ]
    for address in pages:
        assert inside.get(address).status_code == 200
        assert outside.get(address).status_code == 404
        assert scenes.a_stranger().get(address).status_code == 302
    assert outside.post(page("command", listing.number, "dismiss")).status_code == 404
    assert outside.get(page("request", listing.number)).status_code == 404


def test_a_screenshot_is_shown_as_a_copy_made_here(committee: scenes.Committee) -> None:
    listing = committee.listing("reported")
    file = evidence(listing)
    client = scenes.signed_in(committee.first)
    answer = client.get(page("picture", listing.number, file.pk))
    assert answer["Content-Type"] == "image/jpeg"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert Image.open(io.BytesIO(answer.content)).size == (640, 400)
    original = client.get(page("file", listing.number, file.pk))
    assert original["Content-Disposition"].startswith("attachment")
    assert page("picture", listing.number, file.pk) in (
        client.get(page("detail", listing.number)).content.decode()
    )


def test_of_a_pdf_from_a_stranger_the_first_page_is_shown_as_a_picture(
    committee: scenes.Committee,
) -> None:
    listing = committee.listing("reported")
    sent = scenes.form(address=listing.address, files=[scenarios.a_pdf("offer.pdf")])
    assert scenes.a_stranger().post(reverse("control:grey-report"), sent).status_code == 302
    file = StoredFile.objects.get(name="offer.pdf")
    client = scenes.signed_in(committee.first)
    answer = client.get(page("picture", listing.number, file.pk))
    assert answer["Content-Type"] == "image/jpeg"
    assert Image.open(io.BytesIO(answer.content)).format == "JPEG"
    shown = client.get(page("detail", listing.number)).content.decode()
    assert page("picture", listing.number, file.pk) in shown


def test_evidence_of_another_listing_is_not_found(committee: scenes.Committee) -> None:
    file = evidence(committee.listing("reported"))
    other = committee.listing("reported", address="other.example")
    client = scenes.signed_in(committee.first)
    for name in ("file", "picture"):
        assert client.get(page(name, other.number, file.pk)).status_code == 404


OFFERED = {
    "reported": ({"confirm", "dismiss"}, {"confirm", "dismiss"}),
    "confirmed": ({"dismiss"}, {"send", "dismiss"}),
    "sent_for_blocking": ({"block"}, {"block"}),
    "blocked": ({"return"}, {"return"}),
    "dismissed": (set(), set()),
}


@pytest.mark.parametrize("status", OFFERED)
def test_no_button_is_shown_that_would_be_refused(committee: scenes.Committee, status: str) -> None:
    listing = committee.listing(status)
    for person, offered in zip((committee.first, committee.second), OFFERED[status], strict=True):
        shown = scenes.signed_in(person).get(page("detail", listing.number)).content.decode()
        commands = ("confirm", "dismiss", "send", "block", "return")
        assert {
            name for name in commands if page("command", listing.number, name) in shown
        } == offered


def test_a_refused_command_keeps_what_was_typed(committee: scenes.Committee) -> None:
    listing = committee.listing("sent_for_blocking")
    answer = scenes.signed_in(committee.second).post(
        page("command", listing.number, "block"),
        {"block-blocked_on": "2020-01-01", "block-reference": "Б-2020/7"},
    )
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "before the request" in shown
    assert "Б-2020/7" in shown


def test_the_first_person_is_told_why_another_sends(committee: scenes.Committee) -> None:
    listing = committee.listing("confirmed")
    shown = scenes.signed_in(committee.first).get(page("detail", listing.number)).content.decode()
    assert "whoever confirms does not send" in shown


def test_a_region_sees_its_own_and_what_has_no_region_yet(committee: scenes.Committee) -> None:
    here = committee.listing("confirmed", address="here.example", region="110")
    there = committee.listing("confirmed", address="there.example", region="101")
    nowhere = committee.listing("reported", address="nowhere.example")
    client = scenes.signed_in(committee.person(posted_to="110"))
    listed = client.get(page("list"), {"tab": "all"}).content.decode()
    for listing, is_seen in ((here, True), (nowhere, True), (there, False)):
        assert (listing.number in listed) is is_seen
    refused = client.get(page("detail", there.number))
    assert refused.status_code == 403
    assert "another department" in refused.content.decode()
    every = scenes.signed_in(committee.first).get(page("list"), {"tab": "all"}).content.decode()
    assert there.number in every


def test_whoever_finds_another_region_is_led_back_to_the_list(committee: scenes.Committee) -> None:
    listing = committee.listing("reported")
    answer = scenes.signed_in(committee.person(posted_to="110")).post(
        page("command", listing.number, "confirm"),
        {"confirm-description": scenes.OFFER, "confirm-region": "101"},
    )
    assert answer["Location"] == page("list")
    listing.refresh_from_db()
    assert listing.region_id == "101"


def test_filters_tabs_regions_and_export_tell_the_same(committee: scenes.Committee) -> None:
    for number, status in enumerate(scenes.STATUSES):
        committee.listing(status, address=f"primer-{number}.example")
    committee.listing("blocked", address="+7 701 000 00 17", region="")
    scenes.report("primer-3.example")
    client = scenes.signed_in(committee.first)

    def exported(**query: str) -> list[str]:
        answer = client.get(page("list"), {"format": "csv", "tab": "all"} | query)
        rows = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
        return sorted(row["Address"] for row in rows)

    assert len(exported()) == 7
    assert exported(tab="blocked") == ["'+7 701 000 00 17", "primer-3.example"]
    assert exported(region="110") == [f"primer-{n}.example" for n in (1, 2, 3, 4)]
    assert exported(kind="seller") == ["'+7 701 000 00 17"]
    assert exported(q="https://www.primer-2.example/") == ["primer-2.example"]
    assert exported(q="8 701 000 00 17") == ["'+7 701 000 00 17"]
    assert exported(region="nonsense") == []
    assert client.get(page("list"), {"format": "xlsx"}).status_code == 200
    shown = client.get(page("list")).content.decode()
    assert "By region" in shown
    assert "region not known" in shown


def test_reported_after_the_block_counts_listings_not_reports(committee: scenes.Committee) -> None:
    committee.listing("blocked")
    committee.listing("blocked", address="quiet.example")
    with scenes.days_later(2):
        for _time in range(3):
            scenes.report()
        client = scenes.signed_in(committee.first)
        answer = client.get(page("list"), {"tab": "again"})
    counts = {str(tab["label"]): tab["count"] for tab in answer.context["tabs"]}
    assert counts["Reported after the block"] == 1
    assert counts["Blocked"] == 2
    assert [row.reports_count for row in answer.context["page"]] == [4]


def test_the_queries_do_not_grow_with_the_rows(committee: scenes.Committee) -> None:
    client = scenes.signed_in(committee.first)

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address, {"tab": "all"}).status_code == 200
        return len(asked)

    listing = committee.listing("confirmed")
    addresses = (page("list"), page("detail", listing.number))
    few = [queries(address) for address in addresses]
    few = [queries(address) for address in addresses]
    for number in range(4):
        committee.listing("blocked", address=f"primer-{number}.example")
        scenes.report()
    assert [queries(address) for address in addresses] == few
