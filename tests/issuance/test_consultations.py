"""Asking another body: a question on record, a clock that stands still, a reply that is entered."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.errors import DomainError, PermissionRefused
from accounts.models import Role
from audit.models import AuditEvent
from issuance import services
from issuance.models import Application, Consultation
from reference import working_days
from reference.parameters import parameter
from tests import scenarios
from tests.issuance.conftest import SignIn
from workplace.baskets.gathering import Basket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


def fresh(application: Application) -> Application:
    return Application.objects.get(pk=application.pk)


def close(application: Application, **given: Any) -> Application:
    return services.close_consultation(
        application=application,
        actor=scenarios.staff_of(application, Role.CHAMBER_OFFICER),
        **given,
    )


def overdue(application: Application) -> None:
    """The question was asked a month ago."""
    long_ago = timezone.now() - dt.timedelta(days=30)
    Consultation.objects.filter(application=application).update(
        asked_at=long_ago, due_on=timezone.localdate(long_ago) + dt.timedelta(days=7)
    )


def test_the_clock_stands_still_until_the_reply() -> None:
    application = scenarios.an_application("under_review")
    due_on = application.due_on
    scenarios.consult(application)
    application = fresh(application)
    assert application.status == "in_consultation"
    assert application.is_clock_paused
    today = timezone.localdate()
    consultation = Consultation.objects.get()
    term = parameter("consultation.days", on=today)
    assert consultation.due_on == working_days.add(today, term)
    close(application, reply="The protocol is ours.", replied_on=today, reply_number="17")
    application = fresh(application)
    assert application.status == "under_review"
    assert application.due_on == due_on
    consultation.refresh_from_db()
    assert (consultation.reply, consultation.reply_number) == ("The protocol is ours.", "17")
    event = AuditEvent.objects.get(event="application.consultation_closed")
    assert event.facts["is_answered"] is True


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "reply_still_due"),
        ({"reply": "Ours."}, "no_date"),
        ({"reply": "Ours.", "replied_on": dt.date(2020, 1, 1)}, "reply_date"),
        ({"reply": "Ours.", "replied_on": dt.date(2999, 1, 1)}, "reply_date"),
        ({"replied_on": dt.date(2020, 1, 1)}, "empty_reply"),
        ({"reply_number": "17"}, "empty_reply"),
    ],
)
def test_a_reply_needs_its_words_and_its_date(given: dict[str, Any], code: str) -> None:
    application = scenarios.an_application("in_consultation")
    with pytest.raises(DomainError) as refusal:
        close(application, **given)
    assert refusal.value.code == code
    assert fresh(application).status == "in_consultation"


def test_without_a_reply_the_case_goes_on_only_after_the_term() -> None:
    application = scenarios.an_application("in_consultation")
    overdue(application)
    close(application)
    consultation = Consultation.objects.get()
    assert consultation.closed_at is not None
    assert consultation.replied_on is None
    event = AuditEvent.objects.get(event="application.consultation_closed")
    assert event.facts["is_answered"] is False


def test_only_the_reviewer_asks_and_enters_the_reply() -> None:
    application = scenarios.an_application("in_consultation")
    for actor in (
        scenarios.a_person(Role.CHAMBER_OFFICER, application.chamber),
        scenarios.staff_of(application, Role.APPLICANT),
    ):
        with pytest.raises(PermissionRefused):
            services.close_consultation(
                application=application,
                actor=actor,
                reply="Ours.",
                replied_on=timezone.localdate(),
            )


def test_a_case_may_be_withdrawn_while_another_body_is_asked() -> None:
    application = scenarios.withdraw_application(scenarios.an_application("in_consultation"))
    assert application.status == "withdrawn"


def test_the_question_and_the_reply_with_its_file_go_through_the_pages(sign_in: SignIn) -> None:
    application = scenarios.an_application("under_review")
    client = sign_in(scenarios.staff_of(application, Role.CHAMBER_OFFICER))
    asked = client.post(
        reverse("issuance:application-consult", args=[application.pk]),
        {
            "version": application.version,
            "consult-body": "Laboratory Primer",
            "consult-text": "Is the protocol yours?",
            "consult-outgoing_number": "2-17/1",
        },
        follow=True,
    ).content.decode()
    assert "Waits for the reply of Laboratory Primer since" in asked
    assert "2-17/1" in asked
    application = fresh(application)
    url = reverse("issuance:application-close_consultation", args=[application.pk])
    given = {
        "version": application.version,
        "close_consultation-replied_on": timezone.localdate().isoformat(),
    }
    wrong = SimpleUploadedFile("reply.pdf", b"not a pdf", "application/pdf")
    refused = client.post(url, {**given, "close_consultation-upload": wrong})
    assert refused.status_code == 409
    assert "is not a readable pdf file" in refused.content.decode()
    closed = client.post(url, {**given, "close_consultation-upload": scenarios.a_pdf("reply.pdf")})
    assert closed.status_code == 302
    consultation = Consultation.objects.get()
    file_url = reverse("issuance:consultation-file", args=[application.pk, consultation.pk])
    assert client.get(file_url)["Content-Disposition"].startswith("attachment")
    applicant = sign_in(scenarios.staff_of(application, Role.APPLICANT))
    for way in ("", "?page=1", "?small=1", "?picture=1"):
        assert client.get(file_url + way).status_code == 200, way
        assert applicant.get(file_url + way).status_code == 403, way
    seen = applicant.get(reverse("issuance:application-detail", args=[application.pk]))
    assert "Is the protocol yours?" not in seen.content.decode()


def test_the_basket_says_whose_reply_is_waited_for_and_when_it_is_late() -> None:
    application = scenarios.an_application("in_consultation")
    officer = scenarios.staff_of(application, Role.CHAMBER_OFFICER)

    def row() -> Any:
        basket = Basket(officer)
        [tab] = [tab for tab in basket.tabs if tab.key == "paused"]
        [found] = basket.rows(tab, basket.counts().by_tab["paused"])[:1]
        return found

    assert row().who == "the reply of Лаборатория «Пример»"
    assert str(row().status.label) == "Waits for another body"
    overdue(application)
    assert str(row().status.label) == "No reply within the term"
