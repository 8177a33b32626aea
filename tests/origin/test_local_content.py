from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from origin.local_content import (
    FORMULAS,
    LocalContentError,
    MaterialInput,
    Treatment,
    calculate,
    formula_of,
    round_half_up,
)

EXW = FORMULAS["exw/1"]


def foreign(number: int, value: str) -> MaterialInput:
    return MaterialInput(number, Decimal(value), is_local=False)


def local(number: int, value: str, share: str | None = None) -> MaterialInput:
    return MaterialInput(number, Decimal(value), True, Decimal(share) if share else None)


def share(price: str, *materials: MaterialInput, **options) -> Decimal:
    return calculate(
        formula=EXW, price_kzt=Decimal(price), materials=materials, **options
    ).share_percent


@pytest.mark.parametrize(
    ("price", "materials", "expected"),
    [
        ("10000", [foreign(1, "3177")], "68.23"),
        ("10000", [foreign(1, "2000"), foreign(2, "1177")], "68.23"),
        ("300", [foreign(1, "100")], "66.67"),
        ("300", [foreign(1, "200")], "33.33"),
        # Exactly half a hundredth goes up: 99.995 and 0.005.
        ("20000", [foreign(1, "1")], "100.00"),
        ("20000", [foreign(1, "19999")], "0.01"),
        ("100", [], "100.00"),
        ("100", [foreign(1, "100")], "0.00"),
        ("100", [local(1, "100")], "100.00"),
        # A CT-KZ material with 60 %: two fifths of it are foreign.
        ("1000", [local(1, "500", "60"), foreign(2, "100")], "70.00"),
    ],
)
def test_worked_examples(price, materials, expected):
    assert share(price, *materials) == Decimal(expected)


@pytest.mark.parametrize(
    ("treatment", "expected"),
    [("foreign_remainder", "80.00"), ("wholly_local", "100.00"), ("wholly_foreign", "50.00")],
)
def test_a_material_with_its_own_ct_kz_is_counted_as_the_parameter_says(treatment, expected):
    assert share("1000", local(1, "500", "60"), treatment=treatment) == Decimal(expected)


def test_the_trace_shows_what_each_material_added():
    result = calculate(
        formula=EXW,
        price_kzt=Decimal(1000),
        materials=[foreign(1, "100.10"), local(2, "50"), local(3, "33.33", "68.23")],
    )
    counted = [(step.number, step.counted_foreign_kzt) for step in result.steps]
    assert counted == [(1, Decimal("100.10")), (2, 0), (3, Decimal("10.588941"))]
    assert result.foreign_kzt == Decimal("110.688941")
    assert result.formula == "exw/1"
    assert result.price_kzt == 1000


def test_goods_wholly_produced_have_one_hundred_percent():
    assert share("1000", local(1, "500"), wholly_produced=True) == 100
    with pytest.raises(LocalContentError) as refusal:
        share("1000", foreign(1, "1"), wholly_produced=True)
    assert refusal.value.code == "local_content.wholly_produced_with_foreign"


@pytest.mark.parametrize(
    ("price", "materials", "code"),
    [
        ("0", [], "price_not_positive"),
        ("-1", [], "price_not_positive"),
        ("100", [foreign(1, "-1")], "negative_value"),
        ("100", [foreign(1, "60"), foreign(2, "40.01")], "foreign_over_price"),
        ("100", [local(1, "100.01")], "materials_over_price"),
        ("100", [local(1, "60"), foreign(2, "40.01")], "materials_over_price"),
        ("100", [local(1, "10", "100.01")], "share_out_of_bounds"),
        ("100", [local(1, "10", "-0.01")], "share_out_of_bounds"),
        ("NaN", [], "not_a_number"),
        ("100", [foreign(1, "Infinity")], "not_a_number"),
    ],
)
def test_impossible_figures_are_refused(price, materials, code):
    with pytest.raises(LocalContentError) as refusal:
        share(price, *materials)
    assert refusal.value.code == f"local_content.{code}"


