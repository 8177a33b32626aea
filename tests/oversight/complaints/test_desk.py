"""The desk: routed, examined by one, signed by another, in time and within the department."""

import datetime as dt
import json
import uuid
from collections.abc import Callable

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.errors import DomainError, PermissionRefused
from accounts.models import Role
from accounts.permissions import has_permission
from audit.models import AuditEvent
from documents.sealing import verify_seal
from documents.storing import read
from oversight.complaints import terms
from oversight.complaints.answering import answer_complaint, return_draft
from oversight.complaints.examining import (
    draft_answer,
    extend_complaint,
    longest_extension,
    remove_complaint_violation,
    take_complaint,
)
from oversight.complaints.papers import ANSWER, EXTENSION, FORWARDING
from oversight.complaints.registering import (
    forward_by,
    forward_complaint,
    hand_over_complaint,
    leave_complaint,
    register_complaint,
)
from oversight.departments import OutsideDepartment
from oversight.models import Complaint, DeskCheck
from oversight.papers import make_paper
from reference import working_days
from reference.models import Department
from tests import scenarios
from tests.scenarios import a_person
from workflow.moving import MovedOn, WrongStatus

from .scenes import TEXT, a_complaint, a_desk, draft, note, post_to

LANGUAGE = "en"
LIST = "/committee/complaints/"
pytestmark = pytest.mark.django_db


def test_a_complaint_goes_from_receipt_to_the_answer_through_two_people() -> None:
    desk = a_desk("answered")
    complaint = desk.read()
    assert complaint.status == "answered"
    assert complaint.drafted_by == desk.inspector.user
    assert complaint.answered_by == desk.head.user
    assert complaint.due_on is None
    violation = complaint.violations.get()
    assert violation.confirmed_by == desk.head.user
    assert violation.fault == "auditor"
    assert violation.auditor == complaint.certificate.application.act.signed_by
    told = AuditEvent.objects.of_case(complaint.case_id).values_list("event", flat=True)
    assert sorted(told) == [
        "complaint.answered", "complaint.drafted", "complaint.received", "complaint.registered",
        "complaint.taken", "violation.confirmed", "violation.noted",
    ]  # fmt: skip


def test_the_certificates_own_story_does_not_tell_of_the_complaint() -> None:
    desk = a_desk("answered")
    case = desk.complaint.certificate.case_id
    told = AuditEvent.objects.of_case(case).values_list("event", flat=True)
    assert not [event for event in told if event.startswith("complaint.")]


def test_the_answer_is_a_sealed_paper_in_both_languages() -> None:
    scenarios.a_seal()
    desk = a_desk("answered")
    make_paper(ANSWER, str(desk.complaint.pk))
    document = desk.read().answer_document
    record = json.loads(bytes(document.record))
    assert set(record["title"]) == {"kk", "ru"}
    assert record["sections"][0]["text"]["kk"] == "Проверено (пример)."
    assert record["number"] == f"{desk.complaint.number}/1"
    assert verify_seal(read(document.file)).ok
    make_paper(ANSWER, str(desk.complaint.pk))
    assert desk.read().answer_document == document


class TestTwoPeople:
    def test_whoever_examined_does_not_sign(self) -> None:
        desk = a_desk("drafted")
        both = scenarios.as_member(desk.inspector.user, Role.COMMITTEE_HEAD)
        with pytest.raises(DomainError, match="does not sign its answer"):
            answer_complaint(complaint=desk.complaint, actor=both)

    def test_an_inspector_does_not_sign_at_all(self) -> None:
        desk = a_desk("drafted")
        with pytest.raises(PermissionRefused):
            answer_complaint(complaint=desk.complaint, actor=a_person(Role.INSPECTOR))

    @pytest.mark.parametrize("who", ["drafted_by", "inspector"])
    def test_the_database_refuses_it_too(self, who: str) -> None:
        desk = a_desk("drafted")
        person = getattr(desk.complaint, who)
        with (
            pytest.raises(DatabaseError, match="answered_by_another_person"),
            transaction.atomic(),
        ):
            Complaint.objects.filter(pk=desk.complaint.pk).update(answered_by=person)

    def test_whoever_noted_a_violation_does_not_confirm_it(self) -> None:
        desk = a_desk("under_review")
        violation = note(desk)
        type(violation).objects.filter(pk=violation.pk).update(noted_by=desk.head.user)
        draft(desk)
        with pytest.raises(DomainError, match="what you noted yourself"):
            answer_complaint(complaint=desk.complaint, actor=desk.head)

    def test_somebody_of_the_case_does_not_examine_it(self) -> None:
        desk = a_desk("registered")
        auditor = desk.complaint.certificate.application.auditor
        as_inspector = scenarios.as_member(auditor, Role.INSPECTOR)
        with pytest.raises(PermissionRefused):
            take_complaint(complaint=desk.complaint, actor=as_inspector)


