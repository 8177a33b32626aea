"""The draw is fair by weight, and the same for everybody who draws it again."""

import hashlib
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditors.lottery import Entrant, LotteryError, draw, number_below, tickets_of

ROOT = hashlib.sha256(b"root").digest()
CASE = "7c9e6679-7425-40de-944b-e07fc1f90ae7"

entrants = st.lists(
    st.builds(Entrant, st.text("ЭА-0123456789", min_size=1, max_size=9), st.integers(0, 40)),
    min_size=1,
    max_size=12,
    unique_by=lambda entrant: entrant.attestation,
)
roots = st.binary(min_size=32, max_size=32)


@pytest.mark.parametrize(
    ("loads", "weights"),
    [
        ((0,), (1,)),
        ((0, 0, 0), (1, 1, 1)),
        ((0, 1, 2), (6, 3, 2)),
        ((3, 3), (1, 1)),
        ((0, 9), (10, 1)),
    ],
)
def test_weights_are_whole_numbers_in_proportion_to_one_over_one_plus_load(loads, weights):
    tickets = tickets_of(Entrant(f"ЭА-{n}", load) for n, load in enumerate(loads))
    assert tuple(ticket.weight for ticket in tickets) == weights


def test_over_many_seeds_each_is_drawn_as_often_as_the_weight_says():
    people = [Entrant("ЭА-1", 0), Entrant("ЭА-2", 1), Entrant("ЭА-3", 2)]
    rounds = 6600
    drawn = Counter(
        draw(root=hashlib.sha256(str(n).encode()).digest(), case=CASE, entrants=people).winner
        for n in range(rounds)
    )
    expected = {"ЭА-1": 3600, "ЭА-2": 1800, "ЭА-3": 1200}
    chi_square = sum((drawn[name] - count) ** 2 / count for name, count in expected.items())
    # One fair lottery in a thousand passes 13.82; the seeds are fixed, so nothing flickers.
    assert chi_square < 13.82


@given(entrants, roots, st.randoms())
def test_the_same_entries_in_any_order_give_the_same_draw(people, root, random):
    shuffled = list(people)
    random.shuffle(shuffled)
    first = draw(root=root, case=CASE, entrants=people)
    again = draw(root=root, case=CASE, entrants=shuffled)
    assert first == again
    assert first.winner in {entrant.attestation for entrant in people}


@given(entrants, roots)
def test_any_altered_entry_gives_another_seed(people, root):
    seed = draw(root=root, case=CASE, entrants=people).seed
    busier = [replace(people[0], open_requests=people[0].open_requests + 1), *people[1:]]
    renamed = [replace(people[0], attestation=people[0].attestation + "x"), *people[1:]]
    other_root = bytes([root[0] ^ 1]) + root[1:]
    assert draw(root=root, case=CASE, entrants=busier).seed != seed
    assert draw(root=root, case=CASE, entrants=renamed).seed != seed
    assert draw(root=root, case=CASE + "0", entrants=people).seed != seed
    assert draw(root=other_root, case=CASE, entrants=people).seed != seed


@given(st.integers(1, 1 << 70), st.binary(min_size=32, max_size=32))
def test_a_number_lies_below_its_limit(limit, seed):
    assert 0 <= number_below(limit, seed) < limit


def test_numbers_that_would_favour_some_are_passed_over():
    """With a limit just above half the space nearly every second block must be thrown away."""
    limit = (1 << 255) + 1
    seeds = [hashlib.sha256(str(n).encode()).digest() for n in range(40)]
    first_blocks = [
        int.from_bytes(hashlib.sha256(seed + bytes(8)).digest(), "big") for seed in seeds
    ]
    numbers = [number_below(limit, seed) for seed in seeds]
    passed_over = [block >= limit for block in first_blocks]
    assert any(passed_over)
    for number, block, was_passed_over in zip(numbers, first_blocks, passed_over, strict=True):
        assert (number == block) is not was_passed_over


@pytest.mark.parametrize(
    "people", [[], [Entrant("ЭА-1", 0), Entrant("ЭА-1", 3)], [Entrant("ЭА-1", -1)]]
)
def test_a_list_that_cannot_be_drawn_from_is_refused(people):
    with pytest.raises(LotteryError):
        draw(root=ROOT, case=CASE, entrants=people)
