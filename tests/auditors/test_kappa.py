"""Cohen's kappa against worked examples."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from auditors.kappa import cohens_kappa


def pairs_of(table: dict[tuple[str, str], int]) -> list[tuple[str, str]]:
    return [pair for pair, count in table.items() for _n in range(count)]


def test_two_readers_of_fifty_proposals():
    """20 both yes, 15 both no, 5 and 10 apart: observed 0.7, chance 0.5."""
    agreement = cohens_kappa(
        pairs_of({("y", "y"): 20, ("y", "n"): 5, ("n", "y"): 10, ("n", "n"): 15})
    )
    assert (agreement.pairs, agreement.agreed) == (50, 35)
    assert agreement.kappa == Decimal("0.4")


def test_two_diagnosticians_of_a_hundred_patients():
    """Fleiss, Levin, Paik, Statistical methods for rates and proportions: 0.68, error 0.087
    (from a kappa rounded to two digits before)."""
    agreement = cohens_kappa(
        pairs_of({
            ("p", "p"): 75, ("p", "n"): 1, ("p", "o"): 4,
            ("n", "p"): 5, ("n", "n"): 4, ("n", "o"): 1,
            ("o", "o"): 10,
        })
    )  # fmt: skip
    assert round(agreement.kappa, 2) == Decimal("0.68")
    error = (agreement.high - agreement.low) / (2 * Decimal("1.96"))
    assert abs(error - Decimal("0.087")) < Decimal("0.001")


def test_full_agreement_on_two_answers_is_one():
    agreement = cohens_kappa([("Д", "Д")] * 6 + [("", "")] * 4)
    assert (agreement.kappa, agreement.low, agreement.high) == (1, 1, 1)


def test_where_only_one_answer_was_ever_given_agreement_says_nothing():
    agreement = cohens_kappa([("Д", "Д")] * 9)
    assert (agreement.pairs, agreement.agreed, agreement.kappa) == (9, 9, None)


def test_without_pairs_there_is_no_figure():
    assert cohens_kappa([]).kappa is None


answers = st.sampled_from(["yes:Д", "yes:П", "no"])


@given(st.lists(st.tuples(answers, answers), min_size=1, max_size=60))
def test_kappa_is_bounded_symmetric_and_never_above_the_agreement_seen(pairs):
    agreement = cohens_kappa(pairs)
    swapped = cohens_kappa([(second, first) for first, second in pairs])
    assert agreement.kappa == swapped.kappa
    if agreement.kappa is not None:
        assert -1 <= agreement.low <= agreement.kappa <= agreement.high <= 1
        assert agreement.kappa <= Decimal(agreement.agreed) / agreement.pairs
