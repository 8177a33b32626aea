from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from origin.codes import CodeFault, headings_of, is_under, may_be_under, parse_code, printed
from origin.condition_data import condition_data, condition_from_data
from origin.conditions import (
    AllOf,
    AnyHeadingExcept,
    AnyOf,
    ChangeOfHeading,
    ForeignArticlesShareAtMost,
    ForeignShareAtMost,
    MadeFrom,
    OperationsOtherThan,
    OperationsRequired,
    SameHeadingShareAtMost,
    ShareOfHeadingsAtMost,
    leaves,
)
from origin.errors import PackError
from origin.pack_files import parse_condition
from origin.wording import condition_text

from .small_pack import pack_of

OPERATIONS = ("roasting", "blending", "welding", "salting")


@pytest.mark.parametrize(
    ("text", "canonical", "shown"),
    [
        ("8501", "8501", "8501"),
        ("4418 50", "441850", "4418 50"),
        ("2818 20 000 0", "2818200000", "2818 20 000 0"),
        ("0201 - 0206", "0201-0206", "0201–0206"),
        ("0201–0206", "0201-0206", "0201–0206"),
        ("0207-0207", "0207", "0207"),
        ("39", "39", "39"),
    ],
)
def test_codes_are_read_as_lists_write_them(text, canonical, shown):
    assert parse_code(text) == canonical
    assert printed(canonical) == shown
    assert parse_code(shown) == canonical


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("0206 - 0201", "the wrong way round"),
        ("0201 - 020", "different lengths"),
        ("8", "neither"),
        ("85012345678", "neither"),
        ("0201-0202-0203", "neither"),
        ("85O1", "neither"),
    ],
)
def test_a_wrong_code_says_what_is_wrong(text, says):
    with override("en"), pytest.raises(CodeFault, match=says):
        parse_code(text)


def test_a_short_code_may_be_under_a_longer_one_without_being_surely_under_it():
    assert is_under("441850", ["4418"])
    assert not is_under("4418", ["441850"])
    assert may_be_under("4418", ["441850"])
    assert not may_be_under("4419", ["441850"])
    assert is_under("0203", ["0201-0206"])
    assert not may_be_under("0207", ["0201-0206"])
    assert headings_of("8702-8704") == ("8702", "8703", "8704")
    assert headings_of("441850") == ("4418",)


@pytest.mark.parametrize(
    ("data", "condition"),
    [
        ({"change_of_heading": {}}, ChangeOfHeading()),
        ({"change_of_heading": None}, ChangeOfHeading()),
        ({"change_of_heading": {"allowing": ["4418 50"]}}, ChangeOfHeading(("441850",))),
        ({"any_heading_except": ["0201 - 0206", "0208"]}, AnyHeadingExcept(("0201-0206", "0208"))),
        ({"foreign_share_at_most": 50}, ForeignShareAtMost(Decimal(50))),
        ({"foreign_share_at_most": "12,5"}, ForeignShareAtMost(Decimal("12.5"))),
        ({"same_heading_share_at_most": 40}, SameHeadingShareAtMost(Decimal(40))),
        (
            {"share_of_headings_at_most": {"headings": ["39"], "percent": 20}},
            ShareOfHeadingsAtMost(("39",), Decimal(20)),
        ),
        ({"foreign_articles_share_at_most": 15}, ForeignArticlesShareAtMost(Decimal(15))),
        ({"made_from": ["01"]}, MadeFrom(("01",))),
        (
            {"operations_required": {"all": ["roasting"], "any": ["blending", "welding"]}},
            OperationsRequired(("roasting",), ("blending", "welding")),
        ),
        ({"operations_other_than": ["salting"]}, OperationsOtherThan(("salting",))),
        (
            {"any": [{"made_from": ["01"]}, {"all": [{"change_of_heading": {}}]}]},
            AnyOf((MadeFrom(("01",)), AllOf((ChangeOfHeading(),)))),
        ),
    ],
)
def test_every_part_is_read(data, condition):
    assert condition_from_data(data, operations=OPERATIONS) == condition


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"change_of_headings": {}}, "There is no part of a condition “change_of_headings”"),
        ({"made_from": ["01"], "all": []}, "A condition is one part"),
        ("made_from", "A condition is one part"),
        ({}, "A condition is one part"),
        ({"all": []}, "The list is empty"),
        ({"made_from": []}, "The list is empty"),
        ({"made_from": "01"}, "A list is expected"),
        ({"any_heading_except": ["0206 - 0201"]}, "the wrong way round"),
        ({"foreign_share_at_most": 150}, "150 % is not between 0 and 100"),
        ({"foreign_share_at_most": -1}, "-1 % is not between 0 and 100"),
        ({"foreign_share_at_most": "half"}, "not “half”"),
        ({"foreign_share_at_most": "1e1"}, "not “1e1”"),
        ({"foreign_share_at_most": True}, "A percentage is a number"),
        ({"foreign_share_at_most": "0.000001"}, "too many digits"),
        ({"share_of_headings_at_most": {"percent": 5}}, "The key “headings” is missing"),
        ({"operations_required": {}}, "Name the operations"),
        ({"operations_required": {"all": ["roastin"]}}, "“roastin” is not in the catalogue"),
        ({"operations_other_than": ["salting", "salting"]}, "listed twice"),
        ({"made_from": ["01", "01"]}, "listed twice"),
        ({"change_of_heading": {"except": ["01"]}}, "The key “except” is not known"),
    ],
)
def test_a_wrong_part_says_what_is_wrong(data, says):
    with override("en"), pytest.raises(PackError) as refusal:
        condition_from_data(data, operations=OPERATIONS)
    assert says in str(refusal.value)
    assert len(refusal.value.problems) == 1


