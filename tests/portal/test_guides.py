"""Help that can be relied on: guides, glossary, tour, and pages for when something went wrong."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from ctkz_portal import refusal_pages
from ctkz_portal.demo.people import DOMAIN, PEOPLE
from ctkz_portal.guides.addresses import OF_ROLE
from ctkz_portal.guides.guides import GUIDES
from ctkz_portal.guides.tour import STOPS
from reference.glossary import found, words
from reference.models import Parameter
from tests.scenarios import a_person, an_organisation, reference_data

LANGUAGE = "en"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def parameters() -> None:
    reference_data()


def test_every_role_has_a_guide() -> None:
    assert set(OF_ROLE) == set(Role)
    assert set(OF_ROLE.values()) <= GUIDES.keys()
    assert {"agent", "candidate", "buyer", "public"} <= GUIDES.keys()


@pytest.mark.parametrize("slug", GUIDES)
def test_a_guide_opens_for_a_stranger_with_its_terms_and_links(client: Client, slug: str) -> None:
    page = client.get(reverse("guide", args=[slug]))
    assert page.status_code == 200
    text = page.content.decode()
    for step in GUIDES[slug].steps:
        assert reverse(step.where) in text
        for term in step.terms:
            assert Parameter.objects.filter(key=term.key).exists(), term.key
    shown = [term for step in page.context["steps"] for term in step.terms]
    assert len(shown) == sum(len(step.terms) for step in GUIDES[slug].steps)


def test_an_unknown_guide_is_no_page(client: Client) -> None:
    assert client.get(reverse("guide", args=["astronaut"])).status_code == 404


def test_terms_follow_the_parameter_in_force(client: Client) -> None:
    row = Parameter.objects.get(key="certificate.deadline_days")
    Parameter.objects.filter(pk=row.pk).update(value=17)
    assert "17 working days" in client.get(reverse("guide", args=["applicant"])).content.decode()


def test_pages_of_another_role_are_named_and_not_linked(client: Client) -> None:
    client.force_login(a_person(Role.AUDITOR, an_organisation("expert")).user)
    text = client.get(reverse("guide", args=["committee-head"])).content.decode()
    main = text.split("<main", 1)[1].split("</main>")[0]
    assert f'href="{reverse("oversight:plan-list")}"' not in main
    own = client.get(reverse("guide", args=["auditor"])).content.decode()
    assert f'href="{reverse("auditors:mine")}"' in own.split("<main", 1)[1]


def test_the_menu_leads_to_the_guide_of_ones_role(client: Client) -> None:
    client.force_login(a_person(Role.CHAMBER_OFFICER, an_organisation("chamber")).user)
    assert reverse("guide", args=["chamber-officer"]) in client.get("/verify/").content.decode()


def test_help_for_strangers_costs_few_queries(client: Client) -> None:
    for address in (reverse("guide", args=["applicant"]), reverse("glossary")):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address)
        assert len(queries) <= 3, [query["sql"] for query in queries]


@pytest.mark.parametrize(
    ("letters", "key"),
    [
        ("акт эксп", "act_of_expertise"),
        ("САРАПТАМА АКТІСІ", "act_of_expertise"),
        ("сараптама актиси", "act_of_expertise"),
        ("act of", "act_of_expertise"),
        ("онирлик", "chamber"),
        ("франко", "price_ex_works"),
    ],
)
def test_a_word_is_found_by_letters_of_any_language(letters: str, key: str) -> None:
    assert key in {word.key for word in found(letters)}


def test_letters_that_no_word_has_find_nothing(client: Client) -> None:
    assert found("xyzzy") == []
    assert "No such word" in client.get("/glossary/?q=xyzzy").content.decode()


def test_every_word_is_whole_in_three_languages() -> None:
    for word in words().values():
        assert all(word.names.values()), word.key
        assert word.definitions.keys() == {"kk", "ru", "en"}
        assert all(word.definitions.values()), word.key
        assert word.source, word.key


def test_words_marked_on_pages_are_in_the_glossary() -> None:
    marked = set()
    for path in Path("templates").rglob("*.html"):
        marked |= set(re.findall(r'\{% term "(\w+)"', path.read_text()))
    assert len(marked) >= 8
    assert marked <= words().keys()


def test_the_tour_is_for_the_demo_only(client: Client) -> None:
    assert client.get("/tour/").status_code == 404
    assert client.post("/tour/1/").status_code == 404


def test_the_tour_goes_on_across_sign_ins(client: Client, settings: Any) -> None:
    settings.CTKZ_DEMO = True
    assert client.get("/tour/").context["next"]["number"] == 1
    client.post("/tour/1/", {"seen": "1"})
    answer = client.post("/tour/2/")
    assert answer["Location"].startswith("/account/sign-in/?as=head%40demo.example&next=")
    assert client.get("/tour/").context["next"]["number"] == 2
    assert client.post("/tour/11/").status_code == 404


def test_the_tour_knows_its_people() -> None:
    assert len(STOPS) == 10
    emails = {person.email for person in PEOPLE}
    assert {f"{stop.who}{DOMAIN}" for stop in STOPS if stop.who} <= emails


def test_a_session_that_ended_over_a_form_leads_back_to_the_form(client: Client) -> None:
    form = "http://testserver/expertise/requests/"
    answer = client.post("/notices/read-all/", headers={"referer": form})
    assert answer["Location"].endswith("?next=http%3A//testserver/expertise/requests/")
    foreign = client.post("/notices/read-all/", headers={"referer": "https://elsewhere.example/"})
    assert foreign["Location"].endswith("?next=/notices/read-all/")


def test_what_was_typed_into_a_stale_page_is_shown_and_no_secret_is() -> None:
    client = Client(enforce_csrf_checks=True)
    typed = {"form-0-note": "A long <b>explanation</b>", "new_password": "hunter-and-two"}
    ours = {"referer": "http://testserver/complaints/new/"}
    page = client.post("/complaints/new/", typed, headers=ours)
    assert page.status_code == 403
    text = page.content.decode()
    assert "A long &lt;b&gt;explanation" in text
    assert "hunter-and-two" not in text
    assert 'href="http://testserver/complaints/new/"' in text
    # Nobody else puts words on a page of the portal.
    assert "explanation" not in client.post("/complaints/new/", typed).content.decode()


def test_an_address_for_forms_opened_as_a_page_says_so(client: Client) -> None:
    page = client.get("/theme/", headers={"accept": "text/html"})
    assert page.status_code == 405
    assert "takes only a form" in page.content.decode()
    assert client.get("/theme/").content == b""


def test_error_pages_name_the_request(client: Client) -> None:
    page = client.get("/no-such-page/")
    assert page["X-Request-ID"] in page.content.decode()


@pytest.mark.parametrize(
    ("error", "status"), [(OperationalError("gone"), 503), (ValueError("broken"), 500)]
)
def test_what_fails_is_told_without_the_database(
    settings: Any, rf: Any, error: Exception, status: int
) -> None:
    request = rf.get("/", headers={"accept-language": "kk"})
    with CaptureQueriesContext(connection) as queries:
        try:
            raise error
        except (OperationalError, ValueError):
            page = refusal_pages.server_error(request)
    assert (page.status_code, len(queries)) == (status, 0)
    assert '<html lang="kk">' in page.content.decode()
    assert refusal_pages.REQUEST_ID not in page.content.decode()
    assert page.has_header("Retry-After") == (status == 503)


def test_maintenance_asks_people_to_wait_and_keeps_the_health_page(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.CTKZ_MAINTENANCE_FILE = tmp_path / "maintenance"
    assert client.get("/verify/").status_code == 200
    settings.CTKZ_MAINTENANCE_FILE.touch()
    page = client.get("/verify/")
    assert page.status_code == 503
    assert page["X-Request-ID"] in page.content.decode()
    assert client.get("/api/v1/snapshots/").json()["code"] == "maintenance"
    assert client.get("/health/").status_code == 200
