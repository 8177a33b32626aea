from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from documents.canonical import canonical_bytes
from origin.conditions import ForeignShareAtMost, MadeFrom, Words
from origin.errors import OriginError
from origin.evaluation import Verdict, evaluate, evaluation_data
from origin.judging import shown_percent
from origin.rulebook import Dispute, Reading, RuleBook

from .small_pack import ON, foreign, judged, line, local, name, pack_of, row

YES, NO = Verdict.ORIGINATING, Verdict.NOT_ORIGINATING
GENERAL = pack_of()


def under(condition, facts, **more):
    """The verdict of one condition on goods of the heading 8501."""
    return judged(pack_of(row("8501", condition, **more)), facts)


def goods(*materials, **more):
    return line("8501100000", *materials, **more)


@pytest.mark.parametrize(
    ("materials", "verdict", "blocking"),
    [
        ([foreign(1, "7408", "90")], YES, ()),
        ([foreign(1, "8503", "90")], YES, ()),
        ([foreign(1, "8501200000", "1")], NO, (1,)),
        ([foreign(1, "7408", "1"), foreign(2, "8501", "0")], NO, (2,)),
        ([local(1, "8501200000", "90")], YES, ()),
        ([foreign(3, "", "1"), foreign(2, "85", "1")], NO, (2, 3)),
        ([local(1, "", "1")], YES, ()),
    ],
)
def test_the_general_rule_is_a_change_of_heading(materials, verdict, blocking):
    result = judged(GENERAL, goods(*materials))
    assert (result.verdict, result.root.materials, result.row) == (verdict, blocking, "general")
    assert result.criterion == ("Д8501" if verdict is YES else "")


@pytest.mark.parametrize(
    ("condition", "materials", "more", "verdict"),
    [
        # Change of heading with codes of the own heading allowed.
        ({"change_of_heading": {"allowing": ["8501 10"]}}, [("8501100000", "9")], {}, YES),
        ({"change_of_heading": {"allowing": ["8501 10"]}}, [("8501200000", "9")], {}, NO),
        # The code of the material is too short to be surely one of the allowed.
        ({"change_of_heading": {"allowing": ["8501 10"]}}, [("8501", "9")], {}, NO),
        # Any heading, the own one too, except those listed.
        ({"any_heading_except": ["8503"]}, [("8501", "9")], {}, YES),
        ({"any_heading_except": ["8503"]}, [("8503000000", "9")], {}, NO),
        ({"any_heading_except": ["8503 10"]}, [("8503", "9")], {}, NO),
        ({"any_heading_except": ["0201 - 0206", "8503"]}, [("0204", "9")], {}, NO),
        ({"any_heading_except": ["8503"]}, [("", "9")], {}, NO),
        # Limits of shares: exactly at the limit is within it.
        ({"foreign_share_at_most": 50}, [("8503", "50")], {}, YES),
        ({"foreign_share_at_most": 50}, [("8503", "50.01")], {}, NO),
        ({"foreign_share_at_most": 50}, [("8503", "25"), ("", "25.000001")], {}, NO),
        ({"foreign_share_at_most": 0}, [], {}, YES),
        ({"same_heading_share_at_most": 40}, [("8501", "40"), ("8503", "50")], {}, YES),
        ({"same_heading_share_at_most": 40}, [("8501", "40.01")], {}, NO),
        ({"same_heading_share_at_most": 40}, [("", "40.01")], {}, NO),
        (
            {"share_of_headings_at_most": {"headings": ["8503", "39"], "percent": 10}},
            [("8503", "5"), ("3926", "5"), ("7408", "80")],
            {},
            YES,
        ),
        (
            {"share_of_headings_at_most": {"headings": ["8503", "39"], "percent": 10}},
            [("8503", "5"), ("3926", "5.01")],
            {},
            NO,
        ),
        (
            {"share_of_headings_at_most": {"headings": ["8503"], "percent": 10}},
            [("", "10.01")],
            {},
            NO,
        ),
        ({"foreign_articles_share_at_most": 15}, [("9603", "15")], {}, YES),
        ({"foreign_articles_share_at_most": 15}, [("9603", "15.01")], {}, NO),
        # Made from given materials, and not from goods that are beyond them already.
        ({"made_from": ["7206"]}, [("7206", "50")], {}, YES),
        ({"made_from": ["7206"]}, [("7206", "50"), ("8501", "1")], {}, NO),
        ({"made_from": ["7206"]}, [("7408", "50")], {}, NO),
        ({"made_from": ["7206"]}, [("7206", "50"), ("", "1")], {}, NO),
        ({"made_from": ["8501 10"]}, [("8501100000", "50")], {}, YES),
        # Operations.
        ({"operations_required": {"all": ["roasting"]}}, [], {"operations": ("roasting",)}, YES),
        ({"operations_required": {"all": ["roasting"]}}, [], {"operations": ("welding",)}, NO),
        ({"operations_required": {"all": ["roasting"]}}, [], {"operations": ()}, NO),
        (
            {"operations_required": {"all": ["roasting"], "any": ["blending", "welding"]}},
            [],
            {"operations": ("roasting", "blending")},
            YES,
        ),
        (
            {"operations_required": {"all": ["roasting"], "any": ["blending", "welding"]}},
            [],
            {"operations": ("roasting", "salting")},
            NO,
        ),
        ({"operations_other_than": ["salting"]}, [], {"operations": ("salting",)}, NO),
        ({"operations_other_than": ["salting"]}, [], {"operations": ("salting", "N11")}, NO),
        ({"operations_other_than": ["salting"]}, [], {"operations": ("salting", "welding")}, YES),
        # "and", "or".
        (
            {"all": [{"foreign_share_at_most": 50}, {"change_of_heading": {}}]},
            [("8501", "10")],
            {},
            NO,
        ),
        (
            {"any": [{"foreign_share_at_most": 50}, {"change_of_heading": {}}]},
            [("8501", "10")],
            {},
            YES,
        ),
        (
            {"any": [{"foreign_share_at_most": 5}, {"change_of_heading": {}}]},
            [("8501", "10")],
            {},
            NO,
        ),
    ],
)
def test_each_part_of_a_condition(condition, materials, more, verdict):
    listed = [foreign(number, *facts) for number, facts in enumerate(materials, start=1)]
    result = under(condition, goods(*listed, **more))
    assert result.verdict is verdict
    assert result.root.met == (verdict is YES)
    assert result.criterion == ("Д8501" if verdict is YES else "")


