"""Every indicator: speaks, is silent at the edge of its threshold, has words in three languages."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from oversight.risk.facts import (
    ActFacts,
    ApplicationFacts,
    CertificateFacts,
    Facts,
    Limit,
    Line,
    NearAct,
    SharedFile,
    facts_sha256,
    plain_facts,
)
from oversight.risk.indicators import ACT, APPLICATION, CERTIFICATE, INDICATORS
from oversight.risk.indicators.base import Hit, hit, rising
from oversight.risk.scoring import points_of, spoken_of
from oversight.risk.weights import Setting, Settings
from oversight.risk.wording import words_of

LANGUAGE = "en"
KEY = UUID(int=1)
AT = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
LINE = Line(1, "9403309100", Decimal(40), True, "Д9403", "originating", "9403", operations=2,
            sufficient_operations=1)  # fmt: skip
QUIET_ACT = ActFacts(KEY, KEY, "0001-2026-00001", AT, KEY, "200140000017", True, (LINE,),
                     minutes=2_000, attestation_days_left=200)  # fmt: skip
QUIET_APPLICATION = ApplicationFacts(KEY, KEY, "A-1", "0001-2026-00001", AT, KEY, KEY,
                                     minutes=900)  # fmt: skip
QUIET_CERTIFICATE = CertificateFacts(KEY, KEY, "KZ 6 110 00271")
QUIET: dict[str, Facts] = {
    ACT: QUIET_ACT,
    APPLICATION: QUIET_APPLICATION,
    CERTIFICATE: QUIET_CERTIFICATE,
}


def act(**changes: Any) -> ActFacts:
    return replace(QUIET_ACT, **changes)


def line(**changes: Any) -> ActFacts:
    return act(lines=(replace(LINE, **changes),))


def at_limit(gap: str, **changes: Any) -> ActFacts:
    limit = Limit("foreign_share_at_most", Decimal(50), 50 - Decimal(gap), Decimal(gap))
    return act(lines=(replace(LINE, limits=(limit,)),), **changes)


def application(**changes: Any) -> ApplicationFacts:
    return replace(QUIET_APPLICATION, **changes)


def certificate(**changes: Any) -> CertificateFacts:
    return replace(QUIET_CERTIFICATE, **changes)


def files(count: int, producers: int = 2) -> ActFacts:
    return act(shared_files=tuple(SharedFile(f"{n:064x}", producers, "B-1") for n in range(count)))


def near(kind: str, apart: int) -> ActFacts:
    return act(near=(NearAct(kind, apart, "B-1"),))


# Code: threshold, facts that speak, facts just at the edge that do not, strength of those that do.
CASES: dict[str, tuple[Mapping[str, str], Facts, Facts, str]] = {
    "near_limit": ({"margin_points": "2"}, at_limit("0.5"), at_limit("2"), "0.75"),
    "bunching": (
        {"band_points": "2", "least_acts": "8", "times": "3"},
        at_limit("0.3", just_above=12, beside=2),
        at_limit("0.3", just_above=12, beside=4),
        "1",
    ),
    "against_rules": ({}, line(verdict="not_originating"), line(), "1"),
    "same_heading": (
        {"full_percent": "20", "listed_percent": "40"},
        line(same_heading_percent=Decimal(10)),
        line(same_heading_percent=Decimal(0)),
        "0.2",
    ),
    "simple_operations": (
        {"unnamed_percent": "40"}, line(sufficient_operations=0), line(), "1",
    ),
    "general_rule": ({}, line(rule="general", passed_rows=("8544",)), line(rule="general"), "1"),
    "disputed_reading": ({}, line(reading="wide"), line(), "1"),
    "many_lines": (
        {"most_lines": "100"},
        act(lines=tuple(replace(LINE, number=n) for n in range(1, 201))),
        act(lines=tuple(replace(LINE, number=n) for n in range(1, 101))),
        "0.5",
    ),
    "quantity_jump": (
        {"times": "5", "least_lines": "3"},
        line(usual_quantity=Decimal(4), earlier_lines=3),
        line(usual_quantity=Decimal(8), earlier_lines=3),
        "0.5",
    ),
    "shared_files": ({"widely": "20", "full_files": "2"}, files(1), files(3, 21), "0.5"),
    "near_text": ({"most_bits": "12", "full_bits": "3"}, near("text", 3), near("photo", 3), "1"),
    "near_photos": ({"most_bits": "6", "full_bits": "2"}, near("photo", 4), near("text", 2), "0.6"),
    "capacity": ({}, act(visit_refusals=("capacity",)), act(visit_refusals=("address",)), "1"),
    "visit_refusals": (
        {"full_items": "4"}, act(visit_refusals=("address",)), act(visit_refusals=("capacity",)),
        "0.25",
    ),
    "fast_examination": ({"minutes_per_line": "20"}, act(minutes=5), act(minutes=20), "0.75"),
    "many_a_day": ({"most_acts": "5"}, act(acts_that_day=10), act(acts_that_day=5), "0.5"),
    "constant_pair": (
        {"percent": "60", "least_acts": "6"},
        act(producer_acts=10, pair_acts=8),
        act(producer_acts=10, pair_acts=6),
        "0.5",
    ),
    "attestation_ending": (
        {"days": "30"}, act(attestation_days_left=15), act(attestation_days_left=30), "0.5",
    ),
    "not_attested": ({}, act(is_attested=False), act(), "1"),
    "auditor_violations": ({"full_count": "4"}, act(auditor_violations=1), act(), "0.25"),
    "producer_violations": ({"full_count": "4"}, act(producer_violations=9), act(), "1"),
    "old_act": (
        {"days": "180"}, application(days_after_act=270), application(days_after_act=180), "0.5",
    ),
    "repeated_batches": (
        {"most_batches": "3"},
        application(is_batch=True, batches_before=6),
        application(is_batch=True, batches_before=3),
        "0.5",
    ),
    "intermediary": (
        {"most_producers": "5"},
        application(is_intermediary=True, producers=15),
        application(is_intermediary=True, producers=5),
        "1",
    ),
    "same_address": (
        {},
        application(is_intermediary=True, has_same_address=True),
        application(is_intermediary=False, has_same_address=True),
        "1",
    ),
    "quick_review": ({"minutes": "20"}, application(minutes=5), application(minutes=20), "0.75"),
    "chamber_violations": ({"full_count": "4"}, application(chamber_violations=2), application(),
                           "0.5"),
    "unknown_neighbours": (
        {"least_times": "3", "full_numbers": "4"},
        certificate(asked_numbers=1, asked_times=3),
        certificate(asked_numbers=2, asked_times=2),
        "0.25",
    ),
    "over_used": ({"full_count": "2"}, certificate(over_uses=1), certificate(), "0.5"),
}  # fmt: skip


def judged(code: str, facts: Facts) -> Hit | None:
    threshold = {name: Decimal(value) for name, value in CASES[code][0].items()}
    return INDICATORS[code].judge(facts, threshold)


def in_force(**weights: str) -> Settings:
    """Weight 20 for everything but those named."""
    return Settings(
        on=AT.date(),
        by_code={
            code: Setting(
                weight=Decimal(weights.get(code, "20")),
                is_on=True,
                threshold={name: Decimal(value) for name, value in CASES[code][0].items()},
                since=AT.date(),
            )
            for code in INDICATORS
        },
        versions="0" * 64,
    )


def test_every_indicator_has_a_case_here() -> None:
    assert set(CASES) == set(INDICATORS)
    assert len(INDICATORS) == 29


@pytest.mark.parametrize("code", sorted(CASES))
def test_it_speaks_with_its_strength_and_is_silent_at_the_edge(code: str) -> None:
    _threshold, loud, silent, strength = CASES[code]
    spoken = judged(code, loud)
    assert spoken is not None
    assert spoken.strength == Decimal(strength)
    assert judged(code, silent) is None
    assert judged(code, QUIET[INDICATORS[code].subject]) is None


@pytest.mark.parametrize("code", sorted(CASES))
def test_it_is_silent_when_switched_off(code: str) -> None:
    subject, loud, settings = INDICATORS[code].subject, CASES[code][1], in_force()
    assert code in {one.indicator for one in spoken_of(subject, loud, settings)}
    off = replace(settings[code], is_on=False)
    settings = replace(settings, by_code={**settings.by_code, code: off})
    assert code not in {one.indicator for one in spoken_of(subject, loud, settings)}
    assert code not in {one.indicator for one in spoken_of(subject, loud, in_force(**{code: "0"}))}


class Asked(dict[str, Any]):
    """Remembers which figures a sentence asks for."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        super().__init__(facts)
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.names.add(name)
        return super().__getitem__(name)


