"""Signing in, acting for one organisation, language, and the pages around it."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Page

from accounts.middleware import SESSION_KEY
from accounts.models import Membership, Role, User
from audit.models import AuditEvent
from ctkz_portal.navigation import navigation
from tests.scenarios import a_person, as_member

PASSWORD = "correct horse battery staple"
LOGIN = "/account/sign-in/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> Membership:
    """Somebody whose failures nobody else in the shared cache has counted."""
    member = a_person("applicant")
    member.user.email = f"{uuid.uuid4().hex}@example.kz"
    member.user.save()
    return member


def sign_in(client: Client, user: User, password: str = PASSWORD, **data: str) -> Any:
    return client.post(LOGIN, {"email": user.email, "password": password, **data})


def refusals(user: User) -> list[str]:
    events = AuditEvent.objects.about("person", user.pk).filter(event="person.sign_in_refused")
    return [event.facts["reason"] for event in events.order_by("id")]


def test_the_right_password_opens_a_new_session_and_is_recorded(
    client: Client, member: Membership
) -> None:
    client.get(LOGIN)
    client.session.save()
    before = client.session.session_key
    answer = sign_in(client, member.user)
    assert answer.status_code == 302
    assert answer.url == reverse("home")
    assert client.session.session_key != before
    events = AuditEvent.objects.about("person", member.user.pk)
    assert [event.event for event in events] == ["person.signed_in"]
    assert events[0].facts == {"way": "password", "second_factor": "none"}


def test_the_address_is_read_without_regard_to_case_and_spaces(
    client: Client, member: Membership
) -> None:
    answer = client.post(LOGIN, {"email": f" {member.user.email.upper()} ", "password": PASSWORD})
    assert answer.status_code == 302


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    client: Client, member: Membership
) -> None:
    wrong = sign_in(client, member.user, "not this one")
    unknown = client.post(LOGIN, {"email": f"{uuid.uuid4().hex}@example.kz", "password": "x"})
    messages = [answer.context["form"].non_field_errors() for answer in (wrong, unknown)]
    assert messages[0] == messages[1]
    assert len(messages[0]) == 1
    assert refusals(member.user) == ["wrong_password"]


def test_a_person_who_may_not_sign_in_is_refused(client: Client, member: Membership) -> None:
    User.objects.filter(pk=member.user.pk).update(is_active=False)
    assert sign_in(client, member.user).status_code == 200
    assert SESSION_KEY not in client.session


def test_after_five_failures_even_the_right_password_waits(
    client: Client, member: Membership
) -> None:
    for _attempt in range(5):
        sign_in(client, member.user, "guess")
    for _attempt in range(3):
        answer = sign_in(client, member.user)
        assert answer.status_code == 200
    assert re.search(r"\b1[45]\b", answer.context["form"].non_field_errors()[0])
    assert refusals(member.user) == ["wrong_password"] * 5 + ["too_many_attempts"]


def test_success_forgets_earlier_failures(client: Client, member: Membership) -> None:
    for _round in range(3):
        for _attempt in range(4):
            sign_in(client, member.user, "guess")
        assert sign_in(client, member.user).status_code == 302
        client.post("/account/sign-out/")


def test_failures_of_one_account_do_not_stop_another(client: Client, member: Membership) -> None:
    for _attempt in range(7):
        sign_in(client, member.user, "guess")
    other = a_person("applicant").user
    User.objects.filter(pk=other.pk).update(email=f"{uuid.uuid4().hex}@example.kz")
    other.refresh_from_db()
    assert sign_in(client, other).status_code == 302


def test_nobody_is_let_in_while_failures_cannot_be_counted(
    client: Client, member: Membership, settings: Any
) -> None:
    cache = settings.CACHES["default"]
    settings.CACHES = {"default": {**cache, "LOCATION": "redis://127.0.0.1:1/1"}}
    answer = sign_in(client, member.user)
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
    assert not AuditEvent.objects.about("person", member.user.pk).exists()


@pytest.mark.parametrize(
    ("wanted", "lands_on"),
    [
        ("/account/profile/", "/account/profile/"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_after_signing_in_people_stay_on_the_portal(
    client: Client, member: Membership, wanted: str, lands_on: str
) -> None:
    assert sign_in(client, member.user, next=wanted).url == lands_on


def test_a_person_with_two_roles_chooses_one_and_acts_in_it(
    client: Client, member: Membership
) -> None:
    second = as_member(member.user, "chamber_officer")
    answer = sign_in(client, member.user, next="/account/profile/")
    assert answer.url == "/account/choose/?next=%2Faccount%2Fprofile%2F"
    page = client.get(answer.url).content.decode()
    assert str(second.pk) in page
    assert str(member.pk) in page
    answer = client.post(
        "/account/choose/", {"membership": str(second.pk), "next": "/account/profile/"}
    )
    assert answer["Location"] == "/account/profile/"
    assert acting(client) == second


def acting(client: Client) -> Any:
    request: Any = client.get("/account/profile/").wsgi_request
    return request.actor


def test_nobody_acts_in_the_role_of_another_person(client: Client, member: Membership) -> None:
    other = a_person("chamber_signatory")
    client.force_login(member.user)
    answer = client.post("/account/choose/", {"membership": str(other.pk)})
    assert answer.status_code == 404
    assert acting(client) == member


def test_signing_out_ends_the_session_and_needs_a_post(client: Client, member: Membership) -> None:
    client.force_login(member.user)
    assert client.get("/account/sign-out/").status_code == 405
    client.post("/account/sign-out/")
    assert client.get("/account/profile/").status_code == 302


def test_the_language_is_kept_on_the_person_and_returns_with_them(
    client: Client, member: Membership
) -> None:
    client.force_login(member.user)
    client.post("/account/language/", {"language": "kk", "next": "/account/profile/"})
    assert 'lang="kk"' in client.get("/account/profile/").content.decode()
    elsewhere = Client()
    sign_in(elsewhere, member.user)
    assert '<html lang="kk"' in elsewhere.get("/account/profile/").content.decode()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_stranger_chooses_a_language_for_the_browser(client: Client, language: str) -> None:
    client.post("/account/language/", {"language": language, "next": LOGIN})
    assert f'<html lang="{language}"' in client.get(LOGIN).content.decode()


@pytest.mark.parametrize("language", ["", "de", "../ru"])
def test_a_language_that_the_portal_lacks_is_refused(client: Client, language: str) -> None:
    assert client.post("/account/language/", {"language": language}).status_code == 404


def test_the_password_is_changed_only_with_the_present_one(
    client: Client, member: Membership
) -> None:
    client.force_login(member.user)
    page = "/account/profile/"
    refused = client.post(page, {"current": "not this", "new": "four other quiet words"})
    assert refused.context["form"].errors.keys() == {"current"}
    weak = client.post(page, {"current": PASSWORD, "new": "123456789012"})
    assert weak.context["form"].errors.keys() == {"new"}
    changed = client.post(page, {"current": PASSWORD, "new": "four other quiet words"})
    assert changed.status_code == 302
    assert client.get(page).status_code == 200
    events = AuditEvent.objects.about("person", member.user.pk)
    assert [event.event for event in events] == ["person.password_changed"]
    assert sign_in(Client(), member.user, "four other quiet words").status_code == 302


def test_the_demo_offers_its_people_with_their_password_filled_in(
    client: Client, member: Membership, settings: Any
) -> None:
    settings.CTKZ_DEMO = True
    page = client.get(LOGIN, {"as": member.user.email}).content.decode()
    assert f'value="{member.user.email}"' in page
    assert f'value="{settings.CTKZ_DEMO_PASSWORD}"' in page


def test_outside_the_demo_nobody_is_offered(
    client: Client, member: Membership, settings: Any
) -> None:
    settings.CTKZ_DEMO = False
    page = client.get(LOGIN, {"as": member.user.email}).content.decode()
    assert member.user.email not in page
    assert member.user.full_name not in page
    assert settings.CTKZ_DEMO_PASSWORD not in page


def test_a_person_without_a_role_is_told_so(client: Client, member: Membership) -> None:
    Membership.objects.filter(pk=member.pk).update(valid_until=member.valid_from)
    client.force_login(member.user)
    page = client.get("/")
    assert page.status_code == 200
    assert page.templates[0].name == "no_role.html"


def test_a_stranger_at_the_front_door_may_verify_a_certificate(client: Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert answer.templates[0].name == "registry/verify.html"


@pytest.mark.parametrize("role", Role)
def test_every_section_that_a_role_is_offered_opens_for_it(client: Client, role: Role) -> None:
    client.force_login(a_person(role).user)
    sections = navigation(client.get("/").wsgi_request, a_person(role))
    assert sections[0].current
    for section in sections:
        for offered in (section, *section.parts):
            page = client.get(offered.url)
            assert page.status_code == 200, offered.url
            here = [item for item in page.context["portal"].navigation if item.current]
            assert [item.url for item in here] == [section.url]
            if section.parts:
                assert [part.url for part in here[0].parts if part.current] == [offered.url]


def test_the_log_tells_of_people_in_whole_sentences(member: Membership) -> None:
    sign_in(Client(), member.user)
    event = AuditEvent.objects.about("person", member.user.pk).get()
    with translation.override("en"):
        assert event.sentence() == f"{member.user.full_name} signed in"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_sign_in_page_has_no_barriers(
    new_person: Callable[..., Page], width: int, language: str
) -> None:
    call_command("build_fonts", verbosity=0)
    page = new_person(viewport={"width": width, "height": 860}, locale=language)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(LOGIN)
    page.click("form.card button")
    page.wait_for_selector(".error-summary")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("html").get_attribute("lang") == language
    violations = Axe().run(page).response["violations"]
    assert [violation["id"] for violation in violations] == []
    assert complaints == []
