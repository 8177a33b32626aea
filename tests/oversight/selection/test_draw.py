"""The draw: sizes exact, chances equal, nobody's order or name counts."""

import random
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight.selection.draw import (
    LOTTERY,
    RISK,
    RULES_SHA256,
    Draw,
    DrawError,
    Entry,
    draw,
    places_of,
    rank,
    seed_of,
)

SEEDS = st.binary(min_size=32, max_size=32)
STRATA = st.sampled_from(["110/94", "110/85", "102/94", "120/27", "-", "102/61"])


@st.composite
def frames(draw_: st.DrawFn) -> list[Entry]:
    rows = draw_(st.lists(st.tuples(STRATA, st.integers(0, 100)), min_size=1, max_size=60))
    return [Entry(f"KZ 6 110 {n:05d}", *row) for n, row in enumerate(rows)]


@st.composite
def cases(draw_: st.DrawFn) -> tuple[list[Entry], int, int]:
    frame = draw_(frames())
    by_risk = draw_(st.integers(0, len(frame)))
    by_lottery = draw_(st.integers(0 if by_risk else 1, max(len(frame) - by_risk, 0)))
    return frame, by_risk, by_lottery


def of(result: Draw, way: str) -> list[Entry]:
    return [one.entry for one in result.selected if one.way == way]


@given(cases(), SEEDS)
def test_sizes_are_exact_and_nobody_is_drawn_twice(
    case: tuple[list[Entry], int, int], seed: bytes
) -> None:
    frame, by_risk, by_lottery = case
    result = draw(frame, seed=seed, by_risk=by_risk, by_lottery=by_lottery)
    assert len(of(result, RISK)) == by_risk
    assert len(of(result, LOTTERY)) == by_lottery
    assert len({one.entry.number for one in result.selected}) == by_risk + by_lottery


@given(cases(), SEEDS, st.randoms(use_true_random=False))
def test_the_order_of_the_entries_does_not_matter(
    case: tuple[list[Entry], int, int], seed: bytes, shuffler: random.Random
) -> None:
    frame, by_risk, by_lottery = case
    shuffled = shuffler.sample(frame, len(frame))
    sizes = {"by_risk": by_risk, "by_lottery": by_lottery}
    assert draw(shuffled, seed=seed, **sizes) == draw(frame, seed=seed, **sizes)


@given(cases(), SEEDS)
def test_by_risk_nobody_with_a_higher_score_is_passed_over(
    case: tuple[list[Entry], int, int], seed: bytes
) -> None:
    frame, by_risk, by_lottery = case
    result = draw(frame, seed=seed, by_risk=by_risk, by_lottery=by_lottery)
    chosen = of(result, RISK)
    if chosen:
        left = {entry.number for entry in frame} - {entry.number for entry in chosen}
        highest_left = max((e.score for e in frame if e.number in left), default=0)
        assert min(entry.score for entry in chosen) >= highest_left


@given(
    st.dictionaries(st.text(min_size=1, max_size=4), st.integers(1, 400), min_size=1, max_size=12),
    st.data(),
    SEEDS,
)
def test_places_follow_the_sizes_of_the_strata(
    sizes: dict[str, int], data: st.DataObject, seed: bytes
) -> None:
    total = sum(sizes.values())
    places = data.draw(st.integers(0, total))
    given_ = places_of(sizes, places, seed=seed)
    assert given_.keys() == sizes.keys()
    assert sum(given_.values()) == places
    assert all(given_[name] <= sizes[name] for name in sizes)
    if places >= len(sizes):
        assert min(given_.values()) >= 1
    # Strata that got their one place for being small leave; the others share in proportion.
    alone: set[str] = set()
    if places >= len(sizes):
        while small := {
            name
            for name in sizes.keys() - alone
            if (places - len(alone)) * sizes[name]
            < sum(size for other, size in sizes.items() if other not in alone)
        }:
            alone |= small
    shared = sizes.keys() - alone
    members = sum(sizes[name] for name in shared)
    for name in shared:
        share = Decimal(places - len(alone)) * sizes[name] / members
        assert abs(given_[name] - share) < 1