def test_material_of_any_origin_serves_for_made_from_and_only_foreign_ones_hinder():
    condition = {"made_from": ["7206"]}
    assert under(condition, goods(local(1, "7206", "10"))).verdict is YES
    assert under(condition, goods(local(1, "7206", "10"), local(2, "8501", "9"))).verdict is YES


def test_made_from_looks_at_all_the_codes_of_its_row():
    pack = pack_of(row("7218-7222", {"made_from": ["7218"]}, codes=["7218 - 7222"]))
    ingots, bars = foreign(1, "7218100000", "60"), foreign(2, "7221000000", "5")
    assert judged(pack, line("7222110000", ingots)).verdict is YES
    refused = judged(pack, line("7222110000", ingots, bars))
    assert (refused.verdict, refused.root.materials) == (NO, (2,))


def test_the_figures_of_a_share_can_be_traced():
    result = under(
        {"share_of_headings_at_most": {"headings": ["8503"], "percent": 10}},
        goods(foreign(4, "8503", "5.10"), foreign(2, "8503", "5"), foreign(1, "7408", "20")),
    )
    assert result.root.figures == {
        "foreign_kzt": "10.1",
        "price_kzt": "100",
        "percent": "10.10",
        "limit": "10",
        "codes": "8503",
    }
    assert result.root.materials == (2, 4)


@pytest.mark.parametrize(
    ("part", "whole", "limit", "shown"),
    [
        ("3177", "10000", "50", "31.77"),
        ("1", "3", "50", "33.33"),
        ("50", "100", "50", "50.00"),
        ("50.0001", "100", "50", "50.0001"),
        ("50.004", "100", "50", "50.004"),
        ("49.9999", "100", "50", "50.00"),
        ("0", "7", "0", "0.00"),
        ("0.000001", "100", "0", "0.000001"),
        ("12.505", "100", "12.505", "12.505"),
    ],
)
def test_a_percentage_shows_on_which_side_of_the_limit_it_lies(part, whole, limit, shown):
    assert shown_percent(Decimal(part), Decimal(whole), Decimal(limit)) == shown


