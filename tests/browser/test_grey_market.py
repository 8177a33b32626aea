"""A seller of certificates in a real browser: from a stranger's report to the open list."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from accounts.models import Membership, Role, User
from oversight.grey_market.tasks import watch_unknown_numbers
from oversight.models import GreyListing, UnknownNumberAlert
from oversight.papers import make_paper
from tests import scenarios
from tests.browsers import WIDE, apart, press, send

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

ADDRESS = "https://www.sertifikat-primer.example/?utm_source=chat"
OFFER = "CT-KZ in one day, without an expert, for 150 000 tenge."


@pytest.fixture
def another_inspector(people: Callable[[str], Page], new_person: Callable[..., Page]) -> Page:
    """A colleague of the demo's inspector, signed in."""
    office = Membership.objects.filter(role=Role.INSPECTOR)[0].organisation
    colleague = scenarios.a_person(Role.INSPECTOR, office)
    colleague.user.set_password(settings.CTKZ_DEMO_PASSWORD)
    colleague.user.save()
    User.objects.update(language="en")
    page = new_person(locale="en-GB", viewport=WIDE)
    page.goto("/account/sign-in/")
    page.fill("[name=email]", colleague.user.email)
    page.fill("[name=password]", settings.CTKZ_DEMO_PASSWORD)
    page.press("[name=password]", "Enter")
    expect(page).not_to_have_url(re.compile("sign-in"))
    return page


def report(page: Page, files: list[Path], look: Callable[[Page, str], None]) -> None:
    """First with a file that is no picture: what was typed stays."""
    page.goto("/grey-market/report/")
    look(page, "grey-report")
    page.fill("[name=address]", ADDRESS)
    page.fill("[name=text]", OFFER)
    page.wait_for_timeout(3_100)
    page.set_input_files("[name=files]", files[:1])
    press(page, "Send the report")
    expect(page.locator("main")).to_contain_text(files[0].name)
    expect(page.locator("[name=text]")).to_have_value(OFFER)
    look(page, "grey-report-refused")
    page.set_input_files("[name=files]", files[1:])
    press(page, "Send the report")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    look(page, "grey-thanks")


def test_a_site_from_the_report_to_the_block(
    people: Callable[[str], Page],
    another_inspector: Page,
    new_person: Callable[..., Page],
    look: Callable[[Page, str], None],
    tmp_path: Path,
) -> None:
    false, screenshot = tmp_path / "screen.png", tmp_path / "offer.png"
    false.write_bytes(b"MZ this is a program")
    Image.new("RGB", (900, 600), "#00748a").save(screenshot)
    stranger = new_person(locale="en-GB")
    report(stranger, [false, screenshot], look)
    listing = GreyListing.objects.get()
    assert listing.address_key == "sertifikat-primer.example"

    inspector, desk = people("inspector"), f"/committee/grey-market/{listing.number}/"
    inspector.goto("/committee/grey-market/")
    look(inspector, "grey-list")
    with inspector.expect_navigation():
        inspector.get_by_role("link", name=listing.address).click()
    picture = inspector.locator(".evidence img")
    expect(picture).to_have_js_property("naturalWidth", 900)
    look(inspector, "grey-detail")
    inspector.fill("[name=confirm-name]", "Seller “Primer”")
    press(inspector, "Confirm")
    expect(inspector.locator("#actions")).to_contain_text("Another person sends it")
    expect(inspector.get_by_role("button", name="Send for blocking")).to_have_count(0)
    refused = send(inspector, f"{desk}send/")
    assert refused == 409
    listing.refresh_from_db()
    assert listing.status == "confirmed"

    another_inspector.goto(desk)
    press(another_inspector, "Send for blocking")
    apart(make_paper, "blocking_request", str(listing.pk))
    listing.refresh_from_db()
    another_inspector.goto(desk)
    with another_inspector.expect_download() as download:
        another_inspector.locator(".facts").get_by_role("link", name=listing.request_number).click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")

    stranger.goto("/grey-market/")
    expect(stranger.locator("main")).to_contain_text("Nothing is blocked now")
    another_inspector.fill("[name=block-reference]", "Б-17")
    press(another_inspector, "Record the block")
    look(another_inspector, "grey-blocked")
    stranger.goto("/grey-market/")
    expect(stranger.locator("main tbody tr")).to_contain_text("sertifikat-primer.example")
    look(stranger, "grey-open-list")
    told: dict[str, Any] = stranger.request.get("/grey-market/blocked.json").json()
    assert [(row["number"], row["decision"]) for row in told["rows"]] == [(listing.number, "Б-17")]
    assert told["rows"][0]["blocked_on"] == timezone.localdate().isoformat()
    yesterday = timezone.localdate() - timedelta(days=1)
    earlier = stranger.request.get(f"/grey-market/blocked.json?as_of={yesterday.isoformat()}")
    assert earlier.json()["rows"] == []


def test_numbers_that_never_existed_raise_an_alert_that_somebody_sees(
    people: Callable[[str], Page],
    new_person: Callable[..., Page],
    look: Callable[[Page, str], None],
) -> None:
    stranger, inspector = new_person(locale="en-GB"), people("inspector")
    for sequence in range(90001, 90006):
        stranger.goto("/verify/")
        stranger.get_by_label("Number of the certificate").fill(f"KZ 6 110 {sequence}")
        with stranger.expect_navigation():
            stranger.keyboard.press("Enter")
    apart(watch_unknown_numbers)
    inspector.goto("/committee/alerts/")
    expect(inspector.locator("main")).to_contain_text("KZ 6 110 90001 – KZ 6 110 90005")
    look(inspector, "alert-list")
    alert = UnknownNumberAlert.objects.get()
    inspector.goto(f"/committee/alerts/{alert.pk}/")
    look(inspector, "alert-detail")
    inspector.fill("[name=note]", "Asked the chamber: none of these was printed.")
    press(inspector, "Seen")
    expect(inspector.locator("main")).to_contain_text("Asked the chamber")
    alert.refresh_from_db()
    assert alert.seen_at is not None
