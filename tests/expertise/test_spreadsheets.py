import datetime as dt
import io
import time
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from openpyxl import Workbook

from expertise import examples
from expertise.spreadsheets import (
    MAX_ERRORS,
    MAX_GOODS,
    SheetResult,
    read_goods,
    read_materials,
)
from origin.local_content import FORMULAS, MaterialInput, calculate
from reference.data_files import unit_aliases

REGISTER = Path(__file__).parents[3] / "shared" / "data" / "register-ct-kz-2025.csv"
UNITS = unit_aliases()
HEADINGS = (
    "Наименование товара",
    "Код ТН ВЭД",
    "Код КП ВЭД",
    "Количество товара",
    "Единица измерения",
    "Критерий происхождения",
    "ДВЦ",
)
GOOD = ("Фильтр воздушный", "8421990006", "28.29.82", "20", "шт", "Д8421", "68,23")


def sheet_text(*rows, headings=HEADINGS, separator=";") -> str:
    return "\n".join(separator.join(str(cell) for cell in row) for row in (headings, *rows))


def goods(*rows, headings=HEADINGS, encoding="utf-8", separator=";") -> SheetResult:
    data = sheet_text(*rows, headings=headings, separator=separator).encode(encoding)
    return read_goods(data, "goods.csv", units=UNITS)


def changed(**cells) -> tuple:
    names = ("name", "hs_code", "kp_ved", "quantity", "unit", "criterion", "percent")
    return tuple(cells.get(name, value) for name, value in zip(names, GOOD, strict=True))


def book(*rows, prepare=lambda sheet: None, headings=HEADINGS) -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    sheet.append(list(headings))
    for row in rows:
        sheet.append(list(row))
    prepare(sheet)
    return saved(workbook)


def saved(workbook: Workbook) -> bytes:
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def from_book(data: bytes) -> SheetResult:
    return read_goods(data, "goods.xlsx", units=UNITS)


def codes(result: SheetResult) -> list[str]:
    return [error.code.removeprefix("spreadsheet.") for error in result.errors]


def notes(result: SheetResult) -> str:
    return "\n".join(str(note) for note in result.notes)


@pytest.mark.skipif(
    not REGISTER.exists(), reason="the register's export is not part of the project"
)
def test_the_registers_own_export_is_read_as_it_is():
    result = read_goods(REGISTER.read_bytes(), REGISTER.name, units=UNITS)
    assert result.errors == ()
    assert result.notes == ()
    assert len(result.lines) == 100
    first, last = result.lines[0], result.lines[-1]
    assert (first.row, first.hs_code, first.kp_ved) == (2, "8421990006", "28.29.82")
    assert (first.quantity, first.unit_code, first.criterion) == (20, "796", "Д8421")
    assert first.percent == Decimal("68.23")
    assert "KTF-0001A" in first.name
    assert (last.row, last.quantity, last.percent) == (101, 10, Decimal("80.04"))
    assert "KTF-0053А-01" in last.name
    assert {line.percent for line in result.lines} >= {Decimal("87"), Decimal("76.31")}
    assert result.facts["category"] == "serial"
    assert result.facts["purpose"] == "origin_and_share"
    assert result.facts["certificate_number"] == "KZ 5 120 00012"
    assert "recipient_bin" not in result.facts


def test_our_own_example_has_the_registers_shape_with_an_invented_producer():
    result = read_goods(examples.demo_goods_csv(), "demo.csv", units=UNITS)
    assert result.errors == ()
    assert result.notes == ()
    assert len(result.lines) == 100
    assert result.facts["producer_bin"] == examples.PRODUCER_BIN
    assert all(60 <= line.percent <= 95 for line in result.lines)
    assert max(len(line.name) for line in result.lines) == 400
    assert set("ӘҒҚҢӨҰҮҺі") <= set("".join(line.name for line in result.lines))
    assert len({line.name for line in result.lines}) == 100


@pytest.mark.skipif(
    not REGISTER.exists(), reason="the register's export is not part of the project"
)
def test_our_own_example_has_the_very_headings_of_the_register():
    def heading(data: bytes) -> str:
        return data.decode().splitlines()[0]

    assert heading(examples.demo_goods_csv()) == heading(REGISTER.read_bytes())


