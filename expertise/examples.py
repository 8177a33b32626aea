"""Example spreadsheets that people download; the goods of the demo, their producer invented."""

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import override
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from expertise.spreadsheet_columns import GOODS, MATERIALS
from reference.spreadsheet_columns import Layout

# Invented: no such organisation exists; the check digit fits.
PRODUCER_BIN = "990140000017"
PRODUCER_NAME = "ТОО «Пример-Фильтр»"
PRODUCER_ADDRESS = "100600, РК, обл. Ұлытау, г. Жезказган, ул. Примерная, 1"

GOODS_COLUMNS = (
    "number", "name", "hs_code", "kp_ved", "quantity", "unit", "unit_code", "criterion", "percent",
    "price_kzt",
)  # fmt: skip
MATERIAL_COLUMNS = tuple(column.key for column in MATERIALS.columns if column.key != "number")
REGISTER_COLUMNS = (
    "chamber_code", "chamber_name", "certificate_number", "blank_number", "year", "purpose",
    "category", "producer_bin", "producer_name", "producer_address", "name", "hs_code", "kp_ved",
    "quantity", "unit", "unit_code", "criterion", "percent", "recipient_bin", "recipient_name",
    "recipient_address", "valid_until", "status", "issued_on",
)  # fmt: skip

_WIDTHS = {"name": 60, "supplier": 30, "document": 30}
_EXAMPLE_GOODS = (
    (1, "Фильтр воздушный PF-0001A", "8421990006", "28.29.82",
     20, "шт", "796", "Д8421", 68.23, 10_000),
    (2, "Фильтр масляный PF-0002", "8421230000", "28.29.13",
     40, "шт", "796", "Д8421", 76.31, 4_500),
)  # fmt: skip
_EXAMPLE_MATERIALS = (
    ("1", "Картон фильтровальный", "4805400000", "RU", "ООО «Бумага-Пример»", "ДТ",
     "55302070/010126/0000001", None, 2_100, None, None, None, None, None),
    ("1", "Корпус стальной", "7326909807", "KZ", "ТОО «Металл-Пример»", "СТ-KZ",
     "KZ 6 110 00001", 82.5, 3_400, None, None, None, None, None),
    ("2", "Резина уплотнительная", "4016930005", "CN", "Seal Example Co.", "ДТ",
     "55302070/010126/0000002", None, None, "CNY", 12.5, 70, "15.01.2026",
     "Пример: курс банка на день оплаты"),
    ("1-2", "Клей", "3506910000", "RU", "ООО «Клей-Пример»", "ДТ", "55302070/010126/0000003",
     None, 50, None, None, None, None, None),
)  # fmt: skip


def goods_example() -> bytes:
    """A workbook to fill: goods on the first sheet, instructions in three languages beside."""
    return workbook(GOODS, GOODS_COLUMNS, _EXAMPLE_GOODS, title="Товары")


def materials_example() -> bytes:
    return workbook(MATERIALS, MATERIAL_COLUMNS, _EXAMPLE_MATERIALS, title="Материалы")


def workbook(
    layout: Layout, keys: Sequence[str], rows: Sequence[Sequence[object]], *, title: str
) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new workbook has a sheet
    sheet.title = title
    sheet.append([layout.title(key) for key in keys])
    for row in rows:
        sheet.append(list(row))
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            if cell.data_type == "f":
                # What somebody typed is text, never a formula for the next person's program.
                cell.data_type = "s"
    for position, key in enumerate(keys, start=1):
        heading = sheet.cell(row=1, column=position)
        heading.font = Font(bold=True)
        heading.fill = PatternFill("solid", fgColor="E3F3F6")
        heading.alignment = Alignment(wrap_text=True, vertical="top")
        letter = get_column_letter(position)
        sheet.column_dimensions[letter].width = _WIDTHS.get(key, 18)
        if key in {"line_number", "hs_code", "kp_ved", "unit_code", "rate_on"}:
            # As text, so that the program keeps leading zeros and makes no dates.
            for (cell,) in sheet.iter_rows(
                min_row=2, max_row=500, min_col=position, max_col=position
            ):
                cell.number_format = "@"
    sheet.freeze_panes = "A2"
    _add_instructions(book)
    book.properties.created = book.properties.modified = dt.datetime(2026, 1, 1)  # noqa: DTZ001
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _add_instructions(book: Workbook) -> None:
    for language, title in (("kk", "Нұсқаулық"), ("ru", "Инструкция"), ("en", "Instructions")):
        sheet = book.create_sheet(title)
        sheet.column_dimensions["A"].width = 100
        with override(language):
            for line in _instructions():
                sheet.append([line])


def _instructions() -> tuple[str, ...]:
    return (
        _("Fill the first sheet and replace the example rows with your own."),
        _("The order of columns does not matter; keep their headings."),
        _("Format HS codes, KP VED codes and BINs as text, so that no zero is lost."),
        _("Do not merge cells. Paste formulas as values."),
        _("The price and the value of materials are for one unit of the goods, without VAT."),
        _("Without a document of Kazakhstani origin a material counts as foreign."),
        _("Materials may be shared: write 3, or 1-20, or 1, 3, 5-8, or all as the goods line."),
        _(
            "A value in another currency needs its three-letter code, the amount and the date of "
            "the rate; the rate with its source too, unless the portal knows it."
        ),
        _("Write percentages as 35 or 35 %, never as 0.35."),
        _("If a row is wrong, nothing is imported: repair it and send the file once more."),
    )


@dataclass(frozen=True, slots=True)
class DemoMaterial:
    name: str
    hs_code: str
    country: str
    supplier: str
    origin_document: str
    document: str
    value_kzt: Decimal