def test_a_refusal_names_the_material():
    with pytest.raises(LocalContentError) as refusal:
        share("100", foreign(1, "1"), foreign(2, "-1"))
    assert refusal.value.material == 2
    assert "2" in str(refusal.value.message)


def test_binary_floating_point_is_refused():
    with pytest.raises(TypeError):
        calculate(formula=EXW, price_kzt=0.1, materials=[])


def test_the_parameter_names_the_formula():
    assert formula_of({"denominator": "exw", "version": "exw/1"}).name == "exw/1"
    assert formula_of({"denominator": "cost"}).name == "cost/1"
    for wrong in ({}, {"denominator": "fob"}, {"version": "exw/99"}):
        with pytest.raises(LocalContentError):
            formula_of(wrong)


amounts = st.decimals(0, 10**12, places=2, allow_nan=False)
shares = st.none() | st.decimals(0, 100, places=2)
bills = st.lists(st.tuples(amounts, st.booleans(), shares), max_size=12)


def bill(rows) -> list[MaterialInput]:
    return [MaterialInput(n, *row) for n, row in enumerate(rows, start=1)]


def foreign_of(materials) -> Fraction:
    total = Fraction(0)
    for item in materials:
        part = Fraction(1)
        if item.is_local:
            own = item.local_share_percent
            part = Fraction(0) if own is None else (100 - Fraction(own)) / 100
        total += Fraction(item.value_kzt) * part
    return total


@given(bills, st.decimals("0.01", 10**12, places=2))
def test_the_share_is_the_exact_fraction_rounded_once(rows, margin):
    materials = bill(rows)
    price = sum((item.value_kzt for item in materials), Decimal(0)) + margin
    result = calculate(formula=EXW, price_kzt=price, materials=materials)
    exact = 100 - foreign_of(materials) / Fraction(price) * 100
    assert Fraction(result.foreign_kzt) == foreign_of(materials)
    assert 0 <= result.share_percent <= 100
    assert -Fraction(1, 200) <= exact - Fraction(result.share_percent) < Fraction(1, 200)
    assert result.share_percent.as_tuple().exponent == -2


@given(bills.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_the_order_of_materials_does_not_matter(both):
    rows, shuffled = both
    price = sum((row[0] for row in rows), Decimal(1))
    one = calculate(formula=EXW, price_kzt=price, materials=bill(rows))
    other = calculate(formula=EXW, price_kzt=price, materials=bill(shuffled))
    assert one.share_percent == other.share_percent
    assert one.foreign_kzt == other.foreign_kzt


@given(bills, amounts)
def test_one_more_foreign_material_never_raises_the_share(rows, value):
    price = sum((row[0] for row in rows), value) + 1
    before = calculate(formula=EXW, price_kzt=price, materials=bill(rows))
    more = bill([*rows, (value, False, None)])
    assert calculate(formula=EXW, price_kzt=price, materials=more).share_percent <= (
        before.share_percent
    )


@given(bills, amounts)
def test_a_higher_price_never_lowers_the_share(rows, more):
    price = sum((row[0] for row in rows), Decimal(1))
    low = calculate(formula=EXW, price_kzt=price, materials=bill(rows))
    high = calculate(formula=EXW, price_kzt=price + more, materials=bill(rows))
    assert high.share_percent >= low.share_percent


@given(bills)
def test_treatments_are_ordered_from_generous_to_strict(rows):
    price = sum((row[0] for row in rows), Decimal(1))
    generous, middle, strict = (
        calculate(
            formula=EXW, price_kzt=price, materials=bill(rows), treatment=treatment
        ).share_percent
        for treatment in (
            Treatment.WHOLLY_LOCAL,
            Treatment.FOREIGN_REMAINDER,
            Treatment.WHOLLY_FOREIGN,
        )
    )
    assert generous >= middle >= strict


@given(st.fractions(0, 100))
def test_halves_go_up(exact):
    rounded = Fraction(round_half_up(exact))
    assert rounded - Fraction(1, 200) <= exact < rounded + Fraction(1, 200)
