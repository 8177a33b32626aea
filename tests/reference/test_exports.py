"""A file of figures holds numbers as numbers, and no text that a program would run."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from django.http import Http404
from django.test import RequestFactory
from openpyxl import load_workbook

from reference.exports import csv_text, export, xlsx

DANGEROUS = ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")']


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_of_a_csv_begins_like_a_formula(text: str) -> None:
    rows = list(csv.reader(io.StringIO(csv_text([text], [[text]]).removeprefix("\ufeff"))))
    for (cell,) in rows:
        assert cell[0] not in "=+-@\t\r"


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_of_a_sheet_is_a_formula(text: str) -> None:
    sheet = load_workbook(io.BytesIO(xlsx([text], [[text]]))).active
    for (cell,) in sheet.iter_rows():
        assert cell.data_type == "s"
        assert cell.value.strip() == text.strip()


def test_numbers_and_days_stay_what_they_are() -> None:
    row = ["Пример", 5, Decimal("0.5"), dt.date(2019, 12, 31), None, "a\x00b"]
    sheet = load_workbook(io.BytesIO(xlsx(list("abcdef"), [row]))).active
    cells = [cell.value for cell in sheet[2]]
    assert cells[:3] == ["Пример", 5, 0.5]
    assert cells[3].date() == dt.date(2019, 12, 31)
    assert cells[4:] == [None, "a b"]
    assert csv_text(["a"], [[row[3]], [row[2]], [-1]]).splitlines()[1:] == [
        "31.12.2019",
        "0.5",
        "-1",
    ]


def test_the_file_is_named_and_any_other_format_is_not_found() -> None:
    response = export(RequestFactory().get("/", {"format": "csv"}), "stages", ["a"], [["b"]])
    assert "stages-" in response["Content-Disposition"]
    assert response.content.startswith("\ufeff".encode())
    with pytest.raises(Http404):
        export(RequestFactory().get("/", {"format": "exe"}), "stages", ["a"], [])