@dataclass(frozen=True, slots=True)
class DemoLine:
    """A goods line whose materials give exactly its share, by the formula `exw/1`."""

    number: int
    name: str
    quantity: int
    percent: Decimal
    price_kzt: Decimal
    materials: tuple[DemoMaterial, ...]


_NAMES = (
    "Фильтр воздушный двигателя внутреннего сгорания",
    "Фильтр топливный",
    "Іштен жанатын қозғалтқышқа арналған ауа сүзгісі",
    "Элемент фильтрующий масляный с предохранительным клапаном",
    "Фильтр салона угольный",
    "Гидравликалық жүйеге арналған сүзгі элементі, Ә-Ғ-Қ-Ң-Ө-Ұ-Ү-Һ сериясы",
)
_STANDARD = f"СТ {PRODUCER_BIN}-ТОО-01-2026"
_TAIL = "Фильтры и фильтрующие элементы двигателя внутреннего сгорания"
_LONG_TAIL = (
    "для карьерных самосвалов, экскаваторов и буровых установок, работающих при запылённости "
    "воздуха до двух граммов на кубический метр, с двухступенчатой очисткой, уплотнением из "
    "маслобензостойкой резины и усиленным каркасом"
)
_QUANTITIES = (20, 40, 10, 15, 25, 50, 100, 5, 30, 12)
LONGEST_NAME = 400


def demo_goods(count: int = 100) -> Iterator[DemoLine]:
    """Goods as various as real ones: short names, names of 400 characters, Kazakh letters."""
    for number in range(1, count + 1):
        # 60.00 to 95.00, spread by a step that meets each value once; some end in a zero.
        percent = Decimal(6000 + (number * 823) % 3501) / 100
        price = Decimal(4_000 + 250 * (number % 17))
        yield DemoLine(
            number,
            _demo_name(number),
            _QUANTITIES[number % len(_QUANTITIES)],
            percent,
            price,
            _demo_materials(number, price, price * (100 - percent) / 100),
        )


def _demo_name(number: int) -> str:
    model = f"PF-{number:04d}{'A' if number % 3 else 'A-01'}"
    name = f"{_NAMES[number % len(_NAMES)]} {model} {_STANDARD} {_TAIL}"
    if number % 25 == 0:
        return f"{name}, {_LONG_TAIL}; {_LONG_TAIL}"[: LONGEST_NAME - 1].rstrip(" ,") + "."
    return name if number % 4 else f"{_NAMES[number % len(_NAMES)]} {model}"


def _demo_materials(number: int, price: Decimal, foreign: Decimal) -> tuple[DemoMaterial, ...]:
    cents = Decimal("0.01")
    paper = (foreign * Decimal("0.6")).quantize(cents)
    declaration = f"55302070/{number:06d}/0000001"
    return (
        DemoMaterial(
            "Бумага фильтровальная", "4805400000", "RU", "ООО «Бумага-Пример»",
            "customs", declaration, paper,
        ),
        DemoMaterial(
            "Резина уплотнительная", "4016930005", "CN", "Seal Example Co.",
            "", "", foreign.quantize(cents) - paper,
        ),
        DemoMaterial(
            "Корпус стальной", "7326909807", "KZ", "ТОО «Металл-Пример»",
            "kz_origin", f"Паспорт № {number}", (price * Decimal("0.2")).quantize(cents),
        ),
    )  # fmt: skip


def demo_goods_csv(*, count: int = 100, prices: bool = False) -> bytes:
    """The shape of the public register's export, damage included, with invented goods."""
    common = {
        "chamber_code": "120",
        "chamber_name": "Палата предпринимателей области Ұлытау",
        "certificate_number": "KZ 5 120 99001",
        "blank_number": "9900001.0",
        "year": "2025",
        "purpose": "Для подтверждения страны происхождения товара и доли внутристрановой ценности",
        "category": "на серийное производство товара",
        "producer_bin": PRODUCER_BIN,
        "producer_name": PRODUCER_NAME,
        "producer_address": PRODUCER_ADDRESS,
        "hs_code": "8421990006",
        "kp_ved": "28.29.82",
        "unit": "шт",
        "unit_code": "796",
        "criterion": "Д8421",
        "recipient_bin": "-",
        "recipient_name": "-",
        "recipient_address": "-",
        "valid_until": "27.03.2026",
        "status": "Действующий",
        "issued_on": "27.03.2025",
    }
    keys = (*REGISTER_COLUMNS, "price_kzt") if prices else REGISTER_COLUMNS
    rows = [
        common
        | {
            "name": line.name,
            "quantity": str(line.quantity),
            "percent": _with_comma(line.percent),
            "price_kzt": _with_comma(line.price_kzt),
        }
        for line in demo_goods(count)
    ]
    return _csv([GOODS.title(key) for key in keys], [[row[key] for key in keys] for row in rows])


def demo_materials_csv(*, count: int = 100) -> bytes:
    """The materials of the demo goods, as `read_materials` takes them."""
    documents = {"customs": "ДТ", "kz_origin": "документ РК", "": "-"}
    rows = [
        [
            str(line.number), material.name, material.hs_code, material.country, material.supplier,
            documents[material.origin_document], material.document or "-", "",
            _with_comma(material.value_kzt), "", "", "", "", "",
        ]
        for line in demo_goods(count)
        for material in line.materials
    ]  # fmt: skip
    return _csv([MATERIALS.title(key) for key in MATERIAL_COLUMNS], rows)


def _with_comma(number: Decimal) -> str:
    """As registers print it: a comma, and no zeros at the end."""
    return (
        f"{number:f}".rstrip("0").rstrip(".").replace(".", ",") if number % 1 else f"{number:.0f}"
    )


def _csv(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return out.getvalue().encode()
