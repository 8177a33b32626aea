"""Invented goods and materials of the demo cases."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from expertise.models import GoodsLine

GOODS_HEADINGS = (
    "Наименование товара", "Код ТН ВЭД", "Код КП ВЭД", "Количество товара", "Единица измерения",
    "Критерий происхождения", "ДВЦ", "Цена за единицу, тенге",
)  # fmt: skip
MATERIAL_HEADINGS = (
    "№ строки товара", "Наименование материала", "Код ТН ВЭД", "Страна происхождения",
    "Поставщик", "Вид документа о происхождении", "Номер и дата документа",
    "Стоимость на единицу товара, тенге",
)  # fmt: skip


@dataclass(frozen=True)
class Product:
    """One kind of invented goods; `models` gives one goods line each."""

    name: str
    hs_code: str
    kp_ved: str
    unit: str
    price_kzt: int
    percents: tuple[str, ...]
    materials: tuple[tuple[str, str, str], ...]
    making: str


CABLE = Product(
    name="Кабель силовой ВВГ-П {n}×{size} мм², СТ ТОО-02-2026",
    hs_code="8544499108",
    kp_ved="27.32.13",
    unit="м",
    price_kzt=1200,
    percents=("61.40", "58.75", "63.02", "55.10"),
    materials=(("Пластикат ПВХ", "3904220009", "RU"), ("Лента полимерная", "3920430000", "CN")),
    making="Волочение медной проволоки, скрутка жил, изолирование, наложение оболочки, испытания.",
)
ICE_CREAM = Product(
    name="Мороженое «Үлгі-пломбир» №{n}, ванильное, {size} г",
    hs_code="2105009900",
    kp_ved="10.52.10",
    unit="кг",
    price_kzt=2400,
    percents=("88.20", "91.35", "86.07"),
    materials=(("Ванилин", "2912410000", "CN"), ("Плёнка упаковочная", "3920202900", "RU")),
    making="Приёмка молока, составление смеси, пастеризация, гомогенизация, фризерование, закалка.",
)
FURNITURE = Product(
    name="Стол ученический «Үлгі-парта», ростовая группа {n}, {size} мм",
    hs_code="9403200009",
    kp_ved="31.09.11",
    unit="шт",
    price_kzt=28500,
    percents=("54.31", "52.90", "57.44", "51.26", "60.00"),
    materials=(("Плита ДСП", "4410113000", "RU"), ("Кромка ПВХ", "3916200000", "TR")),
    making="Раскрой труб, сварка каркаса, порошковая окраска, раскрой плиты, кромление, сборка.",
)
FILTER_MATERIALS = (
    ("Бумага фильтровальная", "4805400000", "CN"),
    ("Клей полиуретановый", "3506910090", "RU"),
)
FILTER_MAKING = (
    "Гофрирование фильтровальной бумаги, штамповка крышек, заливка торцов, сборка, "
    "проверка герметичности, маркировка, упаковка."
)


def goods_csv(product: Product, *, lines: int) -> bytes:
    """A spreadsheet of `lines` goods, in the columns that the import knows."""
    rows = [
        (
            product.name.format(n=number, size=number * 10 + 40),
            product.hs_code,
            product.kp_ved,
            str(10 * number),
            product.unit,
            f"Д{product.hs_code[:4]}",
            product.percents[number % len(product.percents)].replace(".", ","),
            str(product.price_kzt + 100 * number),
        )
        for number in range(1, lines + 1)
    ]
    return _csv(GOODS_HEADINGS, rows)


def materials_csv(lines: Iterable[GoodsLine], foreign: Sequence[tuple[str, str, str]]) -> bytes:
    """Bills of materials that give exactly the share each line claims.

    The foreign value is the part of the price that the claimed share leaves over, divided
    among the foreign materials; a local material stands beside them.
    """
    rows = []
    for line in lines:
        assert line.price_kzt is not None  # noqa: S101
        assert line.claimed_percent is not None  # noqa: S101
        left = (line.price_kzt * (100 - line.claimed_percent) / 100).quantize(Decimal("0.01"))
        for position, (name, hs_code, country) in enumerate(foreign, start=1):
            is_last = position == len(foreign)
            value = left if is_last else (left / 3).quantize(Decimal("0.01"))
            left -= value
            number = f"ДТ 55302/{100000 + line.number}"
            rows.append((
                str(line.number), name, hs_code, country, "Импортёр-Үлгі", "customs", number,
                str(value).replace(".", ","),
            ))  # fmt: skip
        local = (line.price_kzt / 10).quantize(Decimal("0.01"))
        rows.append((
            str(line.number), "Заготовка отечественная", "7216100000", "KZ", "ТОО «Үлгі-Металл»",
            "kz_origin", f"Накладная {line.number}", str(local).replace(".", ","),
        ))  # fmt: skip
    return _csv(MATERIAL_HEADINGS, rows)


def _csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
