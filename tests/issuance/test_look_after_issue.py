"""Pages of the life after issue in a real browser: no barrier, nothing wider than the window."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import Membership, Role
from issuance.duplicates import make_duplicate
from issuance.ledger import OverUseRefused, draw_as
from issuance.models import Certificate, CertificateChange
from issuance.orders import make_order
from issuance.originals import hand_out_original
from tests import scenarios
from tests.browsers import WIDE
from tests.issuance.after_issue import (
    Kind,
    applicant,
    changed,
    decide,
    of_the_committee,
    officer,
    propose,
    replaced,
    signatory,
)
from tests.issuance.conftest import SignIn
from tests.issuance.test_issuing import in_threads

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

Look = Callable[[Page, str], None]


def a_certificate_with_a_past() -> Certificate:
    certificate = scenarios.a_certificate("valid", category="batch", lines=2)
    person = applicant(certificate)
    for key, quantity in (("one", "12.5"), ("two", "30")):
        try:
            draw_as(
                certificate=certificate,
                actor=person,
                line=1,
                quantity=Decimal(quantity),
                document="contract",
                document_number="17-К",
                document_on=timezone.localdate(),
                buyer_bin=scenarios.a_bin(),
                request_key=key,
            )
        except OverUseRefused:
            assert key == "two"
    hand_out_original(
        certificate=certificate,
        actor=officer(certificate),
        blank_number="0012345",
        received_by="Примеров Пример",
        handed_out_on=timezone.localdate(),
    )
    duplicate = decide(propose(certificate, Kind.DUPLICATE, person)).duplicate
    make_duplicate(str(duplicate.pk))
    changed(certificate, Kind.SUSPEND)
    for change in certificate.changes.filter(kind=Kind.SUSPEND):
        make_order(str(change.pk))
    propose(certificate, Kind.REVOKE)
    return certificate


def a_replaced_certificate() -> Certificate:
    certificate = scenarios.a_certificate("valid")
    replaced(certificate)
    return certificate


def test_every_page_after_issue_is_open_to_everyone(
    page: Page, live_server: Any, sign_in: SignIn, look: Look
) -> None:
    # The browser's driver keeps an event loop in this thread; sealing wants one of its own.
    [(certificate, old)] = in_threads(
        lambda: (a_certificate_with_a_past(), a_replaced_certificate())
    )

    def visit(person: Membership | None, address: str, picture: str) -> None:
        page.context.clear_cookies()
        cookies = [{"name": "django_language", "value": "en", "url": live_server.url}]
        if person:
            session = sign_in(person).cookies["sessionid"].value
            cookies.append({"name": "sessionid", "value": session, "url": live_server.url})
        page.context.add_cookies(cookies)
        page.set_viewport_size(WIDE)
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        look(page, picture)

    def at(name: str, *args: object) -> str:
        return reverse(f"issuance:{name}", args=args)

    desk, decider = officer(certificate), signatory(certificate)
    waiting = CertificateChange.objects.get(status="proposed")
    decided = CertificateChange.objects.get(kind=Kind.SUSPEND)
    visit(desk, at("certificate-detail", certificate.pk), "certificate-suspended")
    visit(desk, at("certificate-originals", certificate.pk), "originals")
    visit(desk, at("change-list"), "changes")
    visit(decider, at("change-detail", waiting.pk), "change-to-decide")
    visit(desk, at("change-detail", decided.pk), "change-decided")
    visit(applicant(certificate), at("certificate-ledger", certificate.pk), "ledger")
    visit(applicant(certificate), at("certificate-replace", certificate.pk), "replace")
    visit(of_the_committee(Role.INSPECTOR), at("over-use-list"), "over-use")
    visit(desk, at("certificate-detail", old.pk), "certificate-replaced")
    visit(None, f"/c/{old.number.replace(' ', '-')}/", "public-replaced")
    visit(None, f"/c/{certificate.number.replace(' ', '-')}/", "public-suspended")
    visit(desk, at("change-propose", old_successor(old), "revoke"), "change-propose")


def old_successor(old: Certificate) -> object:
    return old.periods.get(status="replaced").successor_id
