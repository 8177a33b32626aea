"""Thirty look-ups a minute for an address, and everybody when the counter is gone."""

from typing import Any

import pytest
from django.test import Client

from tests.scenarios import reference_data

UNKNOWN = "/c/KZ-6-120-99999/"


@pytest.fixture(autouse=True)
def three_a_minute(settings: Any, db: None) -> None:
    settings.CTKZ_VERIFY_PER_MINUTE = 3
    reference_data()


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that began in the last second of a minute must not end in the next one."""
    monkeypatch.setattr("accounts.callers.time.time", lambda: 1_700_000_000)


def test_the_look_up_past_the_limit_is_refused_with_words(client: Client) -> None:
    answers = [client.get(UNKNOWN, headers={"accept-language": "en"}) for _turn in range(4)]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 429]
    assert "Too many checks from your address" in answers[-1].content.decode()


def test_another_address_is_not_held_back(client: Client) -> None:
    for _turn in range(4):
        client.get(UNKNOWN)
    assert client.get(UNKNOWN, REMOTE_ADDR="203.0.113.7").status_code == 404


def test_a_forged_forwarding_header_does_not_make_another_address(client: Client) -> None:
    answers = [
        client.get(UNKNOWN, headers={"x-forwarded-for": f"203.0.113.{turn}"}) for turn in range(4)
    ]
    assert answers[-1].status_code == 429


def test_the_empty_form_is_never_held_back(client: Client) -> None:
    assert {client.get("/verify/").status_code for _turn in range(6)} == {200}


def test_without_the_counter_everybody_is_let_in(client: Client, settings: Any) -> None:
    gone = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/1"}
    settings.CACHES = {"default": gone}
    assert {client.get(UNKNOWN).status_code for _turn in range(6)} == {404}
