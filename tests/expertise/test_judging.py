"""Verdicts on lines: nothing passes against the rules; a choice always has its reason."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.errors import DomainError
from accounts.models import Role
from expertise.models import ExpertiseRequest, Finding, GoodsLine
from expertise.replaying import differences
from expertise.services import assigning, filing, judging
from expertise.services.judging import Verdict
from tests import scenarios
from tests.origin import desk

pytestmark = pytest.mark.django_db

# Wires and cables: a row of the list for a part of the heading, so the auditor must choose.
CABLE = "8544499108"
FOREIGN_FILTER = {
    "name": "Фильтр готовый",
    "hs_code": "8421290009",
    "country": "CN",
    "value_kzt": Decimal("9000"),
}


def a_request_with(*lines: dict[str, Any]) -> ExpertiseRequest:
    """Under expertise; `materials` of a line replace the usual ones."""
    request = scenarios.a_draft(lines=0)
    for values in lines:
        materials = values.pop("materials", None)
        line = scenarios.a_line(request, **values)
        if materials:
            filing.save_materials(
                line=line, actor=scenarios.actor_of(request, Role.APPLICANT), rows=materials
            )
    return scenarios.assign(scenarios.accept(scenarios.submit(request)))


def refused(line: GoodsLine, **values: Any) -> DomainError:
    auditor = scenarios.actor_of(line.request, Role.AUDITOR)
    with pytest.raises(DomainError) as refusal:
        judging.save_finding(
            line=line, actor=auditor, verdict=Verdict(is_originating=True, **values)
        )
    assert not Finding.objects.filter(line=line).exists()
    return refusal.value


def test_a_foreign_material_of_the_same_heading_never_passes() -> None:
    request = a_request_with({"materials": [FOREIGN_FILTER]})
    refusal = refused(request.lines.get(), criterion="Д", justification="Я так решил.")
    assert refusal.code == "rules_not_met"
    assert refusal.field == "is_originating"
    assert "8421" in str(refusal)


def test_an_auditor_may_refuse_what_the_rules_allow() -> None:
    request = a_request_with({})
    auditor = scenarios.actor_of(request, Role.AUDITOR)
    verdict = Verdict(is_originating=False, reason="not_identified")
    finding = judging.save_finding(line=request.lines.get(), actor=auditor, verdict=verdict)
    assert finding.evaluation["result"]["verdict"] == "originating"
    assert finding.share_percent == Decimal("68.23")


def test_where_several_conditions_apply_the_auditor_chooses_and_says_why() -> None:
    request = a_request_with({"hs_code": CABLE, "claimed_criterion": "Д8544"})
    line = request.lines.get()
    assert refused(line, criterion="Д").field == "row"
    assert refused(line, criterion="Д", row="general").code == "no_choice_reason"
    auditor = scenarios.actor_of(request, Role.AUDITOR)
    verdict = Verdict(
        is_originating=True, criterion="Д", row="general", choice_reason="Кабель не из перечня."
    )
    finding = judging.save_finding(line=line, actor=auditor, verdict=verdict)
    assert finding.evaluation["result"]["row"] == "general"
    assert finding.choice_reason == "Кабель не из перечня."


def test_the_rules_judge_what_needs_no_person_and_leave_the_rest() -> None:
    request = a_request_with(
        {},
        {"materials": [FOREIGN_FILTER]},
        {"hs_code": CABLE, "claimed_criterion": "Д8544"},
        {"hs_code": "9403208009", "claimed_criterion": "Д9403", "materials": [
            {**FOREIGN_FILTER, "hs_code": "7208400000", "value_kzt": Decimal("5000.01")}
        ]},
    )  # fmt: skip
    auditor = scenarios.actor_of(request, Role.AUDITOR)
    done = judging.judge_by_rules(request=request, actor=auditor)
    assert (done.passed, done.refused, done.left) == ((1,), (2, 4), (3,))
    found = Finding.objects.order_by("line__number").values_list("criterion", "reason")
    assert list(found) == [("Д8421", ""), ("", "same_heading"), ("", "foreign_share_exceeded")]


def test_exactly_the_limit_passes() -> None:
    at_limit = {**FOREIGN_FILTER, "hs_code": "7208400000", "value_kzt": Decimal("5000")}
    request = a_request_with(
        {"hs_code": "9403208009", "claimed_criterion": "Д9403", "materials": [at_limit]}
    )
    auditor = scenarios.actor_of(request, Role.AUDITOR)
    assert judging.judge_by_rules(request=request, actor=auditor).passed == (1,)


def test_wholly_produced_goods_need_their_ground_and_no_foreign_material() -> None:
    local = {
        "name": "Пшеница",
        "hs_code": "1001990000",
        "country": "KZ",
        "origin_document": "kz_origin",
        "value_kzt": Decimal("4000"),
    }
    request = a_request_with(
        {"hs_code": "1001990000", "claimed_criterion": "П", "materials": [local]}
    )
    line = request.lines.get()
    assert refused(line, criterion="П").code == "no_ground"
    auditor = scenarios.actor_of(request, Role.AUDITOR)
    verdict = Verdict(is_originating=True, criterion="П", ground="W02")
    finding = judging.save_finding(line=line, actor=auditor, verdict=verdict)
    assert (finding.criterion, finding.share_percent) == ("П", Decimal("100.00"))


MOTOR: dict[str, Any] = {
    "hs_code": "8501522001",
    "claimed_criterion": "Д8501",
    "materials": [{**FOREIGN_FILTER, "hs_code": "7208400000", "value_kzt": Decimal("3000")}],
}


def test_where_the_reading_is_disputed_the_auditor_picks_one_and_says_why() -> None:
    """Thirty percent of foreign materials pass the reading of 50 %, not the one of 20 %."""
    desk.a_dispute(on=desk.today() - timedelta(days=1))
    request = a_request_with({**MOTOR})
    line = request.lines.get()
    assert refused(line, criterion="Д").field == "reading"
    assert refused(line, criterion="Д", reading="a").code == "no_reading_reason"
    refusal = refused(line, criterion="Д", reading="b", reading_reason="Так понимаю.")
    assert refusal.code == "rules_not_met"
    auditor = scenarios.actor_of(request, Role.AUDITOR)
    verdict = Verdict(
        is_originating=True, criterion="Д", reading="a", reading_reason="Прецедент 2024 года."
    )
    finding = judging.save_finding(line=line, actor=auditor, verdict=verdict)
    assert finding.evaluation["result"]["reading"] == "a"
    assert judging.judge_by_rules(request=request, actor=auditor).passed == (1,)
    finding.refresh_from_db()
    assert finding.reading_reason == "Прецедент 2024 года."


def test_a_reading_that_holds_leaves_no_choice_and_is_replayed() -> None:
    dispute = desk.a_dispute(on=desk.today() - timedelta(days=20))
    with time_machine.travel(timezone.now() - timedelta(days=10), tick=True):
        desk.a_ruling("approved", dispute=dispute, code="a")
    request = a_request_with({**MOTOR})
    auditor = scenarios.actor_of(request, Role.AUDITOR)
    scenarios.describe_process(request)
    assert judging.judge_by_rules(request=request, actor=auditor).passed == (1,)
    act = scenarios.conclude(request).act
    assert list(differences(act)) == []
    reading = json.loads(bytes(act.record))["lines"][0]["condition"]["reading"]
    assert reading["code"] == "a"


def test_whoever_had_the_case_before_saves_nothing_any_more() -> None:
    request = a_request_with({})
    first = scenarios.actor_of(request, Role.AUDITOR)
    head = scenarios.actor_of(request, Role.EXPERT_HEAD)
    assigning.release_request(request=request, actor=head, reason="not_eligible")
    second = scenarios.a_person(Role.AUDITOR, request.expert_organisation)
    request.refresh_from_db()
    assigning.assign_auditor(request=request, actor=head, auditor=second.user)
    verdict = Verdict(is_originating=True, criterion="Д")
    with pytest.raises(DomainError) as refusal:
        judging.save_finding(line=request.lines.get(), actor=first, verdict=verdict)
    assert refusal.value.code == "not_allowed"
    judging.save_finding(line=request.lines.get(), actor=second, verdict=verdict)
    assert Finding.objects.count() == 1
