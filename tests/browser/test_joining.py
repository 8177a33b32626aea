"""A head invites a colleague; the colleague comes by the letter, signs in and files a draft."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.identifiers import complete_identifier
from accounts.models import Membership
from expertise.models import ExpertiseRequest
from outbox.models import Letter
from tests import scenarios
from tests.browsers import WIDE, press

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

PASSWORD = "correct horse battery staple"
EMAIL = "colleague@example.kz"


def address_in(letter: Letter) -> str:
    found = re.search(r"(/account/join/\S+)", letter.body)
    assert found
    return found[1]


def test_a_colleague_is_invited_comes_and_files_a_draft(
    people: Callable[[str], Page],
    new_person: Callable[..., Page],
    look: Callable[[Page, str], None],
) -> None:
    head = people("applicant")
    head.goto("/account/organisation/")
    look(head, "organisation")
    press(head, "Invite a person")
    look(head, "organisation-invite")
    head.get_by_label("Full name").fill("Шақырылған Үлгі")
    head.get_by_label("E-mail").fill(EMAIL)
    head.get_by_label("Language of the letter").select_option("en")
    press(head, "Send the invitation")
    expect(head.get_by_text(f"The letter is on its way to {EMAIL}.")).to_be_visible()
    look(head, "organisation-invited")

    newcomer = new_person(locale="en-GB", viewport=WIDE)
    newcomer.goto(address_in(Letter.objects.get(to=EMAIL)))
    look(newcomer, "join")
    newcomer.get_by_label("IIN", exact=True).fill(complete_identifier("85010130001"))
    newcomer.get_by_label("Password").fill(PASSWORD)
    press(newcomer, "Accept the invitation")
    newcomer.fill("[name=email]", EMAIL)
    newcomer.fill("[name=password]", PASSWORD)
    press(newcomer, "Sign in")
    newcomer.goto("/expertise/requests/new/")
    member = Membership.objects.get(user__email=EMAIL)
    assert member.organisation.name_kk == "«Пример-Фильтр» ЖШС"
    before = ExpertiseRequest.objects.filter(created_by=member.user).count()
    press(newcomer, "Begin the request")
    newcomer.wait_for_url(re.compile(r"/expertise/requests/[0-9a-f-]{36}/"))
    assert ExpertiseRequest.objects.filter(created_by=member.user).count() == before + 1

    head.reload()
    row = head.locator("#people tr", has_text="Шақырылған Үлгі")
    with head.expect_navigation():
        row.get_by_role("link", name="End the place").click()
    look(head, "organisation-end")
    press(head, "End the place")
    newcomer.goto("/account/organisation/")
    expect(newcomer.get_by_role("heading", level=1)).to_contain_text("no such page")


def test_somebody_asks_and_the_head_grants_it_as_an_agent(
    people: Callable[[str], Page],
    new_person: Callable[..., Page],
    look: Callable[[Page, str], None],
) -> None:
    head = people("applicant")
    stranger = new_person(locale="en-GB", viewport=WIDE)
    stranger.goto("/account/sign-in/")
    look(stranger, "sign-in")
    press(stranger, "Ask for access")
    look(stranger, "access-ask")
    stranger.get_by_label("BIN of the organisation").fill(
        Membership.objects.get(user__email="applicant@demo.example").organisation.bin
    )
    stranger.get_by_label("Your full name").fill("Сұраушы Үлгі")
    stranger.get_by_label("Your IIN").fill(scenarios.an_iin())
    stranger.get_by_label("Your e-mail").fill("asking@example.kz")
    stranger.get_by_label("What for").fill("По доверенности подаю заявки")
    press(stranger, "Send the request")
    look(stranger, "access-asked")

    head.goto("/account/organisation/")
    with head.expect_navigation():
        head.get_by_role("link", name="Сұраушы Үлгі").click()
    look(head, "access-request")
    head.get_by_label("Authorised agent, under a power of attorney").check()
    press(head, "Grant access")
    expect(head.locator(".error-summary")).to_be_visible()
    head.get_by_label("BIN or IIN of the agent").fill(scenarios.a_bin())
    head.get_by_label("Name of the agent").fill("ТОО «Пример-Поверенный»")
    head.get_by_label("Number of the power of attorney").fill("Д-3")
    today: Any = scenarios.timezone.localdate()
    head.get_by_label("Date of the power of attorney").fill(today.isoformat())
    head.get_by_label("Until, inclusive").fill(today.isoformat())
    press(head, "Grant access")
    expect(head.get_by_text("Granted; the person comes with the letter.")).to_be_visible()
    assert Letter.objects.filter(to="asking@example.kz").count() == 1


def test_an_agent_chooses_for_whom_to_act(
    people: Callable[[str], Page], look: Callable[[Page, str], None]
) -> None:
    agent = people("agent")
    look(agent, "choose-agent")
    with agent.expect_navigation():
        agent.get_by_role("button", name=re.compile("Primer-Sut")).first.click()
    agent.goto("/account/organisation/")
    expect(agent.get_by_role("heading", level=1)).to_contain_text("Primer-Sut")
    look(agent, "organisation-agent")


def test_the_first_of_an_organisation_sees_what_to_sign(
    new_person: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    scenarios.reference_data()
    first = new_person(locale="en-GB", viewport=WIDE)
    first.goto("/documents/first-access/")
    look(first, "first-access")
    first.get_by_label("BIN of the organisation").fill(scenarios.a_bin())
    first.get_by_label("Your IIN").fill(scenarios.an_iin())
    first.get_by_label("Your e-mail").fill("first@example.kz")
    press(first, "Go on to the signature")
    look(first, "first-access-sign")
