"""Pages of desk control: the whole way by clicks, and what strangers and neighbours are told."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership, Role
from oversight.control.questions import ask_side
from oversight.models import CheckQuestion, DeskCheck, Recommendation, Violation
from tests.scenarios import a_certificate, a_pdf, a_person

from .desk import (
    a_desk,
    a_recommendation,
    close,
    conclude,
    expert_head,
    experts_of,
    note,
    post_to,
)

LANGUAGE = "en"
pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


def get(client: Client, actor: Membership, address: str, **query: str) -> Any:
    client.force_login(actor.user)
    return client.get(address, query, headers=ENGLISH)


def post(client: Client, actor: Membership, address: str, **values: Any) -> Any:
    client.force_login(actor.user)
    return client.post(address, values, headers=ENGLISH)


def command(check: DeskCheck, name: str) -> str:
    return reverse("oversight:check-command", args=[check.number, name])


def test_the_whole_way_by_the_pages(client: Client) -> None:
    head, inspector = a_person(Role.COMMITTEE_HEAD), a_person(Role.INSPECTOR)
    certificate = a_certificate()
    post(client, head, reverse("oversight:check-order"), number=certificate.number)
    check = DeskCheck.objects.get()
    page = reverse("oversight:check-detail", args=[check.number])
    assert "give the check to an inspector" in get(client, head, page).content.decode()
    post(client, head, command(check, "assign"), **{"assign-inspector": str(inspector.user_id)})
    post(client, inspector, command(check, "start"))
    post(
        client, inspector, command(check, "ask"),
        **{"ask-addressee": str(check.certificate.application.chamber_id), "ask-text": "Почему?"},
    )  # fmt: skip
    officer = Membership.objects.get(
        user=check.certificate.application.reviewer, role=Role.CHAMBER_OFFICER
    )
    question = CheckQuestion.objects.get()
    inbox = get(client, officer, reverse("control:inbox")).content.decode()
    assert reverse("control:question", args=[question.pk]) in inbox
    post(
        client, officer, reverse("control:question", args=[question.pk]), text="Вот почему.",
        upload=a_pdf(),
    )  # fmt: skip
    assert "Вот почему." in get(client, inspector, page).content.decode()
    post(client, inspector, command(check, "replay"))
    post(
        client, inspector, reverse("oversight:violation-add", args=[check.number]),
        **{"violation-code": "wrong_share", "violation-fault": "auditor",
           "violation-text": "Доставка не учтена.", "violation-upload": a_pdf()},
    )  # fmt: skip
    post(
        client, inspector, command(check, "conclude"),
        **{"conclude-result": "violations", "conclude-conclusion": "Доля рассчитана неверно."},
    )  # fmt: skip
    post(client, head, command(check, "close"))
    check.refresh_from_db()
    assert (check.status, check.closed_by_id) == ("closed", head.user_id)
    experts = certificate.application.act.request.expert_organisation
    post(
        client, inspector, reverse("oversight:recommendation-prepare", args=[check.number]),
        addressee=str(experts.pk),
    )  # fmt: skip
    found = Recommendation.objects.get()
    assert "write the points and send" in get(client, inspector, on_page(found)).content.decode()
    post(client, inspector, on_page(found, "send"))
    speaker = a_person(Role.EXPERT_HEAD, experts)
    outside = reverse("control:recommendation", args=[found.number])
    assert "eliminate and report" in get(client, speaker, outside).content.decode()
    post(
        client, speaker, reverse("control:recommendation-reply", args=[found.number, "report"]),
        **{"report-text": "Исправлено.", "report-upload": a_pdf()},
    )  # fmt: skip
    post(client, inspector, on_page(found, "confirm"))
    found.refresh_from_db()
    assert found.status == "executed"


def on_page(found: Recommendation, name: str = "") -> str:
    if not name:
        return reverse("oversight:recommendation-detail", args=[found.number])
    return reverse("oversight:recommendation-command", args=[found.number, name])


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.EXPERT_HEAD, Role.CHAMBER_OFFICER])
def test_to_everybody_else_the_desk_does_not_exist(client: Client, role: str) -> None:
    desk, found = a_recommendation()
    actor = a_person(role)
    for address in (
        reverse("oversight:check-list"), reverse("oversight:check-order"),
        reverse("oversight:check-detail", args=[desk.check.number]),
        reverse("oversight:violation-list"), reverse("oversight:recommendation-list"),
        on_page(found), reverse("control:recommendation", args=[found.number]),
        reverse("control:conclusion", args=[desk.check.number]),
    ):  # fmt: skip
        assert get(client, actor, address).status_code == 404
    assert post(client, actor, command(desk.check, "start")).status_code == 404


def test_another_department_is_refused_in_words(client: Client) -> None:
    desk, found = a_recommendation()
    far = a_person(Role.INSPECTOR)
    post_to(far, "101")
    for address in (reverse("oversight:check-detail", args=[desk.check.number]), on_page(found)):
        answer = get(client, far, address)
        assert answer.status_code == 403
        assert "belongs to another department" in answer.content.decode()
    listed = get(client, far, reverse("oversight:check-list"), tab="all").content.decode()
    assert desk.check.number not in listed
    violations = get(client, far, reverse("oversight:violation-list")).content.decode()
    assert "0 violations" in violations


def test_another_organisations_question_does_not_exist(client: Client) -> None:
    desk = a_desk()
    question = ask_side(
        check=desk.check, actor=desk.inspector, addressee=experts_of(desk), text="Почему?"
    )
    page = reverse("control:question", args=[question.pk])
    assert get(client, a_person(Role.EXPERT_HEAD), page).status_code == 404
    applicant = Membership.objects.filter(
        organisation=desk.certificate.application.applicant
    ).first()
    assert get(client, applicant, page).status_code == 404
    client.logout()
    assert client.get(page).status_code == 302
    text = get(client, expert_head(desk), page).content.decode()
    assert "Почему?" in text
    assert desk.certificate.number in text
    assert desk.check.number not in text


def test_a_file_that_is_not_what_it_says_is_refused_and_nothing_typed_is_lost(
    client: Client,
) -> None:
    desk = a_desk()
    fake = SimpleUploadedFile("act.pdf", b"<html>not a paper</html>", "application/pdf")
    answer = post(
        client, desk.inspector, reverse("oversight:violation-add", args=[desk.check.number]),
        **{"violation-code": "wrong_share", "violation-fault": "auditor",
           "violation-text": "Доставка не учтена.", "violation-upload": fake},
    )  # fmt: skip
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "not a readable pdf file" in text
    assert "Доставка не учтена." in text
    assert not Violation.objects.exists()


def test_a_conclusion_without_violations_says_what_is_missing(client: Client) -> None:
    desk = a_desk()
    answer = post(
        client, desk.inspector, command(desk.check, "conclude"),
        **{"conclude-result": "violations", "conclude-conclusion": "Плохо."},
    )  # fmt: skip
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Record at least one violation" in text
    assert "Record a replay of the calculation" in text


def test_only_an_end_that_is_possible_is_offered(client: Client) -> None:
    desk = a_desk()
    page = reverse("oversight:check-detail", args=[desk.check.number])
    text = get(client, desk.inspector, page).content.decode()
    assert 'name="conclude-result"' not in text
    post(client, desk.inspector, command(desk.check, "replay"))
    text = get(client, desk.inspector, page).content.decode()
    assert 'name="conclude-result" value="clean"' in text
    assert 'name="conclude-result" value="violations"' not in text


def test_an_old_page_changes_nothing(client: Client) -> None:
    desk = a_desk("assigned")
    answer = post(client, desk.inspector, command(desk.check, "start"), version="1")
    assert answer.status_code == 409
    assert desk.read().status == "assigned"


def test_a_button_is_shown_to_whom_it_works_for(client: Client) -> None:
    desk = a_desk()
    conclude(desk)
    page = reverse("oversight:check-detail", args=[desk.check.number])
    assert command(desk.check, "close") in get(client, desk.head, page).content.decode()
    assert command(desk.check, "close") not in get(client, desk.inspector, page).content.decode()


def test_an_unknown_certificate_is_not_taken_for_a_check(client: Client) -> None:
    head = a_person(Role.COMMITTEE_HEAD)
    for number in ("KZ 6 120 99999", "no number at all"):
        answer = post(client, head, reverse("oversight:check-order"), number=number)
        assert answer.status_code == 200
    assert not DeskCheck.objects.exists()


def test_a_posted_inspector_orders_no_checks(client: Client) -> None:
    posted = a_person(Role.INSPECTOR)
    post_to(posted, "120")
    order = reverse("oversight:check-order")
    assert order not in get(client, posted, reverse("oversight:check-list")).content.decode()
    assert get(client, posted, order).status_code == 403


def test_the_objection_of_a_named_organisation_comes_by_its_own_page(client: Client) -> None:
    desk = a_desk()
    conclude(desk)
    page = reverse("control:conclusion", args=[desk.check.number])
    assert "You may object" in get(client, expert_head(desk), page).content.decode()
    post(client, expert_head(desk), page, text="Не согласны.")
    assert desk.read().status == "objected"
    post(client, desk.head, command(desk.check, "uphold"), **{"uphold-answer": "Всё верно."})
    assert desk.read().status == "concluded"


@pytest.mark.parametrize(
    "name", ["oversight:check-list", "oversight:violation-list", "oversight:recommendation-list"]
)
def test_a_list_asks_as_much_for_many_rows_as_for_one(client: Client, name: str) -> None:
    reader = a_person(Role.INSPECTOR)
    counts = []
    for _more in range(2):
        _desk, _found = a_recommendation()
        counts.append(queries_of(client, reader, reverse(name)))
    assert counts[0] == counts[1]


def queries_of(client: Client, actor: Membership, address: str) -> int:
    get(client, actor, address, tab="all")
    with CaptureQueriesContext(connection) as captured:
        get(client, actor, address, tab="all")
    return len(captured)


def test_violations_are_filtered_and_exported(client: Client) -> None:
    desk = a_desk()
    note(desk, code="no_visit")
    conclude(desk)
    close(desk)
    page = reverse("oversight:violation-list")
    assert "1 violation" in get(client, desk.head, page, code="no_visit").content.decode()
    assert "0 violations" in get(client, desk.head, page, fault="chamber").content.decode()
    answer = get(client, desk.head, page, format="csv", code="no_visit")
    assert desk.certificate.number in answer.content.decode()


def test_a_person_without_a_letter_is_told_so(client: Client) -> None:
    text = get(client, a_person(Role.APPLICANT), reverse("control:inbox")).content.decode()
    assert "Nothing from the Committee" in text