def test_the_materials_of_the_demo_give_exactly_its_shares():
    materials = read_materials(examples.demo_materials_csv(), "materials.csv")
    assert materials.errors == ()
    lines = read_goods(examples.demo_goods_csv(prices=True), "demo.csv", units=UNITS).lines
    for number, line in enumerate(lines, start=1):
        inputs = [
            MaterialInput(position, row.value_kzt, row.country == "KZ")
            for position, row in enumerate(materials.lines, start=1)
            if number in row.lines
        ]
        result = calculate(formula=FORMULAS["exw/1"], price_kzt=line.price_kzt, materials=inputs)
        assert result.share_percent == line.percent


def test_the_example_workbooks_are_read_without_a_word():
    result = read_goods(examples.goods_example(), "example.xlsx", units=UNITS)
    assert (len(result.lines), result.errors, result.notes) == (2, (), ())
    assert result.lines[0].price_kzt == Decimal(10_000)
    bill = read_materials(examples.materials_example(), "example.xlsx")
    assert (len(bill.lines), bill.errors, bill.notes) == (4, (), ())
    proofs = [(line.country, line.origin_document) for line in bill.lines]
    assert proofs == [("RU", "customs"), ("KZ", "ct_kz"), ("CN", "customs"), ("RU", "customs")]
    assert (bill.lines[2].currency, bill.lines[2].value_kzt) == ("CNY", Decimal(875))
    assert list(bill.lines[3].lines.numbers()) == [1, 2]
    assert bill.lines[1].local_percent == Decimal("82.5")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_text_is_read_in_any_usual_encoding_and_separator(encoding, separator):
    row = changed(percent='"68,23"', name='"Фильтр, воздушный"')
    result = goods(row, encoding=encoding, separator=separator)
    assert result.errors == ()
    assert result.lines[0].name == "Фильтр, воздушный"
    assert result.lines[0].percent == Decimal("68.23")


def test_kazakh_letters_survive_the_kazakh_code_page():
    result = goods(changed(name="Ауа сүзгісі қозғалтқышқа"), encoding="kz1048")
    assert result.lines[0].name == "Ауа сүзгісі қозғалтқышқа"


@pytest.mark.parametrize(
    "headings",
    [
        ("Тауардың атауы", "СЭҚ ТН коды", "ЭҚТӨЖ коды", "Саны", "Өлшем бірлігі",
         "Шығу тегі критерийі", "ЕҚҮ"),
        ("Product name", "HS code", "KP VED", "Qty", "Unit", "Criterion", "Local content, %"),
        ("НАИМЕНОВАНИЕ  ТОВАРА:", "Код ТН\u00a0ВЭД ЕАЭС", "КПВЭД", "Кол-во", "Ед. изм.",
         "Критерий", "ДВЦ, %"),
    ],
)  # fmt: skip
def test_columns_are_known_by_headings_in_three_languages(headings):
    result = goods(GOOD, headings=headings)
    assert result.errors == ()
    assert result.lines[0].hs_code == "8421990006"


def test_the_order_of_columns_is_free_and_unknown_ones_are_named():
    headings = ("Примечание", *reversed(HEADINGS))
    result = goods(("хорошо", *reversed(GOOD)), headings=headings)
    assert result.lines[0].name == "Фильтр воздушный"
    assert "Примечание" in notes(result)


def test_headings_may_stand_below_a_title():
    result = read_goods(
        ("Перечень товаров\n\n" + sheet_text(GOOD)).encode(), "goods.csv", units=UNITS
    )
    assert [line.row for line in result.lines] == [4]


def test_missing_columns_are_one_error_that_names_them_and_what_was_found():
    result = goods(("a", "b"), headings=("Наименование товара", "Цвет"))
    assert codes(result) == ["missing_columns"]
    for word in ("Код ТН ВЭД", "Количество товара", "Единица измерения", "Цвет"):
        assert word in result.errors[0].reason