@pytest.mark.parametrize("language", ["ru", "kk"])
@pytest.mark.parametrize("code", sorted(CASES))
def test_it_says_the_same_figures_in_every_language(code: str, language: str) -> None:
    known, facts = INDICATORS[code], judged(code, CASES[code][1]).facts
    in_english, translated = Asked(facts), Asked(facts)
    with translation.override("en"):
        assert known.words % in_english
    with translation.override(language):
        assert known.words % translated
        assert known.title
        assert known.explains
        assert "%(" not in words_of(code, {n: plain_facts(v) for n, v in facts.items()})
    assert translated.names == in_english.names


def test_figures_are_told_as_the_reader_writes_them() -> None:
    facts = {"line": 3, "percent": "49.70", "gap": "0.3", "limit": "50"}
    with translation.override("en"):
        assert words_of("near_limit", facts) == (
            "Line 3: foreign materials are 49.7 % of the price, 0.3 within the limit of 50 %."
        )
    with translation.override("ru"):
        assert "49,7" in words_of("near_limit", facts)


def test_a_score_of_an_indicator_that_is_no_more_still_can_be_read() -> None:
    assert words_of("forgotten", {"count": 1}) == "forgotten"


@given(
    st.integers(0, 40), st.integers(0, 40), st.integers(0, 500), st.integers(0, 500),
    st.booleans(),
)  # fmt: skip
def test_a_score_is_between_nothing_and_a_hundred_and_grows_with_what_speaks(
    acts: int, more: int, minutes: int, fewer: int, is_attested: bool
) -> None:
    settings = in_force(not_attested="70", many_a_day="40", fast_examination="60")
    facts = act(acts_that_day=acts, minutes=minutes, is_attested=is_attested)
    worse = replace(facts, acts_that_day=acts + more, minutes=max(minutes - fewer, 0))
    points = points_of(spoken_of(ACT, facts, settings))
    assert 0 <= points <= 100
    assert points <= points_of(spoken_of(ACT, worse, settings)) <= 100


