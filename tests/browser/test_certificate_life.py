"""A certificate after its issue in a real browser: its owner, its chamber, and strangers."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from audit.publishing import publish
from audit.sequencing import sequence_all
from ctkz_portal.demo.cases import product_case
from ctkz_portal.demo.goods import CABLE
from ctkz_portal.demo.people import ensure_people
from documents.storing import read
from issuance.issuing import complete_issue
from issuance.models import Application, Certificate, CertificateChange
from outbox.letters import SEND_LETTER, send_letter
from outbox.models import OutboxItem
from registry.receipts import make_document
from tests import scenarios
from tests.browsers import apart, drop, press

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

ISSUED_DAYS_AGO = 1


def issue(certificate: Certificate) -> Certificate:
    apart(complete_issue, str(certificate.pk))
    certificate.refresh_from_db()
    assert certificate.status == "valid", certificate.failure
    return certificate


@pytest.fixture
def certificate(browser: Browser, live_server: Any) -> Certificate:
    """Of a batch, for a recipient under a contract; in force since yesterday."""
    # A demo seal is good from the day before it was made.
    scenarios.reference_data()
    scenarios.a_seal()
    with time_machine.travel(timezone.now() - timedelta(days=ISSUED_DAYS_AGO)):
        cast = ensure_people()
        contract = {
            "recipient_bin": scenarios.a_bin(),
            "recipient_name": "ТОО «Пример-Получатель»",
            "recipient_address": "г. Астана, ул. Примерная, 1",
            "contract_number": "17-К",
            "contract_on": timezone.localdate(),
        }
        case = product_case(
            cast, applicant="applicant", product=CABLE, lines=2, until="approve", contract=contract
        )
        return issue(case.certificate)


@pytest.fixture
def stranger(new_person: Callable[..., Page]) -> Page:
    return new_person(locale="en-GB")


def answer(page: Page) -> Any:
    return page.get_by_role("heading", level=1)


def verify_by_number(page: Page, certificate: Certificate) -> None:
    page.goto("/verify/")
    page.get_by_label("Number of the certificate").fill(certificate.number)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(certificate.number.replace(" ", "-")))


def verify_by_code(page: Page, certificate: Certificate) -> None:
    """Where the QR leads."""
    page.goto(f"/v/{certificate.verify_code}/")


WAYS = (verify_by_number, verify_by_code)


def ask_for_replacement(page: Page, certificate: Certificate) -> Application:
    page.goto(f"/issuance/certificates/{certificate.pk}/")
    press(page, "Ask for a replacement")
    page.check("[name=reason][value=contract_changed]")
    page.fill("[name=note]", "The contract has a supplement.")
    page.fill("[name=contract_number]", "17-К/2")
    press(page, "Make the draft")
    press(page, "Submit to the chamber")
    application = Application.objects.get(replaces=certificate)
    assert application.status == "submitted"
    return application


def review_and_approve(officer: Page, signatory: Page, application: Application) -> Certificate:
    address = f"/issuance/applications/{application.pk}"
    officer.goto(f"{address}/")
    press(officer, "Take for review")
    officer.goto(f"{address}/review/")
    compared = officer.locator("#compared")
    expect(compared.locator("tr", has_text="17-К/2")).to_contain_text("corrected")
    for yes in officer.locator("input[type=radio][value=yes]").all():
        yes.check()
    press(officer, "Recommend for approval")
    signatory.goto(f"{address}/decide/")
    press(signatory, "Approve and issue")
    return Certificate.objects.get(application=application)


def test_a_replaced_certificate_names_its_successor_and_is_never_told_as_valid(
    certificate: Certificate,
    people: Callable[[str], Page],
    stranger: Page,
    look: Callable[[Page, str], None],
) -> None:
    applicant = people("applicant")
    application = ask_for_replacement(applicant, certificate)
    new = review_and_approve(people("officer"), people("signatory"), application)
    for verify in WAYS:
        verify(stranger, certificate)
        expect(answer(stranger)).to_have_text(f"Certificate {certificate.number} is in force")
    issue(new)
    for verify in WAYS:
        verify(stranger, certificate)
        expect(answer(stranger)).to_have_text(
            f"Certificate {certificate.number} has been replaced by {new.number}"
        )
        expect(stranger.locator("main")).not_to_contain_text("is in force")
    look(stranger, "verify-replaced")
    with stranger.expect_navigation():
        stranger.get_by_role("link", name=re.compile("stands in its place")).click()
    expect(answer(stranger)).to_have_text(f"Certificate {new.number} is in force")
    expect(stranger.locator("main")).to_contain_text("17-К/2")
    for verify in WAYS:
        verify(stranger, new)
        expect(answer(stranger)).to_have_text(f"Certificate {new.number} is in force")
        before = stranger.get_by_role("link", name=certificate.number)
        expect(before).to_have_attribute("href", re.compile(certificate.number.replace(" ", "-")))
    look(stranger, "verify-successor")
    verify_by_number(stranger, certificate)
    day = timezone.localdate() - timedelta(days=1)
    stranger.get_by_label("On which day?").fill(day.isoformat())
    press(stranger, "Show")
    expect(answer(stranger)).to_have_text(
        f"Certificate {certificate.number} was in force on {day:%d.%m.%Y}"
    )
    day = timezone.localdate() - timedelta(days=ISSUED_DAYS_AGO + 1)
    stranger.get_by_label("On which day?").fill(day.isoformat())
    press(stranger, "Show")
    expect(answer(stranger)).to_contain_text("was not yet issued")
    applicant.goto(f"/issuance/certificates/{certificate.pk}/")
    expect(applicant.locator("#deeds").get_by_text("replacement")).to_have_count(0)
    look(applicant, "owner-replaced")


def change(
    proposer: Page, decider: Page, certificate: Certificate, name: str, reason: str
) -> CertificateChange:
    """Proposed by one person on the page of the certificate, decided by another."""
    proposer.goto(f"/issuance/certificates/{certificate.pk}/")
    press(proposer, name)
    proposer.check(f"[name=reason][value={reason}]")
    proposer.fill("[name=grounds]", "Letter of the recipient, No 5.")
    press(proposer, "Send for a decision")
    change = certificate.changes.get(status="proposed")
    decider.goto(f"/issuance/changes/{change.pk}/")
    decider.locator("summary", has_text=name).click()
    press(decider, name)
    change.refresh_from_db()
    assert change.status == "in_force"
    return change


def test_strangers_see_a_suspension_its_end_and_the_reason_of_a_revocation(
    certificate: Certificate,
    people: Callable[[str], Page],
    stranger: Page,
    look: Callable[[Page, str], None],
) -> None:
    officer, signatory = people("officer"), people("signatory")
    change(officer, signatory, certificate, "Suspend", "data_in_doubt")
    verify_by_code(stranger, certificate)
    expect(answer(stranger)).to_have_text(f"Certificate {certificate.number} is suspended")
    look(stranger, "verify-suspended")
    change(officer, signatory, certificate, "Lift the suspension", "not_confirmed")
    verify_by_number(stranger, certificate)
    expect(answer(stranger)).to_have_text(f"Certificate {certificate.number} is in force")
    revocation = change(officer, signatory, certificate, "Revoke", "false_data")
    verify_by_code(stranger, certificate)
    expect(answer(stranger)).to_have_text(f"Certificate {certificate.number} has been revoked")
    expect(stranger.locator(".verdict")).to_contain_text("Reason:")
    expect(stranger.locator(".verdict")).to_contain_text(f"{timezone.localdate():%d.%m.%Y}")
    statuses = stranger.locator("#statuses tbody tr .chip")
    expect(statuses).to_have_text(["Revoked", "In force", "Suspended", "In force"])
    look(stranger, "verify-revoked")
    signatory.goto(f"/issuance/changes/{revocation.pk}/")
    look(signatory, "change-decided")


def test_a_stranger_takes_the_proofs_along(
    certificate: Certificate, stranger: Page, tmp_path: Path, look: Callable[[Page, str], None]
) -> None:
    sequence_all()
    publish()
    genuine, forged = tmp_path / "genuine.pdf", tmp_path / "forged.pdf"
    content = read(certificate.document.file)
    genuine.write_bytes(content)
    changed = bytearray(content)
    changed[len(content) // 2] ^= 1
    forged.write_bytes(bytes(changed))
    for file, verdict in ((genuine, "valid"), (forged, re.compile("other_file|unknown"))):
        drop(stranger, file)
        expect(stranger.locator("[data-verdict]")).to_have_attribute("data-verdict", verdict)
        look(stranger, f"dropped-{file.stem}")

    verify_by_code(stranger, certificate)
    with stranger.expect_download() as download:
        stranger.get_by_role("link", name="Proof of the log entry").click()
    assert Path(download.value.path()).read_text().startswith("c2sp.org/tlog-proof@v1\n")

    press(stranger, "Receipt for the purchase file")
    expect(answer(stranger)).to_contain_text("is genuine")
    expect(stranger.locator("main")).to_contain_text(
        f"Certificate {certificate.number} is in force"
    )
    (item,) = OutboxItem.objects.unfinished().filter(task__contains="receipt")
    apart(make_document, item.key)
    with stranger.expect_download() as download:
        stranger.get_by_role("link", name="Sealed PDF").click(timeout=20_000)
    drop(stranger, Path(download.value.path()))
    expect(stranger.locator("[data-verdict=receipt]")).to_contain_text("byte for byte")
    look(stranger, "receipt")


def test_a_stranger_asks_to_be_told_searches_the_register_and_reads_the_log(
    certificate: Certificate, stranger: Page, look: Callable[[Page, str], None]
) -> None:
    verify_by_code(stranger, certificate)
    stranger.get_by_role("link", name="Be told by e-mail").click()
    stranger.fill("[name=email]", "zakup@example.kz")
    press(stranger, "Write to me")
    expect(answer(stranger)).to_have_text("Look into your mail")
    for item in OutboxItem.objects.unfinished().filter(task=SEND_LETTER):
        apart(partial(send_letter, item.key, at=timezone.now()))
    link = re.search(r"/watch/\S+/", mail.outbox[-1].body)
    assert link
    stranger.goto(link[0])
    press(stranger, "Confirm the address")
    expect(answer(stranger)).to_contain_text("You are told when")
    look(stranger, "watch")
    press(stranger, "No more letters")
    expect(stranger.locator("main")).to_contain_text("The address is erased")

    stranger.goto("/register/")
    stranger.fill("main [name=q]", "кабель")
    press(stranger, "Search")
    expect(answer(stranger)).to_contain_text("1 certificate was found")
    look(stranger, "register")
    with stranger.expect_navigation():
        stranger.get_by_role("link", name=certificate.number).click()
    expect(answer(stranger)).to_have_text(f"Certificate {certificate.number} is in force")
    stranger.goto("/register/?q=nothing-of-the-kind")
    expect(stranger.locator("main")).to_contain_text("Nothing was found")

    sequence_all()
    checkpoint = publish()
    assert checkpoint
    stranger.goto("/log/")
    expect(stranger.locator("main")).to_contain_text(str(checkpoint.size))
    look(stranger, "log")
