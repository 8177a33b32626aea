"""The quantity ledger: never below zero, in any order, by any number of hands."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection, connections
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.errors import DomainError, PermissionRefused
from accounts.models import Role
from audit.models import AuditEvent
from issuance.ledger import (
    OverUseRefused,
    balances,
    draw,
    draw_as,
    give_back,
    give_back_as,
)
from issuance.models import Certificate, OverUse, QuantityDraw
from tests import scenarios
from tests.issuance.after_issue import Kind, applicant, changed, replaced

LANGUAGE = "en"

CERTIFIED = Decimal(20)


@pytest.fixture
def batch(db: None) -> Certificate:
    return scenarios.a_certificate("valid", category="batch")


def drawn(certificate: Certificate, quantity: object, **values: Any) -> QuantityDraw:
    return draw(
        **{
            "certificate": certificate,
            "line": 1,
            "quantity": Decimal(str(quantity)),
            "document": "contract",
            "document_number": "17-К",
            "document_on": timezone.localdate(),
            "buyer_bin": "",
            "request_key": str(uuid.uuid4()),
            "by": "key:test",
            "drawn_for": None,
            **values,
        }
    )


def left(certificate: Certificate) -> Decimal:
    return balances(certificate)[0].left


def test_what_is_drawn_is_not_left(batch: Certificate) -> None:
    drawn(batch, "7.5")
    drawn(batch, "12.499999")
    balance = balances(batch)[0]
    assert (balance.certified, balance.drawn, balance.left) == (
        CERTIFIED,
        Decimal("19.999999"),
        Decimal("0.000001"),
    )
    event = AuditEvent.objects.filter(event="certificate.quantity_drawn").latest("id")
    assert event.facts["left"] == "0.000001"
    assert "17-К" not in str(event.facts)


def test_over_use_is_refused_with_what_is_left_and_kept_once(batch: Certificate) -> None:
    drawn(batch, 15)
    for _time in range(2):
        with pytest.raises(OverUseRefused) as refusal:
            drawn(batch, 6, request_key="again")
        assert refusal.value.left == 5
    kept = OverUse.objects.get()
    assert (kept.quantity, kept.left, kept.certificate) == (6, 5, batch)
    assert AuditEvent.objects.filter(event="certificate.over_use_refused").count() == 1
    assert left(batch) == 5


def test_a_request_sent_twice_draws_once_and_its_key_serves_one_draw(batch: Certificate) -> None:
    first = drawn(batch, 3, request_key="one")
    assert drawn(batch, 3, request_key="one") == first
    assert left(batch) == 17
    with pytest.raises(DomainError) as refusal:
        drawn(batch, 4, request_key="one")
    assert refusal.value.code == "request_key_used"
    assert drawn(batch, 4, request_key="one", by="key:other") != first


def test_a_draw_is_given_back_once_and_whole(batch: Certificate) -> None:
    entry = drawn(batch, 20)
    back = give_back(draw=entry, note="Договор расторгнут.", request_key="b", by="key:test")
    assert back.quantity == -20
    assert give_back(draw=entry, note="Ещё раз.", request_key="c", by="key:test") == back
    assert left(batch) == 20
    with pytest.raises(DomainError):
        give_back(draw=back, note="Обратно.", request_key="d", by="key:test")
    drawn(batch, 20)


def test_what_is_wrong_with_a_draw_is_said(batch: Certificate) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    yesterday = timezone.localdate() - timedelta(days=1)
    cases: list[tuple[dict[str, Any], str]] = [
        ({"quantity": Decimal(0)}, "bad_quantity"),
        ({"quantity": Decimal(-1)}, "bad_quantity"),
        ({"quantity": Decimal("NaN")}, "bad_quantity"),
        ({"quantity": Decimal("0.0000001")}, "bad_quantity"),
        ({"quantity": Decimal("1e30")}, "bad_quantity"),
        ({"line": 2}, "no_such_line"),
        ({"document": "letter"}, "unknown_document"),
        ({"document_number": " "}, "no_document_number"),
        ({"document_on": tomorrow}, "document_in_future"),
        ({"document_on": yesterday}, "not_valid_then"),
        ({"buyer_bin": "123"}, "bad_bin"),
        ({"request_key": ""}, "no_request_key"),
    ]
    for values, code in cases:
        with pytest.raises(DomainError) as refusal:
            drawn(batch, values.pop("quantity", 1), **values)
        assert refusal.value.code == code, code
    assert not QuantityDraw.objects.exists()
    assert not OverUse.objects.exists()


def test_only_a_batch_has_a_ledger(db: None) -> None:
    serial = scenarios.a_certificate("valid")
    assert balances(serial) == []
    with pytest.raises(DomainError) as refusal:
        drawn(serial, 1)
    assert refusal.value.code == "not_counted"


def test_it_counts_what_was_in_force_on_the_day_of_the_document(batch: Certificate) -> None:
    day = timezone.localdate()
    changed(batch, Kind.SUSPEND)
    with pytest.raises(DomainError) as refusal:
        drawn(batch, 1)
    assert refusal.value.code == "not_valid_then"
    changed(batch, Kind.LIFT)
    with time_machine.travel(timezone.now() + timedelta(days=500)):
        # Entered late: the certificate has expired, the contract was made in its time.
        drawn(batch, 1, document_on=day)
        with pytest.raises(DomainError):
            drawn(batch, 1, document_on=timezone.localdate())
    changed(batch, Kind.REVOKE)
    with pytest.raises(DomainError) as refusal:
        drawn(batch, 1, document_on=day)
    assert refusal.value.code == "revoked"


def test_a_replacement_goes_on_with_what_is_left(batch: Certificate) -> None:
    entry = drawn(batch, 15)
    new = replaced(batch)
    assert left(new) == 5
    with pytest.raises(DomainError) as refusal:
        drawn(batch, 1)
    assert refusal.value.code == "replaced"
    assert new.number in str(refusal.value)
    with pytest.raises(OverUseRefused):
        drawn(new, 6)
    drawn(new, 5)
    give_back(draw=entry, note="Ошибка.", request_key="b", by="key:test")
    assert left(new) == 15


def test_who_may_draw_and_give_back(batch: Certificate) -> None:
    case = batch.application
    may = {
        "applicant": applicant(batch),
        "officer": scenarios.staff_of(case, Role.CHAMBER_OFFICER),
    }
    may_not = {
        "other applicant": scenarios.a_person(Role.APPLICANT),
        "inspector": scenarios.a_person(Role.INSPECTOR),
        "auditor": scenarios.actor_of(case.act.request, Role.AUDITOR),
    }
    values = {
        "certificate": batch,
        "line": 1,
        "quantity": Decimal(1),
        "document": "invoice",
        "document_number": "5",
        "document_on": timezone.localdate(),
        "buyer_bin": "",
    }
    for name, person in may.items():
        entry = draw_as(actor=person, request_key=name, **values)
        give_back_as(draw=entry, actor=person, note="Ошибка.", request_key=f"{name}-b")
    entry = draw_as(actor=may["applicant"], request_key="x", **values)
    for name, person in may_not.items():
        with pytest.raises(PermissionRefused):
            draw_as(actor=person, request_key=name, **values)
        with pytest.raises(PermissionRefused):
            give_back_as(draw=entry, actor=person, note="Ошибка.", request_key=name)


@pytest.mark.parametrize("statement", ["UPDATE {} SET quantity = 1", "DELETE FROM {}"])
def test_sql_cannot_change_the_ledger(batch: Certificate, statement: str) -> None:
    drawn(batch, 3)
    with pytest.raises(Exception, match="pgtrigger"), connection.cursor() as cursor:
        cursor.execute(statement.format("issuance_quantitydraw"))


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("draw"), st.decimals("0.000001", "25", places=6)),
        st.tuples(st.just("back"), st.integers(0, 5)),
    ),
    max_size=8,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_in_any_order_the_ledger_never_falls_below_zero(
    batch: Certificate, steps: list[tuple[str, Any]]
) -> None:
    expected, entries = CERTIFIED, []
    for what, value in steps:
        if what == "draw" and value <= expected:
            entries.append(drawn(batch, value))
            expected -= value
        elif what == "draw":
            with pytest.raises(OverUseRefused) as refusal:
                drawn(batch, value)
            assert refusal.value.left == expected
        elif entries:
            expected += returned(entries.pop(value % len(entries)))
        assert left(batch) == expected >= 0
    # Everything given back, the next example finds the batch whole.
    assert sum(map(returned, entries), expected) == left(batch) == CERTIFIED


def returned(entry: QuantityDraw) -> Decimal:
    give_back(draw=entry, note="Ошибка.", request_key=str(entry.pk), by="key:test")
    return entry.quantity


@pytest.mark.django_db(transaction=True)
def test_many_hands_at_once_never_draw_more_than_is_certified() -> None:
    batch = scenarios.a_certificate("valid", category="batch")

    def take(turn: int) -> bool:
        try:
            # Every second request is a repetition of the one before.
            drawn(batch, 3, request_key=str(turn // 2))
        except OverUseRefused:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(take, range(24)))
    assert done.count(True) == 12
    assert QuantityDraw.objects.count() == 6
    assert QuantityDraw.objects.aggregate(total=Sum("quantity"))["total"] == 18
    assert OverUse.objects.count() == 6


def test_a_key_used_for_a_draw_is_refused_for_giving_back(batch: Certificate) -> None:
    draw = drawn(batch, 3, request_key="k")
    with pytest.raises(DomainError) as refusal:
        give_back(draw=draw, note="Ошибка.", request_key="k", by="key:test")
    assert refusal.value.code == "request_key_used"
    assert left(batch) == CERTIFIED - 3


def test_one_key_does_not_hide_attempts_on_another_certificate(batch: Certificate) -> None:
    other = scenarios.a_certificate("valid", category="batch")
    with pytest.raises(OverUseRefused):
        drawn(batch, 21, request_key="k")
    with pytest.raises(DomainError) as refusal:
        drawn(other, 21, request_key="k")
    assert refusal.value.code == "request_key_used"