def test_two_columns_with_one_meaning_are_refused():
    result = goods((*GOOD, "1"), headings=(*HEADINGS, "Кол-во"))
    assert codes(result) == ["repeated_column"]


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"hs_code": "842199000"}, "Код ТН ВЭД", "lost_zero"),
        ({"hs_code": "84219900061"}, "Код ТН ВЭД", "length"),
        ({"hs_code": "7700000000"}, "Код ТН ВЭД", "group"),
        ({"hs_code": ""}, "Код ТН ВЭД", "empty"),
        ({"name": " "}, "Наименование товара", "empty"),
        ({"name": "х" * 1001}, "Наименование товара", "too_long"),
        ({"kp_ved": "28.29"}, "Код КП ВЭД", "kp_ved"),
        ({"quantity": "много"}, "Количество товара", "not_a_number"),
        ({"quantity": "0"}, "Количество товара", "not_positive"),
        ({"quantity": "-5"}, "Количество товара", "not_positive"),
        ({"quantity": "20 кг"}, "Количество товара", "tail"),
        ({"quantity": "9" * 60}, "Количество товара", "too_long"),
        ({"quantity": "1,2,3"}, "Количество товара", "not_a_number"),
        ({"unit": "бочонок"}, "Единица измерения", "unknown_unit"),
        ({"unit": ""}, "Единица измерения", "empty"),
        ({"criterion": "Y 45%"}, "Критерий происхождения", "criterion"),
        ({"criterion": "Д8422"}, "Критерий происхождения", "criterion_mismatch"),
        ({"percent": "100,01"}, "ДВЦ", "out_of_bounds"),
        ({"percent": "-1"}, "ДВЦ", "out_of_bounds"),
        ({"percent": "−1"}, "ДВЦ", "out_of_bounds"),
        ({"percent": "68 тенге"}, "ДВЦ", "tail"),
        ({"percent": "0,35"}, "ДВЦ", "ambiguous"),
        ({"percent": "0.6823"}, "ДВЦ", "ambiguous"),
    ],
)
def test_a_bad_cell_is_named_by_row_column_and_reason(cells, column, code):
    result = goods(GOOD, changed(**cells), GOOD)
    assert result.lines == ()
    assert [(error.row, error.column, error.code) for error in result.errors] == [(3, column, code)]
    assert result.errors[0].reason


def test_every_error_of_every_row_is_reported_and_nothing_imported_halfway():
    result = goods(
        changed(hs_code="1", percent="200"), GOOD, changed(quantity="x", unit="?", name="")
    )
    assert result.lines == ()
    assert not result.is_sound
    assert [(e.row, e.code) for e in result.errors] == [
        (2, "length"),
        (2, "out_of_bounds"),
        (4, "unknown_unit"),
        (4, "empty"),
        (4, "not_a_number"),
    ]


def test_a_flood_of_errors_is_cut_with_their_count():
    result = goods(*[changed(hs_code="1")] * (MAX_ERRORS + 50))
    assert len(result.errors) == MAX_ERRORS + 1
    assert "50" in result.errors[-1].reason


@pytest.mark.parametrize(
    ("cells", "attribute", "value", "note"),
    [
        ({"hs_code": "204210000", "criterion": "Д0204"}, "hs_code", "0204210000", "0204210000"),
        ({"hs_code": "8421 99 000 6"}, "hs_code", "8421990006", None),
        ({"hs_code": "8421990006.0"}, "hs_code", "8421990006", None),
        ({"quantity": "1 234,5"}, "quantity", Decimal("1234.5"), None),
        ({"quantity": "1\u00a0234"}, "quantity", Decimal(1234), None),
        ({"quantity": "1.234.567"}, "quantity", Decimal(1234567), None),
        ({"quantity": "1,234.5"}, "quantity", Decimal("1234.5"), None),
        ({"quantity": "20 шт."}, "quantity", Decimal(20), "шт."),
        ({"quantity": "12,345"}, "quantity", Decimal("12.345"), "12,345"),
        ({"quantity": "20.0"}, "quantity", Decimal(20), None),
        ({"unit": "ШТУК"}, "unit_code", "796", None),
        ({"unit": "796.0"}, "unit_code", "796", None),
        ({"kp_ved": "-"}, "kp_ved", "", None),
        ({"kp_ved": "282982"}, "kp_ved", "28.29.82", None),
        ({"criterion": "д 8421"}, "criterion", "Д8421", None),
        ({"criterion": "—"}, "criterion", "", None),
        ({"percent": "68,23 %"}, "percent", Decimal("68.23"), None),
        ({"percent": "-"}, "percent", None, None),
        ({"percent": "0,35 %"}, "percent", Decimal("0.35"), None),
        ({"percent": "1"}, "percent", Decimal(1), "100"),
        ({"percent": "68,235"}, "percent", Decimal("68.24"), "68.235"),
        ({"name": "Фильтр\u00a0 воздушный\u200b "}, "name", "Фильтр воздушный", None),
    ],
)
def test_spreadsheet_damage_is_repaired_and_what_is_doubtful_noted(cells, attribute, value, note):
    result = goods(changed(**cells))
    assert result.errors == ()
    assert getattr(result.lines[0], attribute) == value
    assert (note in notes(result)) if note else (notes(result) == "")


