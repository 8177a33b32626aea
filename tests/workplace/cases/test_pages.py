"""Who sees what of a case: each role its parts, a stranger nothing, nobody a word too many."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import audit
from accounts.models import COMMITTEE_ROLES, Membership, Role
from audit.models import AuditEvent
from expertise.services import correcting
from expertise.services.second_opinions import _file_again
from oversight.control.replies import note_opening
from oversight.papers import make_paper
from tests import scenarios
from tests.oversight.control.desk import a_desk, a_recommendation, conclude, expert_head, post_to
from tests.scenarios import (
    a_certificate,
    a_person,
    a_request,
    a_seal,
    actor_of,
    an_act,
    an_application,
    an_organisation,
)
from workplace.cases.tabs import case_tabs
from workplace.cases.whole import find_case

from .pages import PARTS, answer_auditor, get, main, page, people_of, tabs, text

LANGUAGE = "en"

FIRST = ["Case", "Request", "Act", "Application", "Certificate"]
OWN = ["Files", "Notes", "Versions"]


def test_every_side_has_its_row_of_tabs(db: None) -> None:
    certificate = a_certificate("valid")
    for role, actor in people_of(certificate.application).items():
        found = tabs(get(actor, page("detail", certificate.case_id)))
        control = ["Control"] if role in COMMITTEE_ROLES else []
        assert list(found) == FIRST + OWN + control, role
        assert (found["Notes"], found["Versions"]) == ("0", "2"), role


@pytest.mark.parametrize(
    ("name", "role", "expected"),
    [
        ("a draft is the applicant's alone", Role.APPLICANT, ["Case", "Request", "Files", "Notes"]),
        ("the head does not see it", Role.EXPERT_HEAD, None),
        ("the Committee does not see it", Role.INSPECTOR, None),
    ],
)
def test_tabs_of_a_draft(db: None, name: str, role: str, expected: list[str] | None) -> None:
    request = a_request("draft", experts=an_organisation("expert"))
    answer = get(actor_of(request, role), page("detail", request.case_id))
    if expected is None:
        assert answer.status_code == 404, name
    else:
        assert list(tabs(answer)) == expected, name


def test_the_counts_of_the_tabs_are_what_the_pages_list(db: None) -> None:
    application = an_application("awaiting_applicant")
    for role, actor in people_of(application).items():
        case = application.case_id
        found = tabs(get(actor, page("detail", case)))
        questions = main(get(actor, page("questions", case)))
        assert questions.count('<section class="card" id="question-') == int(found["Questions"])
        files = main(get(actor, page("files", case)))
        assert files.count("<tr>") - files.count("<thead><tr>") == int(found["Files"]), role
        versions = main(get(actor, page("versions", case)))
        assert versions.count('name="a"') == int(found["Versions"]), role


def test_the_row_of_tabs_costs_three_queries(db: None, django_assert_num_queries: Any) -> None:
    certificate = a_certificate("valid")
    for actor in people_of(certificate.application).values():
        with django_assert_num_queries(3):
            assert case_tabs(actor, certificate.case_id, "case")


@pytest.mark.parametrize("role", list(Role))
def test_a_stranger_of_every_role_finds_no_page_of_the_case(db: None, role: str) -> None:
    """Another applicant, another expert organisation, another auditor of the same one, another
    chamber: to each of them the case does not exist."""
    application = an_application("under_review")
    house = None
    if role == Role.AUDITOR:
        house = application.act.request.expert_organisation
    if role in (Role.CHAMBER_OFFICER, Role.CHAMBER_SIGNATORY):
        house = an_organisation("chamber", code="101")
    stranger = a_person(role, house)
    # The Committee sees every case that was filed, and none that was not.
    is_committee = role in COMMITTEE_ROLES
    case = a_request("draft").case_id if is_committee else application.case_id
    for part in (*PARTS, "control", "archive", "compare"):
        answer = get(stranger, page(part, case))
        assert answer.status_code == 404, part
    assert get(stranger, page("file", case, f"act-{application.act_id}")).status_code == 404
    assert get(stranger, page("file-shown", case, f"act-{application.act_id}")).status_code == 404


def test_a_blind_second_expertise_is_no_case_of_its_applicant_and_looks_like_any_other(
    db: None,
) -> None:
    first = a_request("accepted")
    second = _file_again(first, an_organisation("expert")).second
    applicant, head = actor_of(first, Role.APPLICANT), actor_of(second, Role.EXPERT_HEAD)
    for part in PARTS:
        assert get(applicant, page(part, second.case_id)).status_code == 404
        assert str(second.number) not in main(get(applicant, page(part, first.case_id)))
        shown = main(get(head, page(part, second.case_id)))
        for trace in (first.number, first.pk, first.case_id, first.submitted_by):
            assert str(trace) not in shown, part
    seen = tabs(get(head, page("detail", second.case_id)))
    ordinary = a_request("submitted")
    theirs = actor_of(ordinary, Role.EXPERT_HEAD)
    assert seen == tabs(get(theirs, page("detail", ordinary.case_id)))


def test_nobody_finds_a_case_that_is_none(db: None) -> None:
    assert get(a_person(Role.INSPECTOR), page("detail", uuid4())).status_code == 404
    assert find_case(None, uuid4()) is None


def test_a_stranger_is_asked_to_sign_in(client: Client, db: None) -> None:
    answer = client.get(page("detail", uuid4()))
    assert answer["Location"].startswith("/account/sign-in/")


def test_the_review_is_read_by_the_chamber_and_the_committee(db: None) -> None:
    application = an_application("recommended")
    outside = (Role.APPLICANT, Role.EXPERT_HEAD, Role.AUDITOR)
    for role, actor in people_of(application).items():
        shown = main(get(actor, page("detail", application.case_id)))
        for part in ("Расхождений нет.", "Reviewed by"):
            assert (part in shown) is (role not in outside), (role, part)
        assert str(application.number) in shown
        assert application.act.number in shown


@pytest.mark.parametrize("role", [Role.EXPERT_HEAD, Role.AUDITOR])
def test_the_expert_side_reads_the_company_and_never_its_people(db: None, role: str) -> None:
    request = a_request("awaiting_applicant")
    answer_auditor(request)
    people = {str(request.submitted_by), str(request.created_by)}
    actor = actor_of(request, role)
    for part in PARTS:
        shown = main(get(actor, page(part, request.case_id)))
        for person in people:
            assert person not in shown, part
        assert part in ("notes",) or request.applicant.name in shown, part


def test_what_the_case_waits_for_is_told_with_the_buttons_of_the_table(db: None) -> None:
    request = a_request("submitted")
    head = actor_of(request, Role.EXPERT_HEAD)
    shown = main(get(head, page("detail", request.case_id)))
    assert "Expected from you: accept or reject the request" in shown
    assert reverse("expertise:request-accept", args=[request.pk]) in shown
    applicant = main(get(actor_of(request, Role.APPLICANT), page("detail", request.case_id)))
    assert "Expected from you" not in applicant
    assert reverse("expertise:request-accept", args=[request.pk]) not in applicant
    assert reverse("expertise:request-withdraw", args=[request.pk]) in applicant
    assert f"Waits until {request.expert_organisation.name} accepts it." in applicant


def test_an_answer_is_given_from_the_page_of_the_case(db: None) -> None:
    application = an_application("awaiting_applicant")
    applicant = actor_of(application.act.request, Role.APPLICANT)
    shown = main(get(applicant, page("detail", application.case_id)))
    address = reverse("issuance:application-detail", args=[application.pk])
    assert "Expected from you: answer the chamber" in shown
    assert f"{address}#questions" in shown
    asked = main(get(applicant, page("questions", application.case_id)))
    assert "1 question waits for an answer" in asked
    assert f"{address}#questions" in asked
    officer = people_of(application)[Role.CHAMBER_OFFICER]
    assert f"{address}#questions" not in main(get(officer, page("questions", application.case_id)))


def test_a_corrected_case_is_told_as_one(db: None) -> None:
    act = an_act()
    auditor = actor_of(act.request, Role.AUDITOR)
    correction = correcting.open_correction(act=act, actor=auditor, reason="slip")
    shown = main(get(auditor, page("detail", act.case_id)))
    assert f"The act is being corrected: request {correction.number}" in shown
    assert act.number in shown
    new = scenarios.conclude(correction).act
    shown = main(get(auditor, page("detail", act.case_id)))
    assert f"Act of expertise {new.number}" in shown
    assert "Earlier acts of this case" in shown


def test_a_second_application_stands_beside_the_refused_one(db: None) -> None:
    refused = an_application("refused")
    again = an_application("submitted", act=refused.act)
    shown = main(get(people_of(again)[Role.CHAMBER_OFFICER], page("detail", again.case_id)))
    assert f"Application {again.number}" in shown
    assert "Earlier applications of this case" in shown
    assert str(refused.number) in shown


def test_the_committees_address_leads_to_the_page_and_the_reading_is_recorded(db: None) -> None:
    request = a_request("submitted")
    inspector = a_person(Role.INSPECTOR)
    old = reverse("oversight:case-detail", args=[request.case_id])
    answer = get(inspector, old, follow=True)
    assert answer.redirect_chain == [(page("detail", request.case_id), 302)]
    for part in PARTS:
        get(inspector, page(part, request.case_id))
    read = AuditEvent.objects.filter(event="case.viewed_by_committee")
    assert [event.case_id for event in read] == [str(request.case_id)]
    get(actor_of(request, Role.APPLICANT), page("detail", request.case_id))
    assert read.all().count() == 1


CONTROL_OF = {
    Role.APPLICANT: (False, False),
    Role.EXPERT_HEAD: (False, True),
    Role.CHAMBER_OFFICER: (False, False),
    Role.INSPECTOR: (True, True),
    Role.COMMITTEE_HEAD: (True, True),
}


def test_control_is_told_to_whom_it_concerns(db: None) -> None:
    """The check and its violations to the Committee, the recommendation to its addressee too."""
    desk, recommendation = a_recommendation()
    certificate = desk.certificate
    people = people_of(certificate.application)
    people[Role.EXPERT_HEAD] = expert_head(desk)
    for role, (check, addressed) in CONTROL_OF.items():
        shown = main(get(people[role], page("detail", certificate.case_id)))
        assert (reverse("oversight:check-detail", args=[desk.check.number]) in shown) is check, role
        assert (recommendation.number in shown) is addressed, role
        control = get(people[role], page("control", certificate.case_id))
        assert control.status_code == (200 if check else 404)
        if check:
            assert "в калькуляции нет расходов на доставку" in main(control)
        else:
            assert "в калькуляции нет расходов на доставку" not in shown


def test_an_undelivered_recommendation_is_no_file_of_the_addressee(db: None) -> None:
    """Opening it on its own page is its delivery, and the terms run from then."""
    desk, recommendation = a_recommendation()
    head, case = expert_head(desk), desk.certificate.case_id
    a_seal()
    make_paper("recommendation", str(recommendation.pk))
    assert f"recommendation-{recommendation.pk}" not in main(get(head, page("files", case)))
    note_opening(recommendation=recommendation, actor=head)
    assert f"recommendation-{recommendation.pk}" in main(get(head, page("files", case)))


def test_a_department_sees_its_own_control_alone(db: None) -> None:
    desk = a_desk()
    conclude(desk)
    elsewhere = a_person(Role.INSPECTOR)
    post_to(elsewhere, "101")
    shown = main(get(elsewhere, page("control", desk.certificate.case_id)))
    assert desk.check.number not in shown
    assert "Control has not touched this case" in shown
    assert desk.check.number in main(get(desk.inspector, page("control", desk.certificate.case_id)))


def events(case: Any, count: int) -> None:
    """So many more steps of the case in the log."""
    actor, subject = audit.SYSTEM, case.subject_ref()
    for _number in range(count):
        audit.record("request.document_added", actor=actor, subject=subject,
                     case=str(case.case_id), type="other", file_sha256="0" * 64)  # fmt: skip


def test_a_long_case_stays_a_small_page_of_the_same_queries(
    db: None, django_assert_max_num_queries: Any
) -> None:
    """Three hundred lines and five hundred steps."""
    few, many = a_request("submitted"), a_request("submitted")
    first = many.lines.get()
    type(first).objects.bulk_create(
        type(first)(**{**_values(first), "number": number}) for number in range(2, 301)
    )
    events(many, 500)
    for part in PARTS:
        costs = []
        for request in (few, many):
            client = Client()
            client.force_login(actor_of(request, Role.APPLICANT).user)
            address = page(part, request.case_id)
            client.get(address)
            with django_assert_max_num_queries(80) as counted:
                answer = client.get(address)
            costs.append(len(counted))
        assert len(answer.content) < 150_000, part
        assert costs[0] == costs[1], part
    history = text(get(actor_of(many, Role.APPLICANT), page("history", many.case_id)))
    assert history.count("<time") == 50
    assert "1–50" in history


def _values(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname)
            for field in row._meta.concrete_fields if not field.primary_key}  # fmt: skip


def test_the_history_is_filtered_by_stage(db: None) -> None:
    application = an_application("under_review")
    officer = people_of(application)[Role.CHAMBER_OFFICER]
    address = page("history", application.case_id)
    chamber = main(get(officer, f"{address}?stage=chamber"))
    assert str(application.number) in chamber
    assert "accepted the request" not in chamber
    assert str(application.act.request.number) in main(get(officer, f"{address}?stage=expertise"))
    assert get(officer, f"{address}?stage=nowhere").status_code == 200


def test_the_page_prints_with_its_number_and_address(db: None) -> None:
    request = a_request("submitted")
    applicant: Membership = actor_of(request, Role.APPLICANT)
    shown = main(get(applicant, page("detail", request.case_id)))
    line = shown.partition("print-only")[2].partition("</p>")[0]
    assert str(request.number) in line
    assert f"http://testserver{page('detail', request.case_id)}" in line
    assert f"printed {timezone.localdate():%d.%m.%Y} at" in line
