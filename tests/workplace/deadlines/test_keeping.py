"""Reminders, a word when a term passed and the step up, under a moved clock."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection

from audit.models import AuditEvent
from expertise.models import ExpertiseRequest
from expertise.services import examining, filing
from tests import scenarios
from workplace.deadlines.clocks import Counting, clock_of
from workplace.deadlines.keeping import keep_deadlines
from workplace.models import DeadlineMark

LANGUAGE = "en"
ALMATY = ZoneInfo("Asia/Almaty")


def moment(text: str) -> dt.datetime:
    """A moment of the clock on the wall in Almaty."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=ALMATY)


def told() -> list[tuple[str, str]]:
    found = AuditEvent.objects.filter(event__startswith="deadline.").order_by("pk")
    return [
        (event.event.removeprefix("deadline."), event.facts.get("level", "")) for event in found
    ]


def keep(text: str) -> None:
    with time_machine.travel(moment(text), tick=False):
        keep_deadlines(at=moment(text))


def a_request(status: str, at: str) -> ExpertiseRequest:
    with time_machine.travel(moment(at), tick=False):
        return scenarios.a_request(status)


@pytest.fixture
def examined(db) -> ExpertiseRequest:
    """Under expertise since Monday 1 June 2026 with five working days: due on Monday the 8th."""
    request = a_request("in_expertise", "2026-06-01 10:00")
    assert request.due_on == dt.date(2026, 6, 8)
    return request


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        (["2026-06-03 12:00"], []),
        (["2026-06-04 00:01"], [("reminded", "")]),
        # The same day again, and the next days: once for two days before, once for the last day.
        (["2026-06-04 00:01", "2026-06-04 23:59", "2026-06-05 00:01"], [("reminded", "")]),
        (["2026-06-04 12:00", "2026-06-08 00:01"], [("reminded", "")] * 2),
        # Over the weekend no working day passes.
        (["2026-06-04 12:00", "2026-06-06 12:00", "2026-06-07 23:59"], [("reminded", "")]),
        (["2026-06-08 23:59"], [("reminded", "")]),
        (["2026-06-09 00:01"], [("passed", "")]),
        (["2026-06-09 00:01", "2026-06-09 01:01", "2026-06-09 23:59"], [("passed", "")]),
        (["2026-06-09 12:00", "2026-06-10 12:00"], [("passed", ""), ("escalated", "head")]),
        # After days without a run: the last step alone, no flood.
        (["2026-06-15 12:00", "2026-06-15 13:00"], [("escalated", "committee")]),
        (
            ["2026-06-04 12:00", "2026-06-08 12:00", "2026-06-09 12:00", "2026-06-10 12:00",
             "2026-06-15 12:00", "2026-07-15 12:00"],
            [("reminded", ""), ("reminded", ""), ("passed", ""), ("escalated", "head"),
             ("escalated", "committee")],
        ),
    ],
)  # fmt: skip
def test_each_step_is_told_once_on_its_day(examined, runs, expected):
    # 2 working days late on the 10th: the 9th and the 10th.
    for at in runs:
        keep(at)
    assert told() == expected


def test_midnight_is_that_of_almaty_and_not_of_utc(examined):
    # 18:59 UTC on the 8th is the last minute of the day in Almaty; two minutes later it passed.
    last_minute = dt.datetime(2026, 6, 8, 18, 59, tzinfo=dt.UTC)
    keep_deadlines(at=last_minute)
    assert told() == [("reminded", "")]
    keep_deadlines(at=last_minute + dt.timedelta(minutes=2))
    assert told() == [("reminded", ""), ("passed", "")]


