"""Sensitivity: the advice, when followed, does change the verdict; distances are exact."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from origin.conditions import (
    LANGUAGES,
    AllOf,
    AnyOf,
    ChangeOfHeading,
    Condition,
    ForeignShareAtMost,
    MadeFrom,
    OperationsRequired,
    SameHeadingShareAtMost,
    ShareOfHeadingsAtMost,
    Words,
)
from origin.errors import OriginError
from origin.evaluation import LineFacts, MaterialFacts, Verdict, evaluate
from origin.local_content import FORMULAS
from origin.rulebook import Dispute, Reading, RuleBook
from origin.sensitivity import (
    Sensitivity,
    advice_text,
    decisive_text,
    distance_text,
    near_text,
    sensitivity,
    share_distance,
    share_texts,
)
from origin.sensitivity.remedies import MOST_MATERIALS
from tests.origin.rules import CONDITIONS, LINES, SOUND, a_row, with_rows

ON = date(2026, 3, 2)
EXW = FORMULAS["exw/1"]
HALF = ForeignShareAtMost(Decimal(50))


def a_material(number: int, value: object, hs_code: str = "7318", **facts: Any) -> MaterialFacts:
    facts = {"is_local": False, **facts}
    return MaterialFacts(number, f"part {number}", hs_code, Decimal(str(value)), **facts)


def a_line(*materials: MaterialFacts, **facts: Any) -> LineFacts:
    facts = {"hs_code": "8516500000", "price_kzt": Decimal(1000), **facts}
    return LineFacts(number=1, name="Heater", materials=materials, **facts)


def measured(condition: Condition | None, line: LineFacts, **options: Any) -> Sensitivity:
    pack = with_rows(a_row(condition)) if condition else SOUND
    return sensitivity(line, RuleBook(pack), on=ON, **options)


def advised(found: Sensitivity) -> dict[str, dict[str, str]]:
    return {advice.code: dict(advice.params) for advice in found.advice}


def test_goods_beyond_a_limit_are_told_how_far_and_what_would_help() -> None:
    found = measured(HALF, a_line(a_material(1, 200), a_material(2, 400)))
    (limit,) = found.limits
    assert (limit.percent, limit.limit, limit.met) == ("60.00", "50", False)
    assert (limit.points, limit.kzt) == (Decimal(-10), Decimal(-100))
    assert limit.materials == (2, 1)
    assert found.decisive.number == 2
    assert [a.params["materials"] for a in found.advice if a.code == "replace_materials"] == [
        "2",
        "1",
    ]
    assert advised(found)["raise_price"] == {"price_kzt": "1200", "by_kzt": "200"}
    assert advised(found)["cheaper_material"] == {"materials": "2", "value_kzt": "300"}


def test_goods_inside_a_limit_are_told_what_would_break_it() -> None:
    found = measured(HALF, a_line(a_material(1, 200), a_material(2, 285)), margin_points=Decimal(2))
    assert found.is_near
    assert found.closest.points == Decimal("1.50")
    assert advised(found) == {
        "dearer_material": {"materials": "2", "by_kzt": "15.01", "limit": "50"},
        "lower_price": {"price_kzt": "970", "limit": "50"},
    }


@pytest.mark.parametrize(
    ("value", "margin", "is_near"),
    [
        ("480", Decimal(2), True),
        ("479.99", Decimal(2), False),
        ("500", Decimal(0), True),
        ("500", None, False),
        ("100", Decimal(2), False),
    ],
)
def test_near_means_within_the_margin(value: str, margin: Decimal | None, is_near: bool) -> None:
    found = measured(HALF, a_line(a_material(1, value)), margin_points=margin)
    assert found.is_near is is_near


def test_a_limit_that_another_branch_makes_harmless_is_not_near() -> None:
    """Goods that change heading anyway do not depend on the limit beside it."""
    found = measured(
        AnyOf((ChangeOfHeading(), HALF)), a_line(a_material(1, 499)), margin_points=Decimal(2)
    )
    assert found.evaluation.verdict is Verdict.ORIGINATING
    assert found.closest is None
    assert not found.is_near


def test_under_the_general_rule_the_material_of_the_same_heading_decides() -> None:
    line = a_line(a_material(1, 900), a_material(2, 5, "8421"), hs_code="8421310000")
    found = measured(None, line)
    assert found.decisive.number == 2
    assert found.decisive.blocks
    assert advised(found) == {"replace_materials": {"materials": "2"}}


def test_missing_operations_are_named() -> None:
    found = measured(
        AllOf((HALF, OperationsRequired(all=("roasting",), any=("N12", "blending")))),
        a_line(a_material(1, 100), operations=("N11",)),
    )
    assert advised(found)["add_operations"] == {"operations": "roasting, blending"}


def test_operations_that_never_suffice_call_for_one_that_does() -> None:
    found = measured(HALF, a_line(a_material(1, 100), operations=("N12",)))
    assert set(advised(found)) == {"sufficient_operation"}


def test_operations_and_materials_are_advised_together_where_neither_is_enough() -> None:
    found = measured(
        AllOf((HALF, OperationsRequired(all=("roasting",)))), a_line(a_material(1, 600))
    )
    assert advised(found) == {"replace_materials": {"materials": "1", "operations": "roasting"}}


def test_as_few_materials_are_replaced_as_it_takes() -> None:
    line = a_line(*(a_material(n, 95) for n in range(1, 11)))
    assert advised(measured(HALF, line))["replace_materials"]["materials"].count(",") == 4


def test_a_material_that_the_goods_must_be_made_from_is_named() -> None:
    found = measured(MadeFrom(("02",)), a_line(a_material(1, 100)))
    assert advised(found) == {"use_base_material": {"codes": "02"}}


def test_a_material_without_a_code_is_to_be_given_one() -> None:
    found = measured(ChangeOfHeading(), a_line(a_material(1, 100, "")))
    assert advised(found)["name_heading"] == {"materials": "1"}


def test_goods_claimed_as_wholly_produced_may_be_claimed_as_processed() -> None:
    pack = SOUND
    line = a_line(a_material(1, 100), hs_code="8421310000", ground="W01")
    found = sensitivity(line, RuleBook(pack), on=ON)
    assert set(advised(found)) == {"claim_processing", "replace_materials"}


def test_of_several_rows_and_readings_those_are_named_that_let_the_goods_pass() -> None:
    rows = [
        a_row(ForeignShareAtMost(Decimal(20)), "strict", codes=("8516",)),
        a_row(HALF, "lenient", codes=("8516",)),
    ]
    words = Words("Оқылым", "Прочтение", "Reading")
    readings = (
        Reading("wide", words, HALF),
        Reading("narrow", words, ForeignShareAtMost(Decimal(10))),
    )
    disputes = {"lenient": Dispute("1", "lenient", words, readings)}
    book = RuleBook(with_rows(*rows), disputes)
    found = sensitivity(a_line(a_material(1, 300)), book, on=ON)
    assert found.evaluation.verdict is Verdict.CHOICE_NEEDED
    assert [a.params for a in found.advice] == [{"row": "lenient", "reading": "wide"}]


def test_the_work_is_bounded_whatever_the_number_of_materials(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[LineFacts] = []

    def counting(line: LineFacts, *rest: Any, **options: Any) -> Any:
        calls.append(line)
        return evaluate(line, *rest, **options)

    monkeypatch.setattr("origin.sensitivity.attempts.evaluate", counting)
    materials = [a_material(n, 3, "8516") for n in range(1, 301)]
    found = measured(
        AllOf((SameHeadingShareAtMost(Decimal(5)), OperationsRequired(all=("roasting",)))),
        a_line(*materials),
    )
    assert found.evaluation.verdict is Verdict.NOT_ORIGINATING
    assert 0 < len(calls) <= 3 * MOST_MATERIALS + 10


def test_impossible_goods_are_refused_and_not_advised() -> None:
    with pytest.raises(OriginError):
        measured(HALF, a_line(a_material(1, 2000)))


@given(CONDITIONS, LINES)
def test_advice_when_followed_changes_the_verdict(condition: Condition, line: LineFacts) -> None:
    book = RuleBook(with_rows(a_row(condition)))
    try:
        found = sensitivity(line, book, on=ON, margin_points=Decimal(2))
    except OriginError:
        return
    for advice in found.advice:
        after = evaluate(advice.line, book, on=ON).verdict
        assert after is advice.verdict
        assert after is not found.evaluation.verdict


@given(st.integers(1, 99), st.integers(1, 999), st.integers(1, 999))
def test_the_distance_in_tenge_leads_exactly_to_the_limit(
    limit: int, first: int, second: int
) -> None:
    line = a_line(a_material(1, first), a_material(2, second), price_kzt=Decimal(2000))
    condition = ForeignShareAtMost(Decimal(limit))
    (distance,) = measured(condition, line).limits
    assert Decimal(first + second) + distance.kzt == Decimal(2000) * limit / 100
    assert (distance.kzt >= 0) is distance.met
    assert (distance.points >= 0) is distance.met


@given(LINES, st.integers(0, 100))
def test_the_distance_of_the_share_leads_exactly_to_the_wanted_one(
    line: LineFacts, wanted: int
) -> None:
    if sum(m.value_kzt for m in line.materials) > line.price_kzt:
        return
    found = share_distance(line, formula=EXW, wanted_percent=Decimal(wanted))
    foreign = found.result.foreign_kzt + found.kzt
    assert 100 - foreign / line.price_kzt * 100 == wanted
    assert all(raised.share_percent > found.share_percent for raised in found.raised)


def test_the_share_names_the_materials_that_move_it_most() -> None:
    line = a_line(
        a_material(1, 100),
        a_material(2, 300),
        a_material(3, 200, is_local=True, local_share_percent=Decimal(20)),
    )
    found = share_distance(line, formula=EXW, wanted_percent=Decimal(60))
    assert found.share_percent == Decimal("44.00")
    assert (found.points, found.kzt) == (Decimal("-16.00"), Decimal("-160"))
    assert [(r.number, r.share_percent) for r in found.raised] == [
        (2, Decimal("74.00")),
        (3, Decimal("60.00")),
        (1, Decimal("54.00")),
    ]


CASES: dict[str, Callable[[], Sensitivity]] = {
    "limit": lambda: measured(HALF, a_line(a_material(1, 600))),
    "several": lambda: measured(HALF, a_line(*(a_material(n, 95) for n in range(1, 11)))),
    "heading": lambda: measured(ChangeOfHeading(), a_line(a_material(1, 1, ""))),
    "base": lambda: measured(
        AllOf((MadeFrom(("02",)), OperationsRequired(all=("roasting",)))), a_line()
    ),
    "operations": lambda: measured(OperationsRequired(all=("roasting",)), a_line()),
    "simple": lambda: measured(HALF, a_line(operations=("N12",))),
    "standing": lambda: measured(HALF, a_line(a_material(1, 490)), margin_points=Decimal(2)),
    "headings": lambda: measured(
        ShareOfHeadingsAtMost(("7318",), Decimal(10)), a_line(a_material(1, 490))
    ),
    "ground": lambda: sensitivity(
        a_line(a_material(1, 9), hs_code="8421310000", ground="W01"), RuleBook(SOUND), on=ON
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES)
def test_everything_is_said_in_every_language(case: str, language: str) -> None:
    found = CASES[case]()
    pack = with_rows(a_row(HALF))
    texts = [advice_text(advice, pack, language) for advice in found.advice]
    texts += [distance_text(limit, language) for limit in found.limits]
    if found.decisive:
        texts.append(decisive_text(found.decisive, a_line(a_material(1, 1)), language))
    if found.closest:
        texts.append(near_text(found.closest, language))
    assert found.advice
    assert all(text and "%(" not in text for text in texts)


def test_sentences_read_well() -> None:
    line = a_line(a_material(1, "200.50"), a_material(2, 400))
    found = measured(HALF, line)
    texts = [advice_text(advice, SOUND, "en") for advice in found.advice]
    assert texts[0] == (
        "Replace material 2 (part 2) by a Kazakhstani one with proof of its origin."
    )
    assert distance_text(found.limits[0], "en") == (
        "60.05\u00a0% of at most 50\u00a0%: 10.05 points or 100.5\u00a0₸ too much."
    )
    share = share_distance(replace(line), formula=EXW, wanted_percent=Decimal(30))
    assert share_texts(share, line, "en")[0] == (
        "The share is above the wanted 30\u00a0% by 9.95 points: foreign materials for "
        "99.5\u00a0₸ more would still do."
    )
