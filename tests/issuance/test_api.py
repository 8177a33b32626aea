"""The API gives the same things to the same people and takes the same commands as the pages."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from issuance import api
from issuance.models import Application, Certificate
from tests import scenarios
from tests.issuance.conftest import SignIn
from tests.issuance.test_services import GIVEN, PEOPLE

pytestmark = pytest.mark.django_db


def send(client: Client, name: str, obj: Application | Certificate, **body: Any) -> Any:
    return client.post(reverse(f"api:{name}", args=[obj.pk]), body, content_type="application/json")


def test_each_person_lists_what_the_pages_list(sign_in: SignIn) -> None:
    application = scenarios.an_application("recommended")
    for find in PEOPLE.values():
        actor = find(application)
        answer = sign_in(actor).get(reverse("api:application-list")).json()
        numbers = [row["number"] for row in answer["results"]]
        seen = Application.objects.visible_to(actor).values_list("number", flat=True)
        assert numbers == list(seen)


def test_an_application_tells_its_state_and_what_may_be_done(sign_in: SignIn) -> None:
    application = scenarios.an_application("recommended")
    client = sign_in(scenarios.staff_of(application, Role.CHAMBER_SIGNATORY))
    shown = client.get(reverse("api:application-detail", args=[application.pk])).json()
    assert shown["status"] == "recommended"
    assert shown["version"] == application.version
    assert [action["name"] for action in shown["actions"]] == ["approve", "return", "refuse"]


def test_a_stranger_gets_404_and_a_bystander_403_in_the_same_form(sign_in: SignIn) -> None:
    application = scenarios.an_application("recommended")
    scenarios.a_seal()
    stranger = sign_in(scenarios.a_person(Role.APPLICANT))
    applicant = sign_in(scenarios.staff_of(application, Role.APPLICANT))
    for client, status, code in ((stranger, 404, "not_found"), (applicant, 403, "not_allowed")):
        answer = send(client, "application-approve", application)
        assert answer.status_code == status
        assert answer.json().keys() == {"code", "message", "field"}
        assert answer.json()["code"] == code


def test_nobody_gets_anything_without_signing_in(client: Client) -> None:
    for name in ("schema", "application-list", "certificate-list"):
        answer = client.get(reverse(f"api:{name}"), headers={"accept": "application/json"})
        assert answer.status_code == 403
        assert answer.json()["code"] == "not_authenticated"


def test_a_whole_review_goes_through_the_api(sign_in: SignIn) -> None:
    application = scenarios.an_application("submitted")
    scenarios.a_seal()
    officer = sign_in(scenarios.staff_of(application, Role.CHAMBER_OFFICER))
    assert send(officer, "application-take", application).json()["status"] == "under_review"
    items = [item.code for item, _answer in scenarios.checklist(application)]
    checked = officer.post(
        reverse("api:application-checklist", args=[application.pk]),
        [{"item": item, "is_met": True} for item in items],
        content_type="application/json",
    )
    assert checked.status_code == 200
    recommended = send(officer, "application-recommend", application, note="All agrees.").json()
    assert recommended["status"] == "recommended"
    signatory = sign_in(scenarios.staff_of(application, Role.CHAMBER_SIGNATORY))
    approved = send(
        signatory, "application-approve", application, version=recommended["version"]
    ).json()
    assert approved["status"] == "approved"
    assert approved["certificate"] == Certificate.objects.get().number


@pytest.mark.parametrize(
    ("status", "role", "name", "body", "answer", "code", "field"),
    [
        ("recommended", Role.CHAMBER_SIGNATORY, "refuse", {}, 400, "invalid", "reason"),
        ("recommended", Role.CHAMBER_SIGNATORY, "refuse", {"reason": "so"}, 409, "no_reason",
         "reason"),
        ("recommended", Role.CHAMBER_SIGNATORY, "return", {"note": ""}, 409, "no_note", "note"),
        ("recommended", Role.CHAMBER_SIGNATORY, "return", {"note": "x", "version": 1}, 409,
         "moved_on", None),
        ("recommended", Role.CHAMBER_SIGNATORY, "approve", {"version": "x"}, 400, "invalid",
         "version"),
        ("under_review", Role.CHAMBER_OFFICER, "recommend", {}, 409, "blocked", None),
        ("under_review", Role.CHAMBER_OFFICER, "ask", {"text": ""}, 400, "invalid", "text"),
        ("submitted", Role.APPLICANT, "answer", {"answer": "x"}, 409, "wrong_status", None),
    ],
)  # fmt: skip
def test_a_refusal_has_its_code_its_words_and_its_field(
    sign_in: SignIn, status: str, role: Role, name: str, body: dict[str, Any], answer: int,
    code: str, field: str | None,
) -> None:  # fmt: skip
    application = scenarios.an_application(status)
    client = sign_in(scenarios.staff_of(application, role))
    response = send(client, f"application-{name}", application, **body)
    assert response.status_code == answer
    refusal = response.json()
    assert (refusal["code"], refusal["field"]) == (code, field)
    assert refusal["message"]
    application.refresh_from_db()
    assert application.status == status


def test_every_transition_has_its_command() -> None:
    assert api.COMMANDS.keys() == {one.name for one in Application.WORKFLOW.transitions}
    assert GIVEN.keys() <= api.COMMANDS.keys()


def test_a_command_needs_the_token_of_the_session(sign_in: SignIn) -> None:
    application = scenarios.an_application("submitted")
    officer = scenarios.staff_of(application, Role.CHAMBER_OFFICER)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = sign_in(officer).cookies
    assert send(strict, "application-take", application).status_code == 403
    application.refresh_from_db()
    assert application.status == "submitted"


def test_a_stopped_issue_is_resumed(sign_in: SignIn) -> None:
    certificate = scenarios.a_certificate("issue_failed")
    client = sign_in(scenarios.staff_of(certificate.application, Role.CHAMBER_SIGNATORY))
    shown = client.get(reverse("api:certificate-detail", args=[certificate.pk])).json()
    assert shown["failure"]
    assert [action["name"] for action in shown["actions"]] == ["resume"]
    resumed = send(client, "certificate-resume", certificate, version=shown["version"])
    assert resumed.json()["status"] == "issuing"


def test_a_certificate_in_force_gives_its_digests(sign_in: SignIn) -> None:
    certificate = scenarios.a_certificate()
    client = sign_in(scenarios.staff_of(certificate.application, Role.APPLICANT))
    shown = client.get(reverse("api:certificate-detail", args=[certificate.pk])).json()
    assert shown["number"] == certificate.number
    assert shown["pdf_sha256"] == certificate.document.sealed_sha256
    assert shown["record_sha256"] == certificate.record_sha256


@pytest.mark.parametrize("name", ["application-list", "certificate-list"])
def test_a_list_asks_the_database_as_often_for_ten_rows_as_for_one(
    sign_in: SignIn, name: str
) -> None:
    inspector = sign_in(scenarios.a_person(Role.INSPECTOR))

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert inspector.get(reverse(f"api:{name}")).status_code == 200
        return len(counted)

    scenarios.a_certificate("issuing")
    few = queries()
    scenarios.certificates_being_issued(9)
    assert queries() == few


def test_the_lists_are_searched_like_the_pages(sign_in: SignIn) -> None:
    wanted = scenarios.an_application("submitted")
    scenarios.an_application("under_review")
    client = sign_in(scenarios.a_person(Role.INSPECTOR))
    for asked in ({"q": wanted.applicant.bin}, {"status": "submitted"}):
        answer = client.get(reverse("api:application-list"), asked).json()
        assert [row["number"] for row in answer["results"]] == [wanted.number]


def test_the_schema_describes_every_command(sign_in: SignIn) -> None:
    client = sign_in(scenarios.a_person(Role.APPLICANT))
    answer = client.get(reverse("api:schema"), headers={"accept": "application/json"})
    assert answer.status_code == 200
    paths = answer.json()["paths"]
    for name in api.COMMANDS:
        described = paths[f"/api/applications/{{id}}/{name}/"]["post"]
        assert described["responses"].keys() >= {"200", "409"}


def test_a_question_to_another_body_and_a_take_over_go_through_the_api(sign_in: SignIn) -> None:
    application = scenarios.an_application("under_review")
    officer = sign_in(scenarios.staff_of(application, Role.CHAMBER_OFFICER))
    asked = send(
        officer, "application-consult", application, body="Laboratory", text="Is it yours?"
    )
    assert asked.json()["status"] == "in_consultation"
    early = send(officer, "application-close_consultation", application)
    assert (early.status_code, early.json()["code"]) == (409, "reply_still_due")
    today = timezone.localdate().isoformat()
    closed = send(
        officer, "application-close_consultation", application, reply="Ours.", replied_on=today
    )
    assert closed.json()["status"] == "under_review"
    other = sign_in(scenarios.a_person(Role.CHAMBER_OFFICER, application.chamber))
    assert send(other, "application-take_over", application).status_code == 400
    assert send(other, "application-take_over", application, note="Ill.").status_code == 200
    assert send(officer, "application-ask", application, text="Model?").status_code == 403
