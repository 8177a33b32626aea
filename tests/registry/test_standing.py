"""What a certificate is worth on a day."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from registry.standing import Spell, Standing, read_standing

FROM, UNTIL, TODAY = date(2026, 11, 22), date(2027, 11, 22), date(2027, 3, 1)
SUSPENDED_ON, LIFTED_ON, ENDED_ON = date(2027, 1, 10), date(2027, 2, 10), date(2027, 2, 20)
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 1, 1))


def noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))


ISSUED = Spell("valid", noon(FROM))
SUSPENDED = Spell("suspended", noon(SUSPENDED_ON), "under_inspection")
LIFTED = Spell("valid", noon(LIFTED_ON), "not_confirmed")
REVOKED = Spell("revoked", noon(ENDED_ON), "false_data")
REPLACED = Spell("replaced", noon(ENDED_ON), "technical_error", "KZ 7 120 00400")
SET_ASIDE = Spell("valid", noon(TODAY), "court")


def on_day(
    on: date,
    *spells: Spell,
    today: date = TODAY,
    at: time = time(15),
    scheme_ended_on: date | None = None,
) -> Standing:
    with translation.override("en"):
        return read_standing(
            number="KZ 6 120 00318",
            valid_until=UNTIL,
            scheme_ended_on=scheme_ended_on,
            spells=[ISSUED, *spells],
            on=on,
            now=timezone.make_aware(datetime.combine(today, at)),
        )


def after(day: date, days: int = 1) -> date:
    return day + timedelta(days=days)


@pytest.mark.parametrize(
    ("spells", "on", "today", "code", "words"),
    [
        ((), TODAY, TODAY, "valid", "is in force"),
        ((), FROM, TODAY, "valid", "was in force on 22.11.2026"),
        ((), UNTIL, TODAY, "valid", "is due to be in force on 22.11.2027"),
        ((), UNTIL, UNTIL, "valid", "is in force"),
        ((), after(FROM, -1), TODAY, "not_yet", "was not yet issued on 21.11.2026"),
        ((), after(UNTIL), TODAY, "expired", "will have expired by 23.11.2027"),
        ((), date(2028, 1, 1), date(2028, 1, 1), "expired", "has expired"),
        ((), date(2027, 12, 1), date(2028, 1, 1), "expired", "had expired by 01.12.2027"),
        ((SUSPENDED,), TODAY, TODAY, "suspended", "is suspended"),
        ((SUSPENDED,), after(SUSPENDED_ON, -1), TODAY, "valid", "was in force on 09.01.2027"),
        ((SUSPENDED,), SUSPENDED_ON, TODAY, "suspended", "was suspended on 10.01.2027"),
        (
            (SUSPENDED,), date(2027, 5, 1), TODAY, "suspended",
            "is suspended; what holds on 01.05.2027 is not decided yet",
        ),
        ((SUSPENDED,), after(UNTIL), after(UNTIL), "expired", "has expired"),
        ((SUSPENDED, LIFTED), TODAY, TODAY, "valid", "is in force"),
        (
            (SUSPENDED, LIFTED), after(LIFTED_ON, -1), TODAY, "suspended",
            "was suspended on 09.02.2027",
        ),
        ((REVOKED,), TODAY, TODAY, "revoked", "has been revoked"),
        ((REVOKED,), ENDED_ON, TODAY, "revoked", "had been revoked by 20.02.2027"),
        ((REVOKED,), after(ENDED_ON, -1), TODAY, "valid", "was in force on 19.02.2027"),
        (
            (REVOKED,), after(TODAY), TODAY, "revoked",
            "has been revoked and is not in force on 02.03.2027",
        ),
        ((REVOKED,), date(2029, 1, 1), date(2029, 1, 1), "revoked", "has been revoked"),
        ((REVOKED, SET_ASIDE), TODAY, TODAY, "valid", "is in force"),
        (
            (REVOKED, SET_ASIDE), after(TODAY, -1), TODAY, "revoked",
            "had been revoked by 28.02.2027",
        ),
        ((REPLACED,), TODAY, TODAY, "replaced", "has been replaced by KZ 7 120 00400"),
        (
            (REPLACED,), ENDED_ON, TODAY, "replaced",
            "had been replaced by KZ 7 120 00400 by 20.02.2027",
        ),
        (
            (REPLACED,), after(TODAY), TODAY, "replaced",
            "has been replaced by KZ 7 120 00400 and is not in force",
        ),
    ],
)  # fmt: skip
def test_the_sentence_fits_the_day(
    spells: tuple[Spell, ...], on: date, today: date, code: str, words: str
) -> None:
    answer = on_day(on, *spells, today=today)
    assert answer.code == code
    assert answer.sentence == f"Certificate KZ 6 120 00318 {words}"


@pytest.mark.parametrize(
    ("scheme_ended_on", "on", "today", "code"),
    [
        (date(2027, 6, 1), date(2027, 5, 31), TODAY, "valid"),
        (date(2027, 6, 1), date(2027, 6, 1), TODAY, "scheme_ended"),
        (date(2027, 6, 1), date(2027, 6, 1), date(2027, 6, 1), "scheme_ended"),
        (date(2027, 6, 1), date(2029, 6, 1), date(2029, 6, 2), "scheme_ended"),
        # Capped by the end of the scheme at issue: it is the scheme that ended.
        (after(UNTIL), after(UNTIL), TODAY, "scheme_ended"),
        (date(2029, 1, 1), date(2029, 2, 1), TODAY, "expired"),
    ],
)
def test_a_scheme_that_ends_ends_its_certificates(
    scheme_ended_on: date, on: date, today: date, code: str
) -> None:
    answer = on_day(on, today=today, scheme_ended_on=scheme_ended_on)
    assert answer.code == code
    assert (code == "valid") == (answer.tone == "good")


@pytest.mark.parametrize(("hour", "code"), [(11, "valid"), (12, "suspended"), (13, "suspended")])
def test_today_is_answered_as_of_this_moment(hour: int, code: str) -> None:
    answer = on_day(SUSPENDED_ON, SUSPENDED, today=SUSPENDED_ON, at=time(hour))
    assert answer.code == code


def test_the_day_ends_at_midnight_in_kazakhstan() -> None:
    """19:30 UTC of the ninth is already the tenth in Astana."""
    late = Spell("revoked", datetime(2027, 1, 9, 19, 30, tzinfo=UTC), "court")
    assert on_day(date(2027, 1, 9), late).code == "valid"
    assert on_day(date(2027, 1, 10), late).code == "revoked"


def test_reason_and_moment_belong_to_the_standing() -> None:
    answer = on_day(TODAY, SUSPENDED)
    assert (answer.reason, answer.since) == ("under_inspection", SUSPENDED.since)
    expired = on_day(after(UNTIL), SUSPENDED, today=after(UNTIL))
    assert (expired.reason, timezone.localdate(expired.since)) == ("", after(UNTIL))


@given(DAYS)
def test_in_force_means_from_the_first_day_to_the_last_and_no_other(on: date) -> None:
    assert (on_day(on).code == "valid") == (FROM <= on <= UNTIL)


@given(DAYS, DAYS, st.sampled_from([REVOKED, REPLACED]))
def test_what_was_revoked_or_replaced_is_in_force_on_no_day_since(
    on: date, today: date, last: Spell
) -> None:
    answer = on_day(on, SUSPENDED, last, today=today)
    if on > ENDED_ON:
        assert answer.code == last.status
        assert answer.tone == "bad"
    elif on < SUSPENDED_ON:
        assert answer.code in ("valid", "not_yet")


@given(DAYS)
def test_a_status_the_page_does_not_know_is_never_in_force(on: date) -> None:
    answer = on_day(on, Spell("under_arrest", noon(FROM)))
    assert answer.code != "valid"
    assert answer.tone != "good"
