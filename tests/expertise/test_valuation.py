import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expertise.valuation import BadValuation, Valuation, settled
from reference.exchange_rates import KnownRate

DAY = dt.date(2026, 1, 15)
STATED = {"currency": "USD", "amount": Decimal("12.5"), "rate": Decimal("500.25"),
          "rate_on": DAY, "rate_source": "Bank"}  # fmt: skip


def nothing_known(_currency, _on):
    return None


def known(currency, on):
    return KnownRate(Decimal(70), "Example") if (currency, on) == ("CNY", DAY) else None


def test_a_value_in_tenge_stays_as_it_is():
    assert settled(Valuation(value_kzt=Decimal("3177.5")), nothing_known) == Valuation(
        value_kzt=Decimal("3177.5")
    )


def test_a_stated_rate_gives_the_exact_product():
    kept = settled(Valuation(**STATED), nothing_known)
    assert kept.value_kzt == Decimal("6253.125")
    assert (kept.rate, kept.rate_on, kept.rate_source) == (Decimal("500.25"), DAY, "Bank")


def test_a_rate_that_is_known_is_taken_with_its_source():
    kept = settled(Valuation(currency="CNY", amount=Decimal("12.5"), rate_on=DAY), known)
    assert (kept.value_kzt, kept.rate, kept.rate_source) == (Decimal(875), Decimal(70), "Example")


def test_a_stated_rate_goes_before_a_known_one():
    declared = Valuation(
        currency="CNY", amount=Decimal(1), rate=Decimal(71), rate_on=DAY, rate_source="Bank"
    )
    assert settled(declared, known).value_kzt == 71


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"amount": None}, "amount", "empty"),
        ({"rate_on": None}, "rate_on", "empty"),
        ({"rate_source": ""}, "rate_source", "empty"),
        ({"rate": None}, "rate", "no_rate"),
        ({"rate": Decimal(0)}, "rate", "not_positive"),
        ({"value_kzt": Decimal(6000)}, "value_kzt", "mismatch"),
        ({"amount": Decimal(10) ** 13, "rate": Decimal(10) ** 9}, "amount", "too_long"),
    ],
)
def test_what_is_missing_or_does_not_fit_is_named(changes, field, code):
    with pytest.raises(BadValuation) as refusal:
        settled(Valuation(**{**STATED, **changes}), nothing_known)
    assert (refusal.value.field, refusal.value.code) == (field, code)


def test_an_unknown_rate_is_told_with_currency_and_day():
    with pytest.raises(BadValuation) as refusal:
        settled(Valuation(currency="EUR", amount=Decimal(1), rate_on=DAY), known)
    assert "EUR" in refusal.value.reason
    assert "15.01.2026" in refusal.value.reason


@pytest.mark.parametrize(
    ("changes", "field"),
    [({}, "value_kzt"), ({"rate": Decimal(500), "value_kzt": Decimal(1)}, "rate"),
     ({"amount": Decimal(2), "value_kzt": Decimal(1)}, "amount")],
)  # fmt: skip
def test_a_value_in_tenge_that_says_two_things_is_refused(changes, field):
    with pytest.raises(BadValuation) as refusal:
        settled(Valuation(**changes), nothing_known)
    assert refusal.value.field == field


@given(
    st.decimals(0, 10**9, places=4, allow_nan=False),
    st.decimals("0.000001", 10**6, places=6, allow_nan=False),
)
def test_no_digit_of_a_product_is_lost(amount, rate):
    declared = Valuation(**{**STATED, "amount": amount, "rate": rate})
    value = settled(declared, nothing_known).value_kzt
    assert value == amount * rate
    assert -value.as_tuple().exponent <= 10
