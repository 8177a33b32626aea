"""Complaints come in: what is asked, what is refused in words, and what is never stored."""

import datetime as dt
import html
import re
import time
import uuid

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.errors import DomainError, PermissionRefused
from accounts.models import Role
from audit.models import AuditEvent
from documents.models import StoredFile
from issuance.models import Certificate
from oversight.complaints.filing import (
    add_to_complaint,
    complain_of_refusal,
    complain_until,
    file_complaint,
)
from oversight.models import Complaint, ComplaintAddition
from oversight.strangers import new_seal
from reference import working_days
from registry.models import UnknownLookup
from tests import scenarios

from .scenes import TEXT, a_complaint, a_desk, a_picture, said, written

LANGUAGE = "en"
NEW = "/complaints/new/"
UNKNOWN = "KZ 6 120 99999"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def wide_limits(settings: object, db: None) -> None:
    settings.CTKZ_WRITE_PER_MINUTE = settings.CTKZ_WRITE_PER_DAY = 10_000  # type: ignore[attr-defined]
    scenarios.reference_data()


def test_a_stranger_gets_a_number_a_code_and_a_day(client: Client) -> None:
    answer = client.post(NEW, written(), follow=True)
    complaint = Complaint.objects.get()
    page = answer.content.decode()
    assert complaint.number in page
    assert complaint.code[:4] in page
    today = timezone.localdate()
    assert complaint.due_on == working_days.add(today, 15)
    text = client.get("/complaints/thanks/text/")
    assert complaint.number in text.content.decode()
    assert text["Content-Disposition"].startswith("attachment")


def test_the_log_says_that_it_came_and_nothing_of_who() -> None:
    complaint = a_complaint(name="Примеров Пример", contact="primer@example.kz")
    event = AuditEvent.objects.of_case(complaint.case_id).get()
    assert event.event == "complaint.received"
    body = bytes(event.body).decode()
    assert "primer" not in body.lower()
    assert "Примеров" not in body


@pytest.mark.parametrize("spelling", ["{0}", "{1}", "{2}", " {0} ", "№ {0}"])
def test_a_number_is_known_in_any_spelling(client: Client, spelling: str) -> None:
    certificate = scenarios.a_certificate()
    number = certificate.number
    parts = number.split()
    short = f"{parts[0]}{parts[1]}{parts[2]}{int(parts[3])}"
    lookalike = number.replace("K", "К")
    typed = spelling.format(number, short, lookalike.lower())
    assert client.post(NEW, written(about="certificate", number=typed)).status_code == 302
    complaint = Complaint.objects.get()
    assert complaint.certificate == certificate
    assert complaint.number_given == number
    assert complaint.department_id == certificate.chamber_code


def test_a_number_that_does_not_exist_is_asked_about_at_its_field(client: Client) -> None:
    answer = client.post(NEW, written(about="certificate", number=UNKNOWN))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert f"No certificate {UNKNOWN} has been issued." in page
    assert "The number stands exactly so on the paper I have" in page
    assert TEXT in page
    assert not Complaint.objects.exists()


def test_a_number_that_stands_so_on_the_paper_is_a_suspected_forgery(client: Client) -> None:
    client.post(NEW, written(about="certificate", number="kz6120 99999", number_stands="on"))
    complaint = Complaint.objects.get()
    assert complaint.about == "forgery"
    assert (complaint.number_given, complaint.certificate) == (UNKNOWN, None)
    assert complaint.department_id == "120"
    assert UnknownLookup.objects.get(number=UNKNOWN).count == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"about": "certificate"}, "Type the number of the certificate."),
        ({"about": "certificate", "number": "12"}, "A certificate number looks like"),
        ({"about": ""}, "Choose what it is about."),
        ({"text": "  "}, "Say what happened."),
        ({"text": "x" * 8001}, "at most 8000"),
        ({"learnt_on": "yesterday"}, "This is not a date."),
        ({"learnt_on": "2999-01-01"}, "This day has not come yet."),
        ({"language": "fr"}, "Select a valid choice"),
        ({"second_topic": "buy"}, "A field that nobody sees was filled in"),
        ({"seal": "forged"}, "open for too long"),
        ({"seal": "A" * 5000}, "open for too long"),
    ],
)
def test_bad_input_is_refused_in_words_and_stores_nothing(
    client: Client, fields: dict[str, str], sentence: str
) -> None:
    answer = client.post(NEW, written(**fields))
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert not Complaint.objects.exists()


def test_a_program_that_answers_at_once_is_asked_to_wait(client: Client) -> None:
    answer = client.post(NEW, written(seal=new_seal()))
    assert "faster than a person writes" in answer.content.decode()
    assert not Complaint.objects.exists()


def test_what_was_open_since_yesterday_is_sent_again_with_its_text(client: Client) -> None:
    old = new_seal(written_since=time.time() - 25 * 60 * 60)
    answer = client.post(NEW, written(seal=old))
    form = answer.context["form"]
    again = client.post(NEW, written(seal=form["seal"].value()))
    assert TEXT in answer.content.decode()
    assert again.status_code == 302


def test_a_double_click_is_one_complaint(client: Client) -> None:
    fields = written()
    answers = [client.post(NEW, fields) for _click in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Complaint.objects.count() == 1


def test_a_file_that_is_not_what_it_says_is_named_and_the_text_is_kept(client: Client) -> None:
    false = SimpleUploadedFile("scan.pdf", b"<html>not a PDF</html>", "application/pdf")
    answer = client.post(NEW, written(files=[a_picture(), false]))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "scan.pdf: The file is not a readable pdf file" in page
    assert TEXT in page
    assert not Complaint.objects.exists()
    assert not StoredFile.objects.filter(name__in=("scan.pdf", "paper.png")).exists()


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([a_picture(f"{n}.png") for n in range(6)], "At most 5 files."),
        ([SimpleUploadedFile("x.exe", b"MZ")], "Files of this type are not taken here"),
        ([SimpleUploadedFile("x.png", b"")], "The file is empty."),
    ],
)
def test_files_of_other_kinds_and_too_many_are_refused(
    client: Client, files: list[SimpleUploadedFile], sentence: str
) -> None:
    answer = client.post(NEW, written(files=files))
    assert sentence in answer.content.decode()
    assert not Complaint.objects.exists()