def test_a_reason_is_given_for_each_part_that_decided():
    condition = {
        "all": [
            {"foreign_share_at_most": 50},
            {"any": [{"change_of_heading": {}}, {"same_heading_share_at_most": 5}]},
        ]
    }
    met = under(condition, goods(foreign(1, "8501", "5")))
    assert [reason.code for reason in met.reasons] == [
        "rule.row",
        "foreign_share_at_most.met",
        "same_heading_share_at_most.met",
    ]
    refused = under(condition, goods(foreign(1, "8501", "6")))
    assert [reason.code for reason in refused.reasons] == [
        "rule.row",
        "foreign_share_at_most.met",
        "change_of_heading.not_met",
        "same_heading_share_at_most.not_met",
    ]


def test_goods_wholly_produced_need_a_ground_and_no_foreign_material():
    result = judged(GENERAL, goods(local(1, "8501", "10"), ground="W01"))
    assert (result.verdict, result.criterion, result.row) == (YES, "П", "")
    refused = judged(GENERAL, goods(foreign(1, "7408", "0.01"), ground="W01"))
    assert (refused.verdict, refused.criterion) == (NO, "")
    assert refused.root.materials == (1,)


def test_insufficient_operations_alone_never_suffice():
    only = goods(foreign(1, "7408", "10"), operations=("N12", "N11"))
    for pack in (GENERAL, pack_of(row("8501", {"foreign_share_at_most": 50}))):
        refused = judged(pack, only)
        assert refused.verdict is NO
        assert not refused.root.met
        assert refused.reasons[1].code == "sufficient_operations.not_met"
        assert refused.reasons[1].params == {"operations": "N11, N12"}
        assert judged(pack, replace(only, operations=("N12", "welding"))).verdict is YES


def codes_of(reasons):
    return [reason.code for reason in reasons]


def test_what_cannot_be_seen_is_a_warning():
    silent = judged(GENERAL, goods(foreign(7, "", "10"), operations=()))
    assert codes_of(silent.warnings) == ["heading_unknown", "no_operations"]
    assert silent.warnings[0].params == {"materials": "7"}
    assert codes_of(judged(GENERAL, goods()).warnings) == ["no_foreign_materials"]
    early = evaluate(goods(foreign(1, "7408", "1")), RuleBook(GENERAL), on=date(2020, 1, 1))
    assert codes_of(early.warnings) == ["pack_not_in_force"]


TWO_ROWS = pack_of(
    row("8501 a", {"foreign_share_at_most": 50}, codes=["8501"]),
    row("8501 b", {"foreign_share_at_most": 5}, codes=["8501"]),
)
PARTIAL = pack_of(row("8501", {"foreign_share_at_most": 5}, part=name("small ones")))


def test_several_rows_leave_a_choice_with_every_option_judged():
    facts = goods(foreign(1, "7408", "10"))
    found = judged(TWO_ROWS, facts)
    assert found.verdict is Verdict.CHOICE_NEEDED
    assert (found.criterion, found.row, found.root) == ("", "", None)
    assert [(c.row, c.verdict) for c in found.choices] == [("8501 a", YES), ("8501 b", NO)]
    chosen = judged(TWO_ROWS, replace(facts, choice="8501 b"))
    assert (chosen.verdict, chosen.row) == (NO, "8501 b")


def test_a_row_for_a_part_of_the_heading_leaves_the_general_rule_open():
    facts = goods(foreign(1, "7408", "10"))
    found = judged(PARTIAL, facts)
    assert [(c.row, c.verdict) for c in found.choices] == [("8501", NO), ("general", YES)]
    assert judged(PARTIAL, replace(facts, choice="general")).criterion == "Д8501"


