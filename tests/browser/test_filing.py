"""Filing as people do it: typing, losing the connection, coming back, two on one page."""

import re
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Membership, Role, User
from expertise.models import CatalogueProduct, ExpertiseRequest
from expertise.own_catalogue import remembering
from expertise.services import filing
from tests import scenarios
from tests.browsers import NARROW, press

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def the_applicant() -> Membership:
    user = User.objects.get(email="applicant@demo.example")
    return Membership.objects.get(user=user, role=Role.APPLICANT)


def an_empty_draft() -> ExpertiseRequest:
    return filing.create_request(actor=the_applicant(), form_token=uuid.uuid4())


def state_of(page: Page, words: str) -> None:
    expect(page.locator(".save-state")).to_contain_text(words)


def test_what_is_typed_is_saved_survives_a_lost_connection_and_is_found_again(
    people: Callable[[str], Page], look: Callable[[Page, str], None]
) -> None:
    page = people("applicant")
    draft = an_empty_draft()
    base = f"/expertise/requests/{draft.pk}"
    page.goto(f"{base}/")
    expect(page.locator("#tasks")).to_contain_text("1 of 6 parts are ready")
    look(page, "filing-tasks")
    press(page, "Go on with the draft")
    # The first field that is missing has the focus.
    expect(page.locator("[name=expert_organisation]")).to_be_focused()
    state_of(page, "Everything is saved as you go.")
    page.select_option("[name=expert_organisation]", index=1)
    state_of(page, "Saved")
    draft.refresh_from_db()
    assert draft.expert_organisation is not None

    page.context.set_offline(True)
    page.fill("[name=operations]", "Волочение, скрутка, изоляция")
    page.locator("[name=operations]").blur()
    state_of(page, "Not saved: no connection, trying again.")
    page.context.set_offline(False)
    state_of(page, "Saved")
    draft.refresh_from_db()
    assert draft.operations == "Волочение, скрутка, изоляция"

    page.fill("[name=producer_bin]", "990140000018")
    page.locator("[name=producer_bin]").blur()
    state_of(page, "Something in it is not right yet.")
    expect(page.locator("#id_producer_bin_error")).to_contain_text("check digit")
    look(page, "filing-kept")
    page.goto("/")
    page.goto(f"{base}/go-on/")
    expect(page.locator("[name=producer_bin]")).to_have_value("990140000018")
    expect(page.locator("#restored")).to_contain_text("what you typed")
    look(page, "filing-restored")
    page.fill("[name=producer_bin]", draft.producer_bin)
    page.locator("[name=producer_bin]").blur()
    state_of(page, "Saved")
    press(page, "Save and stop here")
    expect(page.locator("#tasks")).to_contain_text("2 of 6 parts are ready")


def test_a_line_is_made_while_it_is_typed_and_only_once(people: Callable[[str], Page]) -> None:
    page = people("applicant")
    draft = an_empty_draft()
    page.goto(f"/expertise/requests/{draft.pk}/goods/new/")
    page.fill("[name=name]", "Кабель силовой")
    page.fill("[name=hs_code]", "8544499108")
    page.fill("[name=quantity]", "1")
    state_of(page, "It is saved when nothing is missing.")
    page.select_option("[name=unit]", "006")
    state_of(page, "Saved")
    assert draft.lines.count() == 1
    line = draft.lines.get()
    expect(page).to_have_url(re.compile(f"/goods/{line.pk}/$"))
    page.fill("[name=quantity]", "1200")
    press(page, "Save the line")
    line.refresh_from_db()
    assert (draft.lines.count(), int(line.quantity)) == (1, 1200)


