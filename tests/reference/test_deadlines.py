"""Clocks in working days: pausing and resuming neither loses nor gains a day."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expertise.models import ExpertiseRequest
from reference.deadlines import StageTerms
from reference.models import Parameter, Scheme
from reference.working_days import Calendar
from tests import scenarios

START = dt.date(2026, 3, 2)
CALENDAR = Calendar()


def worked(day: dt.date) -> int:
    return int(CALENDAR.is_working(day))


# The database is read only for the calendar, which no example changes.
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(days=st.integers(0, 15), spans=st.lists(st.integers(0, 12), max_size=8))
def test_pauses_at_random_neither_lose_nor_gain_a_working_day(db, days, spans):
    """Spans alternate: running, paused, running, …; whole weeks of holidays lie between.

    One thing alone gives a day: a clock with nothing left that goes on on a day off.
    """
    clock, day, left = ExpertiseRequest(), START, days
    clock.start_clock(on=day, days=days)
    for position, span in enumerate(spans):
        is_running = position % 2 == 0
        for _day in range(span):
            day += dt.timedelta(days=1)
            left -= worked(day) if is_running else 0
        if is_running:
            clock.pause_clock(on=day)
            assert clock.days_left == left
        else:
            clock.resume_clock(on=day)
            left = left or 1 - worked(day)
            assert CALENDAR.is_working(clock.due_on)
            assert clock.working_days_left(on=day) == left


def test_a_clock_paused_on_its_last_day_ends_on_the_day_it_goes_on(db):
    clock = ExpertiseRequest()
    clock.start_clock(on=dt.date(2026, 6, 1), days=3)
    clock.pause_clock(on=dt.date(2026, 6, 4))
    clock.resume_clock(on=dt.date(2026, 6, 6))
    assert clock.due_on == dt.date(2026, 6, 8)


def test_a_pause_over_a_holiday_keeps_what_was_left(db):
    clock = ExpertiseRequest()
    clock.start_clock(on=dt.date(2026, 3, 16), days=5)
    clock.pause_clock(on=dt.date(2026, 3, 19))
    # Nauryz: 21-25 March are days off; the clock goes on on a Monday that is none of them.
    clock.resume_clock(on=dt.date(2026, 3, 30))
    assert clock.due_on == dt.date(2026, 4, 1)


def test_a_pause_does_not_undo_a_delay(db):
    clock = ExpertiseRequest()
    clock.start_clock(on=dt.date(2026, 6, 1), days=1)
    clock.pause_clock(on=dt.date(2026, 6, 4))
    assert clock.days_left == -2
    clock.resume_clock(on=dt.date(2026, 6, 10))
    assert clock.due_on == dt.date(2026, 6, 8)
    assert clock.working_days_left(on=dt.date(2026, 6, 10)) == -2


@pytest.fixture
def changed_term(db):
    """One day until the end of May 2026, then four; a common row stands behind the scheme's."""
    scenarios.reference_data()
    Parameter.objects.filter(key="term.request.submitted").delete()
    scheme = Scheme.objects.get(pk="CT-KZ")
    rows = (
        (1, scheme, "2021-07-13", "2026-05-31"),
        (4, scheme, "2026-06-01", None),
        (9, None, "2015-01-01", None),
    )
    for value, owner, first, last in rows:
        Parameter.objects.create(
            key="term.request.submitted", value=value, scheme=owner, valid_from=first,
            valid_until=last, source="test",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("began", "scheme", "days"),
    [
        ("2026-05-31", "CT-KZ", 1),
        ("2026-06-01", "CT-KZ", 4),
        ("2020-01-01", "CT-KZ", 9),
        ("2026-06-01", None, 9),
        ("2014-12-31", "CT-KZ", None),
    ],
)
def test_a_stage_has_the_term_that_was_in_force_when_it_began(changed_term, began, scheme, days):
    terms = StageTerms.read()
    found = terms.days("request", "submitted", on=dt.date.fromisoformat(began), scheme=scheme)
    assert found == days


def test_a_stage_without_a_parameter_has_no_term(db):
    assert StageTerms.read().days("request", "draft", on=START) is None
