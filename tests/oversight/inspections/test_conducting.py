"""From the inspector's name to the result: what agrees with the record, and nothing else."""

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from accounts.errors import DomainError, PermissionRefused
from accounts.models import Membership, Role
from audit.models import AuditEvent
from audit.sequencing import sequence
from audit.verifying import verify_log
from oversight.departments import OutsideDepartment
from oversight.inspections.conducting import (
    add_violation,
    assign_inspector,
    complete_inspection,
    drop_violation,
    record_outcome,
    record_result,
    record_sample,
    remove_outcome,
    remove_sample,
    start_inspection,
)
from oversight.inspections.planning import cancel_inspection
from oversight.measures.proposing import propose_measure, withdraw_measure
from oversight.models import Inspection, Sample
from tests import scenarios

from . import scenes

LANGUAGE = "en"


@pytest.fixture
def inspector(db: None) -> Membership:
    return scenes.an_inspector(posted_to=scenes.HERE)


@pytest.fixture
def inspection(inspector: Membership) -> Inspection:
    return scenes.under_way(inspector)


def complete(inspection: Inspection, actor: Membership, *, violations: bool) -> Inspection:
    return complete_inspection(
        inspection=inspection, actor=actor, has_violations=violations, summary="Итог"
    )


def a_sample(inspection: Inspection, actor: Membership) -> Sample:
    return record_sample(
        inspection=inspection,
        actor=actor,
        product="Кабель",
        bought_on=scenes.today() - dt.timedelta(days=3),
        price=Decimal("1200.50"),
    )


def a_result(sample: Sample, actor: Membership, result: str) -> Sample:
    return record_result(
        sample=sample, actor=actor, result=result, tested_on=scenes.today(), protocol_number="П-1"
    )


def a_violation(inspection: Inspection, actor: Membership) -> Any:
    return add_violation(
        inspection=inspection,
        actor=actor,
        code="goods_do_not_conform",
        fault="other",
        text="Кабель без маркировки",
    )


def an_outcome(inspection: Inspection, actor: Membership) -> Any:
    return record_outcome(
        inspection=inspection,
        actor=actor,
        kind="goods_seized",
        quantity=12,
        decided_on=scenes.today(),
    )


def a_measure(inspection: Inspection, actor: Membership) -> Any:
    return propose_measure(
        actor=actor,
        type_code="rapid_prohibition",
        form_token=uuid.uuid4(),
        grounds="Опасный товар",
        subject_name=inspection.subject_name,
        inspection=inspection,
    )


def a_violating_sample(inspection: Inspection, actor: Membership) -> Any:
    return a_result(a_sample(inspection, actor), actor, "violates")


PROOFS = [a_violation, an_outcome, a_measure, a_violating_sample]


@pytest.mark.parametrize("prove", PROOFS)
def test_what_is_recorded_decides_which_result_can_be_told(
    prove: Callable[..., Any], inspection: Inspection, inspector: Membership
) -> None:
    with pytest.raises(DomainError, match="is recorded"):
        complete(inspection, inspector, violations=True)
    prove(inspection, inspector)
    with pytest.raises(DomainError, match="No violation"):
        complete(inspection, inspector, violations=False)
    done = complete(inspection, inspector, violations=True)
    assert (done.status, done.has_violations) == ("completed", True)
    assert done.completed_at is not None


def test_without_anything_recorded_there_are_no_violations(
    inspection: Inspection, inspector: Membership
) -> None:
    assert complete(inspection, inspector, violations=False).has_violations is False


def test_what_was_taken_back_proves_nothing(inspection: Inspection, inspector: Membership) -> None:
    remove_outcome(outcome=an_outcome(inspection, inspector), actor=inspector)
    drop_violation(
        violation=a_violation(inspection, inspector), actor=inspector, note="Маркировка нашлась"
    )
    withdraw_measure(measure=a_measure(inspection, inspector), actor=inspector)
    with pytest.raises(DomainError, match="is recorded"):
        complete(inspection, inspector, violations=True)
    complete(inspection, inspector, violations=False)


def test_violations_count_from_the_completion(
    inspection: Inspection, inspector: Membership
) -> None:
    violation = a_violation(inspection, inspector)
    assert violation.confirmed_at is None
    assert "396-VI" in violation.legal_ref
    complete(inspection, inspector, violations=True)
    violation.refresh_from_db()
    assert violation.confirmed_by == inspector.user
    events = AuditEvent.objects.filter(case_id=str(inspection.case_id), event__contains="violation")
    assert {event.event for event in events} == {"violation.noted", "violation.confirmed"}


def test_a_sample_without_a_result_holds_the_end_up(
    inspection: Inspection, inspector: Membership
) -> None:
    sample = a_sample(inspection, inspector)
    with pytest.raises(DomainError, match="every sample"):
        complete(inspection, inspector, violations=False)
    a_result(sample, inspector, "conforms")
    with pytest.raises(DomainError, match="stays"):
        remove_sample(sample=sample, actor=inspector)
    complete(inspection, inspector, violations=False)


def test_a_purchase_of_samples_bought_at_least_one(inspector: Membership) -> None:
    inspection = scenes.under_way(inspector, kind="sample_purchase")
    with pytest.raises(DomainError, match="At least one sample"):
        complete(inspection, inspector, violations=False)
    remove_sample(sample=a_sample(inspection, inspector), actor=inspector)
    a_violating_sample(inspection, inspector)
    complete(inspection, inspector, violations=True)