@given(st.permutations(range(6)))
def test_the_order_of_facts_changes_neither_score_nor_digest(order: list[int]) -> None:
    rows = [
        replace(
            LINE, number=n + 1, same_heading_percent=Decimal(n), reading="wide" if n > 3 else ""
        )
        for n in range(6)
    ]
    shared = [SharedFile(f"{n:064x}", 2, f"B-{n}") for n in range(6)]
    one = act(lines=tuple(rows), shared_files=tuple(shared))
    other = act(lines=tuple(rows[n] for n in order), shared_files=tuple(shared[n] for n in order))
    assert facts_sha256(one) == facts_sha256(other)
    assert spoken_of(ACT, one, in_force()) == spoken_of(ACT, other, in_force())


@given(st.integers(-100, 100), st.integers(-100, 100), st.integers(1, 50))
def test_a_straight_line_never_falls(one: int, other: int, span: int) -> None:
    low, high = sorted((one, other))
    start, full = Decimal(0), Decimal(span)
    assert 0 <= rising(low, start=start, full=full) <= rising(high, start=start, full=full) <= 1


def test_a_strength_too_small_to_be_kept_is_no_hit() -> None:
    assert hit(Decimal("0.0004")) is None
    assert hit(Decimal("0.0005")).strength == Decimal("0.001")
    assert hit(Decimal(7)).strength == 1
