"""Search and snapshots for programs."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents.storing import read
from issuance.models import Certificate
from registry.snapshots import make_snapshot, order_snapshot
from tests.registry.lives import move
from tests.scenarios import a_certificate

LANGUAGE = "en"

pytestmark = pytest.mark.django_db


def search(client: Client, **query: Any) -> list[dict[str, Any]]:
    return client.get("/api/v1/search/", query).json()["results"]


def test_a_certificate_is_found_by_what_is_known_of_it(
    client: Client, certificate: Certificate
) -> None:
    number, bin = certificate.number, certificate.application.act.request.producer_bin
    for question in (number, number.replace(" ", ""), bin, "фильтр"):
        (found,) = search(client, q=question)
        assert found["number"] == number
        assert found["status"] == "valid"
        assert found["producer"]["bin"] == bin
    assert search(client, q="KZ 6 120 99999") == []


def test_the_status_follows_the_certificate(client: Client, certificate: Certificate) -> None:
    move(certificate, "suspend", reason="under_inspection")
    assert search(client, q=certificate.number)[0]["status"] == "suspended"
    assert search(client, status="valid") == []


def test_a_question_that_makes_no_sense_is_refused_in_the_common_form(client: Client) -> None:
    refused = client.get("/api/v1/search/", {"issued_from": "never"})
    assert refused.status_code == 400
    assert refused.json()["field"] == "issued_from"
    assert client.get("/api/v1/search/", {"page": 99}).status_code == 404


def test_many_rows_take_as_many_queries_as_one(client: Client) -> None:
    for _turn in range(3):
        a_certificate()
    counts = []
    for size in (1, 50):
        with CaptureQueriesContext(connection) as caught:
            search(client, page_size=size)
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_a_snapshot_is_listed_with_its_files_and_their_digests(
    client: Client, certificate: Certificate
) -> None:
    assert client.get("/api/v1/snapshots/").json() == {"snapshots": []}
    snapshot = order_snapshot(timezone.localdate())
    make_snapshot(snapshot.day)
    snapshot.refresh_from_db()
    (listed,) = client.get("/api/v1/snapshots/").json()["snapshots"]
    assert listed["certificates"] == 1
    assert listed["csv"]["sha256"] == snapshot.csv.sha256
    assert listed["csv"]["size"] == len(read(snapshot.csv))
    for url in (listed["csv"]["url"], listed["digests_url"], listed["signature_url"]):
        path = "/" + url.split("/", 3)[3]
        assert client.get(path).status_code == 200