def test_a_price_column_is_read_as_money():
    headings = (*HEADINGS, "Цена за единицу, тенге")
    result = goods((*GOOD, "10 000,50 тг"), headings=headings)
    assert result.lines[0].price_kzt == Decimal("10000.50")
    assert codes(goods((*GOOD, "0"), headings=headings)) == ["not_positive"]
    assert codes(goods((*GOOD, "10 USD"), headings=headings)) == ["tail"]


def test_a_unit_and_its_code_have_to_agree():
    headings = (*HEADINGS, "Код единицы измерения")
    assert goods((*GOOD, "796.0"), headings=headings).lines[0].unit_code == "796"
    assert codes(goods((*GOOD, "166"), headings=headings)) == ["unit_mismatch"]
    assert codes(goods((*GOOD, "6666"), headings=headings)) == ["unknown_unit"]


def test_equal_lines_and_totals_are_noted_with_their_rows():
    total = ("Итого:", "", "", "60", "", "", "")
    result = goods(GOOD, changed(name="другой"), GOOD, total)
    assert len(result.lines) == 3
    assert "2, 4" in notes(result)
    assert "5" in notes(result)


def test_facts_that_differ_between_rows_are_noted_and_not_taken():
    headings = (*HEADINGS, "ИИН/ БИН производителя", "Категория")
    result = goods(
        (*GOOD, "990140000017.0", "партия"),
        (*changed(name="другой"), "990140000017", "серийное производство товара"),
        headings=headings,
    )
    assert result.facts == {}
    assert "Категория" in notes(result)
    one = goods((*GOOD, "990140000017.0", "партия"), headings=headings)
    assert one.facts == {"producer_bin": "990140000017", "category": "batch"}
    wrong = goods((*GOOD, "990140000018", "мешок"), headings=headings)
    assert wrong.facts == {}
    assert len(wrong.notes) == 2


def test_an_unquoted_comma_that_splits_a_number_is_found():
    result = goods(GOOD, separator=",")
    assert codes(result) == ["too_many_cells"]
    assert result.errors[0].row == 2


# --- workbooks


def test_numbers_dates_and_percent_formats_of_a_workbook_come_out_as_meant():
    def percent_format(sheet):
        sheet["G3"].number_format = "0.00%"

    row = ("Фильтр", 8421990006, "28.29.82", 20, "шт", "Д8421", 0.1 + 0.2 + 68)
    result = from_book(book(row, (*row[:6], 0.6823), prepare=percent_format))
    assert result.errors == ()
    assert [line.hs_code for line in result.lines] == ["8421990006"] * 2
    assert [line.percent for line in result.lines] == [Decimal("68.30"), Decimal("68.23")]
    assert result.lines[0].quantity == 20


def test_a_code_that_became_a_date_is_an_error():
    result = from_book(book(changed(kp_ved=dt.datetime(2028, 11, 10), quantity=20)))  # noqa: DTZ001
    assert [(e.row, e.column, e.code) for e in result.errors] == [(2, "Код КП ВЭД", "date")]


def test_a_formula_without_a_saved_value_is_an_error_that_names_the_cell():
    result = from_book(book(GOOD, changed(quantity="=10+10")))
    assert [(e.row, e.column, e.code) for e in result.errors] == [
        (3, "Количество товара", "formula")
    ]
    assert "D3" in result.errors[0].reason
    assert result.lines == ()


def test_a_formula_with_a_saved_value_is_read():
    data = with_cached_value(book(changed(quantity="=10+10")), "20")
    assert from_book(data).lines[0].quantity == 20


