"""Whom a deadline tells: whoever must act, who is in charge, those above."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Membership, Role
from audit.models import AuditEvent
from notices.turns import turn_of
from tests import scenarios
from workplace.deadlines.keeping import keep_deadlines

LANGUAGE = "en"
ALMATY = ZoneInfo("Asia/Almaty")
MONDAY = dt.datetime(2026, 6, 1, 10, tzinfo=ALMATY)


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(MONDAY, tick=False)


@pytest.fixture
def kept(time_machine):
    """Who is told of what the keeper says on a day of June 2026: (person, must act)."""

    def keep(on_day: int, subject_type: str) -> tuple[str, set[tuple[Membership, bool]]]:
        at = dt.datetime(2026, 6, on_day, 12, tzinfo=ALMATY)
        time_machine.move_to(at, tick=False)
        keep_deadlines(at=at)
        event = AuditEvent.objects.filter(
            event__startswith="deadline.", subject_type=subject_type
        ).latest("pk")
        turn = turn_of(event.event)
        return event.event, {(each.membership, each.must_act) for each in turn.to(event)}

    return keep


def test_the_auditor_is_reminded_and_the_head_and_the_committee_hear_of_a_delay(db, kept):
    request = scenarios.a_request("in_expertise")
    auditor = scenarios.actor_of(request, Role.AUDITOR)
    head = scenarios.actor_of(request, Role.EXPERT_HEAD)
    committee = scenarios.a_person(Role.COMMITTEE_HEAD)
    scenarios.a_person(Role.AUDITOR, request.expert_organisation)

    assert kept(4, "request") == ("deadline.reminded", {(auditor, True)})
    assert kept(9, "request") == ("deadline.passed", {(auditor, True)})
    told = {(auditor, True), (head, False)}
    assert kept(10, "request") == ("deadline.escalated", told)
    assert kept(15, "request") == ("deadline.escalated", told | {(committee, False)})


def test_the_chamber_hears_that_the_applicant_did_not_answer(db, kept):
    application = scenarios.an_application("awaiting_applicant")
    applicant = scenarios.actor_of(application.act.request, Role.APPLICANT)
    reviewer = scenarios.staff_of(application, Role.CHAMBER_OFFICER)

    assert kept(4, "application_question") == ("deadline.reminded", {(applicant, True)})
    told = {(applicant, True), (reviewer, False)}
    assert kept(9, "application_question") == ("deadline.passed", told)
    assert kept(30, "application_question") == ("deadline.passed", told)


def test_nobody_is_told_of_what_was_done_in_the_meantime(db, kept):
    request = scenarios.a_request("submitted")
    scenarios.actor_of(request, Role.EXPERT_HEAD)
    kept(2, "request")
    event = AuditEvent.objects.filter(event="deadline.reminded").latest("pk")
    assert list(turn_of(event.event).to(event))
    scenarios.accept(request)
    assert list(turn_of(event.event).to(event)) == []