class TestOutcome:
    @pytest.mark.parametrize("outcome", ["confirmed", "partly"])
    def test_what_is_confirmed_names_a_violation(self, outcome: str) -> None:
        desk = a_desk("under_review")
        with pytest.raises(DomainError, match="at least one violation") as refusal:
            draft(desk, outcome)
        assert refusal.value.field == "outcome"
        note(desk)
        assert draft(desk, outcome).status == "drafted"

    def test_nothing_found_and_a_violation_recorded_contradict_each_other(self) -> None:
        desk = a_desk("under_review")
        violation = note(desk)
        with pytest.raises(DomainError, match="Violations are recorded"):
            draft(desk, "not_confirmed")
        remove_complaint_violation(violation=violation, actor=desk.inspector)
        assert draft(desk, "not_confirmed").outcome == "not_confirmed"

    def test_an_answer_is_never_empty(self) -> None:
        desk = a_desk("under_review")
        with pytest.raises(DomainError, match="Write the answer"):
            draft_answer(
                complaint=desk.complaint, actor=desk.inspector, outcome="not_confirmed", answer=" "
            )

    def test_a_draft_comes_back_with_a_reason_and_goes_out_again(self) -> None:
        desk = a_desk("drafted")
        desk.complaint = return_draft(
            complaint=desk.complaint, actor=desk.head, note="Нет ответа на второй довод (пример)."
        )
        assert desk.complaint.status == "under_review"
        draft(desk)
        assert desk.complaint.return_note == ""
        assert answer_complaint(complaint=desk.complaint, actor=desk.head).status == "answered"

    def test_what_was_answered_stays(self) -> None:
        desk = a_desk("answered")
        with pytest.raises(DatabaseError, match="Cannot update rows"), transaction.atomic():
            Complaint.objects.filter(pk=desk.complaint.pk).update(answer="Иначе (пример).")
        with pytest.raises(DatabaseError, match="Cannot update rows"), transaction.atomic():
            Complaint.objects.filter(pk=desk.complaint.pk).update(text="Иначе (пример).")


class TestDepartments:
    def test_an_inspector_of_another_region_is_refused_in_words(self, client: Client) -> None:
        desk = a_desk("registered")
        stranger = a_person(Role.INSPECTOR)
        post_to(stranger, "101")
        with pytest.raises(OutsideDepartment, match="belongs to another department"):
            take_complaint(complaint=desk.complaint, actor=stranger)
        client.force_login(stranger.user)
        answer = client.get(f"{LIST}{desk.complaint.number}/")
        assert answer.status_code == 403
        assert "This belongs to another department" in answer.content.decode()
        assert desk.complaint.number not in client.get(f"{LIST}?tab=all").content.decode()

    def test_what_names_no_region_is_the_central_offices(self) -> None:
        complaint = a_complaint()
        stranger = a_person(Role.INSPECTOR)
        post_to(stranger, "120")
        assert complaint.department is None
        with pytest.raises(OutsideDepartment):
            register_complaint(
                complaint=complaint, actor=stranger, department=Department.objects.get(pk="120")
            )

    def test_an_inspector_is_of_the_department_that_examines(self) -> None:
        desk = a_desk("received")
        other = a_person(Role.INSPECTOR)
        post_to(other, "101")
        with pytest.raises(DomainError, match="inspector of the department") as refusal:
            register_complaint(
                complaint=desk.complaint,
                actor=desk.head,
                department=Department.objects.get(pk="120"),
                inspector=other.user,
            )
        assert refusal.value.field == "inspector"

    def test_it_is_given_to_another_region(self) -> None:
        desk = a_desk("under_review")
        complaint = hand_over_complaint(
            complaint=desk.complaint, actor=desk.head, department=Department.objects.get(pk="101")
        )
        assert (complaint.status, complaint.inspector) == ("registered", None)
        assert complaint.due_on is not None


