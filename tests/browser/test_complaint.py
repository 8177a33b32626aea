"""A complaint in a real browser: from a stranger's form to the answer on paper."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from oversight.complaints.papers import ANSWER
from oversight.models import Complaint
from oversight.papers import make_paper
from tests import scenarios
from tests.browsers import WIDE, apart, press

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

Look = Callable[[Page, str], None]

WHAT = "The label on the boxes names another producer than the certificate does."
ANSWERED = "You are right: the share of local content was calculated wrongly."


def the_files(folder: Path) -> tuple[Path, Path]:
    """One that is not what its name says, and a photograph."""
    false, photo = folder / "scan.pdf", folder / "box.jpg"
    false.write_bytes(b"<html>no PDF at all</html>")
    Image.new("RGB", (640, 420), "lightgrey").save(photo, "JPEG")
    return false, photo


def complain(page: Page, number: str, files: tuple[Path, Path], look: Look) -> tuple[str, str]:
    """From the verification page; the wrong digit and the wrong file are told at their fields."""
    page.goto(f"/c/{number.replace(' ', '-')}/")
    press(page, "Complain")
    expect(page.get_by_label("Number of the certificate")).to_have_value(number)
    page.get_by_label("Number of the certificate").fill("KZ 6 120 99999")
    page.get_by_label("What happened").fill(WHAT)
    page.locator("input[name=language][value=en]").check(force=True)
    page.set_input_files("[name=files]", files[0])
    page.wait_for_timeout(3_100)
    press(page, "Send the complaint")
    main = page.locator("main")
    expect(main).to_contain_text("No certificate KZ 6 120 99999 has been issued.")
    expect(main).to_contain_text("scan.pdf: The file is not a readable pdf file")
    expect(page.get_by_label("What happened")).to_have_value(WHAT)
    look(page, "complaint-refused")
    page.get_by_label("Number of the certificate").fill(number.replace(" ", ""))
    page.set_input_files("[name=files]", files[1])
    press(page, "Send the complaint")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your complaint is received")
    look(page, "complaint-thanks")
    return tuple(page.locator(".receipt dd").all_inner_texts())  # type: ignore[return-value]


def examine(page: Page, number: str, look: Look) -> None:
    """Registered and taken; nothing is confirmed before a violation is recorded."""
    page.goto("/committee/complaints/")
    look(page, "complaint-list")
    page.get_by_role("link", name=number).click()
    expect(page.locator("#said img")).to_be_visible()
    look(page, "complaint-new")
    press(page, "Register the complaint")
    press(page, "Take the complaint")
    fill_in_the_answer(page)
    expect(page.locator("main")).to_contain_text("names at least one violation")
    expect(page.get_by_label("Answer to the complainant")).to_have_value(ANSWERED)
    page.locator("#violations details.confirm > summary").first.click()
    opened = page.locator("#violations details.confirm[open]")
    opened.get_by_label("Violation").select_option("wrong_share")
    opened.locator("input[value=auditor]").check(force=True)
    opened.get_by_label("What was found").fill("Line 1: the cost of delivery is left out.")
    press(page, "Record the violation", within=opened)
    expect(page.locator("#violations")).to_contain_text("not yet confirmed")
    look(page, "complaint-examined")
    fill_in_the_answer(page)
    expect(page.locator("main")).to_contain_text("waits for a second person's signature")
    expect(page.get_by_role("button", name="Sign and send the answer")).to_have_count(0)


def fill_in_the_answer(page: Page) -> None:
    page.locator("#draft input[value=confirmed]").check(force=True)
    page.get_by_label("Answer to the complainant").fill(ANSWERED)
    press(page, "Hand in for signing")


def test_a_strangers_complaint_comes_to_its_answer(
    people: Callable[[str], Page],
    new_person: Callable[..., Page],
    look: Look,
    tmp_path: Path,
) -> None:
    certificate = scenarios.a_certificate()
    inspector, head = people("inspector"), people("chief")
    stranger = new_person(locale="en-GB", viewport=WIDE)
    number, code = complain(stranger, certificate.number, the_files(tmp_path), look)

    examine(inspector, number, look)
    head.goto(f"/committee/complaints/{number}/")
    expect(head.locator("#actions")).to_contain_text("Expected from you: sign the answer")
    look(head, "complaint-to-sign")
    press(head, "Sign and send the answer")
    expect(head.locator("#violations")).to_contain_text("confirmed")

    apart(make_paper, ANSWER, str(Complaint.objects.get(number=number).pk))
    later = new_person(locale="en-GB", viewport=WIDE)
    later.goto("/complaints/follow/")
    later.get_by_label("Number of the complaint").fill(number)
    later.get_by_label("Code").fill("AAAA-AAAA-AAAA")
    press(later, "Open")
    expect(later.locator("main")).to_contain_text("Number and code do not belong together.")
    look(later, "complaint-follow")
    later.get_by_label("Code").fill(code.lower())
    press(later, "Open")
    expect(later.locator("#answer")).to_contain_text(ANSWERED)
    look(later, "complaint-answered")
    with later.expect_download() as taken:
        later.get_by_role("link", name="The answer as a sealed document").click()
    assert Path(taken.value.path()).read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("locale", ["kk-KZ", "ru-RU", "en-GB"])
def test_the_form_is_for_everybody_in_every_language(
    people: Callable[[str], Page], new_person: Callable[..., Page], look: Look, locale: str
) -> None:
    page = new_person(locale=locale, viewport=WIDE)
    page.goto("/complaints/new/")
    look(page, f"complaint-form-{locale[:2]}")
    page.goto("/complaints/follow/")
    look(page, f"complaint-follow-{locale[:2]}")
