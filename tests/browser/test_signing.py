"""People sign in a real browser: through what stands in for NCALayer, and without it."""

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from csp.constants import SELF
from django.conf import settings as django_settings
from playwright.sync_api import Page, expect

from accounts.models import Membership
from ctkz_portal.demo.cases import product_case
from ctkz_portal.demo.goods import CABLE
from ctkz_portal.demo.people import Cast, ensure_people
from documents.eds.authority import SoftwareAuthority
from documents.eds.people import keys_of, organisation_key
from documents.eds.stand_in import Orders, StandIn, listening
from documents.models import ElectronicSignature, SigningItem
from tests.browsers import press

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


class Desktop:
    """The computer of whoever signs: the program that holds the keys, and what its user does."""

    def __init__(self, authority: SoftwareAuthority) -> None:
        self.authority = authority
        self.orders = Orders()

    def keys(self, iin: str, bin: str) -> list[Any]:
        # Looked up once, in the thread of the test: rows belong to its connection.
        return self.known.get((iin, bin), [])

    def learn(self, cast: Cast) -> None:
        self.known: dict[tuple[str, str], list[Any]] = {}
        for member in cast.members.values():
            iin, bin = member.user.iin, member.organisation.bin
            for asked in ("", bin):
                self.known[iin, asked] = keys_of(self.authority, iin=iin, bin=asked)


@pytest.fixture
def desktop(eds: SoftwareAuthority, settings: Any) -> Iterator[Desktop]:
    settings.CTKZ_EDS_REQUIRED = True
    desktop = Desktop(eds)
    stand_in = StandIn(keys=desktop.keys, orders=lambda: desktop.orders)
    with listening(stand_in, port=0) as server:
        address = f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        settings.CTKZ_NCALAYER_URL = address
        directives = django_settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        settings.CONTENT_SECURITY_POLICY = {
            "DIRECTIVES": {**directives, "connect-src": [SELF, address]}
        }
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield desktop
        server.shutdown()
        thread.join()


@pytest.fixture
def cast(desktop: Desktop, people: Callable[[str], Page]) -> Cast:
    cast = ensure_people()
    desktop.learn(cast)
    return cast


def sign(page: Page) -> None:
    page.get_by_role("button", name="Sign with NCALayer").click()


def status(page: Page) -> Any:
    return page.locator(".signing-status")


def test_applicant_auditor_and_signatory_sign_what_they_answer_for(
    cast: Cast, desktop: Desktop, people: Callable[[str], Page], look: Callable[[Page, str], None]
) -> None:
    case = product_case(cast, applicant="applicant", product=CABLE, lines=2)
    applicant = people("applicant")
    applicant.goto(f"/expertise/requests/{case.request.pk}/check/")
    press(applicant, "Submit the request")
    expect(applicant.locator("main")).to_contain_text("Digest of the record")
    look(applicant, "signing-request")
    with applicant.expect_navigation(url=re.compile("/expertise/requests/")):
        sign(applicant)
    expect(applicant.locator("main")).to_contain_text("The request is signed and submitted.")
    expect(applicant.locator("main")).to_contain_text("Signed electronically by")
    applicant.get_by_role("link", name=re.compile("certificate and checks")).click()
    expect(applicant.get_by_role("heading", level=1)).to_contain_text("Signed electronically by")
    look(applicant, "signature")

    case.request.refresh_from_db()
    case.accept()
    case.assign()
    case.examine()
    auditor = people(next(n for n, m in cast.by_name().items() if m == case.auditor))
    auditor.goto(f"/expertise/requests/{case.request.pk}/sign/")
    press(auditor, "Sign the act")
    with auditor.expect_navigation(url=re.compile("/expertise/acts/")):
        sign(auditor)
    expect(auditor.locator("main")).to_contain_text("The act is signed.")

    case.request.refresh_from_db()
    case.act = case.request.act
    applicant.goto(f"/issuance/applications/new/{case.act.pk}/")
    press(applicant, "Send to the chamber")
    with applicant.expect_navigation(url=re.compile("/issuance/applications/")):
        sign(applicant)
    expect(applicant.locator("main")).to_contain_text("went to the chamber")

    case.application = case.act.applications.get()
    case.take()
    case.check()
    case.recommend()
    signatory = people("signatory")
    signatory.goto(f"/issuance/applications/{case.application.pk}/decide/")
    press(signatory, "Approve and issue")
    with signatory.expect_navigation(url=re.compile("/issuance/certificates/")):
        sign(signatory)
    assert set(ElectronicSignature.objects.values_list("purpose", flat=True)) == {
        "request.submit", "act.sign", "application.submit", "application.approve",
    }  # fmt: skip


