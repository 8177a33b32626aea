"""Search in a real browser, by keyboard alone: at the desk, on a phone, in Kazakh."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Membership
from tests import scenarios
from tests.browsers import NARROW, apart
from tests.workplace.search.generated import Generated, generate
from workplace.search.indexing import rebuild

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

TOOK = re.compile(r"/c/KZ-6-120-\d{5}/2026/")


@pytest.fixture
def register() -> Generated:
    scenarios.reference_data()
    made: list[Generated] = []
    apart(lambda: made.append(generate(400)))
    apart(rebuild)
    return made[0]


def test_results_while_typing_by_keyboard_alone(
    register: Generated, new_person: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    page = new_person(locale="en-GB", viewport={"width": 1280, "height": 900})
    page.goto("/register/snapshots/")
    page.keyboard.press("/")
    field = page.get_by_role("combobox")
    expect(field).to_be_focused()
    page.keyboard.type("кабел", delay=20)
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#masthead-q-said")).to_contain_text("results")
    look(page, "search-typing")
    field.focus()

    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute(
        "aria-activedescendant", options.first.get_attribute("id") or "-"
    )
    page.keyboard.press("ArrowUp")
    expect(field).not_to_have_attribute("aria-activedescendant", re.compile(".+"))
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("кабел")

    number, _company = register.dense[6]
    field.fill(number.replace("KZ", "КЗ").replace(" ", ""))
    expect(options.first).to_contain_text(number)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(TOOK)


def test_enter_without_a_choice_leads_to_all_that_was_found(
    register: Generated, new_person: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    page = new_person(locale="en-GB", viewport={"width": 1280, "height": 900})
    page.goto("/register/snapshots/")
    page.keyboard.press("/")
    page.keyboard.type("кобель силовой")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nothing is exactly")
    look(page, "search-similar")
    page.get_by_role("link", name="Кабель силовой", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("found for “Кабель силовой”")
    look(page, "search-found")


def test_on_a_phone_in_kazakh_a_word_in_another_form_is_found(
    register: Generated, new_person: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    page = new_person(locale="kk-KZ", viewport=NARROW)
    page.goto("/register/snapshots/")
    page.locator("[data-search-page]").press("Enter")
    expect(page).to_have_url(re.compile("/search/$"))
    look(page, "search-empty-kk")
    page.set_viewport_size(NARROW)
    page.locator("#page-q").focus()
    page.keyboard.type("мектеп жиһаздары", delay=20)
    expect(page.get_by_role("option").first).to_contain_text("жиһазы")
    page.keyboard.press("Enter")
    expect(page.locator("main mark").first).to_be_visible()
    look(page, "search-found-kk")


def test_an_applicant_comes_to_the_own_case_without_a_mouse(
    people: Callable[[str], Page], look: Callable[[Page, str], None]
) -> None:
    page = people("applicant")
    member = Membership.objects.get(user__email="applicant@demo.example")
    request = scenarios.a_request("submitted", applicant=member)
    apart(rebuild)
    page.goto("/")
    page.locator("main").focus()
    page.keyboard.press("/")
    page.keyboard.type((request.number or "").lower().replace("-", " "))
    expect(page.get_by_role("option").first).to_contain_text(request.number or "-")
    look(page, "search-own-case")
    page.get_by_role("combobox").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(str(request.pk)))