def test_nesting_has_an_end():
    data = {"made_from": ["01"]}
    for _level in range(2000):
        data = {"all": [data]}
    with override("en"), pytest.raises(PackError, match="nested too deeply"):
        condition_from_data(data)


def test_one_condition_is_read_from_text_with_the_line_of_a_fault():
    text = "all:\n- foreign_share_at_most: 50\n- operations_required:\n    all: [weldin]\n"
    with override("en"), pytest.raises(PackError) as refusal:
        parse_condition(text, operations=OPERATIONS)
    assert str(refusal.value) == "Line 4: The operation “weldin” is not in the catalogue."
    read = parse_condition(text.replace("weldin", "welding"), operations=OPERATIONS)
    assert read == AllOf((ForeignShareAtMost(Decimal(50)), OperationsRequired(("welding",))))


@pytest.mark.parametrize("text", ["", "all: [", "&a {all: [*a]}", "a: b: c", "\x00"])
def test_text_that_is_not_a_condition_is_refused(text):
    with pytest.raises(PackError):
        parse_condition(text, operations=OPERATIONS)


codes = st.sampled_from(["01", "0201", "0201-0206", "441850", "2818200000", "8702-8704"])
code_lists = st.lists(codes, min_size=1, max_size=3, unique=True).map(tuple)
operations = st.lists(st.sampled_from(OPERATIONS), min_size=1, max_size=3, unique=True).map(tuple)
percents = st.decimals(0, 100, places=2)
parts = st.one_of(
    st.builds(ChangeOfHeading, st.one_of(st.just(()), code_lists)),
    st.builds(AnyHeadingExcept, code_lists),
    st.builds(ForeignShareAtMost, percents),
    st.builds(SameHeadingShareAtMost, percents),
    st.builds(ShareOfHeadingsAtMost, code_lists, percents),
    st.builds(ForeignArticlesShareAtMost, percents),
    st.builds(MadeFrom, code_lists),
    st.builds(OperationsRequired, operations, st.one_of(st.just(()), operations)),
    st.builds(OperationsRequired, st.just(()), operations),
    st.builds(OperationsOtherThan, operations),
)
conditions = st.recursive(
    parts,
    lambda inner: st.one_of(
        st.builds(AllOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=6,
).filter(lambda condition: depth(condition) <= 8)


def depth(condition) -> int:
    if isinstance(condition, AllOf | AnyOf):
        return 1 + max(depth(inner) for inner in condition.conditions)
    return 1


@given(conditions)
def test_reading_what_was_written_gives_the_condition_back(condition):
    assert condition_from_data(condition_data(condition), operations=OPERATIONS) == condition


@given(conditions, st.sampled_from(["kk", "ru", "en"]))
def test_every_condition_has_words_that_name_what_it_refers_to(condition, language):
    text = condition_text(condition, pack_of(), language)
    assert text.endswith(".")
    for part in leaves(condition):
        for operation in getattr(part, "all", ()) or getattr(part, "any", ()):
            assert operation in text
