import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference import working_days
from reference.models import CalendarDay
from reference.working_days import ALMATY, Calendar

BARE = Calendar()


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-06-01", 1, "2026-06-02"),
        ("2026-06-05", 1, "2026-06-08"),
        ("2026-06-06", 1, "2026-06-08"),
        ("2026-06-01", 5, "2026-06-08"),
        ("2026-06-01", 0, "2026-06-01"),
        # Nauryz falls on the weekend and moves: 21-25 March 2026 are days off.
        ("2026-03-20", 1, "2026-03-26"),
        # New Year, its weekend and Orthodox Christmas.
        ("2025-12-31", 3, "2026-01-08"),
        # The Saturday of 4 May 2024 was worked for the day off on 8 May.
        ("2024-05-03", 1, "2024-05-04"),
        ("2024-05-06", 1, "2024-05-10"),
        # A Sunday was worked for 3 January 2025.
        ("2025-01-02", 1, "2025-01-05"),
    ],
)
def test_a_term_counts_working_days_of_kazakhstan(start, count, end):
    assert BARE.add(day(start), count) == day(end)


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("2026-06-01", "2026-06-01", 0),
        ("2026-06-05", "2026-06-08", 1),
        ("2026-06-05", "2026-06-07", 0),
        ("2026-03-20", "2026-03-26", 1),
        ("2026-06-08", "2026-06-05", -1),
    ],
)
def test_days_between_leave_out_the_first_and_count_the_last(start, end, count):
    assert BARE.between(day(start), day(end)) == count


@given(st.dates(dt.date(2020, 1, 1), dt.date(2029, 12, 1)), st.integers(0, 60))
def test_between_undoes_add_and_the_last_day_is_worked(start, count):
    end = BARE.add(start, count)
    assert BARE.between(start, end) == count
    assert count == 0 or BARE.is_working(end)


def test_a_term_cannot_be_negative():
    with pytest.raises(ValueError, match="negative"):
        BARE.add(day("2026-06-01"), -1)


def test_a_deadline_ends_with_its_day_in_almaty():
    # 20:30 UTC on Friday is already Saturday in Almaty, so the term starts there.
    friday_night = dt.datetime(2026, 6, 5, 20, 30, tzinfo=dt.UTC)
    assert BARE.deadline(friday_night, 1) == dt.datetime(2026, 6, 8, 23, 59, 59, tzinfo=ALMATY)
    friday_noon = dt.datetime(2026, 6, 5, 7, 0, tzinfo=dt.UTC)
    assert BARE.deadline(friday_noon, 2) == dt.datetime(2026, 6, 9, 23, 59, 59, tzinfo=ALMATY)


def test_a_moment_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        BARE.deadline(dt.datetime(2026, 6, 5, 12), 1)  # noqa: DTZ001


@pytest.mark.django_db
def test_a_moved_day_overrides_weekend_and_weekday(django_assert_num_queries):
    CalendarDay.objects.create(date=day("2026-06-06"), is_working=True, note="instead of 8 June")
    CalendarDay.objects.create(date=day("2026-06-08"), is_working=False)
    with django_assert_num_queries(1):
        assert working_days.add(day("2026-06-05"), 2) == day("2026-06-09")
    assert working_days.between(day("2026-06-05"), day("2026-06-08")) == 1
    assert working_days.is_working(day("2026-06-06"))
    moment = dt.datetime(2026, 6, 5, 7, 0, tzinfo=dt.UTC)
    assert working_days.deadline(moment, 1).date() == day("2026-06-06")


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-06-01", 5, "2026-06-08"),
        # Nothing left, and the day itself is worked or not.
        ("2026-06-05", 0, "2026-06-05"),
        ("2026-06-06", 0, "2026-06-08"),
        ("2026-03-21", 0, "2026-03-26"),
        # A term that had passed keeps its delay over the weekend.
        ("2026-06-08", -1, "2026-06-05"),
        ("2026-06-06", -1, "2026-06-04"),
        ("2026-06-08", -3, "2026-06-03"),
    ],
)
def test_a_term_with_so_many_days_left_ends_on_a_working_day(start, days, due):
    assert BARE.due_day(day(start), days) == day(due)


@given(st.dates(dt.date(2020, 1, 1), dt.date(2029, 12, 1)), st.integers(-30, 60))
def test_the_last_day_is_worked_and_as_far_away_as_days_are_left(start, days):
    due = BARE.due_day(start, days)
    assert BARE.is_working(due)
    # On a day off with nothing left the next working day is given.
    given_for_the_day_off = days == 0 and not BARE.is_working(start)
    assert BARE.between(start, due) == (1 if given_for_the_day_off else days)
