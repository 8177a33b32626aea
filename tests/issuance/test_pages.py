"""What each role finds on the pages of stage two, and what it never finds there."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.models import COMMITTEE_ROLES, Membership, Role
from issuance.blockers import checklist
from issuance.models import Application, Certificate
from tests import scenarios
from tests.issuance.conftest import SignIn

pytestmark = pytest.mark.django_db


def page(client: Client, name: str, obj: Application | Certificate, status: int = 200) -> str:
    response = client.get(reverse(f"issuance:{name}", args=[obj.pk]))
    assert response.status_code == status, response.content[:500]
    return response.content.decode()


def press(client: Client, transition: str, obj: Application, **fields: str) -> tuple[int, str]:
    """Sends the form of a transition as its page would; returns the status and the page after."""
    response = client.post(
        reverse(f"issuance:application-{transition}", args=[obj.pk]),
        {"version": obj.version, **fields},
        follow=True,
    )
    return response.status_code, response.content.decode()


def address(transition: str, obj: Application) -> str:
    return reverse(f"issuance:application-{transition}", args=[obj.pk])


@pytest.fixture(autouse=True)
def english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


def test_a_positive_act_becomes_an_application_with_one_press(sign_in: SignIn) -> None:
    chamber = scenarios.an_organisation("chamber")
    act = scenarios.an_act(chamber=chamber)
    client = sign_in(scenarios.actor_of(act.request, Role.APPLICANT))
    url = reverse("issuance:application-create", args=[act.pk])
    offered = client.get(url).content.decode()
    assert f'<option value="{chamber.pk}" selected>' in offered
    for _press in range(2):
        response = client.post(url, {"chamber": str(chamber.pk)}, follow=True)
        assert response.status_code == 200
    application = Application.objects.get(act=act)
    assert application.status == "submitted"
    assert application.number in response.content.decode()


def test_a_chamber_cannot_apply_and_a_stranger_does_not_find_the_act(sign_in: SignIn) -> None:
    act = scenarios.an_act(chamber=scenarios.an_organisation("chamber"))
    url = reverse("issuance:application-create", args=[act.pk])
    officer = scenarios.actor_of(act.request, Role.CHAMBER_OFFICER)
    assert sign_in(officer).get(url).status_code == 403
    assert sign_in(scenarios.a_person(Role.APPLICANT)).get(url).status_code == 404


@pytest.mark.parametrize(
    ("role", "sees_it", "sees_review"),
    [
        (Role.APPLICANT, 200, 403),
        (Role.AUDITOR, 200, 403),
        (Role.EXPERT_HEAD, 200, 403),
        (Role.CHAMBER_OFFICER, 200, 200),
        (Role.CHAMBER_SIGNATORY, 200, 200),
        (Role.INSPECTOR, 200, 200),
    ],
)
def test_everybody_in_the_case_sees_it_and_only_the_chamber_side_sees_the_review(
    sign_in: SignIn, role: Role, sees_it: int, sees_review: int
) -> None:
    application = scenarios.an_application("under_review")
    client = sign_in(scenarios.staff_of(application, role))
    page(client, "application-detail", application, sees_it)
    page(client, "application-review", application, sees_review)
    if sees_review == 403:
        page(client, "certificate-preview", application, 403)


@pytest.mark.parametrize("role", [role for role in Role if role not in COMMITTEE_ROLES])
def test_a_stranger_of_any_role_finds_nothing(sign_in: SignIn, role: Role) -> None:
    application = scenarios.an_application("recommended")
    fields = {"code": "101"} if role.startswith("chamber") else {}
    elsewhere = scenarios.an_organisation(scenarios.KIND_OF_ROLE[role], **fields)
    client = sign_in(scenarios.a_person(role, elsewhere))
    for name in ("application-detail", "application-review", "application-decide"):
        page(client, name, application, 404)
    assert press(client, "approve", application)[0] == 404
    listed = client.get(reverse("issuance:application-list")).content.decode()
    assert application.number not in listed


def test_signed_out_people_are_led_to_the_sign_in(client: Client) -> None:
    response = client.get(reverse("issuance:application-list"))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("accounts:login"))


def test_buttons_are_exactly_the_transitions_that_are_open(sign_in: SignIn) -> None:
    application = scenarios.an_application("submitted")
    officer = sign_in(scenarios.staff_of(application, Role.CHAMBER_OFFICER))
    applicant = sign_in(scenarios.staff_of(application, Role.APPLICANT))
    inspector = sign_in(scenarios.staff_of(application, Role.INSPECTOR))
    take, withdraw = address("take", application), address("withdraw", application)
    assert take in page(officer, "application-detail", application)
    assert withdraw not in page(officer, "application-detail", application)
    assert withdraw in page(applicant, "application-detail", application)
    assert take not in page(applicant, "application-detail", application)
    seen_by_inspector = page(inspector, "application-detail", application)
    assert take not in seen_by_inspector
    assert withdraw not in seen_by_inspector


def test_who_reviewed_is_told_that_another_person_decides(sign_in: SignIn) -> None:
    application = scenarios.an_application("recommended")
    reviewer = scenarios.staff_of(application, Role.CHAMBER_OFFICER)
    both = scenarios.as_member(reviewer.user, Role.CHAMBER_SIGNATORY, application.chamber)
    client = sign_in(both)
    shown = page(client, "application-detail", application)
    assert "You reviewed this application, so another person decides." in shown
    assert address("decide", application) not in shown
    page(client, "application-decide", application, 403)
    assert press(client, "approve", application)[0] == 403


def test_the_reviewer_saves_the_checklist_in_parts_and_recommends(sign_in: SignIn) -> None:
    application = scenarios.an_application("submitted")
    client = sign_in(scenarios.staff_of(application, Role.CHAMBER_OFFICER))
    status, shown = press(client, "take", application)
    assert status == 200
    application.refresh_from_db()
    codes = [item.code for item, _answer in checklist(application)]
    for code in codes:
        assert f'id="{code}"' in shown
    review = address("review", application)
    first = codes[0]
    client.post(review, {f"{first}-met": "yes"})
    assert [answer.item for answer in application.answers.all()] == [first]
    everything = {f"{code}-met": "yes" for code in codes}
    status, shown = press(
        client, "recommend", application, **everything, **{"recommend-note": "All agrees."}
    )
    assert status == 200
    application.refresh_from_db()
    assert application.status == "recommended"
    assert application.recommendation == "All agrees."
    assert application.answers.count() == len(codes)


def test_an_item_not_in_order_needs_a_note_and_nothing_typed_is_lost(sign_in: SignIn) -> None:
    application = scenarios.an_application("under_review")
    client = sign_in(scenarios.staff_of(application, Role.CHAMBER_OFFICER))
    codes = [item.code for item, _answer in checklist(application)]
    response = client.post(
        address("ask", application),
        {
            "version": application.version,
            f"{codes[0]}-met": "no",
            f"{codes[1]}-met": "yes",
            "ask-text": "Which model?",
        },
    )
    assert response.status_code == 409
    shown = response.content.decode()
    assert "Say what is not in order." in shown
    assert "Which model?" in shown
    assert [answer.item for answer in application.answers.all()] == [codes[1]]
    application.refresh_from_db()
    assert application.status == "under_review"


def test_a_page_left_open_cannot_act_on_a_case_that_moved_on(sign_in: SignIn) -> None:
    application = scenarios.an_application("recommended")
    client = sign_in(scenarios.staff_of(application, Role.CHAMBER_SIGNATORY))
    response = client.post(
        address("return", application),
        {"version": application.version - 1, "return-note": "Look at line 1 again."},
    )
    assert response.status_code == 409
    shown = response.content.decode()
    assert "Another person has changed this case" in shown
    assert "Look at line 1 again." in shown
    application.refresh_from_db()
    assert application.status == "recommended"


def test_the_text_of_a_command_that_came_too_late_is_shown_again(sign_in: SignIn) -> None:
    application = scenarios.an_application("recommended")
    client = sign_in(scenarios.staff_of(application, Role.CHAMBER_SIGNATORY))
    scenarios.withdraw_application(application)
    response = client.post(
        address("return", application),
        {"version": application.version, "return-note": "Look at line 1 again."},
    )
    assert response.status_code == 409
    assert "Look at line 1 again." in response.content.decode()


def test_the_applicant_answers_and_the_clock_runs_again(sign_in: SignIn) -> None:
    application = scenarios.an_application("awaiting_applicant")
    client = sign_in(scenarios.staff_of(application, Role.APPLICANT))
    shown = page(client, "application-detail", application)
    assert "Уточните модель в строке 1." in shown
    assert "Expected from you: answer the chamber" in shown
    assert application.due_on is None
    status, _shown = press(client, "answer", application, **{"answer-answer": "PF-0001A."})
    assert status == 200
    application.refresh_from_db()
    assert application.status == "under_review"
    assert application.due_on is not None
    status, shown = press(client, "answer", application, **{"answer-answer": "Once more."})
    assert status == 409


def test_an_empty_answer_is_refused_at_its_field(sign_in: SignIn) -> None:
    application = scenarios.an_application("awaiting_applicant")
    client = sign_in(scenarios.staff_of(application, Role.APPLICANT))
    response = client.post(address("answer", application), {"version": application.version})
    assert response.status_code == 409
    assert 'aria-invalid="true"' in response.content.decode()


def test_the_decider_sees_the_act_beside_the_tables_and_approves(sign_in: SignIn) -> None:
    application = scenarios.an_application("recommended")
    scenarios.a_seal()
    client = sign_in(scenarios.staff_of(application, Role.CHAMBER_SIGNATORY))
    shown = page(client, "application-decide", application)
    assert application.act.record_sha256[:16] in shown
    assert "Расхождений нет." in shown
    assert address("approve", application) in shown
    status, shown = press(client, "approve", application)
    assert status == 200
    certificate = Certificate.objects.get(application=application)
    assert certificate.number in shown
    assert "The certificate is being made" in shown
    assert f'hx-get="{reverse("issuance:certificate-detail", args=[certificate.pk])}"' in shown


def test_pressing_approve_twice_makes_one_certificate(sign_in: SignIn) -> None:
    application = scenarios.an_application("recommended")
    scenarios.a_seal()
    client = sign_in(scenarios.staff_of(application, Role.CHAMBER_SIGNATORY))
    assert press(client, "approve", application)[0] == 200
    assert press(client, "approve", application)[0] == 409
    assert Certificate.objects.count() == 1


def test_without_a_seal_the_decision_page_says_why_and_offers_no_approval(
    sign_in: SignIn, settings: Any
) -> None:
    application = scenarios.an_application("recommended")
    settings.CTKZ_SEAL_KEY_FILE = ""
    client = sign_in(scenarios.staff_of(application, Role.CHAMBER_SIGNATORY))
    shown = page(client, "application-decide", application)
    assert "Approval is not possible now:" in shown
    assert "No seal is set up on this portal." in shown
    assert address("approve", application) not in shown
    assert press(client, "approve", application)[0] == 409
    assert not Certificate.objects.exists()


def test_a_proposed_refusal_is_shown_to_the_decider_and_decided_by_the_decider(
    sign_in: SignIn,
) -> None:
    application = scenarios.an_application("under_review")
    reviewer = sign_in(scenarios.staff_of(application, Role.CHAMBER_OFFICER))
    fields = {
        "propose_refusal-reason": "data_mismatch_act",
        "propose_refusal-note": "The model differs.",
    }
    assert press(reviewer, "propose_refusal", application, **fields)[0] == 200
    application.refresh_from_db()
    decider = sign_in(scenarios.staff_of(application, Role.CHAMBER_SIGNATORY))
    shown = page(decider, "application-decide", application)
    assert "The model differs." in shown
    assert address("approve", application) not in shown
    fields = {"refuse-reason": "data_mismatch_act", "refuse-note": "Not the examined model."}
    status, _shown = press(decider, "refuse", application, **fields)
    assert status == 200
    application.refresh_from_db()
    assert (application.status, application.refusal_reason) == ("refused", "data_mismatch_act")
    applicant = sign_in(scenarios.staff_of(application, Role.APPLICANT))
    assert "Not the examined model." in page(applicant, "application-detail", application)
    assert "The model differs." not in page(applicant, "application-detail", application)


def test_a_certificate_in_force_gives_its_sealed_pdf_and_its_record(sign_in: SignIn) -> None:
    certificate = scenarios.a_certificate()
    client = sign_in(scenarios.staff_of(certificate.application, Role.APPLICANT))
    shown = page(client, "certificate-detail", certificate)
    assert certificate.document.sealed_sha256 in shown
    assert "hx-trigger" not in shown.split("<main", 1)[1]
    pdf = client.get(reverse("issuance:certificate-pdf", args=[certificate.pk]))
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    record = client.get(reverse("issuance:certificate-record", args=[certificate.pk]))
    assert json.loads(record.content)["number"] == certificate.number


def test_nothing_is_handed_out_before_the_issue_is_complete(sign_in: SignIn) -> None:
    certificate = scenarios.a_certificate("issuing")
    client = sign_in(scenarios.staff_of(certificate.application, Role.APPLICANT))
    for name in ("certificate-pdf", "certificate-record"):
        page(client, name, certificate, 404)


def test_a_stopped_issue_shows_its_reason_and_only_the_signatory_resumes_it(
    sign_in: SignIn,
) -> None:
    certificate = scenarios.a_certificate("issue_failed")
    resume = reverse("issuance:certificate-resume", args=[certificate.pk])
    applicant = sign_in(scenarios.staff_of(certificate.application, Role.APPLICANT))
    shown = page(applicant, "certificate-detail", certificate)
    assert certificate.failure in shown
    assert resume not in shown
    assert applicant.post(resume).status_code == 403
    signatory = sign_in(scenarios.staff_of(certificate.application, Role.CHAMBER_SIGNATORY))
    assert resume in page(signatory, "certificate-detail", certificate)
    response = signatory.post(resume, {"version": certificate.version}, follow=True)
    assert "The certificate is being made" in response.content.decode()
    certificate.refresh_from_db()
    assert certificate.status == "issuing"


def test_a_preview_reserves_no_number_and_says_what_it_is(sign_in: SignIn) -> None:
    application = scenarios.an_application("recommended")
    client = sign_in(scenarios.staff_of(application, Role.CHAMBER_SIGNATORY))
    response = client.get(reverse("issuance:certificate-preview", args=[application.pk]))
    assert response.content.startswith(b"%PDF")
    assert not Certificate.objects.exists()
    scenarios.approve(application)
    assert Certificate.objects.get().sequence == 1


@pytest.mark.parametrize("name", ["application-list", "certificate-list"])
def test_a_list_asks_the_database_as_often_for_ten_rows_as_for_one(
    sign_in: SignIn, name: str
) -> None:
    chamber = scenarios.an_organisation("chamber")
    inspector = sign_in(scenarios.a_person(Role.INSPECTOR))

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert inspector.get(reverse(f"issuance:{name}")).status_code == 200
        return len(counted)

    scenarios.a_certificate("issuing", chamber=chamber)
    few = queries()
    for _more in range(9):
        scenarios.a_certificate("issuing", chamber=chamber)
    assert queries() == few


@pytest.mark.parametrize(
    "wanted",
    [
        lambda application: application.number,
        lambda application: application.act.number,
        lambda application: application.applicant.bin,
        lambda application: f"{application.applicant.bin[:6]} {application.applicant.bin[6:]}",
        lambda application: application.applicant.name_ru,
        lambda application: "pf-0001a",
        lambda application: "8421 31",
        lambda application: application.certificate.number,
        lambda application: application.certificate.number.replace(" ", "").lower(),
    ],
    ids=["number", "act", "BIN", "BIN with a space", "name", "product", "HS code",
         "certificate", "certificate as typed"],
)  # fmt: skip
def test_a_case_is_found_by_what_people_know_of_it(
    sign_in: SignIn, wanted: Callable[[Application], str]
) -> None:
    application = scenarios.a_certificate("issuing").application
    client = sign_in(scenarios.a_person(Role.INSPECTOR))
    for name, shown in (
        ("application-list", application.number),
        ("certificate-list", application.certificate.number),
    ):
        url = reverse(f"issuance:{name}")
        assert shown in client.get(url, {"q": wanted(application)}).content.decode()
        assert shown not in client.get(url, {"q": "8544490000"}).content.decode()


def test_a_list_is_narrowed_to_one_status(sign_in: SignIn) -> None:
    submitted = scenarios.an_application("submitted")
    taken = scenarios.an_application("under_review")
    client = sign_in(scenarios.a_person(Role.INSPECTOR))
    shown = client.get(
        reverse("issuance:application-list"), {"status": "submitted"}
    ).content.decode()
    assert submitted.number in shown
    assert taken.number not in shown


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
@pytest.mark.parametrize("status", ["submitted", "under_review", "recommended", "refused"])
def test_every_page_of_a_case_renders_in_every_language(
    sign_in: SignIn, language: str, status: str
) -> None:
    application = scenarios.an_application(status)
    with translation.override(language):
        for role in (Role.CHAMBER_OFFICER, Role.CHAMBER_SIGNATORY, Role.APPLICANT):
            client = sign_in(scenarios.staff_of(application, role))
            client.cookies["django_language"] = language
            shown = page(client, "application-detail", application)
            assert f'lang="{language}"' in shown
    page(
        sign_in(scenarios.staff_of(application, Role.CHAMBER_OFFICER)),
        "application-review",
        application,
    )


def test_a_membership_that_ended_gives_nothing(sign_in: SignIn) -> None:
    application = scenarios.an_application("submitted")
    officer = scenarios.staff_of(application, Role.CHAMBER_OFFICER)
    client = sign_in(officer)
    page(client, "application-detail", application)
    Membership.objects.filter(pk=officer.pk).update(valid_until=officer.valid_from)
    page(client, "application-detail", application, 404)


def test_every_transition_has_its_address() -> None:
    """A transition without one would be a button that leads nowhere."""
    for transition in Application.WORKFLOW.transitions:
        assert address(transition.name, Application())
