"""The effect of a proposal on the acts in force: complete, resumable, each line once."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.errors import PermissionRefused
from accounts.models import Role
from expertise import impact as measuring
from expertise.impact import measure_impact
from expertise.models import Act
from origin.models import ImpactChange, ImpactRun
from origin.services import impact, packs
from origin.services.impact import MEASURE_IMPACT
from outbox.models import OutboxItem
from tests import scenarios
from tests.origin.desk import a_dispute, a_pack, a_ruling, an_inspector, filters_row, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def acts() -> list[Act]:
    """Five acts on filters: 31.77 % of the price is foreign."""
    return [scenarios.an_act() for _number in range(5)]


def told(run: ImpactRun) -> list[tuple[str, int, str, str]]:
    return [
        (change.act_number, change.line_number, change.before, change.after)
        for change in run.changes.all()
    ]


def test_every_line_whose_verdict_would_change_is_named(acts: list[Act]) -> None:
    pack = a_pack(foreign_share_at_most="30")
    run = impact.measure_impact(proposal=pack, actor=an_inspector())
    measure_impact(str(run.pk))
    run.refresh_from_db()
    assert run.is_finished
    assert (run.done, run.total, run.lines, run.lines_without_inputs) == (5, 5, 5, 0)
    assert told(run) == [
        (number, 1, "originating", "not_originating")
        for number in sorted(act.number for act in acts)
    ]
    change = run.changes.first()
    assert (change.row_before, change.row_after) == ("general", "8421")
    assert change.reasons


def test_a_line_that_only_another_row_decides_is_named_too(acts: list[Act]) -> None:
    run = impact.measure_impact(proposal=a_pack(), actor=an_inspector())
    measure_impact(str(run.pk))
    assert {each[2:] for each in told(run)} == {("originating", "originating")}
    assert run.changes.count() == 5


def test_a_proposal_about_other_goods_changes_nothing(acts: list[Act]) -> None:
    scenarios.reference_data()
    author = an_inspector()
    pack = packs.begin_pack(actor=author, on=today(), note="Убрать 8507.")
    pack = packs.remove_row(pack=pack, actor=author, row_id="8507")
    run = impact.measure_impact(proposal=pack, actor=author)
    measure_impact(str(run.pk))
    run.refresh_from_db()
    assert (run.done, run.changes.count()) == (5, 0)


def test_the_acts_themselves_stay_as_they_are(acts: list[Act]) -> None:
    before = list(Act.objects.order_by("pk").values_list("record_sha256", "version"))
    run = impact.measure_impact(proposal=a_pack(foreign_share_at_most="30"), actor=an_inspector())
    measure_impact(str(run.pk))
    assert list(Act.objects.order_by("pk").values_list("record_sha256", "version")) == before


class Killed(BaseException):
    """The worker's process ends; nothing catches it."""


def test_a_run_stopped_half_way_goes_on_and_counts_nothing_twice(
    acts: list[Act], monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = a_pack(foreign_share_at_most="30")
    run = impact.measure_impact(proposal=pack, actor=an_inspector())
    evaluate, calls = measuring.evaluate, 0

    def dying(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise Killed
        return evaluate(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(measuring, "evaluate", dying)
        with pytest.raises(Killed):
            measure_impact(str(run.pk), batch=2)
    run.refresh_from_db()
    assert (run.done, run.is_finished, run.changes.count()) == (2, False, 2)
    assert OutboxItem.objects.get(task=MEASURE_IMPACT).done_at is None

    measure_impact(str(run.pk), batch=2)
    run.refresh_from_db()
    assert (run.done, run.lines, run.is_finished) == (5, 5, True)
    assert told(run) == [
        (number, 1, "originating", "not_originating")
        for number in sorted(act.number for act in acts)
    ]
    assert OutboxItem.objects.get(task=MEASURE_IMPACT).done_at is not None


def test_a_finished_run_is_not_done_again(acts: list[Act]) -> None:
    run = impact.measure_impact(proposal=a_pack(foreign_share_at_most="30"), actor=an_inspector())
    measure_impact(str(run.pk))
    measure_impact(str(run.pk))
    run.refresh_from_db()
    assert (run.done, ImpactChange.objects.count()) == (5, 5)


def test_asking_twice_makes_one_run() -> None:
    pack = a_pack()
    first = impact.measure_impact(proposal=pack, actor=an_inspector())
    assert impact.measure_impact(proposal=pack, actor=an_inspector()) == first
    assert OutboxItem.objects.filter(task=MEASURE_IMPACT).count() == 1


def test_a_run_about_a_text_that_changed_meanwhile_stops() -> None:
    author = an_inspector()
    pack = a_pack(author=author)
    run = impact.measure_impact(proposal=pack, actor=author)
    packs.save_row(
        pack=pack, actor=author, row=filters_row(foreign_share_at_most="20"), replacing="8421"
    )
    measure_impact(str(run.pk))
    run.refresh_from_db()
    assert (run.failed_reason, run.is_finished) == ("changed", False)
    assert OutboxItem.objects.get(task=MEASURE_IMPACT, key=str(run.pk)).done_at is not None


def test_a_line_that_the_proposal_cannot_judge_is_named(acts: list[Act]) -> None:
    """The catalogue loses an operation that the acts name."""
    scenarios.reference_data()
    author = an_inspector()
    pack = packs.begin_pack(actor=author, on=today(), note="Без гофрирования.")
    pack = packs.remove_operation(pack=pack, actor=author, code="pleating_and_bonding")
    run = impact.measure_impact(proposal=pack, actor=author)
    measure_impact(str(run.pk))
    assert {each[2:] for each in told(run)} == {("originating", "not_judged")}


def test_a_ruling_is_measured_like_a_version() -> None:
    dispute = a_dispute()
    ruling = a_ruling(dispute=dispute)
    run = impact.measure_impact(proposal=ruling, actor=an_inspector())
    measure_impact(str(run.pk))
    run.refresh_from_db()
    assert run.is_finished
    assert run.rule_pack is None


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.AUDITOR, Role.CHAMBER_SIGNATORY])
def test_only_the_committee_measures(role: Role) -> None:
    with pytest.raises(PermissionRefused):
        impact.measure_impact(proposal=a_pack(), actor=scenarios.a_person(role))


def test_a_batch_costs_the_same_queries_for_two_acts_and_for_five(acts: list[Act]) -> None:
    counts = []
    for batch in (2, 5):
        pack = a_pack(foreign_share_at_most=str(20 + batch))
        run = impact.measure_impact(proposal=pack, actor=an_inspector())
        book = measuring._begin(str(run.pk))
        with CaptureQueriesContext(connection) as queries:
            assert measuring._one_batch(str(run.pk), book, batch)
        counts.append(len(queries))
    assert counts[0] == counts[1]