def test_a_choice_that_is_not_open_decides_nothing():
    facts = goods(foreign(1, "7408", "10"), choice="9999")
    found = judged(PARTIAL, facts)
    assert found.verdict is Verdict.CHOICE_NEEDED
    assert codes_of(found.warnings) == ["choice_not_open"]


def disputed(holding: str = "") -> RuleBook:
    pack = pack_of(row("8501", {"foreign_share_at_most": 50}))
    readings = (
        Reading("strict", Words(en="strict"), ForeignShareAtMost(Decimal(5))),
        Reading("mild", Words(en="mild"), ForeignShareAtMost(Decimal(50))),
    )
    return RuleBook(pack, {"8501": Dispute("d1", "8501", Words(en="which?"), readings, holding)})


def test_a_disputed_row_needs_a_reading():
    facts = goods(foreign(1, "7408", "10"))
    found = evaluate(facts, disputed(), on=ON)
    assert found.verdict is Verdict.CHOICE_NEEDED
    assert [(c.row, c.reading, c.verdict) for c in found.choices] == [
        ("8501", "strict", NO),
        ("8501", "mild", YES),
    ]
    picked = evaluate(replace(facts, reading="mild"), disputed(), on=ON)
    assert (picked.verdict, picked.reading) == (YES, "mild")


def test_a_reading_that_holds_wins_over_the_one_picked():
    facts = goods(foreign(1, "7408", "10"), reading="mild")
    held = evaluate(facts, disputed("strict"), on=ON)
    assert (held.verdict, held.reading) == (NO, "strict")
    assert codes_of(held.warnings) == ["reading_not_open"]
    assert evaluate(replace(facts, reading="strict"), disputed("strict"), on=ON).warnings == ()
    unknown = evaluate(replace(facts, reading="other"), disputed(), on=ON)
    assert unknown.verdict is Verdict.CHOICE_NEEDED
    assert codes_of(unknown.warnings) == ["reading_not_open"]


@pytest.mark.parametrize(
    ("facts", "code", "field", "material"),
    [
        (goods(price="0"), "price_not_positive", "price_kzt", None),
        (goods(price="-1"), "price_not_positive", "price_kzt", None),
        (goods(price="NaN"), "not_a_number", "price_kzt", None),
        (goods(price="1e18"), "too_many_digits", "price_kzt", None),
        (goods(foreign(2, "7408", "-0.01")), "negative_value", "value_kzt", 2),
        (goods(foreign(2, "7408", "Infinity")), "not_a_number", "value_kzt", 2),
        (goods(foreign(2, "7408", "1e-13")), "too_many_digits", "value_kzt", 2),
        (goods(foreign(1, "7408", "60"), local(2, "", "40.01")), "materials_over_price",
         "price_kzt", None),
        (goods(replace(local(3, "", "1"), local_share_percent=Decimal("100.01"))),
         "share_out_of_bounds", "local_share_percent", 3),
        (goods(operations=("roastin",)), "unknown_operation", "operations", None),
        (goods(ground="W99"), "unknown_ground", "ground", None),
        (line("85"), "hs_code_short", "hs_code", None),
    ],
)  # fmt: skip
def test_impossible_facts_are_refused(facts, code, field, material):
    with pytest.raises(OriginError) as refusal:
        judged(GENERAL, facts)
    error = refusal.value
    assert (error.code, error.field, error.material) == (f"origin.{code}", field, material)


def test_binary_floating_point_is_refused():
    with pytest.raises(TypeError):
        judged(GENERAL, replace(goods(), price_kzt=0.1))


def test_the_result_is_canonical_data_without_words():
    facts = goods(foreign(1, "8501", "10.50"), foreign(2, "7408", "1"))
    one = evaluation_data(judged(PARTIAL, facts))
    canonical_bytes(one)
    padded = replace(facts, price_kzt=Decimal("100.00"), hs_code="8501 10 000 0", name="Other name")
    assert canonical_bytes(evaluation_data(judged(PARTIAL, padded))) == canonical_bytes(one)


def test_thousands_of_materials_are_judged():
    many = [foreign(n, "7408", "0.01") for n in range(1, 5001)]
    result = under({"foreign_share_at_most": 50}, goods(*many))
    assert result.verdict is YES
    assert result.root.figures["percent"] == "50.00"