@pytest.fixture
def waiting(cast: Cast, people: Callable[[str], Page]) -> Page:
    """The applicant's page with a request that waits for the signature."""
    case = product_case(cast, applicant="applicant", product=CABLE, lines=1)
    page = people("applicant")
    page.goto(f"/expertise/requests/{case.request.pk}/check/")
    press(page, "Submit the request")
    return page


def test_cancelling_and_a_wrong_key_leave_everything_as_it_was(
    waiting: Page, cast: Cast, desktop: Desktop, look: Callable[[Page, str], None]
) -> None:
    desktop.orders = Orders(cancels=True)
    sign(waiting)
    expect(status(waiting)).to_contain_text("You cancelled the signature.")
    look(waiting, "signing-cancelled")
    milk = cast["milk"]
    desktop.orders = Orders(iin=milk.user.iin, bin=milk.organisation.bin)
    with waiting.expect_navigation():
        sign(waiting)
    expect(waiting.locator("main")).to_contain_text("The certificate belongs to another person")
    look(waiting, "signing-wrong-key")
    assert not ElectronicSignature.objects.exists()
    desktop.orders = Orders()
    with waiting.expect_navigation(url=re.compile("/expertise/requests/")):
        sign(waiting)
    assert ElectronicSignature.objects.count() == 1


def test_without_ncalayer_a_signature_is_brought_as_a_file(
    waiting: Page,
    cast: Cast,
    desktop: Desktop,
    settings: Any,
    tmp_path: Path,
    look: Callable[[Page, str], None],
) -> None:
    settings.CTKZ_NCALAYER_URL = "ws://127.0.0.1:9"
    settings.CONTENT_SECURITY_POLICY = {
        "DIRECTIVES": {
            **settings.CONTENT_SECURITY_POLICY["DIRECTIVES"],
            "connect-src": [SELF, "ws://127.0.0.1:9"],
        }
    }
    waiting.reload()
    sign(waiting)
    expect(status(waiting)).to_contain_text("NCALayer does not answer.")
    look(waiting, "signing-not-running")
    waiting.get_by_text("Another way: bring a signature made elsewhere").click()
    look(waiting, "signing-elsewhere")
    item = SigningItem.objects.get()
    applicant: Membership = cast["applicant"]
    path = tmp_path / "request.cms"
    path.write_bytes(organisation_key(desktop.authority, applicant).sign(item.record_bytes))
    waiting.set_input_files("input[type=file]", path)
    with waiting.expect_navigation(url=re.compile("/expertise/requests/")):
        waiting.get_by_role("button", name="Send the signature").click()
    expect(waiting.locator("main")).to_contain_text("The request is signed and submitted.")


def test_the_page_speaks_every_language(
    waiting: Page, live_server: Any, look: Callable[[Page, str], None]
) -> None:
    for language in ("kk", "ru"):
        cookie = {"name": django_settings.LANGUAGE_COOKIE_NAME, "value": language}
        waiting.context.add_cookies([{**cookie, "url": live_server.url}])
        waiting.reload()
        expect(waiting.locator("html")).to_have_attribute("lang", language)
        look(waiting, f"signing-{language}")
