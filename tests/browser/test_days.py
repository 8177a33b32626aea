"""An ordinary day of each role, in each language, at a desk and with a telephone.

What is pressed is found by its text in the language of the page, so a text that differs from what
the catalogue says, or a button that is gone, ends the day.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext
from playwright.sync_api import Browser, Locator, Page, expect

from accounts.models import User
from audit.sequencing import sequence_all
from ctkz_portal.demo.cases import Case, product_case
from ctkz_portal.demo.goods import CABLE
from ctkz_portal.demo.people import Cast, ensure_people
from issuance.issuing import complete_issue
from notices.following import follow
from tests import scenarios
from tests.browsers import WIDE, apart, press

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

LANGUAGES = ("kk", "ru", "en")
in_every_language = pytest.mark.parametrize("language", LANGUAGES)


@dataclass
class Day:
    """One person at work; texts are given as the code has them, in English."""

    page: Page
    language: str
    look: Callable[[Page, str], None]
    name: str

    def says(self, text: str) -> str:
        with translation.override(self.language):
            return gettext(text)

    def press(self, text: str, *, within: Locator | None = None) -> None:
        press(self.page, self.says(text), within=within)

    def goto(self, address: str) -> None:
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.status == 200, address

    def reads(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(self.says(text))

    def looks(self, what: str) -> None:
        """Pictures at a desk and on a telephone; no barrier, nothing to scroll sideways."""
        self.look(self.page, f"day-{self.name}-{self.language}-{what}")


@pytest.fixture
def cast(browser: Browser, live_server: Any) -> Cast:
    scenarios.reference_data()
    scenarios.a_seal()
    return ensure_people()


@pytest.fixture
def day_of(
    new_person: Callable[..., Page], look: Callable[[Page, str], None]
) -> Callable[[str, str], Day]:
    def begin(name: str, language: str) -> Day:
        User.objects.filter(email=f"{name}@demo.example").update(language=language)
        page = new_person(locale=language, viewport=WIDE)
        page.goto("/account/sign-in/")
        page.fill("[name=email]", f"{name}@demo.example")
        page.fill("[name=password]", settings.CTKZ_DEMO_PASSWORD)
        page.press("[name=password]", "Enter")
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.locator(".avatar")).to_be_visible()
        return Day(page, language, look, name)

    return begin


def a_case(cast: Cast, until: str) -> Case:
    return product_case(cast, applicant="applicant", product=CABLE, lines=2, until=until)


def tell_everybody() -> None:
    """What the beat does every few seconds."""
    apart(sequence_all)
    apart(lambda: follow(at=timezone.now()))


def opens_from_the_basket(day: Day, number: str) -> None:
    day.goto("/")
    day.looks("basket")
    day.goto(f"/?q={number}")
    day.page.locator("main").get_by_role("link", name=number, exact=True).first.click()
    expect(day.page.locator("main")).to_contain_text(number)


@in_every_language
def test_the_day_of_an_applicant(
    cast: Cast, day_of: Callable[[str, str], Day], language: str
) -> None:
    """Goes on with a draft, sees what it lacks, hands it in."""
    draft = a_case(cast, "")
    day = day_of("applicant", language)
    day.goto("/")
    day.looks("basket")
    day.goto(f"/expertise/requests/{draft.request.pk}/")
    day.looks("draft")
    day.goto(f"/expertise/requests/{draft.request.pk}/check/")
    day.looks("check")
    day.press("Submit the request")
    draft.request.refresh_from_db()
    assert draft.request.status == "submitted"
    day.goto(f"/cases/{draft.request.case_id}/")
    day.looks("case")


@in_every_language
def test_the_day_of_the_head_of_experts(
    cast: Cast, day_of: Callable[[str, str], Day], language: str
) -> None:
    """Is told of a request, accepts it, gives it to an auditor, looks at what is late."""
    case = a_case(cast, "submit")
    tell_everybody()
    day = day_of("head", language)
    day.goto("/notices/")
    day.looks("notices")
    opens_from_the_basket(day, case.request.number)
    day.press("Accept")
    day.goto(f"/expertise/requests/{case.request.pk}/assign/")
    day.looks("assign")
    day.page.locator("main [type=radio]:not([disabled])").first.check()
    day.press("Assign")
    case.request.refresh_from_db()
    assert case.request.status == "in_expertise"
    day.goto("/late/")
    day.looks("late")


@in_every_language
def test_the_day_of_an_auditor(
    cast: Cast, day_of: Callable[[str, str], Day], language: str
) -> None:
    """Opens a case, asks the applicant for more; the clock stands."""
    case = a_case(cast, "assign")
    auditor = case.request.auditor.email.partition("@")[0]
    day = day_of(auditor, language)
    opens_from_the_basket(day, case.request.number)
    day.looks("request")
    day.goto(f"/expertise/requests/{case.request.pk}/findings/")
    day.looks("findings")
    day.goto(f"/expertise/requests/{case.request.pk}/ask/")
    day.page.fill("[name=text]", "Приложите калькуляцию (пример).")
    day.press("Send the question")
    case.request.refresh_from_db()
    assert case.request.status == "awaiting_applicant"
    assert case.request.is_clock_paused


@in_every_language
def test_the_day_of_a_chamber_officer(
    cast: Cast, day_of: Callable[[str, str], Day], language: str
) -> None:
    """Takes a case from the basket, answers the checklist, recommends, leaves a note."""
    case = a_case(cast, "apply")
    application = case.application
    day = day_of("officer", language)
    opens_from_the_basket(day, application.number)
    day.press("Take for review")
    day.goto(f"/issuance/applications/{application.pk}/review/")
    for answer in day.page.locator("input[type=radio][value=yes]").all():
        answer.check()
    day.looks("review")
    day.press("Recommend for approval")
    application.refresh_from_db()
    assert application.status == "recommended"
    day.goto(f"/cases/{application.case_id}/notes/")
    day.looks("notes")


@in_every_language
def test_the_day_of_a_chamber_signatory(
    cast: Cast, day_of: Callable[[str, str], Day], language: str
) -> None:
    """Finds a recommended case by its number and decides it."""
    case = a_case(cast, "recommend")
    application = case.application
    day = day_of("signatory", language)
    opens_from_the_basket(day, application.number)
    day.goto(f"/issuance/applications/{application.pk}/decide/")
    day.looks("decide")
    day.press("Approve and issue")
    application.refresh_from_db()
    assert application.status == "approved"
    apart(complete_issue, str(application.certificate.pk))
    day.goto(f"/issuance/certificates/{application.certificate.pk}/")
    day.looks("certificate")


@in_every_language
def test_the_day_of_an_inspector(
    cast: Cast, day_of: Callable[[str, str], Day], language: str
) -> None:
    """Reads a case whole, orders nothing, looks at what is late and at the figures."""
    case = a_case(cast, "approve")
    apart(complete_issue, str(case.certificate.pk))
    day = day_of("inspector", language)
    day.goto("/")
    day.looks("basket")
    day.goto(f"/cases/{case.request.case_id}/")
    day.looks("case")
    day.goto(f"/committee/checks/order/?certificate={case.certificate.pk}")
    day.looks("order")
    day.goto("/late/")
    day.looks("late")


@in_every_language
def test_the_day_of_the_head_of_the_committee(
    cast: Cast, day_of: Callable[[str, str], Day], language: str
) -> None:
    """Looks at the figures, at letters that were not sent, writes to everybody."""
    a_case(cast, "submit")
    tell_everybody()
    day = day_of("chief", language)
    day.goto("/")
    day.looks("basket")
    for address in ("/committee/figures/", "/notices/letters/", "/notices/announcements/"):
        day.goto(address)
        day.looks(address.strip("/").replace("/", "-"))
