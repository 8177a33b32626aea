"""A list and its file are the same rows in the same order, whatever the address asks for."""

import csv
import io
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts.errors import DomainError
from reference import lists
from reference.lists import Column, Listing, by_name, in_sequence
from reference.models import Chamber
from tests import scenarios

LANGUAGE = "en"
COLUMNS = (
    Column("code", "Code", lambda row: row.code, order=("code",)),
    Column("name", "Name", lambda row: row.name, order=(by_name("name"), "code")),
    Column("first", "First", lambda row: row.code, order=(in_sequence("code", ["105", "103"]),)),
    Column("said", "Said", lambda row: f"={row.code}"),
)
IN_MEMORY = (
    Column("days", "Days", lambda row: row["days"], key=lambda row: row["days"]),
    Column("name", "Name", lambda row: row["name"], key=lambda row: row["name"]),
)


class Filters(forms.Form):
    q = forms.CharField(required=False, label="Words")
    region = forms.ChoiceField(required=False, label="Region", choices=[("a", "South")])
    late = forms.BooleanField(required=False, label="Only late")


def asked(query: str = "", **options: Any) -> Listing:
    request = RequestFactory().get(f"/?{query}")
    request.user = SimpleNamespace(is_authenticated=True)
    request.resolver_match = SimpleNamespace(view_name="some:list")
    given: dict[str, Any] = {
        "rows": Chamber.objects.all(), "columns": COLUMNS, "name": "chambers", "first": "code",
        "per_page": 7, **options,
    }  # fmt: skip
    if "form" in options:
        given["form"] = options["form"](request.GET)
    rows, columns = given.pop("rows"), given.pop("columns")
    return Listing(request, rows, columns, **given)


def in_file(listing: Listing) -> list[list[str]]:
    content = listing.file("csv").content.decode().removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(content)))


def over_all_pages(query: str) -> list[str]:
    pages = asked(query).page.paginator.num_pages
    return [row.code for page in range(1, pages + 1) for row in asked(f"{query}&page={page}").rows]


@pytest.fixture
def chambers(db: None) -> None:
    scenarios.reference_data()


@pytest.mark.usefixtures("chambers")
@pytest.mark.parametrize("sort", ["code", "-code", "name", "-name", "first", "-first", "nonsense"])
def test_the_file_holds_the_rows_of_all_pages_in_their_order(sort: str) -> None:
    codes = over_all_pages(f"sort={sort}")
    assert len(codes) == Chamber.objects.count() > 7
    assert [row[0] for row in in_file(asked(f"sort={sort}&page=2"))[1:]] == codes


@pytest.mark.usefixtures("chambers")
def test_the_heads_turn_the_order_round_and_say_how_it_stands() -> None:
    risen, fallen = asked("sort=code"), asked("sort=-code")
    assert over_all_pages("sort=-code") == over_all_pages("sort=code")[::-1]
    assert (risen.heads["code"].aria, fallen.heads["code"].aria) == ("ascending", "descending")
    assert "sort=-code" in risen.heads["code"].url
    assert "sort=code" in fallen.heads["code"].url
    assert risen.heads["name"].aria == ""
    assert "said" not in risen.heads


@pytest.mark.usefixtures("chambers")
def test_a_sequence_goes_before_the_alphabet() -> None:
    assert over_all_pages("sort=first")[:2] == ["105", "103"]


@pytest.mark.usefixtures("chambers")
def test_no_cell_of_the_file_is_run() -> None:
    assert in_file(asked())[1][3] == "'=101"


@pytest.mark.usefixtures("chambers")
def test_what_is_too_long_for_a_file_is_said_and_never_cut() -> None:
    listing = asked(at_most=5)
    assert listing.is_too_long
    assert listing.files == []
    with pytest.raises(DomainError, match="narrow the list"):
        listing.file("csv")


@pytest.mark.usefixtures("chambers")
def test_heads_and_files_keep_the_filters_and_the_tab_and_forget_the_page() -> None:
    listing = asked("q=x&region=a&page=3", form=Filters, beside={"tab": "mine"})
    for url in (listing.heads["code"].url, *(url for _name, url in listing.files)):
        assert all(part in url for part in ("q=x", "region=a", "tab=mine"))
        assert "page=" not in url


@pytest.mark.usefixtures("chambers")
def test_each_condition_is_told_in_words_and_can_be_taken_away() -> None:
    listing = asked("q=x&region=a&late=on", form=Filters)
    told = {str(each.label): (str(each.value), each.url) for each in listing.conditions}
    assert {label: value for label, (value, _url) in told.items()} == {
        "Words": "x", "Region": "South", "Only late": "",
    }  # fmt: skip
    assert "region" not in told["Region"][1]
    assert "q=x" in told["Region"][1]
    assert asked("q=x", form=Filters).conditions[0].url == "?q="


@pytest.mark.usefixtures("chambers")
def test_a_list_takes_two_queries_whatever_is_on_it() -> None:
    for size in (1, 20):
        with CaptureQueriesContext(connection) as queries:
            listing = asked(per_page=size)
            assert len(listing.rows) == min(size, listing.total)
        assert len(queries) == 2


def test_rows_in_memory_sort_alike_and_what_has_no_value_stands_last() -> None:
    rows = [{"name": name, "days": days} for name, days in (("b", None), ("a", 3), ("c", -1))]
    order = {
        sort: [row["name"] for row in asked(f"sort={sort}", rows=rows, columns=IN_MEMORY,
                                            first="days").rows]
        for sort in ("days", "-days", "name")
    }  # fmt: skip
    assert order == {"days": ["c", "a", "b"], "-days": ["a", "c", "b"], "name": ["a", "b", "c"]}


@pytest.mark.usefixtures("chambers")
def test_only_an_address_that_asks_for_nothing_opens_with_the_first_view(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lists, "_openings", [lambda _request, page: f"q={page}"])
    opened = asked().answer()
    assert opened is not None
    assert opened["Location"] == "/?q=some:list"
    assert asked("q=").answer() is None
