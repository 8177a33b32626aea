"""Verification by programs gives the answer of the page, for one number or a thousand."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from issuance.models import Certificate
from registry.models import RegisterEntry, UnknownLookup, VerificationCount, Way
from tests.registry.exports import a_row, take
from tests.registry.lives import move
from tests.scenarios import a_certificate, reference_data

LANGUAGE = "en"

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


def verify(client: Client, **body: Any) -> Any:
    return client.post("/api/v1/verify/", body, content_type="application/json", headers=ENGLISH)


def verdicts(client: Client, **body: Any) -> list[str]:
    return [answer["verdict"] for answer in verify(client, **body).json()["answers"]]


def test_many_numbers_are_answered_in_their_order(client: Client, certificate: Certificate) -> None:
    spelled = certificate.number.replace(" ", "").lower()
    asked = ["KZ 6 120 99999", spelled, "no number", certificate.number]
    answer = verify(client, numbers=asked).json()
    assert [one["asked"] for one in answer["answers"]] == asked
    assert [one["verdict"] for one in answer["answers"]] == [
        "unknown", "valid", "malformed", "valid",
    ]  # fmt: skip
    assert answer["as_of"] == timezone.localdate().isoformat()


def test_an_answer_has_the_facts_to_compare_and_the_digests(
    client: Client, certificate: Certificate
) -> None:
    answer = verify(client, numbers=[certificate.number], with_lines=True).json()["answers"][0]
    assert answer["number"] == certificate.number
    assert answer["source"] == "portal"
    assert answer["digests"] == {
        "record_sha256": certificate.record_sha256,
        "pdf_sha256": certificate.document.sealed_sha256,
        "act_sha256": certificate.application.act.record_sha256,
    }
    line = answer["lines"][0]
    assert line["number"] == 1
    assert line["hs_code"] == "8421310000"
    assert line["local_content_percent"] == "68.23"
    assert answer["producer"]["bin"] == certificate.application.act.request.producer_bin
    assert answer["url"].endswith(f"{certificate.number.replace(' ', '-')}/{certificate.year}/")


@pytest.mark.parametrize(
    ("days", "verdict"), [(-1, "not_yet"), (0, "valid"), (30, "valid"), (4000, "expired")]
)
def test_the_answer_is_as_of_the_day_asked(
    client: Client, certificate: Certificate, days: int, verdict: str
) -> None:
    on = (timezone.localdate() + timedelta(days=days)).isoformat()
    assert verdicts(client, numbers=[certificate.number], as_of=on) == [verdict]


def test_a_suspended_and_a_revoked_certificate_are_told_with_their_reason(
    client: Client, certificate: Certificate
) -> None:
    move(certificate, "suspend", reason="under_inspection")
    answer = verify(client, numbers=[certificate.number]).json()["answers"][0]
    assert answer["verdict"] == "suspended"
    assert answer["reason"]["code"] == "under_inspection"
    assert answer["reason"]["name"] != "under_inspection"
    move(certificate, "revoke", reason="false_data")
    assert verdicts(client, numbers=[certificate.number]) == ["revoked"]


def test_a_replaced_certificate_names_its_successor_and_is_never_valid(client: Client) -> None:
    old, new = a_certificate(), a_certificate()
    move(old, "replace", successor=new)
    answer = verify(client, numbers=[old.number]).json()["answers"][0]
    assert answer["verdict"] == "replaced"
    assert answer["successor"] == new.number


@pytest.mark.parametrize(
    ("field", "value"), [("verify_code", "2" * 26), ("bin", "080540014775"), ("year", 2016)]
)
def test_what_stands_on_the_paper_must_be_that_certificates(
    client: Client, certificate: Certificate, field: str, value: Any
) -> None:
    """A true number on a forged paper: the code or the BIN beside it is another's."""
    right = {
        "verify_code": certificate.verify_code.lower(),
        "bin": certificate.application.act.request.producer_bin,
        "year": certificate.year,
    }
    asked = [{"number": certificate.number, field: given} for given in (right[field], value)]
    assert verdicts(client, certificates=asked) == ["valid", "mismatch"]


