"""The register of readings: what is disputed from when, and which reading holds."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.errors import DomainError, PermissionRefused
from accounts.models import Role
from audit.models import AuditEvent
from origin.books import disputes_of, rulebook_proposed
from origin.conditions import Words
from origin.models import Precedent, Ruling
from origin.services import readings
from tests import scenarios
from tests.origin.desk import (
    MOTORS,
    a_dispute,
    a_head,
    a_reading,
    a_ruling,
    an_inspector,
    measured,
    today,
    tomorrow,
)

pytestmark = pytest.mark.django_db

MATRIX: dict[str, dict[str, set[str]]] = {
    "proposed": {
        "proposer": {"withdraw"},
        "inspector": {"approve", "withdraw"},
        "head": {"approve", "withdraw"},
    },
    "approved": {},
    "withdrawn": {},
}


def refused(statement: str, *values: Any) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    except DatabaseError:
        return True
    return False


@pytest.mark.parametrize("status", sorted(MATRIX))
def test_each_role_may_do_what_the_table_says(status: str) -> None:
    proposer = an_inspector()
    ruling = a_ruling(status, proposer=proposer)
    people = {"proposer": proposer, "inspector": an_inspector(), "head": a_head()}
    people |= {
        str(role): scenarios.a_person(role)
        for role in (Role.APPLICANT, Role.EXPERT_HEAD, Role.AUDITOR, Role.CHAMBER_SIGNATORY)
    }
    for who, person in people.items():
        allowed = {transition.name for transition in Ruling.WORKFLOW.available(ruling, person)}
        assert allowed == MATRIX[status].get(who, set()), who


def test_a_dispute_counts_from_the_day_after_it_was_recorded() -> None:
    a_dispute()
    assert disputes_of(on=today()) == {}
    found = disputes_of(on=tomorrow())[MOTORS]
    assert [reading.code for reading in found.readings] == ["a", "b"]
    assert found.holding == ""


def test_a_later_reading_can_be_picked_from_the_next_day() -> None:
    dispute = a_dispute(on=today() - dt.timedelta(days=5))
    readings.add_reading(
        dispute=dispute, actor=an_inspector(), reading=a_reading("c", 30), on=today()
    )
    codes = {
        day: [reading.code for reading in disputes_of(on=day)[MOTORS].readings]
        for day in (today(), tomorrow())
    }
    assert codes == {today(): ["a", "b"], tomorrow(): ["a", "b", "c"]}


def test_a_reading_holds_from_its_day_and_not_before() -> None:
    dispute = a_dispute(on=today() - dt.timedelta(days=5))
    a_ruling("approved", dispute=dispute)
    assert disputes_of(on=today())[MOTORS].holding == ""
    assert disputes_of(on=tomorrow())[MOTORS].holding == "b"


def test_a_proposed_or_withdrawn_ruling_holds_nothing() -> None:
    dispute = a_dispute(on=today() - dt.timedelta(days=5))
    a_ruling("withdrawn", dispute=dispute)
    ruling = a_ruling("proposed", dispute=dispute)
    assert disputes_of(on=tomorrow())[MOTORS].holding == ""
    assert rulebook_proposed(ruling).disputes[MOTORS].holding == "b"


def test_a_later_ruling_takes_over_on_its_day() -> None:
    dispute = a_dispute(on=today() - dt.timedelta(days=5))
    a_ruling("approved", dispute=dispute, code="b")
    proposer = an_inspector()
    later = readings.propose_ruling(
        dispute=dispute,
        actor=proposer,
        reading=dispute.readings.get(code="a"),
        holds_from=today() + dt.timedelta(days=10),
        reason="Уточнено.",
    )
    measured(later, proposer)
    readings.approve_ruling(ruling=later, actor=a_head())
    assert disputes_of(on=today() + dt.timedelta(days=9))[MOTORS].holding == "b"
    assert disputes_of(on=today() + dt.timedelta(days=10))[MOTORS].holding == "a"


def test_a_closed_dispute_counts_to_the_end_of_the_day() -> None:
    dispute = a_dispute(on=today() - dt.timedelta(days=5))
    readings.close_dispute(
        dispute=dispute, actor=an_inspector(), reason="Новая редакция ясна.", on=today()
    )
    assert MOTORS in disputes_of(on=today())
    assert MOTORS not in disputes_of(on=tomorrow())


def test_whoever_proposed_does_not_approve() -> None:
    proposer = an_inspector()
    ruling = a_ruling(proposer=proposer)
    measured(ruling, proposer)
    with pytest.raises(PermissionRefused):
        readings.approve_ruling(ruling=ruling, actor=proposer)
    approve = (
        "UPDATE origin_ruling SET status='approved', approved_at=now(), approved_by_id=%s"
        " WHERE id=%s"
    )
    assert refused(approve, proposer.user_id, ruling.pk)
    assert refused(approve, None, ruling.pk)
    assert not refused(approve, a_head().user_id, ruling.pk)


def test_a_ruling_waits_until_its_effect_is_known() -> None:
    ruling = a_ruling()
    with pytest.raises(DomainError) as refusal:
        readings.approve_ruling(ruling=ruling, actor=a_head())
    assert refusal.value.code == "ruling_not_approvable"


def test_what_is_recorded_stays() -> None:
    dispute = a_dispute()
    reading = dispute.readings.first()
    readings.add_precedent(
        dispute=dispute,
        actor=an_inspector(),
        reading=reading,
        text="Считали от цены.",
        act_number="KZ-7-0001-2026-00001",
    )
    precedent = Precedent.objects.get()
    assert refused("UPDATE origin_precedent SET text='' WHERE id=%s", precedent.pk)
    assert refused("DELETE FROM origin_precedent WHERE id=%s", precedent.pk)
    assert refused("UPDATE origin_disputereading SET words_ru='' WHERE id=%s", reading.pk)
    assert refused("DELETE FROM origin_disputereading WHERE id=%s", reading.pk)
    assert refused("UPDATE origin_dispute SET question_ru='' WHERE id=%s", dispute.pk)
    assert refused("DELETE FROM origin_dispute WHERE id=%s", dispute.pk)


def test_an_approved_ruling_keeps_its_day() -> None:
    ruling = a_ruling("approved")
    assert refused("UPDATE origin_ruling SET holds_from='2020-01-01' WHERE id=%s", ruling.pk)
    assert refused("UPDATE origin_ruling SET status='proposed' WHERE id=%s", ruling.pk)
    assert refused("DELETE FROM origin_ruling WHERE id=%s", ruling.pk)


@pytest.mark.parametrize(
    ("row_id", "codes", "refusal"),
    [
        ("9999", ("a", "b"), "no_row"),
        (MOTORS, ("a",), "too_few_readings"),
        (MOTORS, ("a", "a"), "too_few_readings"),
    ],
)
def test_a_dispute_needs_a_row_and_two_readings(
    row_id: str, codes: tuple[str, ...], refusal: str
) -> None:
    scenarios.reference_data()
    with pytest.raises(DomainError) as error:
        readings.open_dispute(
            actor=an_inspector(),
            row_id=row_id,
            question=Words("?", "?", "?"),
            readings=[a_reading(code, 50) for code in codes],
            on=today(),
        )
    assert error.value.code == refusal


def test_a_row_has_one_open_dispute() -> None:
    a_dispute()
    with pytest.raises(DomainError) as refusal:
        a_dispute()
    assert refusal.value.code == "dispute_open"


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.AUDITOR, Role.COMMITTEE_HEAD])
def test_only_an_inspector_records_disputes(role: Role) -> None:
    with pytest.raises(PermissionRefused):
        a_dispute(actor=scenarios.a_person(role))


def test_every_command_is_recorded_once() -> None:
    inspector = an_inspector()
    dispute = a_dispute(actor=inspector)
    a_ruling("approved", dispute=dispute, proposer=inspector)
    told = AuditEvent.objects.filter(case_id=str(dispute.pk)).order_by("at")
    assert [event.event for event in told] == [
        "dispute.opened",
        "ruling.proposed",
        "impact.requested",
        "impact.measured",
        "ruling.approved",
    ]
