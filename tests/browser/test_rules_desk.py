"""A new version of the rules in a real browser: written, checked, measured, approved by another."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from django.utils.dateformat import format as formatted
from playwright.sync_api import Page, expect

from expertise.models import Act
from origin.models import RulePack
from tests import scenarios
from tests.browsers import WIDE, press, send
from tests.workers import Worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

Look = Callable[[Page, str], None]

MOTORS = "8501"
STRICTER = """\
all:
  - foreign_share_at_most: 25
  - share_of_headings_at_most: {headings: ["8503"], percent: 10}
"""
MISSPELT = STRICTER.replace("share_of_headings", "share_of_heading")


@pytest.fixture
def act(people: Callable[[str], Page]) -> Act:
    """An act in force on motors whose foreign materials make 31.77 % of the price."""
    request = scenarios.a_draft(lines=0)
    scenarios.a_line(
        request,
        name="Двигатель «Пример-Д1»",
        hs_code="8501109900",
        kp_ved="27.11.10",
        claimed_criterion="Д8501",
    )
    for step in (scenarios.submit, scenarios.accept, scenarios.assign):
        request = step(request)
    return scenarios.conclude(request).act


def begin(page: Page) -> RulePack:
    page.goto("/")
    page.get_by_role("navigation").get_by_role("link", name="Rules").click()
    press(page, "New version")
    page.get_by_label("What changes and why").fill("Motors: a stricter limit, as the group agreed.")
    press(page, "Begin the draft")
    return RulePack.objects.get(status="draft")


def change_the_row(page: Page, look: Look) -> None:
    page.get_by_label("Find a row").fill(MOTORS)
    page.get_by_label("Find a row").press("Enter")
    page.get_by_role("link", name=MOTORS, exact=True).click()
    press(page, "Change the row")
    condition = page.get_by_role("textbox", name=re.compile("^Condition"))
    preview = page.locator("#preview")
    expect(preview).to_contain_text("50")

    condition.fill(MISSPELT)
    expect(preview).to_contain_text("The row cannot be read yet")
    expect(preview).to_contain_text("Line 3")
    expect(preview).to_contain_text("share_of_heading_at_most")
    page.get_by_label("Place in the act").fill("8501, minutes 7")
    press(page, "Save the row")
    expect(page.get_by_role("alert")).to_contain_text("Line 3")
    expect(condition).to_have_value(re.compile(re.escape(MISSPELT.strip())))
    expect(page.get_by_label("Place in the act")).to_have_value("8501, minutes 7")
    look(page, "rules-row-fault")

    condition.fill(STRICTER)
    expect(preview).to_contain_text("What the row says")
    for language in ("kk", "ru", "en"):
        expect(preview.locator(f"[lang={language}]").first).to_contain_text("25")
    look(page, "rules-row-edit")
    press(page, "Save the row")
    expect(page.locator("main")).to_contain_text("The row was saved.")


def choose_the_first_day(page: Page, pack: RulePack, day: dt.date) -> None:
    page.goto(f"/rules/desk/versions/{pack.pk}/")
    press(page, "Change", within=page.locator("aside"))
    page.get_by_label("In force from").fill(day.isoformat())
    press(page, "Save")


def tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Parts of the version").get_by_role(
        "link", name=re.compile(name)
    ).click()


def measure(page: Page, act: Act, start_worker: Callable[..., Worker], look: Look) -> None:
    tab(page, "Effect and approval")
    assert page.get_by_role("button", name="Approve").count() == 0
    press(page, "Measure the effect")
    expect(
        page.get_by_role("progressbar", name="Acts in force are evaluated again")
    ).to_be_visible()
    look(page, "rules-effect-running")
    start_worker(wait=False)
    # The page follows the worker by itself.
    row = page.get_by_role("row", name=act.number)
    expect(row).to_be_visible(timeout=90_000)
    expect(row).to_contain_text("Originates")
    expect(row).to_contain_text("Does not originate")
    look(page, "rules-effect")


def condition_shown(page: Page, day: dt.date | None = None) -> str:
    """What a stranger reads of motors on the public page, today or on a day to come."""
    page.goto("/rules/")
    page.get_by_label("HS code or a word").fill("8501 10 990 0")
    if day:
        page.get_by_label("On the day").fill(day.isoformat())
    press(page, "Show what applies")
    # A figure and its sign are kept together by a space that does not break.
    return " ".join(page.locator(".rule-words").first.inner_text().split()).replace("\u00a0", " ")


def test_the_committee_changes_a_rule_and_a_second_person_approves_it(
    people: Callable[[str], Page],
    act: Act,
    new_person: Callable[..., Page],
    celery_worker_process: Callable[..., Worker],
    look: Look,
) -> None:
    first_day = timezone.localdate() + dt.timedelta(days=10)
    day_in_words = formatted(first_day, "d.m.Y")
    inspector = people("inspector")
    old = RulePack.objects.get(status="approved")

    pack = begin(inspector)
    look(inspector, "rules-draft")
    change_the_row(inspector, look)
    choose_the_first_day(inspector, pack, first_day)
    tab(inspector, "Changes")
    expect(inspector.locator("main")).to_contain_text("The rule changes")
    look(inspector, "rules-changes")
    tab(inspector, "Check")
    expect(inspector.locator(".findings li").first).to_be_visible()
    expect(inspector.locator(".findings .example").first).to_be_visible()
    look(inspector, "rules-findings")
    measure(inspector, act, celery_worker_process, look)

    press(inspector, "Hand over for approval")
    expect(inspector.locator("main")).to_contain_text("another person approves it")
    assert inspector.locator("summary", has_text="Approve").count() == 0
    assert send(inspector, f"/rules/desk/versions/{pack.pk}/approve/") == 403
    pack.refresh_from_db()
    assert pack.status == "checked"

    chief = people("chief")
    approve(chief, pack, act, day_in_words, look)
    chief.goto("/rules/desk/")
    expect(chief.get_by_role("heading", level=1)).to_have_text(f"Rules {old.code} are in force")
    coming = chief.locator("section", has=chief.get_by_role("heading", name="Coming into force"))
    expect(coming).to_contain_text(pack.code)
    expect(coming).to_contain_text(day_in_words)
    look(chief, "rules-versions")

    stranger = new_person(locale="en-GB", viewport=WIDE)
    assert "50 %" in condition_shown(stranger)
    assert "25 %" in condition_shown(stranger, first_day)
    expect(stranger.get_by_role("heading", level=1)).to_contain_text(day_in_words)
    look(stranger, "rules-public")
    assert "50 %" in condition_shown(stranger, first_day - dt.timedelta(days=1))
    act.refresh_from_db()
    assert (act.status, act.is_positive) == ("signed", True)


def approve(page: Page, pack: RulePack, act: Act, day: str, look: Look) -> Any:
    page.goto("/")
    page.get_by_role("link", name=pack.code).first.click()
    tab(page, "Effect and approval")
    expect(page.get_by_role("row", name=act.number)).to_be_visible()
    page.locator("summary", has_text="Approve").click()
    question = page.locator("details.confirm[open]")
    expect(question).to_contain_text(day)
    look(page, "rules-approval")
    press(page, f"Approve from {day}", within=question)
    expect(page.locator("main")).to_contain_text(f"Approved, in force from {day}")
    pack.refresh_from_db()
    assert pack.approved_by.email == "chief@demo.example"
