"""The page of what is late: who sees what, why it is late, filters, files, queries."""

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Membership, Role
from reference.working_days import Calendar
from tests import scenarios
from workplace.deadlines.reasons import Happening, pauses, told

LANGUAGE = "en"
ALMATY = ZoneInfo("Asia/Almaty")
MONDAY = dt.datetime(2026, 6, 1, 10, tzinfo=ALMATY)
LATER = dt.datetime(2026, 6, 12, 10, tzinfo=ALMATY)
PAGE = reverse("workplace:late-list")


@pytest.fixture(autouse=True)
def monday(time_machine: Any) -> None:
    """Everybody is hired and every case begins on Monday, 1 June 2026."""
    time_machine.move_to(MONDAY, tick=False)


@pytest.fixture
def later(time_machine: Any) -> Callable[[], None]:
    """Friday of the next week: nine working days have passed."""
    return lambda: time_machine.move_to(LATER, tick=False)


def get(actor: Membership, address: str) -> Any:
    client = Client(headers={"accept-language": "en"})
    client.force_login(actor.user)
    return client.get(address)


def seen_by(actor: Membership, query: str = "cut=all") -> tuple[str, list[str]]:
    page = get(actor, f"{PAGE}?{query}")
    assert page.status_code == 200
    return page.content.decode(), [row.clock.subject_id for row in page.context["rows"]]


@pytest.fixture
def submitted(db):
    return scenarios.a_request("submitted")


def test_a_case_that_nobody_accepted_is_late_for_all_whom_it_concerns(submitted, later):
    own_head = scenarios.actor_of(submitted, Role.EXPERT_HEAD)
    other_head = scenarios.a_person(Role.EXPERT_HEAD)
    applicant = scenarios.actor_of(submitted, Role.APPLICANT)
    inspector = scenarios.a_person(Role.INSPECTOR)
    later()
    for actor, sees in ((own_head, True), (inspector, True), (other_head, False),
                        (applicant, False)):  # fmt: skip
        _text, found = seen_by(actor, "cut=late")
        assert found == ([str(submitted.pk)] if sees else []), actor.role
    text, _found = seen_by(own_head)
    # Due on Tuesday the 2nd; the 3rd to the 12th are eight working days.
    assert "8 working days late" in text
    assert "until 02.06.2026" in text
    assert "1 thing is late" in text


def test_strangers_are_sent_to_the_door(client, db):
    assert client.get(PAGE).status_code == 302


@pytest.fixture
def asked(db):
    return scenarios.an_application("awaiting_applicant")


def test_the_applicant_owes_the_answer_while_the_clock_of_the_case_stands(asked, later):
    applicant = scenarios.actor_of(asked.act.request, Role.APPLICANT)
    later()
    text, found = seen_by(applicant)
    assert set(found) == {str(asked.pk), str(asked.questions.get().pk)}
    assert "The applicant has been asked. Expected by 08.06.2026." in text
    assert "1 thing waits for you and is late" in text


def test_a_chamber_sees_its_own_cases_with_the_reasons_of_their_delay(asked, later):
    officer = scenarios.staff_of(asked, Role.CHAMBER_OFFICER)
    other = scenarios.a_person(
        Role.CHAMBER_OFFICER, scenarios.an_organisation("chamber", code="101")
    )
    later()
    text, found = seen_by(officer, "cut=paused")
    assert found == [str(asked.pk)]
    assert "1 question to the applicant: stood still for 9 working days" in text
    assert seen_by(other)[1] == []


def test_filters_stand_in_the_address_and_unknown_ones_find_nothing(submitted, asked, later):
    inspector = scenarios.a_person(Role.INSPECTOR)
    later()
    by_stage = seen_by(inspector, "cut=all&stage=request.submitted")[1]
    assert by_stage == [str(submitted.pk)]
    by_holder = seen_by(inspector, f"cut=all&holder={asked.chamber_id}")[1]
    assert set(by_holder) == {str(asked.pk), str(asked.questions.get().pk)}
    assert seen_by(inspector, "cut=all&organisation=nobody")[1] == []
    assert seen_by(inspector, "cut=nonsense&order=nonsense&page=99")[1]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_file_holds_the_rows_of_the_page(submitted, asked, later, kind):
    inspector = scenarios.a_person(Role.INSPECTOR)
    later()
    page = get(inspector, f"{reverse('workplace:late-export')}?cut=all&format={kind}")
    assert page.status_code == 200
    if kind == "csv":
        lines = page.content.decode("utf-8-sig").splitlines()
        assert len(lines) == 4
        assert sum(submitted.number in line for line in lines) == 1
        return
    rows = list(load_workbook(BytesIO(page.content)).active.values)
    by_number = {(row[0], row[1]): row for row in rows}
    late = by_number[submitted.number, "Expertise request"]
    assert (late[7].date(), late[8]) == (dt.date(2026, 6, 2), -8)


def test_a_file_of_another_format_does_not_exist(db):
    inspector = scenarios.a_person(Role.INSPECTOR)
    assert get(inspector, f"{reverse('workplace:late-export')}?format=exe").status_code == 404


def test_the_number_of_queries_does_not_grow_with_rows(submitted, asked, later, time_machine):
    inspector = scenarios.a_person(Role.INSPECTOR)

    def counted() -> int:
        later()
        get(inspector, f"{PAGE}?cut=all")
        with CaptureQueriesContext(connection) as queries:
            assert get(inspector, f"{PAGE}?cut=all").status_code == 200
        return len(queries)

    few = counted()
    time_machine.move_to(MONDAY, tick=False)
    for _number in range(3):
        scenarios.a_request("submitted")
        scenarios.a_request("awaiting_applicant")
        scenarios.an_application("in_consultation")
    assert counted() == few


def happened(*events: tuple[str, str]) -> list[Happening]:
    return [
        Happening(event, dt.datetime.fromisoformat(at).replace(tzinfo=ALMATY))
        for event, at in events
    ]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], []),
        (
            [("request.question_asked", "2026-06-01 10:00"),
             ("request.question_answered", "2026-06-03 10:00")],
            ["1 question to the applicant: stood still for 2 working days"],
        ),
        (
            # A Friday evening to the first minute of Monday: one working day.
            [("application.question_asked", "2026-06-05 23:59"),
             ("application.question_answered", "2026-06-08 00:01"),
             ("application.consultation_asked", "2026-06-09 10:00"),
             ("application.consultation_closed", "2026-06-09 12:00"),
             ("application.returned", "2026-06-10 12:00"),
             ("application.returned", "2026-06-11 12:00"),
             ("application.taken_over", "2026-06-11 13:00")],
            ["1 question to the applicant: stood still for 1 working day",
             "1 consultation of another body: stood still for 0 working days",
             "returned 2 times", "passed to another person 1 time"],
        ),
    ],
)  # fmt: skip
def test_the_log_says_why(events, expected):
    assert told(happened(*events), Calendar(), dt.date(2026, 6, 12)) == expected


def test_a_pause_that_lasts_is_counted_up_to_today():
    times, days = pauses(
        happened(("desk_check.asked", "2026-06-05 10:00")), Calendar(), dt.date(2026, 6, 10)
    )
    assert (times["explanation"], days["explanation"]) == (1, 3)
