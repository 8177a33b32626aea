"""The bell, the list, the operator's letters, the mailbox of the demo."""

from typing import Any

import pytest
from django.core.mail import get_connection
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership, Role
from audit.models import AuditEvent
from expertise.models import ExpertiseRequest
from notices.models import Notice, SentMail
from outbox.delivering import message_of
from outbox.letters import write_letter
from outbox.models import Letter, LetterState
from tests import scenarios
from tests.notices.conftest import SignIn, Tell
from tests.notices.scenes import a_filed_request, asked_again, moved

LANGUAGE = "en"
pytestmark = pytest.mark.django_db
LIST = "notices:list"
MAILBOX = "notices.mailbox.MailboxBackend"


@pytest.fixture
def request_(tell: Tell) -> ExpertiseRequest:
    found = a_filed_request("en")
    asked_again(found)
    moved(found)
    tell()
    return found


@pytest.fixture
def applicant(request_: ExpertiseRequest) -> Membership:
    return scenarios.actor_of(request_, Role.APPLICANT)


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_the_list_says_what_happened_in_which_role_and_what_to_do(
    request_: ExpertiseRequest, applicant: Membership, sign_in: SignIn
) -> None:
    page = sign_in(applicant).get(reverse(LIST)).content.decode()
    assert f"Request {request_.number} still waits for your answer" in page
    assert "expected from you" in page
    assert f"Applicant&#x27;s employee, {applicant.organisation.name}" in page
    assert "%(" not in page


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("show=act", "still waits", "accepted request"),
        ("show=all", "accepted request", "nothing"),
        ("show=all&group=deadline", "still waits", "accepted request"),
        ("show=all&group=mention", "Nothing here", "still waits"),
    ],
)
def test_the_list_is_narrowed(
    applicant: Membership, sign_in: SignIn, query: str, shown: str, hidden: str
) -> None:
    page = sign_in(applicant).get(f"{reverse(LIST)}?{query}").content.decode()
    assert shown in page
    assert hidden not in page


def test_the_page_asks_as_often_for_one_notice_as_for_twenty(
    request_: ExpertiseRequest, applicant: Membership, sign_in: SignIn, tell: Tell
) -> None:
    client = sign_in(applicant)
    client.get(reverse(LIST))
    few = queries(client, reverse(LIST))
    for _number in range(20):
        asked_again(request_)
    tell()
    assert queries(client, reverse(LIST)) == few


def test_opening_a_notice_marks_it_and_goes_to_its_page_in_its_role(
    request_: ExpertiseRequest, applicant: Membership, sign_in: SignIn
) -> None:
    other = scenarios.as_member(applicant.user, Role.AUDITOR)
    client = sign_in(other)
    notice = Notice.objects.filter(user=applicant.user, must_act=True).latest("event_id")
    answer = client.get(reverse("notices:open", args=[notice.pk]))
    assert answer["Location"] == reverse("expertise:request-detail", args=[request_.pk])
    notice.refresh_from_db()
    assert notice.read_at is not None
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert "You act now as" in page.content.decode()


def test_notices_of_others_do_not_exist(applicant: Membership, sign_in: SignIn) -> None:
    notice = Notice.objects.filter(user=applicant.user).latest("event_id")
    other = sign_in(scenarios.a_person())
    assert other.get(reverse("notices:open", args=[notice.pk])).status_code == 404
    other.post(reverse("notices:read", args=[notice.pk]))
    notice.refresh_from_db()
    assert notice.read_at is None
    assert "still waits" not in other.get(f"{reverse(LIST)}?show=all").content.decode()


def test_all_are_marked_but_what_came_meanwhile_stays_unread(
    request_: ExpertiseRequest, applicant: Membership, sign_in: SignIn, tell: Tell
) -> None:
    client = sign_in(applicant)
    newest = client.get(reverse(LIST)).context["newest"]
    asked_again(request_)
    tell()
    client.post(reverse("notices:read-all"), {"newest": newest, "next": reverse(LIST)})
    assert Notice.objects.of(applicant.user).unread().count() == 1
    one = Notice.objects.of(applicant.user).unread().get()
    client.post(reverse("notices:read", args=[one.pk]))
    assert not Notice.objects.of(applicant.user).unread().exists()


def test_a_mark_never_leads_to_a_foreign_page(applicant: Membership, sign_in: SignIn) -> None:
    answer = sign_in(applicant).post(
        reverse("notices:read-all"), {"next": "https://elsewhere.example/"}
    )
    assert answer["Location"] == reverse(LIST)


