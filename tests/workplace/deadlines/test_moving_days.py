"""A decree moves days off while clocks run."""

import datetime as dt
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from audit.models import AuditEvent
from reference.models import CalendarDay
from reference.working_days import Calendar
from tests import scenarios
from workplace.deadlines.clocks import Counting, clock_of
from workplace.deadlines.moving_days import recompute_due_days

LANGUAGE = "en"
ALMATY = ZoneInfo("Asia/Almaty")
MONDAY = dt.datetime(2026, 6, 1, 10, tzinfo=ALMATY)
BARE = Calendar()


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def decreed(**days: bool) -> Calendar:
    """`june_5=False` is a day off, `june_6=True` a Saturday that is worked."""
    return Calendar(
        {dt.date(2026, 6, int(name.removeprefix("june_"))): works for name, works in days.items()}
    )


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(MONDAY, tick=False)


@pytest.fixture
def examined(db):
    """Due on Monday, 8 June, five working days from the first."""
    return scenarios.a_request("in_expertise")


@pytest.mark.parametrize(
    ("new", "on", "due"),
    [
        (decreed(june_5=False), "2026-06-02", "2026-06-09"),
        (decreed(june_6=True), "2026-06-02", "2026-06-06"),
        (decreed(june_5=False, june_6=True), "2026-06-02", "2026-06-08"),
        # The last day itself becomes a day off, even on that very day.
        (decreed(june_8=False), "2026-06-02", "2026-06-09"),
        (decreed(june_8=False), "2026-06-08", "2026-06-09"),
        # What has passed was counted by the calendar of its day; what comes after does not matter.
        (decreed(june_3=False), "2026-06-04", "2026-06-08"),
        (decreed(june_12=False), "2026-06-02", "2026-06-08"),
        # A term that had passed stays passed.
        (decreed(june_12=False), "2026-06-11", "2026-06-08"),
    ],
)
def test_as_many_working_days_are_left_as_before(examined, new, on, due):
    recompute_due_days(old=BARE, new=new, on=day(on))
    examined.refresh_from_db()
    assert examined.due_on == day(due)
    told = AuditEvent.objects.filter(event="deadline.moved")
    assert [event.facts["due_on"] for event in told] == ([due] if due != "2026-06-08" else [])


def test_a_paused_clock_and_a_finished_case_need_nothing(db):
    paused = scenarios.a_request("awaiting_applicant")
    done = scenarios.a_request("concluded")
    left = paused.days_left
    recompute_due_days(old=BARE, new=decreed(june_3=False, june_4=False), on=day("2026-06-02"))
    paused.refresh_from_db()
    done.refresh_from_db()
    assert (paused.days_left, paused.due_on) == (left, None)
    assert done.due_on is None
    # The applicant's own term is one in working days.
    assert paused.questions.get().due_on == day("2026-06-10")


def test_a_stage_follows_the_calendar_by_itself(db):
    request = scenarios.a_request("submitted")
    assert clock_of(request, Counting.at(MONDAY)).due_on == day("2026-06-02")
    CalendarDay.objects.create(date=day("2026-06-02"), is_working=False)
    assert clock_of(request, Counting.at(MONDAY)).due_on == day("2026-06-03")


def test_a_calendar_that_is_loaded_moves_what_is_under_way_once(db, time_machine):
    """3 January 2025 was a day off instead of the Sunday that follows."""
    scenarios.reference_data()
    CalendarDay.objects.filter(date=day("2025-01-03")).update(is_working=True)
    time_machine.move_to(dt.datetime(2024, 12, 30, 10, tzinfo=ALMATY), tick=False)
    request = scenarios.a_request("in_expertise")
    assert request.due_on == day("2025-01-08")
    for _time in range(2):
        call_command("load_reference", stdout=StringIO())
        request.refresh_from_db()
        assert request.due_on == day("2025-01-09")
    assert AuditEvent.objects.filter(event="deadline.moved").count() == 1
