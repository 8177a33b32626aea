"""Pages of stage two in a real browser: what shows by itself, and what a press may lead to."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Membership, Role
from issuance.issuing import complete_issue
from issuance.models import Application
from tests import scenarios
from tests.issuance.conftest import SignIn
from tests.issuance.test_issuing import in_threads

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def open_as(page: Page, live_server: Any, sign_in: SignIn) -> Callable[..., Page]:
    """Opens an address as this person, in English."""

    def open_page(person: Membership, name: str, obj: Any) -> Page:
        session = sign_in(person).cookies["sessionid"].value
        page.context.add_cookies(
            [
                {"name": "sessionid", "value": session, "url": live_server.url},
                {"name": "django_language", "value": "en", "url": live_server.url},
            ]
        )
        page.goto(reverse(f"issuance:{name}", args=[obj.pk]))
        return page

    return open_page


def test_a_certificate_that_is_ready_shows_without_a_reload(
    open_as: Callable[..., Page],
) -> None:
    # The browser's driver keeps an event loop in this thread; sealing wants one of its own.
    [certificate] = in_threads(lambda: scenarios.a_certificate("issuing"))
    signatory = scenarios.staff_of(certificate.application, Role.CHAMBER_SIGNATORY)
    page = open_as(signatory, "certificate-detail", certificate)
    expect(page.get_by_role("heading", name="The certificate is being made")).to_be_visible()
    in_threads(lambda: complete_issue(str(certificate.pk)))
    expect(page.get_by_role("link", name="Download the PDF")).to_be_visible()
    expect(page.locator("#case-stages .current")).to_have_count(0)
    expect(page.locator("#case-history")).to_contain_text("was sealed and is in force")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the PDF").click()
    assert download.value.suggested_filename == f"{certificate.number}.pdf"


def test_approval_can_be_recommended_only_when_every_item_is_in_order(
    open_as: Callable[..., Page],
) -> None:
    application = scenarios.an_application("under_review")
    officer = scenarios.staff_of(application, Role.CHAMBER_OFFICER)
    page = open_as(officer, "application-review", application)
    recommend = page.get_by_role("button", name="Recommend for approval")
    expect(recommend).to_be_hidden()
    for answer in page.get_by_role("radio", name="In order", exact=True).all():
        answer.check()
    expect(recommend).to_be_visible()
    item = page.locator("#goods_match")
    item.get_by_role("radio", name="Not in order").check()
    expect(recommend).to_be_hidden()
    expect(item.get_by_role("textbox")).to_be_visible()
    item.get_by_role("radio", name="In order", exact=True).check()
    page.get_by_label("Note for the decider").fill("All agrees.")
    recommend.click()
    expect(page.get_by_role("status")).to_contain_text(["The case went to the decider."])
    assert Application.objects.get(pk=application.pk).status == "recommended"
