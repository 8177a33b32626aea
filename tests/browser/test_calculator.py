"""The public calculator as a stranger uses it: in three languages, on a phone, without scripts."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import scenarios
from tests.browsers import WIDE, press

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

Look = Callable[[Page, str], None]

LOCALES = {"kk": "kk-KZ", "ru": "ru-RU", "en": "en-GB"}
ORIGINATES = "The goods would originate in Kazakhstan: criterion Д8421"
DOES_NOT = "The goods would not originate in Kazakhstan"


@pytest.fixture
def stranger(new_person: Callable[..., Page]) -> Callable[..., Page]:
    """Opens the calculator for somebody who has no account."""
    scenarios.reference_data()

    def open_page(language: str = "en", **options: Any) -> Page:
        page = new_person(locale=LOCALES[language], viewport=WIDE, **options)
        page.goto("/calculator/")
        expect(page.locator("html")).to_have_attribute("lang", language)
        return page

    return open_page


def fill_in(page: Page, *, price: str = "10 000", paper_code: str = "4805 40 000 0") -> None:
    """An air filter of foreign paper and Kazakhstani steel."""
    page.fill("[name=hs_code]", "8421 31 000 0")
    page.fill("[name=price_kzt]", price)
    for field, value in {
        "0-name": "Filter paper",
        "0-hs_code": paper_code,
        "0-value_kzt": "3 177",
        "1-name": "Steel sheet",
        "1-hs_code": "7208400000",
        "1-value_kzt": "2500",
    }.items():
        page.fill(f"[name=materials-{field}]", value)
    page.select_option("[name=materials-1-origin]", "local")


def calculate(page: Page) -> None:
    """The visible button of the form; Enter presses a hidden one that comes first."""
    page.locator("button.primary[name=calculate]").click()


def verdict(page: Page) -> str:
    heading = page.locator("#result .verdict h2")
    expect(heading).to_be_visible()
    return heading.inner_text()


def english_words(text: str) -> list[str]:
    """What is left in English on a page of another language, besides what was typed."""
    own = text.replace("Filter paper", "").replace("Steel sheet", "")
    return re.findall(r"[A-Za-z]{2,} [a-z]{2,}.*", own)


def test_a_stranger_learns_what_would_change_the_answer(
    stranger: Callable[..., Page], look: Look
) -> None:
    page = stranger()
    page.get_by_label("HS code", exact=True).first.fill("8421310000")
    expect(page.locator("#rule")).to_contain_text("the general rule applies")
    fill_in(page)
    page.get_by_role("button", name="Calculate").click()
    assert verdict(page) == ORIGINATES
    expect(page.locator("#result")).to_contain_text("68.23")
    look(page, "calculator-originates")

    page.get_by_role("group", name="Material 1").get_by_label("HS code").fill("8421 99 000 8")
    page.get_by_role("button", name="Calculate").click()
    expect(page.locator("#result .verdict h2")).to_have_text(DOES_NOT)
    result = page.locator("#result")
    expect(result.get_by_role("heading", name="What would change the answer")).to_be_visible()
    expect(result.locator(".advice").first).to_contain_text("Filter paper")
    look(page, "calculator-does-not")


def test_every_language_has_a_verdict_of_its_own(stranger: Callable[..., Page], look: Look) -> None:
    said = {}
    for language in LOCALES:
        page = stranger(language)
        fill_in(page)
        calculate(page)
        said[language] = verdict(page)
        if language != "en":
            assert english_words(page.locator("#result").inner_text()) == []
        expect(page.locator("#result")).to_contain_text(re.compile("68[.,]23"))
        look(page, f"calculator-{language}")
    assert said["en"] == ORIGINATES
    page.get_by_role("button", name="Қазақша").click()
    expect(page.locator("html")).to_have_attribute("lang", "kk")
    assert len(set(said.values())) == len(LOCALES), said
    for language in ("kk", "ru"):
        assert re.search("[а-яәғқңөұүһі]{3}", said[language]), said
        assert "Д8421" in said[language]


def test_it_answers_without_scripts(stranger: Callable[..., Page]) -> None:
    page = stranger(java_script_enabled=False)
    page.fill("[name=hs_code]", "8501 10 990 0")
    press(page, "Show the rule")
    expect(page.locator("#rule")).to_contain_text("8501")
    fill_in(page)
    with page.expect_navigation():
        page.press("[name=price_kzt]", "Enter")
    assert verdict(page) == ORIGINATES
    press(page, "Remove material 1")
    expect(page.locator("[name=materials-0-name]")).to_have_value("Steel sheet")
    expect(page.locator("[name=price_kzt]")).to_have_value("10 000")
    press(page, "Calculate")
    expect(page.locator("#result")).to_contain_text("100")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_bad_input_is_named_at_its_field_and_nothing_is_lost(
    stranger: Callable[..., Page], look: Look, scripts: bool
) -> None:
    page = stranger(java_script_enabled=scripts)
    fill_in(page, price="ten thousand", paper_code="48054O")
    calculate(page)
    refused(page, "price_kzt", "ten thousand")
    refused(page, "materials-0-hs_code", "48054O")
    expect(page.get_by_role("alert")).to_contain_text("Price of one unit")
    expect(page.get_by_role("alert")).to_contain_text("Row 1: HS code")
    expect(page.locator("[name=materials-0-name]")).to_have_value("Filter paper")
    expect(page.locator("[name=materials-1-origin]")).to_have_value("local")
    if scripts:
        look(page, "calculator-faults")
    page.fill("[name=materials-0-hs_code]", "4805")
    page.fill("[name=price_kzt]", "5000")
    calculate(page)
    refused(page, "price_kzt", "5000")
    expect(page.get_by_role("alert")).to_contain_text("cost more than the goods")
    page.fill("[name=materials-1-value_kzt]", "-5")
    calculate(page)
    refused(page, "materials-1-value_kzt", "-5")


def test_too_many_calculations_are_refused_where_they_were_asked_for(
    stranger: Callable[..., Page], settings: Any
) -> None:
    page = stranger()
    fill_in(page)
    expect(page.locator("#rule")).to_contain_text("the general rule applies")
    settings.CTKZ_CALCULATIONS_PER_MINUTE = 0
    calculate(page)
    refusal = page.get_by_role("alert")
    expect(refusal).to_have_text(re.compile("Too many calculations from your address"))
    expect(refusal).to_be_in_viewport()
    expect(page.locator("[name=price_kzt]")).to_have_value("10 000")
    settings.CTKZ_CALCULATIONS_PER_MINUTE = 120
    calculate(page)
    assert verdict(page) == ORIGINATES
    expect(refusal).to_have_count(0)


def refused(page: Page, name: str, typed: str) -> None:
    """The field keeps what was typed and says beside itself what is wrong with it."""
    field = page.locator(f"[name={name}]")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value(typed)
    expect(page.locator(".field.invalid", has=field).locator(".errors li")).to_be_visible()
    expect(page.locator("#result")).to_have_count(0)
