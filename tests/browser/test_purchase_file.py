"""A buyer keeps a receipt and asks to be told; the Committee's head gives a program its key."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect

from audit.publishing import publish
from audit.sequencing import sequence_all
from outbox.letters import SEND_LETTER, send_letter
from outbox.models import OutboxItem
from registry.models import ApiKey, Receipt, Watch
from registry.receipts import make_document
from tests import scenarios
from tests.browsers import WIDE, press

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def buyer(new_person: Callable[..., Page]) -> Page:
    return new_person(locale="en-GB", viewport=WIDE)


def test_a_receipt_is_made_by_a_button_and_known_again_when_dropped(
    buyer: Page, look: Callable[[Page, str], None]
) -> None:
    certificate = scenarios.a_certificate()
    sequence_all()
    publish()
    buyer.goto(f"/v/{certificate.verify_code}/")
    look(buyer, "certificate-take-along")
    press(buyer, "Receipt for the purchase file")
    heading = buyer.get_by_role("heading", level=1)
    receipt = Receipt.objects.get()
    expect(heading).to_have_text(f"Receipt {receipt.number} is genuine")
    expect(buyer.get_by_text("The sealed PDF is being made")).to_be_visible()
    make_document(str(receipt.pk))
    expect(buyer.get_by_role("link", name="Sealed PDF")).to_be_visible()
    look(buyer, "receipt")
    with buyer.expect_download() as got:
        buyer.get_by_role("link", name="The record (JSON)").click()
    buyer.goto("/verify/")
    with buyer.expect_navigation():
        buyer.set_input_files("[name=pdf]", got.value.path())
    expect(heading).to_have_text(f"Receipt {receipt.number} is genuine")


def test_a_buyer_confirms_an_address_and_ends_the_letters(
    buyer: Page, look: Callable[[Page, str], None]
) -> None:
    certificate = scenarios.a_certificate()
    buyer.goto(f"/v/{certificate.verify_code}/watch/")
    look(buyer, "watch-ask")
    buyer.fill("[name=email]", "zakup@example.kz")
    press(buyer, "Write to me")
    expect(buyer.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    send_letter(OutboxItem.objects.get(task=SEND_LETTER).key, at=timezone.now())
    watch = Watch.objects.get()
    assert f"/watch/{watch.code}/" in mail.outbox[-1].body
    buyer.goto(f"/watch/{watch.code}/")
    press(buyer, "Confirm the address")
    look(buyer, "watch")
    press(buyer, "No more letters")
    expect(buyer.get_by_role("heading", level=1)).to_have_text("No more letters")
    watch.refresh_from_db()
    assert watch.email == ""


def test_the_head_makes_a_key_that_is_shown_once_and_revokes_it(
    people: Callable[[str], Page], look: Callable[[Page, str], None]
) -> None:
    head = people("chief")
    head.goto("/register/keys/")
    head.fill("[name=name]", "ТОО «Пример-Закуп»")
    head.check("[value=verify]")
    press(head, "Make the key")
    shown = head.locator("[data-new-key]")
    expect(shown).to_contain_text(ApiKey.objects.get().prefix)
    look(head, "api-keys")
    head.get_by_role("link", name="ТОО «Пример-Закуп»").click()
    expect(shown).to_have_count(0)
    look(head, "api-key")
    head.get_by_text("Revoke the key").first.click()
    press(head, "Revoke the key")
    expect(head.locator("main").get_by_text("Revoked").first).to_be_visible()


def test_the_page_of_the_api_has_no_barrier(buyer: Page, look: Callable[[Page, str], None]) -> None:
    buyer.goto("/api/v1/")
    look(buyer, "open-api")