def test_two_people_on_one_page_choose_what_holds(
    people: Callable[[str], Page], look: Callable[[Page, str], None]
) -> None:
    first = people("applicant")
    draft = an_empty_draft()
    colleague = scenarios.a_person(Role.APPLICANT, draft.applicant)
    colleague.user.set_password("demo-of-a-colleague-1")
    colleague.user.language = "en"
    colleague.user.save()
    second = people("applicant")
    second.context.clear_cookies()
    second.goto("/account/sign-in/")
    second.fill("[name=email]", colleague.user.email)
    second.fill("[name=password]", "demo-of-a-colleague-1")
    second.press("[name=password]", "Enter")
    expect(second.locator("main h1")).to_be_visible()
    address = f"/expertise/requests/{draft.pk}/parties/"
    first.goto(address)
    second.goto(address)
    first.fill("[name=operations]", "Ковка")
    first.locator("[name=operations]").blur()
    state_of(first, "Saved")
    second.fill("[name=operations]", "Литьё")
    second.locator("[name=operations]").blur()
    state_of(second, "another person has changed the same fields")
    draft.refresh_from_db()
    assert draft.operations == "Ковка"
    second.get_by_role("link", name="Compare and choose").click()
    expect(second.locator("#disputes")).to_contain_text("Ковка")
    expect(second.locator(".others").first).to_contain_text("also has this draft open")
    look(second, "filing-disputes")
    press(second, "Put all of mine")
    draft.refresh_from_db()
    assert draft.operations == "Литьё"


def test_a_product_of_the_catalogue_fills_a_line_by_keyboard(
    people: Callable[[str], Page], look: Callable[[Page, str], None]
) -> None:
    page = people("applicant")
    earlier = scenarios.a_draft(applicant=the_applicant())
    remembering.remember_line(line=earlier.lines.get(), actor=the_applicant())
    draft = an_empty_draft()
    page.goto(f"/expertise/requests/{draft.pk}/goods/new/")
    search = page.get_by_role("combobox", name="Take from the catalogue")
    search.press_sequentially("фильтр")
    expect(page.locator(".suggestions [role=option]")).to_have_count(1)
    look(page, "filing-combobox")
    search.press("ArrowDown")
    search.press("Enter")
    expect(page.locator("[name=hs_code]")).to_have_value("8421310000")
    expect(page.locator("[name=quantity]")).to_be_focused()
    page.keyboard.type("12")
    press(page, "Save the line")
    line = draft.lines.get()
    assert line.materials.count() == 2
    look(page, "filing-goods")

    page.goto(f"/expertise/requests/{draft.pk}/materials/{line.pk}/")
    page.set_viewport_size(NARROW)
    name = page.locator("[name=materials-2-name]")
    name.press_sequentially("сталь")
    page.locator(".suggestions [role=option]").first.click()
    expect(page.locator("[name=materials-2-country]")).to_have_value("KZ")
    expect(page.locator("[name=materials-2-value_kzt]")).to_be_focused()
    page.keyboard.type("100")
    page.locator("[name=materials-2-value_kzt]").blur()
    state_of(page, "Saved")
    look(page, "filing-bill")
    assert line.materials.count() == 3

    product = CatalogueProduct.objects.get()
    for address, shot in (
        ("/expertise/catalogue/products/", "catalogue-list"),
        (f"/expertise/catalogue/products/{product.pk}/", "catalogue-entry"),
        (f"/expertise/catalogue/products/{product.pk}/bill/", "catalogue-bill"),
        ("/expertise/catalogue/materials/", "catalogue-materials"),
        ("/expertise/catalogue/materials/import/", "catalogue-import"),
        (f"/expertise/requests/{draft.pk}/goods/take/", "filing-take"),
        (f"/expertise/requests/{draft.pk}/materials/{line.pk}/take/", "filing-take-materials"),
    ):
        page.goto(address)
        look(page, shot)


def test_without_a_script_everything_is_saved_by_its_button(
    people: Callable[[str], Page], new_person: Callable[..., Page]
) -> None:
    signed_in = people("applicant")
    page = new_person(locale="en-GB", java_script_enabled=False)
    page.context.add_cookies(signed_in.context.cookies())
    earlier = scenarios.a_draft(applicant=the_applicant())
    remembering.remember_line(line=earlier.lines.get(), actor=the_applicant())
    draft = an_empty_draft()
    page.goto(f"/expertise/requests/{draft.pk}/goods/take/")
    page.get_by_label("Quantity of").fill("5")
    page.get_by_role("button", name=re.compile("^Take")).click()
    expect(page.locator("main h1")).to_contain_text("1 goods line")
    line = draft.lines.get()
    page.goto(f"/expertise/requests/{draft.pk}/materials/{line.pk}/take/")
    page.get_by_label("Сталь листовая").check()
    page.get_by_role("button", name="Put them on the bill").click()
    page.fill("[name=materials-2-value_kzt]", "10")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("main")).to_contain_text("The materials of line 1 were saved.")
    assert line.materials.count() == 3
