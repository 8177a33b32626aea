"""Draws by programs: once for each key of a request, never more than is left."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from issuance.models import Certificate, OverUse, QuantityDraw
from registry.models import Scope
from tests.registry.lives import a_key, bearer
from tests.scenarios import a_certificate, an_organisation

LANGUAGE = "en"

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(db: None) -> Certificate:
    return a_certificate(category="batch")


@pytest.fixture
def key() -> str:
    return a_key(Scope.DRAW, organisation=an_organisation("chamber"))


def address(certificate: Certificate, rest: str = "") -> str:
    return f"/api/v1/certificates/{certificate.number.replace(' ', '-')}/draws/{rest}"


def draw(
    client: Client, certificate: Certificate, key: str, *, request: str = "1", **values: Any
) -> Any:
    body = {
        "line": 1,
        "quantity": "5",
        "document": "invoice",
        "document_number": "77",
        "document_on": timezone.localdate().isoformat(),
        **values,
    }
    headers = {**bearer(key), "idempotency-key": request} if request else bearer(key)
    return client.post(address(certificate), body, content_type="application/json", headers=headers)


def left(client: Client, certificate: Certificate, key: str) -> str:
    answer = client.get(address(certificate), headers=bearer(key)).json()
    return answer["balances"][0]["left"]


def test_a_draw_is_entered_once_for_each_request(
    client: Client, batch: Certificate, key: str
) -> None:
    before = left(client, batch, key)
    first, again = draw(client, batch, key), draw(client, batch, key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert QuantityDraw.objects.count() == 1
    assert float(left(client, batch, key)) == float(before) - 5
    other = draw(client, batch, key, quantity="6")
    assert (other.status_code, other.json()["code"]) == (409, "request_key_used")


def test_over_use_is_refused_with_its_field_and_told_to_the_committee(
    client: Client, batch: Certificate, key: str
) -> None:
    refused = draw(client, batch, key, quantity="1000000")
    assert refused.status_code == 409
    assert (refused.json()["code"], refused.json()["field"]) == ("over_use", "quantity")
    assert OverUse.objects.count() == 1
    assert not QuantityDraw.objects.exists()


def test_a_mistaken_draw_is_given_back_by_its_own_key_only(
    client: Client, batch: Certificate, key: str
) -> None:
    before = left(client, batch, key)
    made = draw(client, batch, key).json()
    other = a_key(Scope.DRAW, organisation=an_organisation("chamber"))

    def give_back(with_key: str) -> Any:
        return client.post(
            address(batch, f"{made['id']}/give-back/"), {"note": "Ошибка оператора"},
            content_type="application/json",
            headers={**bearer(with_key), "idempotency-key": "back-1"},
        )  # fmt: skip

    assert give_back(other).status_code == 404
    returned = give_back(key)
    assert returned.status_code == 201
    assert returned.json()["reverses"] == made["id"]
    assert give_back(key).json() == returned.json()
    assert left(client, batch, key) == before


def test_a_key_sees_its_own_draws_and_everybodys_balance(
    client: Client, batch: Certificate, key: str
) -> None:
    draw(client, batch, key)
    other = a_key(Scope.DRAW, organisation=an_organisation("chamber"))
    answer = client.get(address(batch), headers=bearer(other)).json()
    assert answer["draws"] == []
    assert float(answer["balances"][0]["drawn"]) == 5


def test_an_applicants_key_draws_from_its_own_certificates_only(
    client: Client, batch: Certificate
) -> None:
    own = a_key(Scope.DRAW, organisation=batch.application.applicant)
    strangers = a_key(Scope.DRAW, organisation=an_organisation("applicant"))
    assert draw(client, batch, own).status_code == 201
    refused = draw(client, batch, strangers)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_yours")


@pytest.mark.parametrize(
    ("values", "status", "field"),
    [
        ({"request": ""}, 400, "Idempotency-Key"),
        ({"request": "x" * 101}, 400, "Idempotency-Key"),
        ({"quantity": "0"}, 409, "quantity"),
        ({"quantity": "NaN"}, 400, "quantity"),
        ({"quantity": "0.0000001"}, 400, "quantity"),
        ({"line": 99}, 409, "line"),
        ({"document": "word"}, 400, "document"),
        ({"document_on": "2999-01-01"}, 409, "document_on"),
        ({"buyer_bin": "123"}, 409, "buyer_bin"),
    ],
)
def test_what_is_wrong_with_a_draw_is_said(
    client: Client, batch: Certificate, key: str, values: dict[str, Any], status: int, field: str
) -> None:
    refused = draw(client, batch, key, **values)
    assert (refused.status_code, refused.json()["field"]) == (status, field)
    assert not QuantityDraw.objects.exists()


def test_a_serial_certificate_has_no_ledger(
    client: Client, certificate: Certificate, key: str
) -> None:
    assert client.get(address(certificate), headers=bearer(key)).json()["balances"] == []
    refused = draw(client, certificate, key)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_counted")