values = st.decimals(0, 1000, places=2)
hs_codes = st.sampled_from(["8501100000", "8501", "8503000000", "7408", "7206", "", "85"])
materials = st.lists(st.tuples(hs_codes, values, st.booleans()), max_size=8)
limits = st.decimals(0, 100, places=2).map(str)
leaf_data = st.one_of(
    st.just({"change_of_heading": {}}),
    st.just({"change_of_heading": {"allowing": ["8501 10"]}}),
    st.just({"any_heading_except": ["8503", "7401 - 7410"]}),
    limits.map(lambda n: {"foreign_share_at_most": n}),
    limits.map(lambda n: {"same_heading_share_at_most": n}),
    limits.map(lambda n: {"share_of_headings_at_most": {"headings": ["8503"], "percent": n}}),
    limits.map(lambda n: {"foreign_articles_share_at_most": n}),
)
condition_data = st.recursive(
    leaf_data,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
    ),
    max_leaves=4,
)
with_made_from = st.one_of(condition_data, st.just({"made_from": ["7206", "8501 10"]}))


def listed(rows):
    return [
        (local if is_local else foreign)(number, hs_code, str(value))
        for number, (hs_code, value, is_local) in enumerate(rows, start=1)
    ]


def leaves_of(part):
    return [part] if not part.parts else [leaf for p in part.parts for leaf in leaves_of(p)]


@given(condition_data, materials)
def test_percentages_stay_within_bounds_and_on_their_side_of_the_limit(condition, rows):
    result = under(condition, goods(*listed(rows), price="8000"))
    for part in leaves_of(result.root):
        if "percent" in part.figures:
            percent, limit = Decimal(part.figures["percent"]), Decimal(part.figures["limit"])
            assert 0 <= percent <= 100
            assert (percent <= limit) == part.met
            exact = Fraction(part.figures["foreign_kzt"]) / Fraction(part.figures["price_kzt"])
            assert abs(exact * 100 - Fraction(percent)) <= Fraction(1, 200)


@given(condition_data, materials, st.data())
def test_a_dearer_foreign_material_never_helps(condition, rows, data):
    bill = listed(rows)
    assume(any(not material.is_local for material in bill))
    at = data.draw(st.sampled_from([i for i, m in enumerate(bill) if not m.is_local]))
    dearer = bill[at].value_kzt + data.draw(values)
    changed = [replace(m, value_kzt=dearer) if i == at else m for i, m in enumerate(bill)]
    before = under(condition, goods(*bill, price="10000"))
    after = under(condition, goods(*changed, price="10000"))
    assert before.verdict is YES or after.verdict is NO


@given(with_made_from, materials, st.data())
def test_making_a_material_local_never_hurts(condition, rows, data):
    bill = listed(rows)
    assume(bill)
    at = data.draw(st.integers(0, len(bill) - 1))
    changed = [replace(m, is_local=True) if i == at else m for i, m in enumerate(bill)]
    before = under(condition, goods(*bill, price="8000"))
    after = under(condition, goods(*changed, price="8000"))
    assert before.verdict is NO or after.verdict is YES


@given(with_made_from, materials, st.randoms(use_true_random=False))
def test_the_order_of_materials_does_not_matter(condition, rows, random):
    bill = listed(rows)
    shuffled = random.sample(bill, len(bill))
    pack = pack_of(row("8501", condition))
    one, two = (evaluation_data(judged(pack, goods(*b, price="8000"))) for b in (bill, shuffled))
    assert canonical_bytes(one) == canonical_bytes(two)


@given(with_made_from, materials)
def test_the_same_input_gives_the_same_bytes(condition, rows):
    facts = goods(*listed(rows), price="8000")
    one, two = (
        canonical_bytes(evaluation_data(judged(pack_of(row("8501", condition)), facts)))
        for _time in range(2)
    )
    assert one == two


def test_a_made_from_condition_names_what_the_goods_are_made_from():
    result = under({"made_from": ["7206"]}, goods(foreign(1, "7206", "5"), foreign(2, "7408", "5")))
    assert result.root.kind == MadeFrom.KIND
    assert result.root.materials == (1,)