def frequencies(
    frame: list[Entry], by_risk: int, by_lottery: int, rounds: int = 4000
) -> dict[str, float]:
    """How often each certificate was drawn by lottery, among the rounds in which it could be."""
    drawn: Counter[str] = Counter()
    could: Counter[str] = Counter()
    for number in range(rounds):
        seed = number.to_bytes(32, "big")
        result = draw(frame, seed=seed, by_risk=by_risk, by_lottery=by_lottery)
        chosen = {entry.number for entry in of(result, RISK)}
        could.update(entry.number for entry in frame if entry.number not in chosen)
        drawn.update(entry.number for entry in of(result, LOTTERY))
    return {number: drawn[number] / could[number] for number in could}


def test_within_a_stratum_everybody_is_equally_likely() -> None:
    frame = [Entry(f"n{n}", "a" if n < 12 else "b", 0) for n in range(20)]
    found = frequencies(frame, 0, 5)
    # Three of twelve and two of eight.
    assert all(abs(share - 0.25) < 0.03 for share in found.values()), found


def test_with_fewer_places_than_strata_every_certificate_has_the_same_chance() -> None:
    """By the largest remainder alone the small strata would know that nobody looks at them."""
    names = ["large"] * 20 + ["middle"] * 6 + ["small"] * 2 + ["one", "two"]
    frame = [Entry(f"n{n}", name, 0) for n, name in enumerate(names)]
    found = frequencies(frame, 0, 3)
    assert all(abs(share - 0.1) < 0.025 for share in found.values()), found


def test_losing_a_tie_by_risk_costs_nothing_in_the_lottery() -> None:
    """Ten of one score for five places by risk, ten more below them: chances stay equal."""
    frame = [Entry(f"n{n}", "a", 50 if n < 10 else 10) for n in range(20)]
    found = frequencies(frame, 5, 5)
    assert all(abs(share - 1 / 3) < 0.035 for share in found.values()), found


def test_ties_are_not_broken_by_number() -> None:
    frame = [Entry(f"n{n}", "a", 50) for n in range(10)]
    first = Counter(
        draw(frame, seed=n.to_bytes(32, "big"), by_risk=1, by_lottery=0).selected[0].entry.number
        for n in range(2000)
    )
    assert len(first) == 10
    assert min(first.values()) > 130


@pytest.mark.parametrize(
    ("size", "by_risk", "by_lottery"), [(5, 3, 3), (5, 0, 6), (5, 0, 0), (5, -1, 2), (0, 1, 0)]
)
def test_what_cannot_be_drawn_is_refused(size: int, by_risk: int, by_lottery: int) -> None:
    frame = [Entry(f"n{n}", "a", n) for n in range(size)]
    with pytest.raises(DrawError):
        draw(frame, seed=bytes(32), by_risk=by_risk, by_lottery=by_lottery)


def test_nobody_takes_part_twice() -> None:
    with pytest.raises(DrawError):
        draw([Entry("n", "a", 1), Entry("n", "b", 2)], seed=bytes(32), by_risk=1, by_lottery=0)


PARTS = {"plan": "CP-2026-001", "frame_sha256": "a" * 64, "root": "b" * 64, "nonce": "c" * 64}


@pytest.mark.parametrize("part", PARTS)
def test_every_part_of_the_seed_counts(part: str) -> None:
    assert seed_of(**PARTS) != seed_of(**{**PARTS, part: "d" * 64})


@settings(max_examples=30)
@given(st.sampled_from(["risk", "lottery", "stratum"]), st.text(), SEEDS)
def test_every_kind_of_rank_has_a_row_of_its_own(kind: str, name: str, seed: bytes) -> None:
    others = {"risk", "lottery", "stratum"} - {kind}
    assert all(rank(seed, kind, name) != rank(seed, other, name) for other in others)


def test_a_change_of_the_rules_needs_a_new_version_of_them() -> None:
    """Plans are committed to the digest of this text; other words would be other rules."""
    assert RULES_SHA256 == "9e16df05d8e71b891138fcd8ae103854faf6cbe623d400587fa4a17e0dc6a2aa"


def test_an_example_that_other_programs_can_be_held_against() -> None:
    frame = [
        Entry(f"KZ 6 110 {n:05d}", "110" if n % 3 else "102", n * 7 % 50) for n in range(1, 13)
    ]
    result = draw(frame, seed=bytes.fromhex("00" * 31 + "2a"), by_risk=2, by_lottery=3)
    assert [(one.entry.number[-2:], one.way) for one in result.selected] == EXAMPLE


EXAMPLE = [("07", RISK), ("06", RISK), ("03", LOTTERY), ("10", LOTTERY), ("11", LOTTERY)]