def test_the_bell_counts_and_says_nothing_when_nothing_is_new(
    applicant: Membership, sign_in: SignIn
) -> None:
    client = sign_in(applicant)
    count = Notice.objects.of(applicant.user).unread().count()
    assert f'name="seen" value="{count}"' in client.get(reverse(LIST)).content.decode()
    bell = reverse("notices:bell")
    assert client.get(bell, {"seen": count}).status_code == 204
    answer = client.get(bell, {"seen": count - 1})
    assert f"{count} unread notices" in answer.content.decode()


def test_the_bell_costs_one_query_and_a_stranger_none(
    applicant: Membership, sign_in: SignIn
) -> None:
    with CaptureQueriesContext(connection) as caught:
        Client().get(reverse("registry:verify"))
    assert not [query for query in caught if "notices_" in query["sql"]]
    client = sign_in(applicant)
    client.get(reverse("registry:verify"))
    with CaptureQueriesContext(connection) as caught:
        client.get(reverse("registry:verify"))
    asked = [query["sql"] for query in caught if "notices_" in query["sql"]]
    assert len(asked) == 2
    assert sum('FROM "notices_notice"' in sql for sql in asked) == 1


@pytest.fixture
def failed() -> Letter:
    letter = write_letter(
        key="notice:1", to="primerov@example.kz", subject="Тайное", body="Тайное", language="ru"
    )
    Letter.objects.filter(pk=letter.pk).update(
        state=LetterState.FAILED, last_error="550 no such box"
    )
    letter.refresh_from_db()
    return letter


def test_the_operator_sees_why_and_to_whom_but_not_what(failed: Letter, sign_in: SignIn) -> None:
    client = sign_in(scenarios.a_person(Role.COMMITTEE_HEAD))
    page = client.get(reverse("notices:letter-list")).content.decode()
    assert "550 no such box" in page
    assert "pr…@example.kz" in page
    assert "primerov" not in page
    assert "Тайное" not in page


def test_the_operator_sends_it_again_and_the_log_says_who(failed: Letter, sign_in: SignIn) -> None:
    head = scenarios.a_person(Role.COMMITTEE_HEAD)
    client = sign_in(head)
    again = reverse("notices:letter-again", args=[failed.pk])
    assert client.post(again).status_code == 302
    failed.refresh_from_db()
    assert failed.state == LetterState.WAITING
    event = AuditEvent.objects.get(event="letter.sent_again")
    assert event.actor_id == str(head.user_id)
    assert event.facts == {"kind": "notice", "state": "failed"}
    assert client.post(again).status_code == 409


@pytest.mark.parametrize(
    "role",
    [Role.APPLICANT, Role.EXPERT_HEAD, Role.CHAMBER_SIGNATORY, Role.INSPECTOR],
)
def test_to_everybody_else_the_letters_do_not_exist(
    failed: Letter, sign_in: SignIn, role: str
) -> None:
    client = sign_in(scenarios.a_person(role))
    assert client.get(reverse("notices:letter-list")).status_code == 404
    assert client.post(reverse("notices:letter-again", args=[failed.pk])).status_code == 404


def test_the_mailbox_takes_a_letter_once_and_shows_it_in_the_demo_only(settings: Any) -> None:
    settings.EMAIL_BACKEND = MAILBOX
    member = scenarios.a_person(full_name="Примеров Пример")
    letter = write_letter(
        key="test:1",
        to=member.user.email,
        subject="Дело З-1",
        body="Текст <b>",
        html="<p>Текст</p>",
        language="ru",
    )
    for _turn in range(2):
        message_of(letter, get_connection()).send()
    (kept,) = SentMail.objects.all()
    address = reverse("notices:mailbox-letter", args=[kept.pk])
    for page in (reverse("notices:mailbox"), address):
        assert Client().get(page).status_code == 404
    settings.CTKZ_DEMO = True
    page = Client().get(reverse("notices:mailbox"), {"to": member.user.email}).content.decode()
    assert "Дело З-1" in page
    assert "Примеров Пример (1)" in page
    assert (
        "Дело З-1"
        not in Client().get(reverse("notices:mailbox"), {"to": "other@example.kz"}).content.decode()
    )
    page = Client().get(address).content.decode()
    assert "Текст &lt;b&gt;" in page
    assert 'sandbox=""' in page
