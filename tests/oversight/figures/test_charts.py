"""Charts are drawn within their frame, say the same in words, and escape what they are given."""

import re
from decimal import Decimal
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from oversight.figures.charts import (
    HEIGHT,
    WIDTH,
    Bar,
    BarChart,
    LineChart,
    Marker,
    RowChart,
    Series,
    StackedChart,
    scale_top,
)

LANGUAGE = "en"
values = st.one_of(
    st.none(), st.integers(0, 10**9), st.sampled_from([Decimal("0.01"), Decimal("2.5")])
)
EVIL = '<script>alert("1")</script>&'


def drawn(chart: Any) -> str:
    return Template("{% chart drawn %}").render(Context({"drawn": chart}))


def picture(text: str) -> Element:
    return fromstring(re.search(r"<svg viewBox=\S+ \S+ \S+ \S+ role=.*?</svg>", text, re.S).group())


@given(st.lists(values, max_size=60))
def test_every_bar_stands_within_the_frame_and_none_of_more_than_nothing_vanishes(
    heights: list[Any],
) -> None:
    chart = BarChart("t", "d", [Bar(str(n), value) for n, value in enumerate(heights)])
    for box, value in zip(chart.boxes, heights, strict=True):
        assert box.x >= 0
        assert box.x + box.width <= WIDTH
        assert box.y >= 0
        assert box.y + box.height <= HEIGHT
        assert (box.height > 0) == bool(value)


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=60))
def test_labels_below_the_bars_do_not_run_into_each_other(labels: list[str]) -> None:
    words = BarChart("t", "d", [Bar(label, 1) for label in labels]).words
    longest = max(map(len, labels))
    for shown, letter in ((words, 6), ([word for word in words if not word.is_fine], 9)):
        for one, after in pairwise(shown):
            assert after.x - one.x >= longest * letter - 2


@given(st.integers(0, 10**12))
def test_the_axis_ends_at_a_round_number_not_far_above(largest: int) -> None:
    top = scale_top(largest)
    assert largest <= top
    assert not largest or top <= largest * 2
    assert len(top.normalize().as_tuple().digits) == 1


@given(st.lists(st.tuples(values, values), min_size=1, max_size=40))
def test_stacked_parts_add_up_and_do_not_overlap(parts: list[tuple[Any, Any]]) -> None:
    chart = StackedChart(
        "t",
        "d",
        labels=[str(n) for n in range(len(parts))],
        series=[Series("a", "", [a for a, _b in parts]), Series("b", "", [b for _a, b in parts])],
    )
    boxes = chart.boxes
    for lower, upper in zip(boxes[::2], boxes[1::2], strict=True):
        assert upper.y + upper.height == lower.y
        assert upper.y >= 0


def test_a_gap_in_a_line_is_not_drawn_through() -> None:
    chart = LineChart("t", "d", labels=list("abcd"), series=[Series("s", "", [1, None, 2, 3])])
    (path,) = chart.paths
    assert path.points.count("M") == 2
    assert path.points.count("L") == 1
    assert len(path.dots) == 3


@pytest.mark.parametrize(
    "chart",
    [
        BarChart(EVIL, EVIL, [Bar(EVIL, 1, shown=EVIL, note=EVIL)], marker=Marker(0, EVIL),
                 what=EVIL, unit=EVIL),
        RowChart(EVIL, EVIL, [Bar(EVIL, 1, shown=EVIL, note=EVIL)], unit=EVIL),
        StackedChart(EVIL, EVIL, labels=[EVIL], series=[Series(EVIL, "", [1], [EVIL])]),
        LineChart(EVIL, EVIL, labels=[EVIL], series=[Series(EVIL, "", [1], [EVIL])], what=EVIL),
    ],
)  # fmt: skip
def test_what_a_chart_is_told_is_shown_as_text(chart: Any) -> None:
    text = drawn(chart)
    assert "<script" not in text
    assert "&lt;script" in text


@pytest.mark.parametrize(
    "chart",
    [
        BarChart("Title", "Sentence", [Bar("one", 3, url="/x/")], marker=Marker(1, "limit")),
        StackedChart("Title", "Sentence", labels=["one"], series=[Series("s", "", [3])],
                     urls=["/x/"]),
        LineChart("Title", "Sentence", labels=["one"], series=[Series("s", "", [3])],
                  urls=["/x/"]),
    ],
)  # fmt: skip
def test_a_chart_has_a_name_a_sentence_and_its_numbers_as_a_table(chart: Any) -> None:
    text = drawn(chart)
    svg = picture(text)
    assert svg.get("role") == "img"
    named = svg.get("aria-labelledby").split()
    told = {node.get("id"): node.text for node in svg if node.get("id")}
    assert [told[name] for name in named] == ["Title", "Sentence"]
    assert "<details" in text
    assert '<a href="/x/">one</a>' in text
    assert "style=" not in text


def test_rows_with_nothing_are_drawn_without_dividing_by_it() -> None:
    chart = RowChart("t", "d", [Bar("a", 0), Bar("b", None, shown="few")])
    assert [length for _bar, length in chart.rows] == [0, 0]
    assert "few" in drawn(chart)
    assert drawn(BarChart("t", "d"))
