"""The feed of changes: whoever follows the cursor gets every change once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from issuance.models import Certificate
from tests.registry.lives import move
from tests.scenarios import a_certificate

LANGUAGE = "en"

pytestmark = pytest.mark.django_db


def changes(client: Client, **query: Any) -> Any:
    return client.get("/api/v1/changes/", query).json()


def test_each_change_of_a_status_is_told_once_and_in_order(
    client: Client, certificate: Certificate, publish_log: Callable[[], None]
) -> None:
    publish_log()
    first = changes(client)
    assert [one["event"] for one in first["changes"]] == ["certificate.issued"]
    move(certificate, "suspend", reason="under_inspection")
    move(certificate, "lift")
    publish_log()
    then = changes(client, after=first["next"])
    assert [(one["event"], one["status"]) for one in then["changes"]] == [
        ("certificate.suspended", "suspended"),
        ("certificate.suspension_lifted", "valid"),
    ]
    assert then["changes"][0]["reason"] == "under_inspection"
    assert then["changes"][0]["certificate"] == certificate.number
    assert changes(client, after=then["next"])["changes"] == []


def test_a_change_without_a_place_in_the_log_waits_for_it(
    client: Client, certificate: Certificate, publish_log: Callable[[], None]
) -> None:
    publish_log()
    cursor = changes(client)["next"]
    move(certificate, "suspend", reason="under_inspection")
    assert changes(client, after=cursor) == {"changes": [], "next": cursor, "has_more": False}
    publish_log()
    assert len(changes(client, after=cursor)["changes"]) == 1


def test_pages_of_one_join_to_the_whole(
    client: Client, certificate: Certificate, publish_log: Callable[[], None]
) -> None:
    for transition in ("suspend", "lift", "suspend", "revoke"):
        move(certificate, transition, reason="under_inspection")
    publish_log()
    whole, cursor, joined = changes(client)["changes"], -1, []
    while True:
        page = changes(client, after=cursor, limit=1)
        joined += page["changes"]
        cursor = page["next"]
        if not page["has_more"]:
            break
    assert joined == whole
    assert len(whole) == 5


def test_the_successor_is_named(client: Client, publish_log: Callable[[], None]) -> None:
    old, new = a_certificate(), a_certificate()
    move(old, "replace", successor=new)
    publish_log()
    last = changes(client)["changes"][-1]
    assert (last["status"], last["successor"]) == ("replaced", new.number)


def test_many_changes_take_as_many_queries_as_one(
    client: Client, certificate: Certificate, publish_log: Callable[[], None]
) -> None:
    for _turn in range(3):
        move(certificate, "suspend", reason="under_inspection")
        move(certificate, "lift")
    publish_log()
    counts = []
    for limit in (1, 100):
        with CaptureQueriesContext(connection) as caught:
            changes(client, limit=limit)
        counts.append(len(caught))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("query", [{"after": "x"}, {"after": -2}, {"limit": 0}, {"limit": 1001}])
def test_a_cursor_that_is_none_is_refused(client: Client, query: dict[str, Any]) -> None:
    refused = client.get("/api/v1/changes/", query)
    assert refused.status_code == 400
    assert refused.json()["field"] == next(iter(query))
