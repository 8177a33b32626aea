"""What a certificate is worth on a day."""

from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from registry.standing import Standing, standing
from workflow.transitions import Status

FROM, UNTIL, TODAY = date(2026, 11, 22), date(2027, 11, 22), date(2027, 3, 1)
SUSPENDED = Status("Suspended", "bad", "pause")


def on_day(on: date, *, status: str = "valid", today: date = TODAY) -> Standing:
    return standing(
        number="KZ 6 120 00318",
        status=status,
        status_info=SUSPENDED,
        valid_from=FROM,
        valid_until=UNTIL,
        on=on,
        today=today,
    )


@pytest.mark.parametrize(
    ("on", "today", "code", "words"),
    [
        (TODAY, TODAY, "valid", "is in force"),
        (FROM, TODAY, "valid", "was in force on 22.11.2026"),
        (UNTIL, TODAY, "valid", "is due to be in force on 22.11.2027"),
        (FROM, FROM, "valid", "is in force"),
        (UNTIL, UNTIL, "valid", "is in force"),
        (FROM - timedelta(days=1), TODAY, "not_yet", "was not yet issued on 21.11.2026"),
        (UNTIL + timedelta(days=1), TODAY, "expired", "will have expired by 23.11.2027"),
        (date(2028, 1, 1), date(2028, 1, 1), "expired", "has expired"),
        (date(2027, 12, 1), date(2028, 1, 1), "expired", "had expired by 01.12.2027"),
    ],
)
def test_the_sentence_fits_the_day(on: date, today: date, code: str, words: str) -> None:
    with translation.override("en"):
        answer = on_day(on, today=today)
    assert answer.code == code
    assert answer.sentence == f"Certificate KZ 6 120 00318 {words}"


@given(st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 1, 1)))
def test_in_force_means_from_the_first_day_to_the_last_and_no_other(on: date) -> None:
    assert (on_day(on).code == "valid") == (FROM <= on <= UNTIL)


@given(st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 1, 1)))
def test_a_status_the_page_does_not_know_is_never_in_force(on: date) -> None:
    answer = on_day(on, status="suspended")
    assert answer.code in {"other", "not_yet"}
    assert answer.tone != "good"
