"""Wilson's interval against published figures and its own properties."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditors.intervals import wilson


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [
        # Newcombe, Two-sided confidence intervals for the single proportion (1998), table I.
        (81, 263, "0.2553", "0.3662"),
        (15, 148, "0.0624", "0.1605"),
        (0, 20, "0.0000", "0.1611"),
        (1, 29, "0.0061", "0.1718"),
        (3, 41, "0.0252", "0.1943"),
    ],
)
def test_known_intervals(count, total, low, high):
    interval = wilson(count, total)
    assert round(interval.low, 4) == Decimal(low)
    assert round(interval.high, 4) == Decimal(high)


def test_of_no_cases_nothing_is_said():
    assert wilson(0, 0) is None


@pytest.mark.parametrize(("count", "total"), [(-1, 5), (6, 5)])
def test_what_is_no_share_is_refused(count, total):
    with pytest.raises(ValueError, match="is not a share"):
        wilson(count, total)


counted = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counted)
def test_the_share_lies_within_its_interval_and_the_interval_within_bounds(figures):
    count, total = figures
    interval = wilson(count, total)
    assert 0 <= interval.low <= Decimal(count) / total <= interval.high <= 1


@given(counted)
def test_more_cases_of_the_same_share_make_it_narrower(figures):
    count, total = figures
    few, many = wilson(count, total), wilson(4 * count, 4 * total)
    assert many.high - many.low < few.high - few.low


@given(counted)
def test_the_opposite_share_has_the_mirrored_interval(figures):
    count, total = figures
    one, other = wilson(count, total), wilson(total - count, total)
    assert abs(one.low + other.high - 1) < Decimal("1e-20")
