"""The field above every page, what comes while one types, the page of results."""

import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import Role
from tests.scenarios import a_certificate, actor_of
from tests.workplace.search.generated import generate
from workplace.models import SearchEntry
from workplace.search import queries
from workplace.search.indexing import rebuild

pytestmark = pytest.mark.django_db
LANGUAGE = "en"
PAGE = "/search/"
TYPING = "/search/suggestions/"
LARGEST = 150_000


@pytest.fixture
def register() -> Any:
    made = generate(600)
    rebuild()
    return made


def text_of(client: Client, url: str, **query: str) -> str:
    answer = client.get(url, query, headers={"accept-language": "en"})
    assert answer.status_code == 200
    assert len(answer.content) < LARGEST
    return answer.content.decode()


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_an_empty_page_tells_what_can_be_searched(client: Client) -> None:
    shown = words(text_of(client, PAGE))
    assert "What are you looking for?" in shown
    assert "What can be searched" in shown


def test_a_number_is_marked_and_leads_to_its_page(client: Client, register: Any) -> None:
    number, _company = register.dense[7]
    shown = text_of(client, PAGE, q=number.replace(" ", "").lower())
    assert f"<mark>{number}</mark>" in shown
    assert f"/c/{number.replace(' ', '-')}/2026/" in shown


def test_words_are_marked_in_the_form_that_is_shown(client: Client, register: Any) -> None:
    shown = text_of(client, PAGE, q="насосы скважинные")
    assert "<mark>Насос</mark> центробежный <mark>скважинный</mark>" in shown


def test_tabs_count_what_they_list(client: Client, register: Any) -> None:
    shown = text_of(client, PAGE, q="мебель")
    counted = dict(re.findall(r"tab=(\w+)[^>]*>[^<]*<b>([\d\s\u202f\xa0]+)</b>", shown))
    assert set(counted) == {"certificates", "companies", "rules"}
    for tab, count in counted.items():
        page = text_of(client, PAGE, q="мебель", tab=tab)
        number = int(re.sub(r"\D", "", count))
        listed = page.count('<b class="code">')
        assert listed == min(number, 20)
        assert ("Pages" in page) == (number > 20)


def test_similar_things_are_called_similar(client: Client, register: Any) -> None:
    shown = text_of(client, PAGE, q="кобель силовой")
    assert "Nothing is exactly" in words(shown)
    assert "Perhaps you meant Кабель силовой ?" in words(shown)


def test_nothing_found_is_said_so(client: Client, register: Any) -> None:
    assert "Nothing was found for “ххххххх”" in words(text_of(client, PAGE, q="ххххххх"))


@pytest.mark.parametrize("typed", ["'", "\\", "<script>", "& | ! <->", "%", "a:*", "\x00", "()"])
def test_signs_of_every_kind_do_no_harm(client: Client, register: Any, typed: str) -> None:
    for url in (PAGE, TYPING):
        answer = client.get(url, {"q": typed})
        assert answer.status_code in (200, 400)
        assert b"<script>alert" not in answer.content
        assert b'value="<script>' not in answer.content


def test_suggestions_are_options_in_groups(client: Client, register: Any) -> None:
    shown = text_of(client, TYPING, q="кабель")
    assert shown.count('role="option"') == 9
    groups = re.findall(r'role="group" aria-label="([^"]+)"', shown)
    assert groups[0] == "Companies"
    assert "Certificates" in groups
    assert "8 results" in shown
    assert 'href="/search/?q=' in shown


def test_suggestions_for_one_letter_are_none(client: Client, register: Any) -> None:
    assert "option" not in text_of(client, TYPING, q="к")


def test_the_field_stands_above_every_page_and_costs_no_query(
    client: Client, django_assert_num_queries: Any
) -> None:
    client.get("/rules/calculator/")
    shown = text_of(client, "/register/snapshots/")
    assert 'data-suggest="masthead-q-found"' in shown
    assert "js/search.js" in shown


def test_the_page_asks_as_often_for_one_answer_as_for_hundreds(
    client: Client, register: Any, django_assert_max_num_queries: Any
) -> None:
    actor = actor_of(a_certificate().application.act.request, Role.APPLICANT)
    rebuild()
    client.force_login(actor.user)
    for typed in (register.dense[3][0], "кабель", "кобель", "Пример"):
        for url in (PAGE, TYPING):
            with django_assert_max_num_queries(22):
                text_of(client, url, q=typed)


def test_a_question_that_takes_too_long_is_given_up(
    client: Client, register: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_MILLISECONDS", 1)
    assert SearchEntry.objects.exists()
    slow = queries.Way(queries.Tier.WORDS, "pg_sleep(1) IS NOT NULL", [])
    monkeypatch.setattr("workplace.search.finding.strong_ways", lambda *_any: [slow])
    shown = words(text_of(client, PAGE, q="кабель"))
    assert "This takes too long" in shown
    monkeypatch.undo()
    assert "takes too long" not in words(text_of(client, PAGE, q="кабель"))


def test_strangers_who_ask_like_a_machine_are_asked_to_wait(
    client: Client, register: Any, settings: Any
) -> None:
    settings.CTKZ_VERIFY_PER_MINUTE = 1
    with time_machine.travel(timezone.now(), tick=False):
        answers = [
            client.get(TYPING, {"q": "кабель"}, REMOTE_ADDR="198.51.100.77").status_code
            for _time in range(7)
        ]
    assert answers[:5] == [200] * 5
    assert answers[5:] == [429, 429]