class TestTerms:
    def test_the_term_is_prolonged_once_for_two_months_with_a_notice(self) -> None:
        scenarios.a_seal()
        desk = a_desk("under_review")
        last = longest_extension(desk.complaint)
        values = {"complaint": desk.complaint, "actor": desk.head, "reason": "Запрос (пример)."}
        for wrong in (desk.complaint.due_on, last + dt.timedelta(days=1)):
            with pytest.raises(DomainError, match="Choose a day after"):
                extend_complaint(**values, until=wrong)
        with pytest.raises(DomainError, match="Say why"):
            extend_complaint(**{**values, "reason": " "}, until=last)
        complaint = extend_complaint(**values, until=last)
        assert complaint.due_on == complaint.extended_until == last
        with pytest.raises(DomainError, match="done once"):
            extend_complaint(**{**values, "complaint": complaint}, until=last)
        make_paper(EXTENSION, str(complaint.pk))
        notice = desk.read().extension_notice
        record = json.loads(bytes(notice.record))
        assert record["terms"][0]["on"] == last.isoformat()
        assert record["signed_by"]["name"] == desk.head.user.full_name

    def test_what_belongs_elsewhere_goes_there_in_three_working_days(self) -> None:
        scenarios.a_seal()
        desk = a_desk("received")
        received_on = timezone.localdate(desk.complaint.received_at)
        assert forward_by(desk.complaint) == working_days.add(received_on, 3)
        complaint = forward_complaint(
            complaint=desk.complaint, actor=desk.head, body="Другой орган (пример)"
        )
        assert complaint.due_on is None
        event = AuditEvent.objects.get(event="complaint.forwarded")
        assert event.facts["days_late"] == 0
        make_paper(FORWARDING, str(complaint.pk))
        assert desk.read().forwarding is not None

    def test_a_late_forwarding_says_how_late(self) -> None:
        desk = a_desk("registered")
        with time_machine.travel(timezone.now() + dt.timedelta(days=14), tick=True):
            forward_complaint(complaint=desk.complaint, actor=desk.head, body="Орган (пример)")
        assert AuditEvent.objects.get(event="complaint.forwarded").facts["days_late"] > 0

    def test_it_is_left_without_examination_only_with_a_reason(self) -> None:
        desk = a_desk("received")
        with pytest.raises(DomainError, match="Say why"):
            leave_complaint(complaint=desk.complaint, actor=desk.inspector, note=" ")
        complaint = leave_complaint(
            complaint=desk.complaint, actor=desk.inspector, note="Нет предмета (пример)."
        )
        assert complaint.status == "not_examined"

    def test_a_complaint_is_reminded_of_once_and_told_overdue_once(self) -> None:
        desk = a_desk("registered")
        due = desk.complaint.due_on
        day_before = due - dt.timedelta(days=1)
        runs = [terms.keep_complaints(on=on) for on in (day_before, day_before, due)]
        assert [run["reminded"] for run in runs] == [1, 0, 0]
        after = due + dt.timedelta(days=1)
        runs = [terms.keep_complaints(on=on) for on in (after, after)]
        assert [run["overdue"] for run in runs] == [1, 0]
        told = AuditEvent.objects.filter(subject_id=str(desk.complaint.pk))
        assert told.filter(event="complaint.overdue").count() == 1

    def test_an_answered_complaint_is_never_overdue(self) -> None:
        a_desk("answered")
        far = timezone.localdate() + dt.timedelta(days=400)
        assert terms.keep_complaints(on=far) == {"reminded": 0, "overdue": 0}


# Who may do what with a complaint of the region 120 that an inspector of it has drafted.
ROLES: dict[str, Callable[[], object]] = {
    "applicant": lambda: a_person(Role.APPLICANT),
    "auditor": lambda: a_person(Role.AUDITOR),
    "chamber": lambda: a_person(Role.CHAMBER_SIGNATORY),
    "inspector": lambda: a_person(Role.INSPECTOR),
    "head": lambda: a_person(Role.COMMITTEE_HEAD),
    "nobody": lambda: None,
}
ALLOWED = {
    "list_complaints": {"inspector", "head"},
    "read_complaint": {"inspector", "head"},
    "register_complaint": {"inspector", "head"},
    "examine_complaint": set(),
    "extend_complaint": {"head"},
    "hand_over_complaint": {"head"},
    "answer_complaint": {"head"},
}


