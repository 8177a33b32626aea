"""The page of a case in a real browser: two colleagues call each other, everybody finds the way."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from audit.models import AuditEvent
from ctkz_portal.demo.cases import Case, product_case
from ctkz_portal.demo.goods import CABLE
from ctkz_portal.demo.people import ensure_people
from notices.following import tell
from tests import scenarios
from tests.browsers import barriers, press, wider_than_the_window

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

PARTS = ("", "history/", "questions/", "files/", "notes/", "versions/")
OFFICER, SIGNATORY = "Қарашы Палата (демо)", "Подписантов Палата (демо)"


@pytest.fixture
def case(browser: Browser, live_server: Any) -> Case:
    """At the chamber, with an officer who has taken it."""
    scenarios.reference_data()
    scenarios.a_seal()
    return product_case(ensure_people(), applicant="applicant", product=CABLE, lines=7,
                        until="take")  # fmt: skip


def address(case: Case, part: str = "") -> str:
    return f"/cases/{case.application.case_id}/{part}"


def call(page: Page, letters: str, words: str) -> None:
    """By the keyboard alone: the sign, some letters of the name, Enter, the words, the button."""
    field = page.get_by_label("Note", exact=True)
    field.focus()
    page.keyboard.type(f"@{letters}", delay=20)
    offered = page.get_by_role("listbox", name="Colleagues")
    expect(offered).to_be_visible()
    expect(offered.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(offered).to_be_hidden()
    page.keyboard.type(words)
    press(page, "Add the note")


def test_two_colleagues_call_each_other_and_the_applicant_sees_none_of_it(
    case: Case, people: Callable[[str], Page], look: Callable[[Page, str], None]
) -> None:
    officer, signatory = people("officer"), people("signatory")
    officer.goto(address(case, "notes/"))
    # With a script the names in the text say who is called.
    expect(officer.get_by_label("Colleagues to call")).to_be_hidden()
    call(officer, "Подп", "посмотрите строку 3")
    note = officer.locator("article", has_text="посмотрите строку 3")
    expect(note).to_contain_text(f"@{SIGNATORY}")
    expect(note.locator(".mention")).to_have_text(SIGNATORY)
    expect(officer.get_by_role("link", name="Notes 1")).to_be_visible()
    look(officer, "case-notes")

    event = AuditEvent.objects.get(event="case_note.added")
    with transaction.atomic():
        told = tell(event, at=timezone.now())
    assert [notice.user.full_name for notice in told] == [SIGNATORY]

    signatory.goto(f"/cases/notes/{event.subject_id}/")
    expect(signatory).to_have_url(re.compile(r"#note-"))
    expect(signatory.locator("article:target")).to_contain_text("посмотрите строку 3")
    call(signatory, "Қара", "посмотрел, в порядке")
    officer.reload()
    expect(officer.locator("article").first).to_contain_text(f"@{OFFICER}")
    note = officer.locator("article", has_text="посмотрите строку 3")
    note.get_by_text("Withdraw", exact=True).first.click()
    press(officer, "Withdraw", within=note.locator("form"))
    expect(officer.locator("main")).to_contain_text(f"Withdrawn by {OFFICER}")
    expect(officer.locator("main")).not_to_contain_text("посмотрите строку 3")

    applicant = people("applicant")
    applicant.goto(address(case, "notes/"))
    expect(applicant.locator("main")).to_contain_text("No notes yet")
    applicant.goto(address(case, "history/"))
    expect(applicant.locator("main")).not_to_contain_text("note")


@pytest.mark.parametrize("name", ["applicant", "auditor", "officer", "inspector"])
def test_every_page_of_the_case_wide_and_narrow(
    case: Case, people: Callable[[str], Page], look: Callable[[Page, str], None], name: str
) -> None:
    page = people(name)
    for part in PARTS:
        page.goto(address(case, part))
        expect(page.get_by_role("navigation", name="Pages of the case")).to_be_visible()
        look(page, f"case-{name}-{part.strip('/') or 'page'}")
    page.goto(address(case))
    page.get_by_role("navigation", name="Pages of the case").get_by_role(
        "link", name=re.compile("^Versions")
    ).click()
    press(page, "Compare side by side")
    look(page, f"case-{name}-compare")
    page.goto(address(case, "files/"))
    page.locator("main table a.name").first.click()
    look(page, f"case-{name}-file")


def test_the_row_of_tabs_leads_through_all_pages_by_the_keyboard(
    case: Case, people: Callable[[str], Page]
) -> None:
    officer = people("officer")
    officer.goto(address(case))
    for label, heading in (
        ("Request", "Request"), ("Act", "Act of expertise"), ("Application", ""), ("Case", ""),
    ):  # fmt: skip
        row = officer.get_by_role("navigation", name="Pages of the case")
        link = row.get_by_role("link", name=label, exact=True)
        link.focus()
        with officer.expect_navigation():
            officer.keyboard.press("Enter")
        expect(row.locator("[aria-current=page]")).to_have_text(re.compile(f"^{label}"))
        expect(officer.get_by_role("heading", level=1)).to_contain_text(heading)
    press(officer, "Go on with the review")
    assert barriers(officer) == []
    assert wider_than_the_window(officer) == []


def test_it_prints_as_a_summary_without_what_only_a_screen_needs(
    case: Case, people: Callable[[str], Page], look: Callable[[Page, str], None]
) -> None:
    officer = people("officer")
    officer.goto(address(case))
    expect(officer.get_by_text(re.compile(r"printed \d\d\.\d\d\.\d{4} at"))).to_be_hidden()
    officer.emulate_media(media="print")
    line = officer.get_by_text(re.compile(r"printed \d\d\.\d\d\.\d{4} at"))
    expect(line).to_be_visible()
    expect(line).to_contain_text(str(case.application.number))
    expect(line).to_contain_text(address(case))
    expect(officer.get_by_role("navigation", name="Pages of the case")).to_be_hidden()
    expect(officer.get_by_role("link", name="Go on with the review")).to_be_hidden()
    look(officer, "case-printed")


def test_without_scripts_a_colleague_is_chosen_in_the_list(
    case: Case, people: Callable[[str], Page], new_person: Callable[..., Page]
) -> None:
    signed_in = people("officer")
    plain = new_person(
        java_script_enabled=False, storage_state=signed_in.context.storage_state(), locale="en-GB"
    )
    plain.goto(address(case, "notes/"))
    plain.get_by_label("Note", exact=True).fill("Без сценариев")
    plain.get_by_label("Colleagues to call").select_option(label=SIGNATORY)
    with plain.expect_navigation():
        plain.get_by_role("button", name="Add the note").click()
    note = plain.locator("article", has_text="Без сценариев")
    expect(note.locator(".mention")).to_have_text(SIGNATORY)
