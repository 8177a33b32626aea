"""A flood is stopped before anything of it is stored, and only the flood."""

from typing import Any

import pytest
from django.test import Client

from oversight.models import Complaint
from tests.scenarios import reference_data

from .scenes import a_complaint, a_picture, written

LANGUAGE = "en"
NEW = "/complaints/new/"
ELSEWHERE = "203.0.113.7"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """A test that began in the last second of a minute must not end in the next one."""
    monkeypatch.setattr("accounts.callers.time.time", lambda: 1_700_000_000)
    settings.CTKZ_WRITE_PER_MINUTE = 10
    settings.CTKZ_WRITE_PER_DAY = 50
    reference_data()


def test_of_a_thousand_complaints_a_minute_only_the_first_are_kept(client: Client) -> None:
    codes = [client.post(NEW, written(), REMOTE_ADDR="198.51.100.9").status_code
             for _turn in range(1000)]  # fmt: skip
    assert codes[:10] == [302] * 10
    assert set(codes[10:]) == {429}
    assert Complaint.objects.count() == 10
    answer = client.post(NEW, written(), REMOTE_ADDR="198.51.100.9")
    assert "Please wait a minute and send it again." in answer.content.decode()
    assert client.get(NEW, REMOTE_ADDR="198.51.100.9").status_code == 200
    assert client.post(NEW, written(), REMOTE_ADDR=ELSEWHERE).status_code == 302


def test_of_a_day_no_more_is_kept_than_a_person_writes(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CTKZ_WRITE_PER_DAY = 3
    codes = []
    for minute in range(5):
        monkeypatch.setattr("accounts.callers.time.time", lambda m=minute: 1_700_000_000 + 60 * m)
        answer = client.post(NEW, written())
        codes.append(answer.status_code)
    assert codes == [302, 302, 302, 400, 400]
    assert "come back tomorrow" in answer.content.decode()
    assert Complaint.objects.count() == 3


def test_a_form_with_mistakes_does_not_use_the_day_up(client: Client, settings: Any) -> None:
    settings.CTKZ_WRITE_PER_DAY = 1
    for _turn in range(3):
        client.post(NEW, written(text=""))
    assert client.post(NEW, written()).status_code == 302


def test_an_oversized_body_is_refused_before_it_is_read(client: Client, settings: Any) -> None:
    settings.CTKZ_UPLOAD_MAX_BYTES = 1000
    answer = client.post(NEW, written(text="x" * 5000, files=[a_picture()]))
    assert answer.status_code == 413
    assert "Nothing was sent." in answer.content.decode()
    assert not Complaint.objects.exists()


def test_foreign_pages_cannot_send_the_form() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(NEW, written()).status_code == 403


def test_guesses_of_a_code_are_counted(client: Client, settings: Any) -> None:
    settings.CTKZ_WRITE_PER_MINUTE, settings.CTKZ_WRITE_PER_DAY = 1000, 5
    complaint = a_complaint()
    wrong = {"number": complaint.number, "code": "AAAA-AAAA-AAAA"}
    codes = [client.post("/complaints/follow/", wrong).status_code for _turn in range(6)]
    assert codes == [400] * 5 + [429]
    right = {"number": complaint.number, "code": complaint.code}
    assert client.post("/complaints/follow/", right).status_code == 429
    answer = client.post("/complaints/follow/", right, REMOTE_ADDR=ELSEWHERE)
    assert answer.status_code == 302