def test_a_paused_clock_is_silent_and_its_new_day_gets_steps_of_its_own(examined):
    keep("2026-06-04 12:00")
    with time_machine.travel(moment("2026-06-05 10:00"), tick=False):
        scenarios.ask(examined)
    # The request's own keeper speaks to the applicant; this one has nothing to say meanwhile.
    keep("2026-06-09 12:00")
    assert told() == [("reminded", "")]

    with time_machine.travel(moment("2026-06-11 23:59"), tick=False):
        examined.refresh_from_db()
        filing.answer_question(
            request=examined,
            actor=scenarios.actor_of(examined, "applicant"),
            answer="Приложено.",
        )
    examined.refresh_from_db()
    assert examined.due_on == dt.date(2026, 6, 12)
    keep("2026-06-12 00:01")
    assert told() == [("reminded", ""), ("reminded", "")]
    assert set(DeadlineMark.objects.values_list("due_on", flat=True)) == {
        dt.date(2026, 6, 8),
        dt.date(2026, 6, 12),
    }


def test_what_was_done_in_time_is_not_spoken_of(db):
    request = a_request("submitted", "2026-06-01 10:00")
    with time_machine.travel(moment("2026-06-02 23:58"), tick=False):
        examining.accept_request(request=request, actor=scenarios.actor_of(request, "expert_head"))
    keep("2026-06-03 00:01")
    # Accepted on the last day of that stage; the next stage has its own day, the third.
    assert told() == [("reminded", "")]
    assert DeadlineMark.objects.get(kind="reminder", step=0).due_on == dt.date(2026, 6, 3)


@pytest.mark.parametrize(
    ("submitted", "due"),
    [
        # A Friday; the weekend; the days of Nauryz.
        ("2026-06-05 23:59", "2026-06-08"),
        ("2026-06-06 00:01", "2026-06-08"),
        ("2026-03-20 12:00", "2026-03-26"),
        # The leap day, and the hour that came twice when Almaty left UTC+6 for UTC+5.
        ("2024-02-28 23:59", "2024-02-29"),
        ("2024-02-29 00:01", "2024-03-01"),
        ("2024-02-29 23:30", "2024-03-01"),
        ("2024-03-01 00:01", "2024-03-04"),
    ],
)
def test_a_stage_begins_with_the_day_in_almaty(db, submitted, due):
    request = a_request("submitted", submitted)
    with time_machine.travel(moment(submitted), tick=False):
        clock = clock_of(request, Counting.at(moment(submitted)))
    assert clock.due_on == dt.date.fromisoformat(due)


@pytest.mark.parametrize(
    ("utc", "due"),
    [
        # Before March 2024 midnight in Almaty was 18:00 UTC, since then it is 19:00.
        ("2024-02-27 17:59", "2024-02-28"),
        ("2024-02-27 18:01", "2024-02-29"),
        ("2024-02-29 18:30", "2024-03-01"),
        ("2024-03-04 18:30", "2024-03-05"),
        ("2024-03-04 19:01", "2024-03-06"),
    ],
)
def test_the_offset_of_the_day_decides(db, utc, due):
    at = dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)
    with time_machine.travel(at, tick=False):
        request = scenarios.a_request("submitted")
    assert clock_of(request, Counting.at(at)).due_on == dt.date.fromisoformat(due)


def test_an_applicant_who_is_late_stops_only_the_own_case(db):
    with time_machine.travel(moment("2026-06-01 10:00"), tick=False):
        application = scenarios.an_application("awaiting_applicant")
    question = application.questions.get()
    assert question.due_on == dt.date(2026, 6, 8)
    keep("2026-06-30 12:00")
    event = AuditEvent.objects.get(event="deadline.passed", subject_type="application_question")
    assert event.facts["organisation"] == str(application.applicant_id)
    assert ("escalated", "committee") not in told()


@pytest.mark.django_db(transaction=True)
def test_runs_at_the_same_time_tell_each_step_once():
    for _number in range(3):
        a_request("in_expertise", "2026-06-01 10:00")
    at = moment("2026-06-09 12:00")

    def run(_number: int) -> None:
        try:
            keep_deadlines(at=at)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(8)))
    keep_deadlines(at=at)
    assert told() == [("passed", "")] * 3
    assert DeadlineMark.objects.count() == 3