@pytest.mark.parametrize(
    ("bought", "tested", "field"),
    [(0, 1, "tested_on"), (2, 3, "tested_on"), (-1, 0, "bought_on")],
)
def test_days_of_a_sample_stand_in_order_and_have_come(
    bought: int, tested: int, field: str, inspection: Inspection, inspector: Membership
) -> None:
    day = scenes.today()

    def buy_and_test() -> None:
        sample = record_sample(
            inspection=inspection,
            actor=inspector,
            product="Цемент",
            bought_on=day - dt.timedelta(days=bought),
        )
        record_result(
            sample=sample,
            actor=inspector,
            result="conforms",
            protocol_number="П-1",
            tested_on=day - dt.timedelta(days=tested),
        )

    with pytest.raises(DomainError) as refusal:
        buy_and_test()
    assert refusal.value.field == field


def test_an_outcome_fits_what_is_controlled(inspection: Inspection, inspector: Membership) -> None:
    with pytest.raises(DomainError) as refusal:
        record_outcome(
            inspection=inspection, actor=inspector, kind="instrument_banned", quantity=1,
            decided_on=scenes.today(),
        )  # fmt: skip
    assert refusal.value.field == "kind"


def test_with_a_visit_nothing_begins_without_a_registered_act(inspector: Membership) -> None:
    inspection = scenes.unscheduled(inspector)
    assign_inspector(inspection=inspection, actor=inspector, inspector=inspector.user)
    with pytest.raises(DomainError, match="registered"):
        start_inspection(inspection=inspection, actor=inspector)
    desk = scenes.unscheduled(inspector, kind="preventive_desk")
    assign_inspector(inspection=desk, actor=inspector, inspector=inspector.user)
    assert start_inspection(inspection=desk, actor=inspector).status == "under_way"


def test_an_inspector_takes_what_a_head_gives_to_anyone_of_the_department(
    inspector: Membership,
) -> None:
    inspection = scenes.unscheduled(inspector)
    colleague = scenes.an_inspector(scenes.HERE, inspector.organisation)
    stranger = scenes.an_inspector(scenes.ELSEWHERE, inspector.organisation)
    head = scenarios.a_person(Role.COMMITTEE_HEAD, inspector.organisation)
    with pytest.raises(PermissionRefused):
        assign_inspector(inspection=inspection, actor=inspector, inspector=colleague.user)
    with pytest.raises(DomainError, match="no inspector of the department"):
        assign_inspector(inspection=inspection, actor=head, inspector=stranger.user)
    given = assign_inspector(inspection=inspection, actor=head, inspector=colleague.user)
    assert given.inspector == colleague.user
    with pytest.raises(PermissionRefused):
        start_inspection(inspection=given, actor=inspector)


ACTS: list[Callable[[Inspection, Membership], Any]] = [
    lambda one, who: assign_inspector(inspection=one, actor=who, inspector=who.user),
    lambda one, who: complete(one, who, violations=False),
    lambda one, who: cancel_inspection(inspection=one, actor=who, reason="Нет"),
    lambda one, who: start_inspection(inspection=one, actor=who),
    a_violation,
    an_outcome,
    a_sample,
]


@pytest.mark.parametrize("act", ACTS)
def test_from_another_department_nothing_changes_and_a_sentence_says_why(
    act: Callable[..., Any], inspection: Inspection, inspector: Membership
) -> None:
    stranger = scenes.an_inspector(scenes.ELSEWHERE, inspector.organisation)
    before = AuditEvent.objects.count()
    with pytest.raises(OutsideDepartment, match="Nothing was changed"):
        act(inspection, stranger)
    inspection.refresh_from_db()
    assert inspection.inspector == inspector.user
    assert inspection.status == "under_way"
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("act", [a_violation, an_outcome, a_sample])
def test_only_its_inspector_writes_the_record(
    act: Callable[..., Any], inspection: Inspection, inspector: Membership
) -> None:
    colleague = scenes.an_inspector(scenes.HERE, inspector.organisation)
    with pytest.raises(PermissionRefused, match="inspector of this inspection"):
        act(inspection, colleague)


@pytest.mark.parametrize("act", [a_violation, an_outcome, a_sample])
def test_the_record_of_a_completed_inspection_is_closed(
    act: Callable[..., Any], inspection: Inspection, inspector: Membership
) -> None:
    complete(inspection, inspector, violations=False)
    with pytest.raises(DomainError, match="Completed"):
        act(inspection, inspector)


def test_it_is_cancelled_only_before_it_begins_and_with_a_reason(
    inspection: Inspection, inspector: Membership
) -> None:
    with pytest.raises(DomainError, match="Under way"):
        cancel_inspection(inspection=inspection, actor=inspector, reason="Поздно")
    planned = scenes.unscheduled(inspector)
    with pytest.raises(DomainError, match="why"):
        cancel_inspection(inspection=planned, actor=inspector, reason=" ")
    assert cancel_inspection(inspection=planned, actor=inspector, reason="Да").status == "cancelled"


def test_the_whole_way_stands_in_the_log(inspection: Inspection, inspector: Membership) -> None:
    a_violation(inspection, inspector)
    an_outcome(inspection, inspector)
    a_violating_sample(inspection, inspector)
    complete(inspection, inspector, violations=True)
    told = AuditEvent.objects.filter(case_id=str(inspection.case_id)).order_by("id")
    assert [event.event for event in told] == [
        "inspection.planned",
        "inspection.assigned",
        "inspection.act_registered",
        "inspection.started",
        "violation.noted",
        "inspection.outcome_recorded",
        "inspection.sample_bought",
        "inspection.sample_tested",
        "violation.confirmed",
        "inspection.completed",
    ]
    sequence()
    assert verify_log().ok