def test_good_files_come_with_the_complaint(client: Client) -> None:
    client.post(NEW, written(files=[a_picture("one.png"), a_picture("two.png")]))
    names = Complaint.objects.get().files.values_list("file__name", flat=True)
    assert sorted(names) == ["one.png", "two.png"]


def test_the_link_of_the_verification_page_fills_the_number_in(client: Client) -> None:
    certificate = scenarios.a_certificate()
    slug = certificate.number.replace(" ", "-")
    page = client.get(f"/c/{slug}/").content.decode()
    link = html.unescape(re.findall(r'href="(/complaints/new/\?[^"]+)"', page)[0])
    form = client.get(link).context["form"]
    assert form["number"].value() == certificate.number
    assert form["about"].value() == "certificate"


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_form_speaks_all_languages(client: Client, language: str) -> None:
    answer = client.get(NEW, headers={"accept-language": language})
    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.content.decode()


def test_something_is_added_while_it_is_open_and_only_once() -> None:
    complaint = a_complaint()
    token = uuid.uuid4()
    for _click in range(2):
        add_to_complaint(complaint=complaint, form_token=token, text="Ещё (пример).")
    assert ComplaintAddition.objects.count() == 1
    with pytest.raises(DomainError, match="Write something"):
        add_to_complaint(complaint=complaint, form_token=uuid.uuid4(), text=" ")


def test_nothing_is_added_to_a_complaint_that_is_answered() -> None:
    desk = a_desk("answered")
    with pytest.raises(DomainError, match="closed"):
        add_to_complaint(complaint=desk.complaint, form_token=uuid.uuid4(), text="Ещё (пример).")


class TestRefusals:
    def test_the_applicant_complains_of_the_chambers_refusal(self, client: Client) -> None:
        application = scenarios.an_application("refused")
        applicant = scenarios.a_person(Role.APPLICANT, application.applicant)
        client.force_login(applicant.user)
        page = client.get(
            reverse("issuance:application-detail", args=[application.pk])
        ).content.decode()
        address = f"/complaints/refusal/{application.pk}/"
        assert address in page
        answer = client.post(address, written(), follow=True)
        complaint = Complaint.objects.get()
        assert complaint.number in answer.content.decode()
        assert complaint.application == application
        assert complaint.organisation == application.chamber
        assert complaint.department_id == application.chamber.code
        assert complaint.filed_by == applicant.user

    def test_a_stranger_to_the_application_finds_nothing(self, client: Client) -> None:
        application = scenarios.an_application("refused")
        client.force_login(scenarios.a_person(Role.APPLICANT).user)
        assert client.get(f"/complaints/refusal/{application.pk}/").status_code == 404
        with pytest.raises(PermissionRefused):
            complain_of_refusal(
                form_token=uuid.uuid4(),
                application=application,
                actor=scenarios.a_person(Role.APPLICANT),
                said=said(),
            )

    def test_what_was_not_refused_cannot_be_complained_of(self) -> None:
        application = scenarios.an_application("submitted")
        actor = scenarios.a_person(Role.APPLICANT, application.applicant)
        with pytest.raises(DomainError, match="Only a refusal"):
            complain_of_refusal(
                form_token=uuid.uuid4(), application=application, actor=actor, said=said()
            )

    def test_a_late_complaint_is_accepted_with_its_reason(self) -> None:
        application = scenarios.an_application("refused")
        actor = scenarios.a_person(Role.APPLICANT, application.applicant)
        values = {"application": application, "actor": actor, "said": said()}
        with time_machine.travel(timezone.now() + dt.timedelta(days=120), tick=True):
            with pytest.raises(DomainError, match="three months") as refusal:
                complain_of_refusal(form_token=uuid.uuid4(), **values)
            complaint = complain_of_refusal(
                form_token=uuid.uuid4(), late_reason="Письмо дошло поздно (пример).", **values
            )
        assert refusal.value.field == "late_reason"
        assert complaint.late_reason

    def test_one_refusal_is_complained_of_once_at_a_time(self) -> None:
        application = scenarios.an_application("refused")
        actor = scenarios.a_person(Role.APPLICANT, application.applicant)
        values = {"application": application, "actor": actor, "said": said()}
        complain_of_refusal(form_token=uuid.uuid4(), **values)
        with pytest.raises(DomainError, match="not answered yet"):
            complain_of_refusal(form_token=uuid.uuid4(), **values)

    @pytest.mark.parametrize(
        ("learnt", "last"),
        [
            (dt.date(2026, 1, 15), dt.date(2026, 4, 15)),
            (dt.date(2026, 11, 30), dt.date(2027, 2, 28)),
            (dt.date(2025, 12, 31), dt.date(2026, 3, 31)),
        ],
    )
    def test_the_term_is_three_months(self, learnt: dt.date, last: dt.date) -> None:
        assert complain_until(learnt) == last


def test_a_complaint_is_never_lost_between_two_of_the_same_form() -> None:
    token = uuid.uuid4()
    first = file_complaint(form_token=token, about="other", said=said())
    second = file_complaint(form_token=token, about="other", said=said(text="Другое (пример)."))
    assert first == second
    assert Certificate.objects.count() == 0
