"""Anybody reports a seller: the form, its files, floods, and reports that join one listing."""

import threading
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from documents.storing import read
from oversight.grey_market.reporting import report_seller
from oversight.models import GreyListing, GreyReport
from oversight.strangers import new_seal
from tests import scenarios

from . import scenes

LANGUAGE = "en"
pytestmark = pytest.mark.django_db


def page() -> str:
    return reverse("control:grey-report")


@pytest.fixture
def stranger() -> Client:
    return scenes.a_stranger()


def test_a_stranger_reports_with_a_screenshot(stranger: Client) -> None:
    sent = scenes.form(files=[scenes.a_screenshot()], contact="primer@mail.example")
    answer = stranger.post(page(), sent)
    assert answer.status_code == 302
    assert "Thank you" in stranger.get(answer["Location"]).content.decode()
    report = GreyReport.objects.get()
    assert (report.text, report.contact, report.language) == (
        scenes.OFFER,
        "primer@mail.example",
        "en",
    )
    assert report.listing.status == "reported"
    assert report.listing.address_key == "sertifikat-primer.example"
    stored = report.files.get()
    assert stored.content_type == "image/png"
    assert read(stored).startswith(b"\x89PNG")


def test_the_same_seller_told_of_twice_is_one_listing(stranger: Client) -> None:
    stranger.post(page(), scenes.form())
    stranger.post(page(), scenes.form(address="WWW.sertifikat-primer.example/?utm_source=x"))
    listing = GreyListing.objects.get()
    assert listing.reports.count() == 2
    told = [row.event for row in AuditEvent.objects.filter(case_id=listing.case_id)]
    assert sorted(told) == ["grey_listing.reported", "grey_listing.reported_again"]


def test_a_dismissed_listing_is_not_joined() -> None:
    dismissed = scenes.Committee().listing("dismissed")
    assert scenes.report().listing_id != dismissed.pk


def test_a_blocked_one_is_joined_so_that_it_is_seen_to_work_again() -> None:
    blocked = scenes.Committee().listing("blocked")
    assert scenes.report().listing_id == blocked.pk


def test_a_double_click_is_one_report(stranger: Client) -> None:
    sent = scenes.form()
    assert [stranger.post(page(), sent).status_code for _time in range(2)] == [302, 302]
    assert GreyReport.objects.count() == 1


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no address": ({"address": " "}, "Say where it is offered."),
    "an address of signs": ({"address": ",;"}, "Say where it is offered."),
    "no text": ({"text": ""}, "Say what is offered."),
    "a day to come": ({"seen_on": "2999-01-01"}, "This day has not come yet."),
    "no day": ({"seen_on": ""}, "Choose a day."),
    "a day of nonsense": ({"seen_on": "yesterday"}, "This is not a date."),
    "a long address": ({"address": "x" * 501}, "at most 500 characters"),
    "a hidden field filled in": ({"second_topic": "buy"}, "A field that nobody sees"),
    "a foreign seal": ({"seal": "abc"}, "The page was open for too long"),
}


@pytest.mark.parametrize(("fields", "sentence"), BAD.values(), ids=BAD)
def test_bad_input_is_told_beside_what_was_typed(
    stranger: Client, fields: dict[str, Any], sentence: str
) -> None:
    sent = scenes.form(contact="+7 701 000 00 17", **fields)
    answer = stranger.post(page(), sent)
    shown = answer.content.decode()
    assert answer.status_code == 400
    assert sentence in shown
    assert "+7 701 000 00 17" in shown
    assert not GreyReport.objects.exists()


FILES = {
    "a program called a picture": ("screen.png", b"MZ\x90\x00 program"),
    "a page called a picture": ("screen.jpg", b"<script>alert(1)</script>"),
    "a picture that breaks off": ("screen.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 40),
    "nothing": ("screen.png", b""),
    "an ending that is not taken": ("offer.exe", b"MZ"),
    "a table": ("offer.docx", b"PK\x03\x04"),
}


@pytest.mark.parametrize(("name", "content"), FILES.values(), ids=FILES)
def test_a_file_that_is_not_what_it_says_is_refused_by_name(
    stranger: Client, name: str, content: bytes
) -> None:
    sent = scenes.form(files=[scenes.a_screenshot(), SimpleUploadedFile(name, content)])
    answer = stranger.post(page(), sent)
    shown = answer.content.decode()
    assert answer.status_code == 400
    assert f"{name}: " in shown or "empty" in shown
    assert scenes.OFFER in shown
    assert not GreyReport.objects.exists()


def test_more_than_five_files_are_refused(stranger: Client) -> None:
    shots = [scenes.a_screenshot(f"{n}.png", f"#0000{n}0") for n in range(6)]
    answer = stranger.post(page(), scenes.form(files=shots))
    assert answer.status_code == 400
    assert "At most 5 files" in answer.content.decode()


def test_a_form_that_comes_back_at_once_is_not_a_persons(stranger: Client) -> None:
    answer = stranger.post(page(), scenes.form(seal=new_seal()))
    assert answer.status_code == 400
    assert "faster than a person writes" in answer.content.decode()
    assert not GreyReport.objects.exists()


def test_a_flood_from_one_address_is_stopped_within_the_minute(
    stranger: Client, settings: Any
) -> None:
    settings.CTKZ_WRITE_PER_MINUTE = 3
    with scenes.days_later(0):
        answers = [
            stranger.post(page(), scenes.form(address=f"primer-{n}.example")).status_code
            for n in range(6)
        ]
        somebody_else = scenes.a_stranger().post(page(), scenes.form()).status_code
    assert answers == [302, 302, 302, 429, 429, 429]
    assert somebody_else == 302
    assert GreyReport.objects.count() == 4


def test_a_patient_flood_is_stopped_within_the_day(stranger: Client, settings: Any) -> None:
    settings.CTKZ_WRITE_PER_DAY = 2
    with scenes.days_later(0):
        answers = [
            stranger.post(page(), scenes.form(address=f"primer-{n}.example")) for n in range(4)
        ]
    assert [answer.status_code for answer in answers] == [302, 302, 400, 400]
    shown = answers[-1].content.decode()
    assert "So much was sent from your address today" in shown
    assert "primer-3.example" in shown
    assert GreyReport.objects.count() == 2


def test_a_form_of_a_foreign_page_is_refused() -> None:
    foreign = Client(enforce_csrf_checks=True)
    assert foreign.post(page(), scenes.form()).status_code == 403
    assert not GreyReport.objects.exists()


def test_reports_are_never_changed_nor_deleted() -> None:
    report = scenes.report()
    with pytest.raises(Exception, match="Cannot update"):
        GreyReport.objects.filter(pk=report.pk).update(text="x")


@pytest.mark.django_db(transaction=True)
def test_two_reports_of_a_new_seller_at_the_same_time_are_one_listing() -> None:
    scenarios.reference_data()
    barrier = threading.Barrier(2)
    failures: list[BaseException] = []

    def tell() -> None:
        try:
            barrier.wait()
            scenes.report()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=tell) for _one in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert GreyListing.objects.get().reports.count() == 2


def test_the_token_decides_whatever_else_is_sent() -> None:
    token = uuid.uuid4()
    first = scenes.report(form_token=token)
    again = report_seller(
        form_token=token, address="other.example", text="x", seen_on=first.seen_on
    )
    assert again == first
    assert GreyListing.objects.count() == 1