def test_a_formula_that_ended_with_an_error_is_named():
    data = with_cached_value(book(changed(quantity="=1/0")), "#DIV/0!", kind="e")
    result = from_book(data)
    assert codes(result) == ["error_value"]
    assert "D2" in result.errors[0].reason


def with_cached_value(data: bytes, value: str, kind: str = "n") -> bytes:
    """What a real spreadsheet program adds to a formula: the value it gave."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b"<v></v>", b"<v />").replace(
                    b"</f><v />", b"</f><v>" + value.encode() + b"</v>"
                )
                content = content.replace(b'<c r="D2"', b'<c r="D2" t="' + kind.encode() + b'"')
            new.writestr(name, content)
    return out.getvalue()


def test_merged_cells_are_an_error_with_their_range():
    result = from_book(book(GOOD, GOOD, prepare=lambda sheet: sheet.merge_cells("A2:A3")))
    assert ("merged", 2) in [(e.code, e.row) for e in result.errors]
    assert "A2:A3" in result.errors[0].reason
    assert result.lines == ()


def test_a_merged_title_above_the_headings_does_no_harm():
    workbook = Workbook()
    sheet = workbook.active
    sheet["A1"] = "Перечень товаров"
    sheet.merge_cells("A1:G1")
    sheet.append(list(HEADINGS))
    sheet.append(list(GOOD))
    assert from_book(saved(workbook)).lines[0].row == 3


def test_hidden_sheets_are_ignored_and_the_sheet_with_the_headings_is_found():
    workbook = Workbook()
    workbook.active.title = "Обложка"
    workbook.active.append(["Добро пожаловать"])
    hidden = workbook.create_sheet("Скрытый")
    hidden.append(list(HEADINGS))
    hidden.append(list(changed(name="скрытый товар")))
    hidden.sheet_state = "hidden"
    shown = workbook.create_sheet("Товары")
    shown.append(list(HEADINGS))
    shown.append(list(GOOD))
    result = from_book(saved(workbook))
    assert result.sheet == "Товары"
    assert [line.name for line in result.lines] == ["Фильтр воздушный"]
    assert result.notes == ()


def test_fifty_thousand_rows_are_refused_quickly():
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    sheet.append(list(HEADINGS))
    for _ in range(50_000):
        sheet.append(list(GOOD))
    data = saved(workbook)
    began = time.monotonic()
    result = from_book(data)
    assert time.monotonic() - began < 20
    assert codes(result) == ["too_many_rows"]
    assert str(MAX_GOODS) in result.errors[0].reason
    text = sheet_text(*[GOOD] * 50_000).encode()
    assert codes(read_goods(text, "goods.csv", units=UNITS)) == ["too_many_rows"]


def test_as_many_rows_as_allowed_are_read():
    rows = [changed(name=f"Фильтр {number}") for number in range(MAX_GOODS)]
    assert len(goods(*rows).lines) == MAX_GOODS
    assert codes(goods(*rows, GOOD)) == ["too_many_rows"]


def test_one_cell_in_the_very_last_row_does_not_hold_up_the_reading():
    data = book(GOOD, prepare=lambda sheet: sheet.cell(1_048_576, 16_384, "x"))
    began = time.monotonic()
    assert codes(from_book(data)) == ["stray_cell"]
    assert time.monotonic() - began < 5


def archive(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in members.items():
            new.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "xxxxxxxxxx">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet>&b;</worksheet>"""


