"""Figures of auditors: counted rightly, shown with their interval, to those they concern."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Role
from auditors.intervals import wilson
from expertise.models import Act, Finding, SecondOpinion
from expertise.quality import KINDS, Figure, Measure, figures_of, gaps_to_limits
from expertise.services import correcting, second_opinions
from reference.models import Parameter
from tests import scenarios
from tests.expertise.test_assignment import close_the_log
from tests.expertise.test_pages import page, signed_in, text

pytestmark = pytest.mark.django_db


def counted(act: Act) -> dict[str, tuple[int, int]]:
    row = figures_of([act.signed_by], on=timezone.localdate())[0]
    return {figure.kind.code: (figure.own.count, figure.own.total) for figure in row.figures}


def test_an_act_signed_at_once_is_a_very_short_examination():
    assert counted(scenarios.an_act())["fast"] == (1, 1)


def test_an_examination_that_took_its_time_is_none():
    request = scenarios.a_request("in_expertise", lines=2)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=11)):
        act = scenarios.conclude(request).act
    assert counted(act)["fast"] == (0, 1)


def test_a_long_act_needs_more_time_than_a_short_one():
    request = scenarios.a_request("in_expertise", lines=3)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=11)):
        act = scenarios.conclude(request).act
    assert counted(act)["fast"] == (1, 1)


@pytest.mark.parametrize(("side", "expected"), [("first", 0), ("second", 1), ("neither", 1)])
def test_a_second_expertise_counts_against_the_auditor_whose_verdict_does_not_hold(side, expected):
    Parameter.objects.filter(key="second_expertise.share_percent").update(value="100")
    scenarios.a_person(Role.AUDITOR)
    request = scenarios.a_request("accepted")
    close_the_log()
    opinion = second_opinions.consider(str(request.pk))
    first = scenarios.conclude(scenarios.assign(request)).act
    second = scenarios.assign(scenarios.accept(opinion.second))
    second = scenarios.conclude(second, positive=False).act
    opinion = second_opinions.settle(opinion)
    assert counted(first)["overruled"] == (0, 0)
    second_opinions.resolve(
        opinion=SecondOpinion.objects.get(),
        actor=scenarios.a_person(Role.INSPECTOR),
        holding=side,
        resolution="Позиция та же.",
    )
    assert counted(first)["overruled"] == (expected, 1)
    assert counted(second)["overruled"] == ({"first": 1, "second": 0, "neither": 1}[side], 1)


@pytest.mark.parametrize("is_fault", [True, False])
def test_an_annulled_act_counts_when_the_reason_lies_with_the_auditor(is_fault):
    act = scenarios.an_act()
    faults = correcting.faults_of_auditor(correcting.ANNULMENT_REASONS)
    others = set(
        correcting.CodeEntry.objects.filter(list=correcting.ANNULMENT_REASONS).values_list(
            "code", flat=True
        )
    )
    reason = sorted(faults if is_fault else others - faults)[0]
    correcting.annul_act(act=act, actor=scenarios.a_person(Role.COMMITTEE_HEAD), reason=reason)
    assert counted(act)["annulled"] == (int(is_fault), 1)
    assert counted(act)["corrected"] == (0, 1)


def limit(percent: str, of: str, *, met: bool = True, parts: tuple = ()) -> dict:
    figures = {"percent": percent, "limit": of}
    return {"kind": "foreign_share_at_most", "met": met, "figures": figures, "parts": parts}


@pytest.mark.parametrize(
    ("root", "gaps"),
    [
        (limit("48.5", "50"), ["1.5"]),
        (limit("10", "50"), ["40"]),
        (limit("51", "50", met=False), []),
        ({"kind": "change_of_heading", "met": True, "figures": {"heading": "8421"}}, []),
        (
            {"kind": "all", "met": True, "parts": [limit("39.99", "40"), limit("1", "50")]},
            ["49", "0.01"],
        ),
        (None, []),
    ],
)
def test_the_distance_to_every_met_limit_is_taken_from_the_evaluation(root, gaps):
    assert list(gaps_to_limits({"result": {"root": root}})) == [Decimal(gap) for gap in gaps]


def test_lines_just_within_a_limit_are_counted_among_lines_that_have_one():
    act = scenarios.an_act(lines=3)
    findings = Finding.objects.filter(line__request=act.request).order_by("line__number")
    for finding, root in zip(
        findings, (limit("48.5", "50"), limit("30", "50"), {"kind": "x", "met": True}), strict=True
    ):
        Finding.objects.filter(pk=finding.pk).update(evaluation={"result": {"root": root}})
    assert counted(act)["near_limit"] == (1, 2)


def measure(count: int, total: int) -> Measure:
    return Measure(count, total, wilson(count, total))


@pytest.mark.parametrize(
    ("own", "whole", "expected"),
    [
        ((3, 41), (30, 1000), False),
        ((1, 1), (300, 1000), False),
        ((20, 41), (30, 1000), True),
        ((0, 41), (300, 1000), False),
        ((0, 0), (30, 1000), False),
    ],
)
def test_a_figure_stands_out_only_with_its_whole_interval(own, whole, expected):
    figure = Figure(KINDS[0], measure(*own), measure(*whole))
    assert figure.stands_out is expected


def test_a_figure_is_shown_as_a_count_with_its_interval():
    act = scenarios.an_act()
    inspector = signed_in(scenarios.a_person(Role.INSPECTOR))
    answer = text(inspector.get(page("quality-detail", act.signed_by_id)))
    assert "1 of 1" in answer
    assert "20.65 %–100 %" in answer
    assert "<svg" in answer


def test_the_committee_and_the_own_head_see_the_figures_and_nobody_else():
    act = scenarios.an_act()
    address = page("quality-detail", act.signed_by_id)
    expected = {
        scenarios.a_person(Role.INSPECTOR): 200,
        scenarios.a_person(Role.COMMITTEE_HEAD): 200,
        scenarios.actor_of(act.request, Role.EXPERT_HEAD): 200,
        scenarios.a_person(Role.EXPERT_HEAD): 404,
        scenarios.actor_of(act.request, Role.AUDITOR): 404,
        scenarios.actor_of(act.request, Role.APPLICANT): 404,
    }
    for actor, status in expected.items():
        assert signed_in(actor).get(address).status_code == status, actor
    name = act.signed_by.full_name
    assert name in text(signed_in(scenarios.a_person(Role.INSPECTOR)).get(page("quality-list")))
    stranger = signed_in(scenarios.a_person(Role.EXPERT_HEAD))
    assert name not in text(stranger.get(page("quality-list")))
    applicant = signed_in(scenarios.actor_of(act.request, Role.APPLICANT))
    assert applicant.get(page("quality-list")).status_code == 404


def test_the_head_sees_the_figures_of_those_who_work_there_today():
    act = scenarios.an_act()
    head = scenarios.actor_of(act.request, Role.EXPERT_HEAD)
    left = timezone.localdate() - dt.timedelta(days=1)
    act.signed_by.memberships.update(valid_until=left)
    assert signed_in(head).get(page("quality-detail", act.signed_by_id)).status_code == 404
    inspector = signed_in(scenarios.a_person(Role.INSPECTOR))
    assert inspector.get(page("quality-detail", act.signed_by_id)).status_code == 200
