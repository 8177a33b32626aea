import pytest
from hypothesis import given
from hypothesis import strategies as st

from expertise.line_ranges import MAX_LINE_NUMBER, parse_lines, shown
from reference.figures import BadValue


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("3", [3]),
        ("1-4", [1, 2, 3, 4]),
        ("1 – 3", [1, 2, 3]),
        ("1, 3, 5-8", [1, 3, 5, 6, 7, 8]),
        ("1,3", [1, 3]),
        ("7; 2", [2, 7]),
        ("3.0", [3]),
        ("1-3, 2-5, 5", [1, 2, 3, 4, 5]),
    ],
)
def test_lines_are_read_as_people_write_them(text, numbers):
    lines = parse_lines(text)
    assert list(lines.numbers()) == numbers
    assert lines.count(of=100) == len(numbers)
    assert lines.of(range(1, 101)) == numbers


@pytest.mark.parametrize("text", ["all", "все", "Всё", "барлығы", "ALL "])
def test_all_lines_are_said_in_three_languages(text):
    lines = parse_lines(text)
    assert lines.is_all
    assert lines.of([1, 2, 9]) == [1, 2, 9]
    assert lines.count(of=3) == 3


@pytest.mark.parametrize(
    "text", ["", "0", "-1", "5-3", "1-", "1,,2", "x", "1.5", "1-2-3", f"{MAX_LINE_NUMBER + 1}", "²"]
)
def test_what_names_no_lines_is_refused_with_a_reason(text):
    with pytest.raises(BadValue) as refusal:
        parse_lines(text)
    assert refusal.value.code == "line_number"
    assert refusal.value.reason


@given(st.sets(st.integers(1, MAX_LINE_NUMBER), min_size=1, max_size=40))
def test_numbers_shown_and_read_again_are_the_same(numbers):
    assert set(parse_lines(shown(numbers)).numbers()) == numbers
