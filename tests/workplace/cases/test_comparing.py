"""Versions side by side: nothing that differs is left unsaid, and nothing else is said."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workplace.cases.comparing import Changes, Form, Row, applied, compare, only


def line(number: int, name: str, *materials: Row, **cells: str) -> Row:
    return Row("line", {"number": str(number), "name": name, "hs_code": "8421310000", **cells},
               materials)  # fmt: skip


def material(number: int, name: str, **cells: str) -> Row:
    base = {"number": str(number), "name": name, "hs_code": "4805400000", "supplier": "Пример"}
    return Row("material", {**base, **cells})


def paper(sha256: str, title: str = "Паспорт") -> Row:
    return Row("paper", {"title": title, "sha256": sha256, "number": ""})


def kinds(changes: Changes) -> list[tuple[str, str]]:
    return [(row.row.cells["name"], row.kind) for row in changes.lines]


FILTER, PUMP, CABLE = "Фильтр", "Насос", "Кабель"


@pytest.mark.parametrize(
    ("name", "before", "after", "expected"),
    [
        ("nothing", [line(1, FILTER)], [line(1, FILTER)], [(FILTER, "same")]),
        ("another quantity", [line(1, FILTER, quantity="20")], [line(1, FILTER, quantity="30")],
         [(FILTER, "changed")]),
        ("one more line", [line(1, FILTER)], [line(1, FILTER), line(2, PUMP)],
         [(FILTER, "same"), (PUMP, "added")]),
        ("the first line taken out", [line(1, FILTER), line(2, PUMP), line(3, CABLE)],
         [line(1, PUMP), line(2, CABLE)],
         [(FILTER, "removed"), (PUMP, "moved"), (CABLE, "moved")]),
        ("another name under the number", [line(1, FILTER)], [line(1, PUMP)],
         [(PUMP, "changed")]),
        ("two that change places", [line(1, FILTER), line(2, PUMP)],
         [line(1, PUMP), line(2, FILTER)], [(PUMP, "moved"), (FILTER, "moved")]),
        ("a line between two", [line(1, FILTER), line(2, CABLE)],
         [line(1, FILTER), line(2, PUMP), line(3, CABLE)],
         [(FILTER, "same"), (PUMP, "added"), (CABLE, "moved")]),
        ("another material", [line(1, FILTER, material(1, "Сталь", value_kzt="10"))],
         [line(1, FILTER, material(1, "Сталь", value_kzt="11"))], [(FILTER, "changed")]),
        ("all taken out", [line(1, FILTER)], [], [(FILTER, "removed")]),
        ("two alike, one fewer", [line(1, FILTER), line(2, FILTER)], [line(1, FILTER)],
         [(FILTER, "same"), (FILTER, "removed")]),
    ],
)  # fmt: skip
def test_lines_are_known_again(
    name: str, before: list[Row], after: list[Row], expected: list[tuple[str, str]]
) -> None:
    changes = compare(Form({}, tuple(before)), Form({}, tuple(after)))
    assert kinds(changes) == expected, name


def test_papers_are_known_by_their_content_alone() -> None:
    changes = compare(Form({}, (), (paper("a"), paper("b"))), Form({}, (), (paper("b", "Иной"),)))
    assert [(row.row.cells["sha256"], row.kind) for row in changes.papers] == [
        ("a", "removed"),
        ("b", "changed"),
    ]


def test_the_count_leaves_out_what_only_moved() -> None:
    before = Form({"purpose": "1"}, (line(1, FILTER), line(2, PUMP)))
    after = Form({"purpose": "2"}, (line(1, PUMP),))
    changes = compare(before, after)
    assert changes.count == 2
    assert [fact.kind for fact in changes.facts] == ["changed"]


def test_what_one_side_does_not_state_is_not_a_difference() -> None:
    asked = Form({"purpose": "1", "chamber": "120"}, (line(1, FILTER, price_kzt="5"),))
    found = Form({"purpose": "1"}, (line(1, FILTER),))
    assert compare(asked, found).count == 2
    cells = {"line": ["number", "name", "hs_code"], "material": [], "paper": []}
    met = [only(form, facts=["purpose"], cells=cells) for form in (asked, found)]
    assert compare(*met).is_empty


words = st.sampled_from(["", "а", "б", "в"])
numbers = st.sampled_from(["1", "2", "3"])


NO_PARTS: Any = st.just(())


def rows(kind: str, keys: tuple[str, ...], parts: Any = NO_PARTS) -> Any:
    cells = st.fixed_dictionaries(
        {key: numbers if key == "number" else words for key in keys},
        optional={"extra": words},
    )
    return st.lists(st.builds(Row, st.just(kind), cells, parts), max_size=5).map(tuple)


materials = rows("material", ("number", "name", "hs_code", "supplier"))
forms = st.builds(
    Form,
    facts=st.dictionaries(st.sampled_from(["purpose", "category", "chamber"]), words),
    lines=rows("line", ("number", "name", "hs_code"), materials),
    papers=rows("paper", ("sha256", "title", "number")),
)


@given(forms)
def test_a_form_does_not_differ_from_itself(form: Form) -> None:
    changes = compare(form, form)
    assert changes.is_empty
    assert changes.count == 0


@given(forms, forms)
def test_the_changes_make_the_later_form_of_the_earlier(before: Form, after: Form) -> None:
    assert applied(before, compare(before, after)) == after


@given(forms, forms)
def test_no_changes_mean_the_same_form(before: Form, after: Form) -> None:
    assert compare(before, after).is_empty == (before == after)
