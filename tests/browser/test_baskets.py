"""The work basket in a real browser: filters, a saved view, several cases at once, the keyboard."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from ctkz_portal.demo.cases import product_case
from ctkz_portal.demo.goods import CABLE
from ctkz_portal.demo.people import ensure_people
from issuance.models import Application, TakeOver
from tests import scenarios
from tests.browsers import NARROW, press
from workplace.models import SavedView

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

NOTE = "I am away until Monday."


@pytest.fixture
def applications(browser: Browser, live_server: Any) -> list[Application]:
    """Three of one company that nobody has taken."""
    scenarios.reference_data()
    scenarios.a_seal()
    cast = ensure_people()
    for _number in range(3):
        product_case(cast, applicant="applicant", product=CABLE, lines=1, until="apply")
    return list(Application.objects.order_by("number"))


def tabs(page: Page) -> Any:
    return page.locator("#basket-tabs")


def filter_and_keep(page: Page, look: Callable[[Page, str], None]) -> None:
    """Free cables only; the view is found again by its name."""
    page.goto("/")
    expect(tabs(page)).to_contain_text("Free 3")
    tabs(page).get_by_role("link", name="Free").click()
    page.get_by_text("Filters and order").click()
    look(page, "basket-filters")
    page.get_by_label("HS code begins with").fill("8544")
    page.get_by_label("Who must act").select_option("chamber")
    press(page, "Show")
    expect(page).to_have_url(re.compile("tab=free.*by=chamber.*hs=8544"))
    chips = page.get_by_role("list", name="Filters in force")
    expect(chips).to_contain_text("HS code begins with: 8544")
    page.get_by_text("Keep this view").click()
    look(page, "basket-view")
    page.get_by_label("Name of the view").fill("Free cables")
    press(page, "Keep the view")
    assert SavedView.objects.get().name == "Free cables"
    page.goto("/issuance/certificates/")
    page.goto("/?tab=mine")
    with page.expect_navigation():
        page.get_by_role("link", name="Free cables").click()
    expect(page.locator("#rows tbody tr")).to_have_count(3)


def take_by_keyboard(page: Page, look: Callable[[Page, str], None]) -> None:
    """Without a mouse: all on the page, then the command."""
    everything = page.get_by_label("All on this page")
    everything.focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-chosen]")).to_have_text("Chosen: 3")
    expect(page.locator("#announcements")).to_have_text("Chosen: 3")
    look(page, "basket-chosen")
    everything.focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Take", exact=True)).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Taken: 3")
    look(page, "basket-taken")


def give_one_back(page: Page, number: str, look: Callable[[Page, str], None]) -> None:
    page.goto("/?tab=mine")
    page.get_by_role("checkbox", name=f"Choose {number}").check()
    expect(page.locator("[data-chosen]")).to_have_text("Chosen: 1")
    press(page, "Give back")
    press(page, "Give back")
    expect(page.locator(".error-summary")).to_be_visible()
    page.get_by_label("Why").fill(NOTE)
    look(page, "basket-give-back")
    press(page, "Give back")
    expect(page.get_by_role("heading", level=1)).to_have_text("Given back: 1")


def test_an_officer_filters_takes_three_and_gives_one_back(
    applications: list[Application],
    people: Callable[[str], Page],
    look: Callable[[Page, str], None],
) -> None:
    page = people("officer")
    filter_and_keep(page, look)
    take_by_keyboard(page, look)
    assert set(Application.objects.values_list("status", flat=True)) == {"under_review"}
    give_one_back(page, applications[0].label, look)
    applications[0].refresh_from_db()
    assert (applications[0].status, applications[0].reviewer) == ("submitted", None)
    assert TakeOver.objects.get().note == NOTE
    page.goto("/")
    expect(tabs(page)).to_contain_text("Mine 2")
    page.set_viewport_size(NARROW)
    look(page, "basket")


def test_counts_come_by_themselves_and_the_focus_stays(
    applications: list[Application], people: Callable[[str], Page]
) -> None:
    page = people("officer")
    page.goto("/?tab=free")
    tab = page.locator("#tab-mine")
    tab.focus()
    taken = applications[0]
    scenarios.issuance.take_application(
        application=taken, actor=scenarios.staff_of(taken, "chamber_officer")
    )
    page.evaluate("htmx.trigger('#basket-counts', 'refresh')")
    expect(tabs(page)).to_contain_text("Free 2")
    expect(tab).to_contain_text("Mine 1")
    expect(tab).to_be_focused()
    expect(page.locator("#announcements")).to_contain_text("Waiting for you today: 1 case")
