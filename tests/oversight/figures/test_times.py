"""How long things take: the middle and nine of ten, pauses apart, days off left out."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from oversight.figures.counting import stage_times, way_times
from oversight.figures.stages import Entry, stays
from oversight.figures.working_time import WorkingTime
from oversight.models.figures import StageSpan
from reference.working_days import ALMATY, Calendar

from .scenes import a_count, asked

CALENDAR = WorkingTime(Calendar(), until=dt.date(2027, 12, 31))
START = dt.datetime(2024, 1, 1, tzinfo=ALMATY)
moments = st.integers(0, 3 * 365 * 86_400).map(lambda number: START + dt.timedelta(seconds=number))


def a_stay(
    days: int, *, status: str = "under_review", until: dt.datetime | None = None, **fields: object
) -> StageSpan:
    until = until or timezone.now() - dt.timedelta(minutes=1)
    return StageSpan.objects.create(
        **{
            "case_id": uuid.uuid4(),
            "subject_type": "application",
            "subject_id": uuid.uuid4(),
            "status": status,
            "since": until - dt.timedelta(days=days),
            "until": until,
            "working_days": Decimal(days),
            **fields,
        }
    )


@pytest.mark.django_db
def test_the_median_and_the_ninetieth_percentile_of_a_stage() -> None:
    for days in range(1, 11):
        a_stay(days)
    a_stay(30, until=timezone.now() - dt.timedelta(days=40))
    recent = asked(since=timezone.localdate() - dt.timedelta(days=7))
    times = stage_times(recent)["application", "under_review"]
    assert (times.count, times.median, times.ninetieth) == (10, Decimal("5.5"), Decimal("9.1"))
    assert stage_times(asked())["application", "under_review"].count == 11
    earlier = asked(as_of=timezone.localdate() - dt.timedelta(days=7))
    assert stage_times(earlier)["application", "under_review"].median == 30


@pytest.mark.django_db
def test_one_thing_that_came_back_is_counted_once_with_all_its_time() -> None:
    thing = uuid.uuid4()
    a_stay(2, subject_id=thing)
    a_stay(3, subject_id=thing)
    a_stay(4, status="awaiting_applicant", subject_id=thing, is_pause=True)
    told = stage_times(asked())
    assert (
        told["application", "under_review"].count,
        told["application", "under_review"].median,
    ) == (1, 5)
    assert told["application", "awaiting_applicant"].median == 4


@pytest.mark.django_db
def test_the_whole_way_tells_work_and_pauses_apart_and_only_of_issued_cases() -> None:
    case, other = uuid.uuid4(), uuid.uuid4()
    for case_id in (case, other):
        a_stay(2, case_id=case_id)
        a_stay(3, case_id=case_id, status="recommended")
        a_stay(7, case_id=case_id, status="awaiting_applicant", is_pause=True)
    a_count("issued", case_id=case)
    told = way_times(asked())[""]
    assert (told[False].count, told[False].median) == (1, 5)
    assert (told[True].count, told[True].median) == (1, 7)


@given(moments, moments, moments)
def test_working_time_adds_up_and_never_exceeds_the_time_that_passed(
    one: dt.datetime, two: dt.datetime, three: dt.datetime
) -> None:
    first, middle, last = sorted((one, two, three))
    whole = CALENDAR.between(first, last)
    parts = CALENDAR.between(first, middle) + CALENDAR.between(middle, last)
    assert abs(whole - parts) <= Decimal("0.0002")
    assert 0 <= whole <= Decimal((last - first).total_seconds()) / 86_400 + Decimal("0.0002")


def test_a_weekend_is_left_out() -> None:
    friday = dt.datetime(2026, 9, 18, 12, tzinfo=ALMATY)
    assert CALENDAR.between(friday, friday + dt.timedelta(days=3)) == 1
    saturday = friday + dt.timedelta(days=1)
    assert CALENDAR.between(saturday, saturday + dt.timedelta(hours=12)) == 0


def test_taking_over_a_review_does_not_begin_it_anew() -> None:
    start = dt.datetime(2026, 9, 18, 12, tzinfo=ALMATY)
    events = ("submitted", "taken", "taken_over", "recommended", "returned", "recommended")
    entries = [
        Entry("application", "1", f"application.{event}", start + dt.timedelta(days=number))
        for number, event in enumerate(events)
    ]
    told = [(stay.status, stay.until and (stay.until - stay.since).days) for stay in stays(entries)]
    assert told == [
        ("submitted", 1), ("under_review", 2), ("recommended", 1), ("under_review", 1),
        ("recommended", None),
    ]  # fmt: skip


def test_what_is_not_of_a_case_and_what_nobody_waits_for_takes_no_time() -> None:
    at = dt.datetime(2026, 9, 18, 12, tzinfo=ALMATY)
    entries = [
        Entry("auditor", "1", "request.submitted", at),
        Entry("request", "1", "request.created", at),
        Entry("request", "1", "request.withdrawn", at + dt.timedelta(days=1)),
    ]
    assert list(stays(entries)) == []