@pytest.mark.parametrize(
    ("data", "filename", "code"),
    [
        (b"", "goods.csv", "empty"),
        (b"\xef\xbb\xbf \n", "goods.csv", "empty"),
        (b"x" * (10 * 1024 * 1024 + 1), "goods.csv", "too_large"),
        (b"%PDF-1.7 hello", "goods.csv", "not_a_spreadsheet"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "goods.xlsx", "not_a_spreadsheet"),
        (bytes(range(256)) * 20, "goods.csv", "not_a_spreadsheet"),
        (b"just some words", "goods.xlsx", "not_a_spreadsheet"),
        (b"just some words", "goods.csv", "missing_columns"),
        (OLE, "goods.xls", "old_format"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "goods.xlsx", "encrypted"),
        (b"PK\x03\x04 broken", "goods.xlsx", "not_a_spreadsheet"),
        (archive(word__document_xml=b"<w/>"), "goods.xlsx", "not_a_spreadsheet"),
        (archive(content_xml=b"<o/>"), "goods.ods", "other_format"),
        (archive(xl__workbook_xml=b"<broken"), "goods.xlsx", "damaged"),
        (archive(xl__workbook_xml=b" " * 90_000_000), "goods.xlsx", "too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_readable_spreadsheet_is_refused_in_words(data, filename, code):
    result = read_goods(data, filename, units=UNITS)
    assert codes(result) == [code]
    assert result.errors[0].reason
    assert result.lines == ()


def test_a_sheet_of_multiplying_entities_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book(GOOD))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, ENTITIES if "sheet1" in name else old.read(name))
    assert codes(from_book(out.getvalue())) == ["damaged"]


def test_headings_without_rows_are_an_error():
    assert codes(goods()) == ["no_rows"]
    assert codes(from_book(book())) == ["no_rows"]
    assert codes(from_book(saved(Workbook()))) == ["missing_columns"]


# --- materials

MATERIAL_HEADINGS = (
    "№ строки товара", "Наименование материала", "Код ТН ВЭД", "Страна происхождения",
    "Вид документа о происхождении", "Документ", "ДВЦ материала, %", "Стоимость",
)  # fmt: skip
MATERIAL = ("1", "Картон", "4805", "Россия", "ДТ", "№ 5", "-", "2 100,55")


def materials(*rows) -> SheetResult:
    data = sheet_text(*rows, headings=MATERIAL_HEADINGS).encode()
    return read_materials(data, "materials.csv")


def material(position: int, value: str) -> tuple:
    return (*MATERIAL[:position], value, *MATERIAL[position + 1 :])


def test_a_material_is_read_with_its_line_and_its_proof():
    row = materials(MATERIAL).lines[0]
    assert (list(row.lines.numbers()), row.hs_code, row.country) == ([1], "4805", "RU")
    assert (row.origin_document, row.document) == ("customs", "№ 5")
    assert row.value_kzt == Decimal("2100.55")
    assert row.local_percent is None


def test_a_material_without_proof_of_kazakhstani_origin_is_noted_as_foreign():
    nowhere = materials(material(3, "-"))
    assert nowhere.lines[0].country == ""
    assert "2" in notes(nowhere)
    unproved = materials(material(3, "РК"))
    assert unproved.lines[0].country == "KZ"
    assert notes(unproved)
    proved = materials((*MATERIAL[:3], "Қазақстан", "CT-KZ", *MATERIAL[5:]))
    assert proved.lines[0].origin_document == "ct_kz"
    assert proved.notes == ()


@pytest.mark.parametrize(
    ("position", "value", "code"),
    [
        (0, "", "empty"),
        (0, "0", "line_number"),
        (0, "1.5", "line_number"),
        (0, "5-3", "line_number"),
        (0, "1-6000", "line_number"),
        (1, "", "empty"),
        (2, "48", "length"),
        (3, "Нарния", "unknown_country"),
        (4, "честное слово", "unknown_document"),
        (6, "101", "out_of_bounds"),
        (7, "", "empty"),
        (7, "-1", "not_positive"),
        (7, "даром", "not_a_number"),
    ],
)
def test_a_bad_material_is_refused_with_its_reason(position, value, code):
    result = materials(MATERIAL, material(position, value))
    assert [(e.row, e.column, e.code) for e in result.errors] == [
        (3, MATERIAL_HEADINGS[position], code)
    ]
    assert result.lines == ()


def test_a_material_may_cost_nothing():
    assert materials(material(7, "0")).lines[0].value_kzt == 0


# --- the command


def test_the_command_counts_lines_and_errors(tmp_path, capsys):
    path = tmp_path / "goods.csv"
    path.write_bytes(examples.demo_goods_csv())
    call_command("import_goods_check", str(path))
    assert "100 lines, 0 errors" in capsys.readouterr().out


def test_the_command_fails_with_a_table_of_errors(tmp_path, capsys):
    path = tmp_path / "goods.csv"
    path.write_text(sheet_text(GOOD, changed(hs_code="842199000")), encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        call_command("import_goods_check", str(path))
    assert stopped.value.code == 1
    out = capsys.readouterr().out
    assert "3 | Код ТН ВЭД |" in out
    assert "2 lines, 1 errors" in out
