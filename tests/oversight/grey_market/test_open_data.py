"""The list of the blocked: as a page, as data, and as it was known at any moment."""

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from oversight.grey_market.deciding import block_listing, return_listing

from . import scenes

LANGUAGE = "en"
COLUMNS = ["number", "kind", "address", "name", "region", "reported_on", "blocked_on", "decision"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def committee() -> scenes.Committee:
    return scenes.Committee()


@pytest.fixture
def stranger() -> Client:
    return scenes.a_stranger()


def told(client: Client, **query: str) -> dict[str, Any]:
    answer = client.get(reverse("control:grey-blocked-json"), query)
    assert answer.status_code == 200
    return answer.json()


def table(client: Client, **query: str) -> tuple[list[dict[str, str]], list[str]]:
    answer = client.get(reverse("control:grey-blocked-csv"), query)
    lines = answer.content.decode("utf-8-sig").splitlines()
    rows = [line for line in lines if not line.startswith("#")]
    notes = [line for line in lines if line.startswith("#")]
    return list(csv.DictReader(io.StringIO("\n".join(rows)))), notes


def test_only_the_blocked_are_told(committee: scenes.Committee, stranger: Client) -> None:
    for number, status in enumerate(scenes.STATUSES):
        committee.listing(status, address=f"https://primer-{number}.example/")
    rows = told(stranger)["rows"]
    assert [row["address"] for row in rows] == ["https://primer-3.example/"]
    page = stranger.get(reverse("control:grey-market")).content.decode()
    assert "https://primer-3.example/" in page
    assert "primer-1.example" not in page
    # Told as text: nobody is led there by a click.
    assert 'href="https://primer-3.example' not in page


def test_both_files_have_the_same_stable_columns_and_say_licence_and_moment(
    committee: scenes.Committee, stranger: Client
) -> None:
    listing = committee.listing("blocked")
    data = told(stranger)
    rows, notes = table(stranger)
    assert data["columns"] == COLUMNS == list(data["rows"][0]) == list(rows[0])
    assert rows == data["rows"]
    assert data["licence"] == "CC BY 4.0"
    assert data["schema"] == "ctkz.blocked/1"
    assert any("as_of" in note for note in notes)
    assert any("CC BY 4.0" in note for note in notes)
    assert rows[0] == {
        "number": listing.number,
        "kind": "site",
        "address": scenes.ADDRESS,
        "name": "Продавец «Пример»",
        "region": "110",
        "reported_on": f"{timezone.localdate():%Y-%m-%d}",
        "blocked_on": f"{timezone.localdate():%Y-%m-%d}",
        "decision": "Б-17",
    }


def test_nothing_about_reporters_is_told(committee: scenes.Committee, stranger: Client) -> None:
    scenes.report(contact="primer@mail.example", text="Меня зовут Примеров")
    committee.listing("blocked")
    for name in ("grey-market", "grey-blocked-csv", "grey-blocked-json"):
        page = stranger.get(reverse(f"control:{name}")).content.decode()
        assert "primer@mail.example" not in page
        assert "Примеров" not in page


def test_it_is_told_as_it_was_known_at_any_moment(
    committee: scenes.Committee, stranger: Client
) -> None:
    before = timezone.now()
    listing = committee.listing("blocked")
    with scenes.days_later(2):
        return_listing(listing=listing, actor=committee.first)
        while_open = timezone.now()
    with scenes.days_later(5):
        block_listing(
            listing=listing,
            actor=committee.second,
            blocked_on=timezone.localdate(),
            reference="Б-18",
        )
    with scenes.days_later(9):
        today = f"{timezone.localdate():%Y-%m-%d}"
        moments = {
            before.isoformat(): [],
            (before + (while_open - before) / 2).isoformat(): ["Б-17"],
            while_open.isoformat(): [],
            today: ["Б-18"],
            "": ["Б-18"],
        }
        for as_of, decisions in moments.items():
            assert [row["decision"] for row in told(stranger, as_of=as_of)["rows"]] == decisions
            assert [row["decision"] for row in table(stranger, as_of=as_of)[0]] == decisions
            page = stranger.get(reverse("control:grey-market"), {"as_of": as_of}).content.decode()
            assert all(decision in page for decision in decisions)


@pytest.mark.parametrize("as_of", ["tomorrow", "2999-01-01", "2026-13-45", "2026-02-30", "%00"])
def test_what_is_no_past_moment_is_refused(stranger: Client, as_of: str) -> None:
    for name in ("grey-market", "grey-blocked-csv", "grey-blocked-json"):
        answer = stranger.get(reverse(f"control:{name}"), {"as_of": as_of})
        assert answer.status_code == 400
        assert "as_of" in answer.content.decode() or "not come yet" in answer.content.decode()


def test_no_address_becomes_a_formula(committee: scenes.Committee, stranger: Client) -> None:
    committee.listing("blocked", address="=HYPERLINK(1)")
    assert table(stranger)[0][0]["address"] == "'=HYPERLINK(1)"


def test_other_peoples_pages_may_read_the_data(stranger: Client) -> None:
    answer = stranger.get(reverse("control:grey-blocked-json"))
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert 'rel="license"' in answer["Link"]
    assert answer.json()["rows"] == []


def test_the_queries_do_not_grow_with_the_list(
    committee: scenes.Committee, stranger: Client
) -> None:
    def queries(name: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert stranger.get(reverse(f"control:{name}")).status_code == 200
        return len(asked)

    names = ("grey-market", "grey-blocked-csv", "grey-blocked-json")
    committee.listing("blocked")
    few = {name: queries(name) for name in names}
    for number in range(5):
        committee.listing("blocked", address=f"primer-{number}.example")
    assert {name: queries(name) for name in names} == few
