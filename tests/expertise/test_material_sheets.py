"""Bills of materials from spreadsheets: shared lines, currencies, percentages, bad input."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from openpyxl import Workbook

from expertise.spreadsheets import MAX_MATERIALS, SheetResult, read_goods, read_materials
from reference.data_files import unit_aliases
from reference.exchange_rates import KnownRate

DAY = dt.date(2026, 1, 15)
HEADINGS = (
    "№ строки товара", "Наименование материала", "Код ТН ВЭД", "Страна происхождения",
    "Вид документа о происхождении", "ДВЦ материала, %", "Стоимость", "Валюта",
    "Стоимость в валюте", "Курс", "Дата курса", "Источник курса",
)  # fmt: skip
IN_TENGE = ("1", "Картон", "4805", "RU", "ДТ", "", "2100,55", "", "", "", "", "")
IN_YUAN = ("2", "Резина", "4016", "CN", "ДТ", "", "", "CNY", "12,5", "", "15.01.2026", "")
IN_DOLLARS = ("1", "Сталь", "7208", "CN", "ДТ", "", "", "$", "10", "500,25", "2026-01-15", "Банк")


def known(wanted):
    return {key: KnownRate(Decimal(70), "Example") for key in wanted if key == ("CNY", DAY)}


def changed(row: tuple, **cells: object) -> tuple:
    names = ("lines", "name", "hs_code", "country", "proof", "percent", "value", "currency",
             "amount", "rate", "rate_on", "source")  # fmt: skip
    return tuple(cells.get(name, value) for name, value in zip(names, row, strict=True))


def from_text(*rows: tuple, rates=known) -> SheetResult:
    text = "\n".join(";".join(row) for row in (HEADINGS, *rows))
    return read_materials(text.encode(), "materials.csv", rates=rates)


def from_book(*rows: tuple, prepare=lambda sheet: None) -> SheetResult:
    book = Workbook()
    for row in (HEADINGS, *rows):
        book.active.append(row)
    prepare(book.active)
    out = io.BytesIO()
    book.save(out)
    return read_materials(out.getvalue(), "materials.xlsx", rates=known)


def faults(result: SheetResult) -> list[tuple]:
    return [(error.row, error.column, error.code) for error in result.errors]


def test_tenge_known_and_stated_rates_stand_in_one_sheet():
    result = from_text(IN_TENGE, IN_YUAN, IN_DOLLARS)
    assert result.errors == ()
    kept = [(row.currency, row.value_kzt, row.rate, row.rate_source) for row in result.lines]
    assert kept == [
        ("KZT", Decimal("2100.55"), None, ""),
        ("CNY", Decimal(875), Decimal(70), "Example"),
        ("USD", Decimal("5002.5"), Decimal("500.25"), "Банк"),
    ]


def test_a_currency_without_a_known_rate_names_row_currency_and_day():
    result = from_text(IN_TENGE, IN_YUAN, rates=lambda _wanted: {})
    assert faults(result) == [(3, "Курс", "no_rate")]
    assert "CNY" in result.errors[0].reason
    assert "15.01.2026" in result.errors[0].reason
    assert result.lines == ()


def test_every_rate_that_is_needed_is_asked_for_at_once():
    asked = []

    def rates(wanted):
        asked.append(set(wanted))
        return known(wanted)

    from_text(*[IN_YUAN] * 50, IN_DOLLARS, rates=rates)
    assert asked == [{("CNY", DAY)}]


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (changed(IN_YUAN, currency="дублон"), "Валюта", "unknown_currency"),
        (changed(IN_YUAN, amount=""), "Стоимость в валюте", "empty"),
        (changed(IN_YUAN, amount="-3"), "Стоимость в валюте", "not_positive"),
        (changed(IN_YUAN, amount="12 EUR"), "Стоимость в валюте", "tail"),
        (changed(IN_YUAN, amount="1,23456"), "Стоимость в валюте", "too_long"),
        (changed(IN_YUAN, rate_on=""), "Дата курса", "empty"),
        (changed(IN_YUAN, rate_on="вчера"), "Дата курса", "not_a_date"),
        (changed(IN_DOLLARS, rate="0"), "Курс", "not_positive"),
        (changed(IN_DOLLARS, rate="-500"), "Курс", "not_positive"),
        (changed(IN_DOLLARS, source=""), "Источник курса", "empty"),
        (changed(IN_DOLLARS, value="6000"), "Стоимость", "mismatch"),
        (changed(IN_TENGE, value="-1"), "Стоимость", "not_positive"),
        (changed(IN_TENGE, value=""), "Стоимость", "empty"),
        (changed(IN_TENGE, rate="500"), "Курс", "rate_of_tenge"),
        (changed(IN_TENGE, percent="0,35"), "ДВЦ материала, %", "ambiguous"),
        (changed(IN_TENGE, percent="-5"), "ДВЦ материала, %", "out_of_bounds"),
        (changed(IN_TENGE, lines="9-2"), "№ строки товара", "line_number"),
    ],
)
def test_a_bad_cell_is_named_by_row_column_and_reason(row, column, code):
    result = from_text(IN_TENGE, row)
    assert faults(result) == [(3, column, code)]
    assert result.lines == ()


@pytest.mark.parametrize(
    ("cell", "number_format", "percent"),
    [
        (0.35, "0%", Decimal(35)),
        (0.6823, "0.00%", Decimal("68.23")),
        ("0,35 %", "General", Decimal("0.35")),
        (35, "General", Decimal(35)),
    ],
)
def test_a_percentage_is_read_as_its_cell_shows_it(cell, number_format, percent):
    def shown(sheet):
        sheet["F2"].number_format = number_format

    result = from_book(changed(IN_TENGE, percent=cell), prepare=shown)
    assert result.errors == ()
    assert result.lines[0].local_percent == percent


def test_a_bare_fraction_in_a_percent_column_is_refused_in_a_workbook_too():
    result = from_book(changed(IN_TENGE, percent=0.35))
    assert faults(result) == [(2, "ДВЦ материала, %", "ambiguous")]
    assert "35" in result.errors[0].reason


def test_the_same_ambiguity_is_refused_among_goods():
    headings = ("Наименование товара", "Код ТН ВЭД", "Количество товара", "Единица измерения",
                "ДВЦ")  # fmt: skip
    row = ("Фильтр", "8421990006", "20", "шт")
    text = "\n".join(";".join(cells) for cells in (headings, (*row, "0,6823"), (*row, "68,23")))
    result = read_goods(text.encode(), "goods.csv", units=unit_aliases())
    assert faults(result) == [(2, "ДВЦ", "ambiguous")]


@pytest.mark.parametrize("broken", [dt.datetime(2026, 1, 20), 1.3])  # noqa: DTZ001
def test_lines_that_a_spreadsheet_turned_into_something_else_are_refused(broken):
    result = from_book(changed(IN_TENGE, lines=broken))
    assert faults(result) == [(2, "№ строки товара", "line_number")]


def test_a_line_written_as_a_number_is_a_line():
    assert list(from_book(changed(IN_TENGE, lines=3)).lines[0].lines.numbers()) == [3]


@pytest.mark.parametrize("lines", ["все", "all", "барлығы"])
def test_a_material_may_be_for_all_lines(lines):
    assert from_text(changed(IN_TENGE, lines=lines)).lines[0].lines.is_all


def test_the_production_cost_is_an_optional_column_of_goods():
    headings = ("Наименование товара", "Код ТН ВЭД", "Количество товара", "Единица измерения",
                "Себестоимость")  # fmt: skip
    row = ("Фильтр", "8421990006", "20", "шт")

    def read(cost: str) -> SheetResult:
        text = "\n".join(";".join(cells) for cells in (headings, (*row, cost)))
        return read_goods(text.encode(), "goods.csv", units=unit_aliases())

    assert read("7 500,50").lines[0].cost_kzt == Decimal("7500.50")
    assert read("").lines[0].cost_kzt is None
    assert faults(read("0")) == [(2, "Себестоимость", "not_positive")]


def test_more_rows_than_the_cap_are_refused_with_the_cap():
    result = from_text(*[IN_TENGE] * (MAX_MATERIALS + 1))
    assert [error.code for error in result.errors] == ["spreadsheet.too_many_rows"]
    assert str(MAX_MATERIALS) in result.errors[0].reason
