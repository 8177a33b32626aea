"""Invented goods of the demo cases: their materials, how they are made, what is said of them."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from expertise.models import GoodsLine
from expertise.services.judging import Verdict
from expertise.services.process import StepRow

GOODS_HEADINGS = (
    "Наименование товара", "Код ТН ВЭД", "Код КП ВЭД", "Количество товара", "Единица измерения",
    "Критерий происхождения", "ДВЦ", "Цена за единицу, тенге",
)  # fmt: skip
MATERIAL_HEADINGS = (
    "№ строки товара", "Наименование материала", "Код ТН ВЭД", "Страна происхождения",
    "Поставщик", "Вид документа о происхождении", "Номер и дата документа",
    "Стоимость на единицу товара, тенге", "Валюта", "Стоимость в валюте", "Дата курса",
)  # fmt: skip
Foreign = tuple[str, str, str]


@dataclass(frozen=True)
class Currency:
    """What a material was bought in; the rate stands in `exchange_rates.csv` too."""

    code: str
    rate: Decimal
    rate_on: str


ROUBLES = Currency("RUB", Decimal(6), "15.01.2026")


@dataclass(frozen=True)
class Product:
    """One kind of invented goods.

    `verdict` is what the auditor says where the rules leave a choice to a person.
    """

    name: str
    hs_code: str
    kp_ved: str
    unit: str
    price_kzt: int
    percents: tuple[str, ...]
    materials: tuple[Foreign, ...]
    making: str
    steps: tuple[StepRow, ...]
    identification: str
    verdict: Verdict | None = None


CABLE = Product(
    name="Кабель силовой ВВГ-П {n}×{size} мм², СТ ТОО-02-2026",
    hs_code="8544499108",
    kp_ved="27.32.13",
    unit="м",
    price_kzt=1200,
    percents=("61.40", "58.75", "63.02", "55.10"),
    materials=(("Пластикат ПВХ", "3904220009", "RU"), ("Лента полимерная", "3920430000", "CN")),
    making="Волочение медной проволоки, скрутка жил, изолирование, наложение оболочки, испытания.",
    steps=(
        StepRow("extrusion", None, "Изолирование жил и наложение оболочки", "Экструдер Э-90"),
        StepRow("final_tests", None, "Испытание напряжением", "Стенд СИ-10"),
    ),
    identification=(
        "Надпись на оболочке, бирки барабанов и протоколы испытаний сверены с заявкой; "
        "конструкция жил проверена на срезе."
    ),
    # Cables are a part of their heading, so the auditor says which condition applies and why.
    verdict=Verdict(
        is_originating=True,
        criterion="Д",
        row="8544",
        choice_reason="Кабель силовой с медными жилами, не волоконно-оптический.",
    ),
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
    steps=(
        StepRow("formulation", None, "Составление смеси по рецептуре", "Ёмкость 1000 л"),
        StepRow("homogenisation", None, "Гомогенизация", "Гомогенизатор Г-5"),
        StepRow("food_cooking", None, "Пастеризация, фризерование, закалка", "Пастеризатор"),
    ),
    identification=(
        "Этикетки, даты выработки и журнал варок совпадают с заявкой; образцы взяты из камеры."
    ),
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
    steps=(
        StepRow("welding", None, "Сварка каркаса", "Сварочный пост № 1–3"),
        StepRow("functional_coating", None, "Порошковая окраска", "Камера полимеризации"),
        StepRow("complex_assembly", None, "Кромление плиты, сборка", "Кромочный станок"),
    ),
    identification=(
        "Ростовые группы измерены, клейма на каркасах и паспорта столов соответствуют заявке."
    ),
    verdict=Verdict(
        is_originating=True,
        criterion="Д",
        reading="a",
        reading_reason="Каркас сваривают и окрашивают на месте: товар отвечает обоим прочтениям.",
    ),
)
SHELF = Product(
    name="Стеллаж сборный «Үлгі-сөре», полок: {n}, высота {size}0 мм",
    hs_code="9403200009",
    kp_ved="31.09.11",
    unit="шт",
    price_kzt=19000,
    percents=("58.20", "56.75"),
    materials=(("Стойка перфорированная", "7308900009", "RU"), ("Болты", "7318158900", "CN")),
    making="Гибка полок, подгонка стоек, сборка, проверка под нагрузкой.",
    steps=(
        StepRow("complex_assembly", None, "Сборка с подгонкой, проверка нагрузкой", "Стенд СН-3"),
    ),
    identification="Стеллажи собраны при осмотре, размеры и число полок совпали с заявкой.",
    verdict=Verdict(
        is_originating=True,
        criterion="Д",
        reading="a",
        reading_reason="Перечень называет только предел; он соблюдён с запасом.",
    ),
)
# The other auditor reads the condition in the other way and refuses what the first one passed.
SHELF_REFUSED = Verdict(
    is_originating=False,
    reason="list_condition_not_met",
    reading="b",
    reading_reason="Стеллаж только собирают; сварки и покрытия, дающих новые свойства, нет.",
    justification="Стойки и крепёж ввезены готовыми, на месте выполнена одна сборка.",
)
FILTER = Product(
    name="Фильтр",
    hs_code="8421990006",
    kp_ved="28.29.82",
    unit="шт",
    price_kzt=8000,
    percents=("70.00",),
    materials=(
        ("Бумага фильтровальная", "4805400000", "CN"),
        ("Клей полиуретановый", "3506910090", "RU"),
    ),
    making=(
        "Гофрирование фильтровальной бумаги, штамповка крышек, заливка торцов, сборка, "
        "проверка герметичности, маркировка, упаковка."
    ),
    steps=(
        StepRow("pleating_and_bonding", None, "Гофрирование бумаги, склейка пакета", "Линия ЛГ-2"),
        StepRow("metal_forming", None, "Штамповка крышек", "Пресс П-63"),
        StepRow("complex_assembly", None, "Сборка, заливка торцов, герметичность", "Стенд СГ-1"),
        StepRow("N16", None, "Маркировка", "Принтер этикеток"),
    ),
    identification="Маркировка, паспорта изделий и образцы сверены с заявкой.",
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


def materials_csv(
    lines: Iterable[GoodsLine],
    foreign: Sequence[Foreign],
    *,
    currency: Currency | None = None,
    instead: Mapping[int, Foreign] | None = None,
) -> bytes:
    """Bills of materials that give exactly the share each line claims.

    The foreign value is the part of the price that the claimed share leaves over, divided
    among the foreign materials; a local material stands beside them. With a `currency` all of
    them but the last, which takes the remainder, were bought in it; `instead` names another
    first material for a line.
    """
    rows = []
    for line in lines:
        assert line.price_kzt is not None  # noqa: S101
        assert line.claimed_percent is not None  # noqa: S101
        left = (line.price_kzt * (100 - line.claimed_percent) / 100).quantize(Decimal("0.01"))
        materials = [(instead or {}).get(line.number, foreign[0]), *foreign[1:]]
        for position, (name, hs_code, country) in enumerate(materials, start=1):
            is_last = position == len(materials)
            value, cells = _value(left if is_last else left / 3, None if is_last else currency)
            left -= value
            number = f"ДТ 55302/{100000 + line.number}"
            rows.append((
                str(line.number), name, hs_code, country, "Импортёр-Үлгі", "customs", number,
                *cells,
            ))  # fmt: skip
        _worth, cells = _value(line.price_kzt / 10, None)
        rows.append((
            str(line.number), "Заготовка отечественная", "7216100000", "KZ", "ТОО «Үлгі-Металл»",
            "kz_origin", f"Накладная {line.number}", *cells,
        ))  # fmt: skip
    return _csv(MATERIAL_HEADINGS, rows)


def _value(tenge: Decimal, currency: Currency | None) -> tuple[Decimal, tuple[str, ...]]:
    """The value in tenge and its cells; in a currency it is the product of amount and rate."""
    cents = Decimal("0.01")
    if currency is None:
        value = tenge.quantize(cents)
        return value, (_comma(value), "", "", "")
    amount = (tenge / currency.rate).quantize(cents)
    return amount * currency.rate, ("", currency.code, _comma(amount), currency.rate_on)


def _comma(number: Decimal) -> str:
    return str(number).replace(".", ",")


def _csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