def test_a_thousand_numbers_take_as_many_queries_as_one(client: Client) -> None:
    numbers = [a_certificate().number for _turn in range(3)]

    def queries(asked: list[str]) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert verify(client, numbers=asked).status_code == 200
        return len(caught)

    many = [*numbers, *(f"KZ 6 120 {sequence:05d}" for sequence in range(1, 998))]
    one_known_one_not = [numbers[0], many[-1]]
    assert queries(many) == queries(one_known_one_not)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "numbers"),
        ({"numbers": []}, "numbers"),
        ({"numbers": ["KZ 6 120 00001"] * 1001}, "numbers"),
        ({"numbers": "KZ 6 120 00001"}, "numbers"),
        ({"numbers": ["KZ 6 120 00001"], "as_of": "tomorrow"}, "as_of"),
        ({"certificates": [{"number": "KZ 6 120 00001", "bin": "1"}]}, "certificates"),
    ],
)
def test_a_call_that_cannot_be_read_is_refused_with_its_field(
    client: Client, body: dict[str, Any], field: str
) -> None:
    refused = verify(client, **body)
    assert refused.status_code == 400
    assert refused.json()["code"] == "invalid"
    assert refused.json()["field"] == field


def test_one_certificate_has_its_lines_and_if_asked_its_proofs(
    client: Client, certificate: Certificate, publish_log: Any
) -> None:
    publish_log()
    address = f"/api/v1/certificates/{certificate.number.replace(' ', '-')}/"
    plain = client.get(address).json()
    assert plain["lines"][0]["number"] == 1
    assert "proofs" not in plain
    proved = client.get(address, {"proofs": "1"}, headers=ENGLISH).json()["proofs"]
    assert [(one["code"], one["ok"]) for one in proved] == [
        ("seal", True), ("file", True), ("record", True), ("act", True), ("log", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [("KZ-6-120-99999", 404, "unknown"), ("nonsense", 400, "malformed")],
)
def test_a_number_that_was_not_issued_is_refused(
    client: Client, number: str, status: int, code: str
) -> None:
    refused = client.get(f"/api/v1/certificates/{number}/")
    assert refused.status_code == status
    assert refused.json()["code"] == code


def test_a_certificate_of_the_earlier_register_is_answered_with_its_lines(
    client: Client, tmp_path: Path
) -> None:
    reference_data()
    take(tmp_path, a_row(), a_row(Наименование_товара="Фильтр масляный PF-0002A"))
    entry = RegisterEntry.objects.get()
    asked = {"number": entry.number, "bin": entry.producer_bin, "year": entry.year}
    on = entry.issued_on.isoformat()
    answer = verify(client, certificates=[asked], as_of=on, with_lines=True).json()["answers"][0]
    assert (answer["source"], answer["verdict"]) == ("earlier", "valid")
    assert "not sealed by this portal" in answer["sentence"]
    assert [line["number"] for line in answer["lines"]] == [1, 2]
    assert answer["digests"] is None
    forged = {"number": entry.number, "verify_code": "2" * 26}
    assert verdicts(client, certificates=[forged]) == ["mismatch"]
    after = (entry.valid_until + timedelta(days=1)).isoformat()
    assert verdicts(client, numbers=[entry.number], as_of=after) == ["expired"]


def test_questions_of_programs_are_counted(client: Client, certificate: Certificate) -> None:
    for _turn in range(2):
        verify(client, numbers=[certificate.number, "KZ 6 120 99999"])
    assert VerificationCount.objects.get(certificate=certificate, way=Way.API).count == 2
    assert UnknownLookup.objects.get(number="KZ 6 120 99999", way=Way.API).count == 2


@pytest.mark.parametrize("on", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_of_all_are_answered(
    client: Client, certificate: Certificate, on: str
) -> None:
    slug = certificate.number.replace(" ", "-")
    answer = client.get(f"/api/v1/certificates/{slug}/", {"as_of": on})
    assert answer.status_code == 200
    assert answer.json()["verdict"] in ("not_yet", "expired", "scheme_ended")


def test_a_body_made_to_exhaust_the_reader_is_refused(client: Client, db: None) -> None:
    for body, status in (("[" * 100_000, 400), (" " * 2_000_000, 413)):
        answer = client.post("/api/v1/verify/", body, content_type="application/json")
        assert answer.status_code == status
