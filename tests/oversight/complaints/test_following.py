"""With number and code a complainant comes back, reads the answer, and nobody else does."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import Role
from oversight.complaints.following import state_of
from oversight.complaints.opening import find_by_code, spaced
from oversight.complaints.papers import ANSWER
from oversight.models import Complaint
from oversight.papers import make_paper
from tests import scenarios

from .scenes import TEXT, a_complaint, a_desk, a_picture, written

LANGUAGE = "en"
FOLLOW = "/complaints/follow/"
WRONG = "Number and code do not belong together."
pytestmark = pytest.mark.django_db


def opened(client: Client, complaint: Complaint) -> str:
    fields = {"number": complaint.number, "code": spaced(complaint.code)}
    answer = client.post(FOLLOW, fields, follow=True)
    return answer.content.decode()


@pytest.mark.parametrize(
    "spelling",
    [
        lambda code: code,
        lambda code: code.lower(),
        spaced,
        lambda code: " ".join(code),
        lambda code: code.replace("B", "В").replace("K", "К").replace("P", "Р"),
    ],
)
def test_number_and_code_open_the_complaint_in_any_spelling(spelling: object) -> None:
    complaint = a_complaint()
    assert find_by_code(complaint.number.lower(), spelling(complaint.code)) == complaint


@pytest.mark.parametrize("wrong", ["code", "number", "both"])
def test_whatever_is_wrong_the_sentence_is_the_same(client: Client, wrong: str) -> None:
    complaint = a_complaint()
    number = complaint.number if wrong == "code" else "CM-2026-99999"
    code = complaint.code if wrong == "number" else "AAAA-AAAA-AAAA"
    answer = client.post(FOLLOW, {"number": number, "code": code})
    assert answer.status_code == 400
    assert WRONG in answer.content.decode()
    assert TEXT not in answer.content.decode()


def test_without_the_code_the_page_does_not_open(client: Client) -> None:
    complaint = a_complaint()
    for number in (complaint.number, "CM-2026-99999"):
        answer = client.get(f"/complaints/{number}/")
        assert (answer.status_code, answer["Location"]) == (302, FOLLOW)
    assert client.get(f"/complaints/{complaint.number}/answer/").status_code == 404


def test_the_code_is_in_no_address_and_on_no_later_page(client: Client) -> None:
    answer = client.post("/complaints/new/", written(), follow=True)
    complaint = Complaint.objects.get()
    assert not [url for url, _status in answer.redirect_chain if complaint.code in url]
    page = client.get(f"/complaints/{complaint.number}/").content.decode()
    assert complaint.code not in page
    assert spaced(complaint.code) not in page


def test_the_complainant_reads_the_answer_and_takes_the_document(client: Client) -> None:
    scenarios.a_seal()
    desk = a_desk("answered")
    make_paper(ANSWER, str(desk.complaint.pk))
    page = opened(client, desk.complaint)
    assert "Проверено (пример)." in page
    assert "Confirmed" in page
    assert desk.inspector.user.full_name not in page
    paper = client.get(f"/complaints/{desk.complaint.number}/answer/")
    assert paper.content.startswith(b"%PDF-")


def test_another_visitor_does_not_get_the_document(client: Client) -> None:
    scenarios.a_seal()
    desk = a_desk("answered")
    make_paper(ANSWER, str(desk.complaint.pk))
    opened(client, desk.complaint)
    assert Client().get(f"/complaints/{desk.complaint.number}/answer/").status_code == 404


def test_what_was_sent_can_be_read_again_and_added_to(client: Client) -> None:
    client.post("/complaints/new/", written(files=[a_picture()]))
    complaint = Complaint.objects.get()
    page = client.get(f"/complaints/{complaint.number}/").content.decode()
    assert TEXT in page
    file = complaint.files.get()
    assert client.get(f"/complaints/{complaint.number}/files/{file.pk}/").status_code == 200
    added = {key: written()[key] for key in ("seal", "second_topic")} | {"text": "Ещё (пример)."}
    answer = client.post(
        f"/complaints/{complaint.number}/", {**added, "files": [a_picture("more.png")]}
    )
    assert answer.status_code == 302
    assert "more.png" in client.get(f"/complaints/{complaint.number}/").content.decode()


def test_it_closes_by_button_and_by_itself(client: Client) -> None:
    complaint = a_complaint()
    opened(client, complaint)
    address = f"/complaints/{complaint.number}/"
    assert client.get(address).status_code == 200
    client.post("/complaints/close/")
    assert client.get(address).status_code == 302
    opened(client, complaint)
    with time_machine.travel(timezone.now() + dt.timedelta(hours=3), tick=True):
        assert client.get(address).status_code == 302


def test_the_code_is_not_shown_to_the_next_person_at_the_computer(client: Client) -> None:
    client.post("/complaints/new/", written())
    complaint = Complaint.objects.get()
    thanks, text = "/complaints/thanks/", "/complaints/thanks/text/"
    assert spaced(complaint.code) in client.get(thanks).content.decode()
    with time_machine.travel(timezone.now() + dt.timedelta(hours=3), tick=True):
        assert client.get(thanks).status_code == 302
        assert client.get(text).status_code == 404


def test_the_organisation_that_complained_needs_no_code(client: Client) -> None:
    complaint = a_complaint()
    applicant = scenarios.a_person(Role.APPLICANT)
    Complaint.objects.filter(pk=complaint.pk).update(complainant=applicant.organisation)
    client.force_login(applicant.user)
    assert client.get(f"/complaints/{complaint.number}/").status_code == 200
    client.force_login(scenarios.a_person(Role.APPLICANT).user)
    assert client.get(f"/complaints/{complaint.number}/").status_code == 302


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("received", "Received; the Committee registers it"),
        ("registered", "Registered; an inspector takes it up"),
        ("under_review", "An inspector of the Committee examines it"),
        ("drafted", "An inspector of the Committee examines it"),
        ("answered", "Answered"),
    ],
)
def test_where_it_stands_is_one_sentence(status: str, sentence: str) -> None:
    state = state_of(a_desk(status).complaint)
    assert state.sentence == sentence
    assert state.is_open is (status != "answered")


def test_a_late_answer_is_admitted_and_the_way_on_is_told() -> None:
    complaint = a_complaint()
    state = state_of(complaint, on=complaint.due_on + dt.timedelta(days=1))
    assert state.is_late
    assert "deemed to have refused" in state.detail
