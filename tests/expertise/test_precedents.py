"""Earlier acts on the same goods and of the same producer, at the auditor's hand."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from expertise.models import Act, ExpertiseRequest, Finding, SecondOpinion
from expertise.precedents import for_line
from expertise.services import correcting, judging, signing
from tests import scenarios
from tests.expertise.test_pages import page, signed_in, text

pytestmark = pytest.mark.django_db


def a_case(hs_code: str = "8421310000", *, until: str = "signed", **options) -> ExpertiseRequest:
    request = scenarios.a_draft(lines=0, **options)
    scenarios.a_line(request, hs_code=hs_code, claimed_criterion=f"Д{hs_code[:4]}")
    request = scenarios.assign(scenarios.accept(scenarios.submit(request)))
    return scenarios.conclude(request) if until == "signed" else request


def an_act(hs_code: str = "8421310000", **options) -> Act:
    return a_case(hs_code, **options).act


def found(request: ExpertiseRequest, **options) -> list[str]:
    return [item.act_number for item in for_line(request.lines.get(), **options)]


def test_the_same_subheading_stands_before_the_same_heading():
    near, nearest = an_act("8421230000"), an_act("8421310000")
    an_act("9403208009")
    request = a_case(until="in_expertise")
    assert found(request) == [nearest.number, near.number]
    assert found(request, limit=1) == [nearest.number]


def test_an_act_of_many_lines_stands_once_with_its_nearest_line():
    request = scenarios.a_draft(lines=0)
    for code in ("8421230000", "8421310000", "8421310000"):
        scenarios.a_line(request, hs_code=code, claimed_criterion="Д8421")
    act = scenarios.conclude(scenarios.assign(scenarios.accept(scenarios.submit(request)))).act
    other = an_act("8421230000")
    line = a_case(until="in_expertise").lines.get()
    told = [(item.act_number, item.is_same_subheading) for item in for_line(line)]
    assert told == [(act.number, True), (other.number, False)]


def test_lines_of_one_act_are_told_together_by_their_number_and_range():
    request = scenarios.a_draft(lines=0)
    for price in (25_000, 20_000, 16_000):
        scenarios.a_line(request, price_kzt=Decimal(price))
    scenarios.a_line(request, hs_code="8421230000", price_kzt=Decimal(9_000))
    act = scenarios.conclude(scenarios.assign(scenarios.accept(scenarios.submit(request)))).act
    experts = request.expert_organisation
    case = a_case(until="in_expertise", experts=experts)
    (item,) = for_line(case.lines.get())
    shares = Finding.objects.filter(line__request=request, line__hs_code="8421310000")
    lowest, highest = sorted(shares.values_list("share_percent", flat=True))[::2]
    assert (item.act_number, item.lines) == (act.number, 3)
    assert (item.lowest_percent, item.highest_percent) == (lowest, highest)
    assert lowest < highest
    auditor = signed_in(scenarios.actor_of(case, Role.AUDITOR))
    shown = text(auditor.get(page("request-line-precedents", case.pk, case.lines.get().pk)))
    assert shown.count(act.number) == 1
    assert "3 lines" in shown
    assert f"{lowest}–{highest}" in shown


def test_an_act_whose_nearest_lines_differ_is_told_as_both():
    request = scenarios.a_draft(lines=2)
    scenarios.assign(scenarios.accept(scenarios.submit(request)))
    scenarios.examine(request)
    refused = judging.Verdict(
        is_originating=False, justification="Только упаковка.", reason="simple_operations"
    )
    auditor = scenarios.actor_of(request, Role.AUDITOR)
    judging.save_finding(line=request.lines.get(number=2), actor=auditor, verdict=refused)
    signing.sign_act(request=request, actor=auditor)
    (item,) = for_line(a_case(until="in_expertise").lines.get())
    assert (item.is_originating, item.is_refused) == (True, True)
    (item,) = for_line(a_case(until="in_expertise", hs_code="8421230000").lines.get())
    assert (item.is_originating, item.is_refused) == (True, True)


def test_of_another_house_only_number_verdict_and_condition_are_told():
    act = an_act()
    (item,) = for_line(a_case(until="in_expertise").lines.get())
    assert (item.act_number, item.is_originating, item.is_own) == (act.number, True, False)
    assert (item.act_pk, item.goods, item.criterion, item.lines) == (None, "", "", 0)
    assert (item.lowest_percent, item.highest_percent) == (None, None)


def test_of_ones_own_house_share_criterion_and_the_way_to_the_act_are_told():
    act = an_act()
    experts = act.request.expert_organisation
    (item,) = for_line(a_case(until="in_expertise", experts=experts).lines.get())
    assert (item.is_own, item.act_pk, item.criterion) == (True, act.pk, "Д8421")
    assert (item.lowest_percent, item.highest_percent) == (Decimal("68.23"), Decimal("68.23"))


def test_the_producers_other_goods_are_found_in_ones_own_house_alone():
    act = an_act("9403208009")
    applicant = scenarios.actor_of(act.request, Role.APPLICANT)
    experts = act.request.expert_organisation
    own = a_case(until="in_expertise", applicant=applicant, experts=experts)
    assert found(own) == [act.number]
    assert for_line(own.lines.get())[0].is_same_producer
    assert found(a_case(until="in_expertise", applicant=applicant)) == []


def test_acts_out_of_force_unsigned_ones_and_the_case_itself_are_left_out():
    annulled = an_act()
    head = scenarios.actor_of(annulled.request, Role.EXPERT_HEAD)
    correcting.annul_act(act=annulled, actor=head, reason="no_examination")
    a_case(until="in_expertise")
    act = an_act()
    correction = correcting.open_correction(
        act=act, actor=scenarios.actor_of(act.request, Role.AUDITOR), reason="slip"
    )
    assert found(correction) == []


def test_the_two_sides_of_a_blind_expertise_do_not_learn_of_each_other():
    first, second = a_case(until="in_expertise"), a_case(until="in_expertise")
    SecondOpinion.objects.create(first=first, second=second, status=SecondOpinion.WORKFLOW.initial)
    scenarios.conclude(first)
    assert found(second) == []
    scenarios.conclude(second)
    assert found(a_case(until="in_expertise")) == [first.act.number]


def test_one_query_for_any_number_of_acts():
    request = a_case(until="in_expertise")
    line = request.lines.select_related("request").get()
    an_act()
    with CaptureQueriesContext(connection) as one:
        assert len(for_line(line)) == 1
    for _number in range(3):
        an_act()
    with CaptureQueriesContext(connection) as many:
        assert len(for_line(line)) == 4
    assert len(one) == len(many) == 1


def test_the_page_fetches_them_for_the_expert_side_only():
    act = an_act()
    request = a_case(until="in_expertise")
    line = request.lines.get()
    address = page("request-line-precedents", request.pk, line.pk)
    auditor = signed_in(scenarios.actor_of(request, Role.AUDITOR))
    assert address in text(auditor.get(page("request-line-finding", request.pk, line.pk)))
    assert act.number in text(auditor.get(address))
    applicant = signed_in(scenarios.actor_of(request, Role.APPLICANT))
    assert applicant.get(address).status_code == 403
    assert signed_in(scenarios.a_person(Role.AUDITOR)).get(address).status_code == 404


def test_an_applicant_sees_no_precedents_on_the_line():
    request = scenarios.a_request("concluded")
    applicant = scenarios.actor_of(request, Role.APPLICANT)
    shown = text(
        signed_in(applicant).get(page("request-line-finding", request.pk, request.lines.get().pk))
    )
    assert "precedents" not in shown