@pytest.mark.parametrize("permission", ALLOWED)
def test_who_may_do_what(permission: str) -> None:
    desk = a_desk("drafted")
    may = {
        role
        for role, person in ROLES.items()
        if has_permission(person(), f"oversight.{permission}", desk.complaint)
    }
    assert may == ALLOWED[permission]
    own = has_permission(desk.inspector, f"oversight.{permission}", desk.complaint)
    assert own is (permission in ("list_complaints", "read_complaint", "register_complaint",
                                  "examine_complaint"))  # fmt: skip


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.AUDITOR, Role.CHAMBER_OFFICER])
def test_to_others_the_desk_does_not_exist(client: Client, role: str) -> None:
    desk = a_desk("received")
    client.force_login(a_person(role).user)
    assert client.get(LIST).status_code == 404
    assert client.get(f"{LIST}{desk.complaint.number}/").status_code == 404
    assert client.post(f"{LIST}{desk.complaint.number}/register/").status_code == 404


class TestPages:
    def test_the_whole_way_by_its_pages(self, client: Client) -> None:
        desk = a_desk("received")
        page = f"{LIST}{desk.complaint.number}/"
        client.force_login(desk.inspector.user)
        assert TEXT in client.get(page).content.decode()
        sent = {"register-department": "120", "register-inspector": "", "register-whom": "auditor"}
        assert client.post(f"{page}register/", sent).status_code == 302
        assert desk.read().auditor == desk.complaint.certificate.application.act.signed_by
        assert client.post(f"{page}take/").status_code == 302
        found = {
            "violation-code": "wrong_share", "violation-fault": "auditor", "violation-text": "Нет",
        }  # fmt: skip
        answer = {"draft-outcome": "confirmed", "draft-answer": "Проверено (пример)."}
        refused = client.post(f"{page}draft/", answer)
        assert refused.status_code == 409
        assert "at least one violation" in refused.content.decode()
        assert "Проверено (пример)." in refused.content.decode()
        assert client.post(f"{page}violations/", found).status_code == 302
        assert client.post(f"{page}draft/", answer).status_code == 302
        assert "/answer/" not in client.get(page).content.decode()
        client.force_login(desk.head.user)
        assert f"{page}answer/" in client.get(page).content.decode()
        assert client.post(f"{page}answer/").status_code == 302
        assert desk.read().status == "answered"

    def test_a_page_left_open_cannot_act_on_what_has_moved_on(self) -> None:
        desk = a_desk("registered")
        with pytest.raises(MovedOn):
            take_complaint(complaint=desk.complaint, actor=desk.inspector, seen_version=1)
        taken = take_complaint(complaint=desk.complaint, actor=desk.inspector)
        with pytest.raises(WrongStatus):
            take_complaint(complaint=taken, actor=desk.inspector)

    def test_a_desk_check_is_opened_from_the_complaint(self, client: Client) -> None:
        desk = a_desk("under_review")
        client.force_login(desk.inspector.user)
        address = f"{LIST}{desk.complaint.number}/check/"
        assert client.post(address).status_code == 302
        assert DeskCheck.objects.get().complaint == desk.complaint
        again = client.post(address)
        assert again.status_code == 409
        assert "is being checked already" in again.content.decode()

    @pytest.mark.parametrize(
        "tab", ["new", "mine", "soon", "waiting", "to_sign", "answered", "all"]
    )
    def test_the_tabs_count_what_they_show(self, client: Client, tab: str) -> None:
        for status in ("received", "under_review", "drafted", "answered"):
            desk = a_desk(status)
        client.force_login(desk.inspector.user)
        answer = client.get(f"{LIST}?tab={tab}")
        current = next(each for each in answer.context["tabs"] if each["current"])
        assert current["count"] == len(answer.context["page"].object_list)

    @pytest.mark.parametrize("kind", ["xlsx", "csv"])
    def test_the_list_is_exported(self, client: Client, kind: str) -> None:
        desk = a_desk("received")
        client.force_login(desk.inspector.user)
        answer = client.get(f"{LIST}?tab=all&format={kind}")
        assert answer.status_code == 200
        assert f".{kind}" in answer["Content-Disposition"]

    def test_a_thousand_complaints_cost_as_many_queries_as_one(
        self, client: Client, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        inspector = a_person(Role.INSPECTOR)
        client.force_login(inspector.user)
        a_complaint(scenarios.a_certificate())
        client.get(f"{LIST}?tab=all")
        with CaptureQueriesContext(connection) as few:
            client.get(f"{LIST}?tab=all")
        for _number in range(9):
            a_complaint()
        with django_assert_num_queries(len(few.captured_queries)):
            client.get(f"{LIST}?tab=all")


def test_numbers_and_tokens_are_unique() -> None:
    first, second = a_complaint(), a_complaint()
    assert first.number != second.number
    assert first.code != second.code
    assert first.form_token != second.form_token != uuid.UUID(int=0)
