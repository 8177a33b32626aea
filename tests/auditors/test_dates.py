"""On which days an attestation is in force: first and last days, midnights, what happened when."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Role
from audit.models import AuditEvent
from auditors.keeping_dates import keep_dates
from auditors.models import (
    Attestation,
    AttestationCase,
    attestation_in_force,
    attested_auditors,
    in_scope,
)
from auditors.scope import Kind, codes_out_of_scope
from auditors.services import applying, deciding
from auditors.terms import is_passed, last_day_of_months, last_day_of_years, retake_day
from tests import scenarios
from tests.auditors import scenarios as attesting

DAY = dt.timedelta(days=1)
ALMATY = ZoneInfo("Asia/Almaty")


def is_attested(case: AttestationCase, *, on: dt.date) -> bool:
    return attestation_in_force(case.user, on=on) is not None


@pytest.mark.django_db
def test_an_attestation_holds_from_its_first_to_its_last_day() -> None:
    case = attesting.a_case("attested")
    given_on = case.attestations.get().valid_from
    last = given_on.replace(year=given_on.year + 3) - DAY
    assert given_on == timezone.localdate()
    assert [is_attested(case, on=day) for day in (given_on - DAY, given_on, last, last + DAY)] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.django_db
def test_the_scope_of_the_application_is_frozen_into_the_attestation() -> None:
    case = attesting.a_case("attested")
    attestation = case.attestations.get()
    assert (attestation.kinds, attestation.chapters) == (["origin"], ["84", "85"])
    assert (attestation.languages, attestation.region) == (["kk", "ru"], "62")
    assert attestation.number == case.number
    assert in_scope(attestation, kind="origin", hs_codes=["8421310000", "3917", "8421"]) == ["3917"]
    assert in_scope(attestation, kind="status", hs_codes=["8421310000"]) == ["8421310000"]


@pytest.mark.django_db
def test_an_attestation_of_old_covers_everything() -> None:
    membership = scenarios.a_person(Role.AUDITOR)
    attestation = attestation_in_force(membership.user, on=timezone.localdate())
    for kind in Kind.values:
        assert in_scope(attestation, kind=kind, hs_codes=["0102", "9703000000"]) == []


@pytest.mark.django_db
def test_a_suspension_counts_from_its_first_to_its_last_day_before_any_task_runs() -> None:
    case = attesting.a_case("suspended")
    suspension = case.suspensions.get()
    first, last = suspension.from_on, suspension.until_on
    assert first == timezone.localdate()
    assert last == last_day_of_months(first, 6)
    assert [is_attested(case, on=day) for day in (first, last, last + DAY)] == [False, False, True]
    assert case.status == "suspended"


@pytest.mark.django_db
def test_a_suspension_of_today_does_not_reach_back() -> None:
    membership = scenarios.a_person(Role.AUDITOR)
    case = attesting.a_case("suspended", membership)
    yesterday = timezone.localdate() - DAY
    assert is_attested(case, on=yesterday)
    assert attested_auditors(membership.organisation, on=yesterday).get() == membership


@pytest.mark.django_db
def test_a_suspension_takes_the_attestations_of_old_along() -> None:
    """The person is suspended, not the paper: an older row must not let them sign."""
    membership = scenarios.a_person(Role.AUDITOR)
    case = attesting.a_case("suspended", membership)
    today = timezone.localdate()
    assert Attestation.objects.filter(user=case.user, valid_until__gte=today).count() == 2
    assert not is_attested(case, on=today)
    assert not attested_auditors(membership.organisation, on=today).exists()


@pytest.mark.django_db
def test_a_revoked_attestation_is_not_in_force_from_that_day_on() -> None:
    membership = scenarios.a_person(Role.AUDITOR)
    case = attesting.a_case("revoked", membership)
    today = timezone.localdate()
    assert case.revoked_on == today
    assert [is_attested(case, on=day) for day in (today - DAY, today, today + DAY)] == [
        True,
        False,
        False,
    ]


@pytest.mark.django_db
def test_after_a_revocation_a_new_attestation_stands_on_its_own() -> None:
    candidate = attesting.a_candidate()
    attesting.a_case("revoked", candidate)
    with time_machine.travel(timezone.now() + dt.timedelta(days=100), tick=False):
        case = attesting.a_case("attested", candidate)
        assert is_attested(case, on=timezone.localdate())


@pytest.mark.django_db
def test_a_lifted_suspension_ends_on_the_day_of_the_decision() -> None:
    case = attesting.a_case("suspended")
    later = timezone.now() + dt.timedelta(days=40)
    with time_machine.travel(later, tick=False):
        deciding.lift_suspension(case=case, actor=attesting.head(), note="Нарушение устранено.")
        today = timezone.localdate()
    case.refresh_from_db()
    assert case.status == "attested"
    assert [is_attested(case, on=day) for day in (today - DAY, today)] == [False, True]


@pytest.mark.django_db
@pytest.mark.parametrize(("minute", "attested"), [("23:59", True), ("00:00", False)])
def test_the_last_minute_of_the_last_day_still_counts(minute: str, attested: bool) -> None:
    case = attesting.a_case("attested")
    last = case.last_day()
    day = last if minute == "23:59" else last + DAY
    moment = dt.datetime.combine(day, dt.time.fromisoformat(minute), ALMATY)
    with time_machine.travel(moment, tick=False):
        assert is_attested(case, on=timezone.localdate()) is attested


@pytest.mark.django_db
def test_the_portal_returns_an_auditor_once_the_suspension_is_over() -> None:
    case = attesting.a_case("suspended")
    last = case.suspensions.get().until_on
    assert keep_dates(on=last) == 0
    assert keep_dates(on=last + DAY) == 1
    assert keep_dates(on=last + DAY) == 0
    case.refresh_from_db()
    assert case.status == "attested"
    event = AuditEvent.objects.get(event="attestation.returned")
    assert event.actor_role == "system"


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["attested", "suspended"])
def test_the_portal_closes_what_has_expired(status: str) -> None:
    case = attesting.a_case(status)
    attesting.propose(case, "revoke", "court_decision")
    last = case.last_day()
    assert keep_dates(on=last) == (1 if status == "suspended" else 0)
    assert keep_dates(on=last + DAY) == 1
    assert keep_dates(on=last + DAY) == 0
    case.refresh_from_db()
    assert case.status == "expired"
    assert case.proposals.get(kind="revoke").outcome == "lapsed"


@pytest.mark.django_db
def test_an_extension_is_a_new_row_that_follows_without_a_gap() -> None:
    case = attesting.a_case("attested")
    last = case.last_day()
    opens = last - dt.timedelta(days=30)
    number = case.number
    with time_machine.travel(dt.datetime.combine(opens, dt.time(9), ALMATY), tick=False):
        applying.ask_extension(case=case, actor=attesting.the_candidate(case))
        attesting.propose(case, "extend")
        added = deciding.extend_attestation(case=case, actor=attesting.head())
    case.refresh_from_db()
    assert (added.valid_from, added.number, case.status) == (last + DAY, number, "attested")
    assert case.extension_asked_at is None
    assert is_attested(case, on=last)
    assert is_attested(case, on=last + DAY)
    assert keep_dates(on=last + DAY) == 0
    assert case.attestations.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("shift", [-31, 1])
def test_an_extension_comes_neither_too_early_nor_too_late(shift: int) -> None:
    case = attesting.a_case("attested")
    day = case.last_day() + dt.timedelta(days=shift)
    with (
        time_machine.travel(dt.datetime.combine(day, dt.time(9), ALMATY), tick=False),
        pytest.raises(deciding.DomainError) as refusal,
    ):
        attesting.propose(case, "extend")
    assert refusal.value.code == "not_in_window"


days = st.dates(dt.date(2020, 1, 1), dt.date(2060, 1, 1))


@given(days, st.integers(1, 10))
def test_terms_follow_one_another_without_gap_or_overlap(first: dt.date, years: int) -> None:
    last = last_day_of_years(first, years)
    assert first < last
    assert last_day_of_months(first, 12 * years) == last
    assert last_day_of_years(last + DAY, years) > last


@given(days, st.integers(1, 36))
def test_a_retake_is_never_earlier_than_the_months_say(day: dt.date, months: int) -> None:
    again = retake_day(day, months)
    assert (again.year - day.year) * 12 + again.month - day.month == months


@given(st.integers(0, 1000), st.integers(1, 1000), st.integers(1, 100))
def test_one_more_right_answer_never_turns_a_pass_into_a_failure(
    score: int, questions: int, threshold: int
) -> None:
    def passed(right: int) -> bool:
        return is_passed(score=right, questions=questions, threshold_percent=threshold)

    assert passed(score + 1) or not passed(score)
    assert passed(questions)
    assert not passed(0)


codes = st.lists(st.from_regex(r"[0-8][0-9]{3,9}", fullmatch=True), max_size=8)


@given(codes, st.lists(st.sampled_from(["01", "02", "39", "84"]), unique=True))
def test_every_code_is_either_in_scope_or_named(hs_codes: list[str], chapters: list[str]) -> None:
    left = codes_out_of_scope(kinds=["origin"], chapters=chapters, kind="origin", hs_codes=hs_codes)
    covered = [code for code in hs_codes if not chapters or code[:2] in chapters]
    assert sorted(set(left + covered)) == sorted(set(hs_codes))
    assert not set(left) & set(covered)
