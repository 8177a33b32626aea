import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_anyone_may_ask_whether_the_portal_is_healthy(client: Client) -> None:
    answer = client.get("/health/")
    assert answer.status_code == 200
    assert answer.json() == {"database": True, "broker": True, "last_cosigned_at": None}
