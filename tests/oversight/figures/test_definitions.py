"""Each figure counts what its definition says, of whom it says, as of the day it is asked for."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Role
from oversight.figures.asking import Question
from oversight.figures.definitions import FIGURES, Figure, Value, figure, figures_for, shield_row
from oversight.figures.scopes import COMMITTEE, PUBLIC, Audience, Scope, scope_of
from oversight.figures.shown import percent, rounded_percent
from oversight.models import Violation
from tests import scenarios

from .scenes import (
    a_blocked_site,
    a_complaint,
    a_count,
    a_desk_check,
    a_measure,
    a_sample,
    a_violation,
    an_inspection,
    an_inspector,
    an_outcome,
    asked,
    chambers,
    project,
)

LANGUAGE = "en"


def days_ago(days: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=days)


def on_day(days: int) -> dt.date:
    return timezone.localdate() - dt.timedelta(days=days)


def computed(code: str, question: Question | None = None) -> Value:
    return figure(code).compute(question or asked())[""]


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (44, 18_000, "0.24 %"), (40, 44, "91 %"), (6_080, 8_183, "74 %"), (147, 160, "92 %"),
        (1, 1, "100 %"), (0, 5, "0 %"), (999, 1000, "99.9 %"), (9_999, 10_000, "99.9 %"),
        (996, 10_000, "10 %"), (55, 1_000, "5.5 %"), (1, 3, "33 %"), (0, 0, "–"),
    ],
)  # fmt: skip
def test_shares_are_rounded_as_people_print_them(part: int, whole: int, shown: str) -> None:
    assert percent(part, whole).replace("\u00a0", " ") == shown


@given(part=st.integers(0, 10**6), rest=st.integers(0, 10**6))
def test_a_rounded_share_stays_near_and_never_lies_about_all_or_nothing(
    part: int, rest: int
) -> None:
    whole = part + rest
    if not whole:
        return
    shown, exact = rounded_percent(part, whole), Decimal(100) * part / whole
    assert (shown == 0) == (part == 0)
    assert (shown == 100) == (rest == 0)
    assert abs(shown - exact) <= max(exact / 18, Decimal("0.1"))


@pytest.mark.django_db
def test_every_figure_says_what_it_is_and_can_be_found_by_its_code() -> None:
    codes = [one.code for one in FIGURES]
    assert len(codes) == len(set(codes))
    for one in FIGURES:
        assert figure(one.code) is one
        assert str(one.definition).endswith(".")
        assert one.compute(asked())[""].count == 0
    assert figure("no-such-figure") is None


@pytest.mark.django_db
def test_the_case_of_a_certificate_is_counted_once_in_each_figure() -> None:
    certificate = scenarios.a_certificate()
    refused = scenarios.an_application("refused")
    project(certificate, refused)
    counts = {one.code: one.compute(asked())[""] for one in FIGURES}
    assert counts["filed"].count == counts["acts"].count == counts["applied"].count == 2
    assert (counts["refused"].count, counts["refused"].total) == (1, 2)
    assert counts["issued"].count == 1
    assert counts["violated"].total == 1


@pytest.mark.django_db
def test_a_violation_counts_from_its_confirmation_until_it_is_set_aside() -> None:
    certificate = scenarios.a_certificate()
    inspector = an_inspector()
    check = a_desk_check(certificate, inspector)
    a_violation(
        check,
        confirmed_at=days_ago(10),
        set_aside_at=days_ago(4),
        set_aside_note="Расчёт верен.",
    )
    project(certificate, check)
    told = {day: computed("violated", asked(as_of=on_day(day))).count for day in (11, 10, 5, 4, 0)}
    assert told == {11: 0, 10: 1, 5: 1, 4: 0, 0: 0}


@pytest.mark.django_db
def test_a_certificate_with_two_violations_is_one_violated_certificate() -> None:
    certificate = scenarios.a_certificate()
    check = a_desk_check(certificate, an_inspector())
    a_violation(check, "auditor", confirmed_at=days_ago(1))
    a_violation(check, "chamber", confirmed_at=days_ago(1))
    project(certificate, check)
    assert (computed("violated").count, computed("violated").total) == (1, 1)
    by_auditor = computed("violated-auditor")
    assert (by_auditor.count, by_auditor.total) == (1, 1)
    assert computed("violated-chamber").count == 1
    assert computed("violations").count == 2


@pytest.mark.django_db
def test_an_unconfirmed_violation_is_one_persons_opinion() -> None:
    certificate = scenarios.a_certificate()
    check = a_desk_check(certificate, an_inspector())
    a_violation(check, confirmed_at=days_ago(1))
    Violation.objects.create(
        desk_check=check,
        certificate=certificate,
        code="wrong_share",
        fault="auditor",
        text="?",
        legal_ref="?",
        noted_by=check.inspector,
    )
    project(certificate, check)
    assert computed("violations").count == 1


@pytest.mark.django_db
def test_complaints_belong_to_the_day_they_came_and_answers_to_their_own() -> None:
    certificate = scenarios.a_certificate()
    complaint = a_complaint(
        certificate,
        received_at=days_ago(20),
        outcome="confirmed",
        answered_at=days_ago(5),
    )
    project(certificate, complaint)
    early = asked(until=on_day(10))
    assert computed("complaints", early).count == 1
    assert computed("complaints-confirmed", early).total == 0
    assert computed("complaints", asked(as_of=on_day(21))).count == 0
    late = computed("complaints-confirmed")
    assert (late.count, late.total) == (1, 1)
    by_chamber = figure("complaints").compute(asked(), "chamber")
    assert by_chamber[certificate.application.chamber_id].count == 1


@pytest.mark.django_db
def test_measures_and_fines_count_while_they_stand() -> None:
    stays = a_measure("administrative_case", decided_at=days_ago(9), fine="36920")
    falls = a_measure(
        "administrative_case",
        "set_aside",
        decided_at=days_ago(9),
        fine="1000",
        ended_at=days_ago(2),
    )
    rapid = a_measure("rapid_suspension", decided_at=days_ago(3))
    waits = a_measure("prescription", "rejected", decided_at=days_ago(3))
    project(stays, falls, rapid, waits)
    assert computed("measures").count == 2
    assert computed("rapid").count == 1
    assert (computed("cases").count, computed("fines").amount) == (1, Decimal(36_920))
    before = asked(as_of=on_day(5))
    assert (computed("cases", before).count, computed("fines", before).amount) == (2, 37_920)


@pytest.mark.django_db
def test_control_samples_and_blocked_sites_add_up() -> None:
    first = an_inspection(has_violations=True, completed_at=days_ago(8))
    second = an_inspection(has_violations=False, completed_at=days_ago(2), code="101")
    a_sample(first, "violates", on_day(7))
    a_sample(first, "conforms", on_day(7))
    an_outcome(first, "document_withdrawn", 10_000, on_day(6))
    an_outcome(second, "document_suspended", 1_000, on_day(1))
    site = a_blocked_site(blocked_at=days_ago(1))
    project(first, second, site)
    controls = computed("controls-violated")
    assert (controls.count, controls.total) == (1, 2)
    assert (computed("samples").count, computed("samples").total) == (1, 2)
    assert computed("blocked").count == 1
    assert computed("reported").count == 1
    assert computed("documents").amount == 11_000
    assert computed("documents", asked(as_of=on_day(3))).amount == 10_000
    regions = figure("controls").compute(asked(), "region")
    assert {key: value.count for key, value in regions.items()} == {"62": 1, "71": 1}
    assert computed("controls", asked(as_of=on_day(3))).count == 1


@pytest.mark.django_db
def test_each_sees_their_own_and_the_public_the_whole() -> None:
    ours, theirs = chambers(("120", "101"))
    a_count("issued", times=7, chamber=ours)
    a_count("issued", times=6, chamber=theirs)
    of_ours = Scope(Audience.CHAMBER, ours.pk)
    assert computed("issued", asked(of_ours)).count == 7
    assert computed("issued", asked(of_ours, chamber=theirs.pk)).count == 0
    assert computed("issued", asked(PUBLIC)).count == 13
    assert computed("issued", asked(PUBLIC, chamber=theirs.pk)).count == 6
    assert computed("issued", asked(Scope(Audience.EXPERTS, ours.pk))).count == 0


@pytest.mark.django_db
def test_figures_of_the_office_are_not_those_of_an_organisation() -> None:
    told = {one.code for one in figures_for(Audience.CHAMBER)}
    assert "issued" in told
    assert not {"controls", "fines", "blocked"} & told


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "audience"),
    [
        (Role.INSPECTOR, Audience.COMMITTEE), (Role.COMMITTEE_HEAD, Audience.COMMITTEE),
        (Role.CHAMBER_OFFICER, Audience.CHAMBER), (Role.EXPERT_HEAD, Audience.EXPERTS),
        (Role.AUDITOR, None), (Role.APPLICANT, None),
    ],
)  # fmt: skip
def test_whose_figures_a_person_sees(role: str, audience: Audience | None) -> None:
    scope = scope_of(scenarios.a_person(role))
    assert (scope.audience if scope else None) == audience


# Small cells.

ISSUED = next(one for one in FIGURES if one.code == "issued")


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"a": 10, "b": 20}, {"a": 10, "b": 20}),
        ({"a": 10, "b": 0}, {"a": 10, "b": 0}),
        ({"a": 10, "b": 4, "c": 30}, {"a": None, "b": None, "c": 30}),
        ({"a": 10, "b": 4, "c": 3}, {"a": 10, "b": None, "c": None}),
        ({"a": 4}, {"a": None}),
    ],
)
def test_the_public_is_not_told_small_numbers_nor_what_gives_them_away(
    counts: dict[str, int], told: dict[str, int | None]
) -> None:
    values: dict[Any, Value] = {key: Value(count) for key, count in counts.items()}
    row = shield_row(ISSUED, values, asked(PUBLIC), 5)
    assert {key: value.plain for key, value in row.items()} == told
    assert shield_row(ISSUED, values, asked(COMMITTEE), 5) == values


@given(st.dictionaries(st.integers(), st.integers(0, 40), max_size=8), st.integers(2, 10))
def test_no_single_untold_number_can_be_reckoned_from_the_sum(
    counts: dict[int, int], smallest: int
) -> None:
    values: dict[Any, Value] = {key: Value(count) for key, count in counts.items()}
    row = shield_row(ISSUED, values, asked(PUBLIC), smallest)
    untold = [key for key, value in row.items() if value.is_small]
    assert all(row[key].is_small for key, count in counts.items() if 0 < count < smallest)
    others = [count for key, count in counts.items() if count and key not in untold]
    assert len(untold) != 1 or not others


def test_a_small_number_is_in_no_form_told() -> None:
    hidden = Value(3, 9, is_small=True)
    assert (hidden.plain, hidden.percent, hidden.interval) == (None, "", None)
    assert "3" not in hidden.shown


def test_a_share_of_nothing_has_no_interval() -> None:
    assert Value(0, 0).interval is None
    assert isinstance(ISSUED, Figure)
