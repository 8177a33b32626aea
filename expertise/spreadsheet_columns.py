"""Which heading names which column: the register's own headings and their usual synonyms."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from accounts.identifiers import fold_lookalikes

_NOT_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its key; `title` is how our own example spells it."""

    key: str
    title: str
    synonyms: tuple[str, ...] = ()
    # Needed in every sheet; alternatives stand in the layout.
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one kind of sheet; of each group in `one_of` at least one must be there."""

    columns: tuple[Column, ...]
    one_of: tuple[tuple[str, ...], ...] = ()
    # What is the same on every row and describes the sheet as a whole.
    facts: tuple[str, ...] = ()

    def title(self, key: str) -> str:
        return next(column.title for column in self.columns if column.key == key)

    def missing(self, found: Mapping[str, int]) -> list[str]:
        lacking = [c.title for c in self.columns if c.is_required and c.key not in found]
        lacking += [
            " / ".join(self.title(key) for key in group)
            for group in self.one_of
            if not any(key in found for key in group)
        ]
        return lacking


@dataclass(frozen=True, slots=True)
class Headings:
    """Positions of the columns that were recognised, and the headings that were not."""

    positions: Mapping[str, int]
    unknown: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)


def heading_key(heading: object) -> str:
    """`ИИН/ БИН производителя` and `ИИН/БИН  производителя:` are one heading."""
    text = _NOT_LETTERS.sub("", str(heading).casefold().replace("ё", "е"))
    return fold_lookalikes(text, to="cyrillic")


@lru_cache(maxsize=8)
def _keys(layout: Layout) -> dict[str, str]:
    return {
        heading_key(spelling): column.key
        for column in layout.columns
        for spelling in (column.title, *column.synonyms)
    }


def known_headings(layout: Layout, cells: Iterable[object]) -> int:
    keys = _keys(layout)
    return len({keys[key] for cell in cells if cell and (key := heading_key(cell)) in keys})


def recognise(layout: Layout, cells: Sequence[object]) -> Headings:
    keys = _keys(layout)
    positions: dict[str, int] = {}
    titles: dict[str, str] = {}
    unknown: list[str] = []
    repeated: list[str] = []
    for position, cell in enumerate(cells):
        text = str(cell).strip() if cell is not None else ""
        if not text:
            continue
        key = keys.get(heading_key(text))
        if key is None:
            unknown.append(text)
        elif key in positions:
            repeated.append(text)
        else:
            positions[key] = position
            titles[key] = text
    return Headings(positions, tuple(unknown), tuple(repeated), titles)


GOODS = Layout(
    columns=(
        Column("number", "№ п/п", ("№", "No", "п/п", "Номер строки", "Р/с", "Line", "Line number")),
        Column(
            "name",
            "Наименование товара",
            ("Товар", "Наименование", "Наименование продукции", "Тауардың атауы", "Тауар атауы",
             "Тауар", "Name", "Goods", "Product", "Product name", "Name of goods"),
            is_required=True,
        ),
        Column(
            "hs_code",
            "Код ТН ВЭД",
            ("ТН ВЭД", "ТНВЭД", "Код ТН ВЭД ЕАЭС", "ТН ВЭД ЕАЭС", "СЭҚ ТН коды", "СЭҚ ТН",
             "ЕАЭО СЭҚ ТН коды", "HS code", "HS", "Commodity code"),
            is_required=True,
        ),
        Column(
            "kp_ved",
            "Код КП ВЭД",
            ("КП ВЭД", "КПВЭД", "ЭҚТӨЖ коды", "ЭҚТӨЖ", "KP VED", "KP VED code", "CPA code"),
        ),
        Column(
            "quantity",
            "Количество товара",
            ("Количество", "Кол-во", "Кол-во товара", "Тауардың саны", "Саны", "Мөлшері",
             "Quantity", "Qty"),
            is_required=True,
        ),
        Column(
            "unit",
            "Единица измерения",
            ("Ед. изм.", "Ед. измерения", "Ед.", "Өлшем бірлігі", "Unit", "Unit of measure"),
        ),
        Column(
            "unit_code",
            "Код единицы измерения",
            ("Код ед. изм.", "Код ед. измерения", "Код МКЕИ", "Өлшем бірлігінің коды", "Unit code"),
        ),
        Column(
            "criterion",
            "Критерий происхождения",
            ("Критерий", "Шығу тегі критерийі", "Шығу критерийі", "Criterion",
             "Criterion of origin", "Origin criterion"),
        ),
        Column(
            "percent",
            "ДВЦ",
            ("ДВЦ, %", "ДВЦ %", "Доля внутристрановой ценности", "Доля местного содержания",
             "Доля местного содержания, %", "Доля казахстанского содержания",
             "Елішілік құндылық үлесі", "Жергілікті қамту үлесі", "ЕҚҮ", "Local content",
             "Local content, %", "In-country value"),
        ),
        Column(
            "price_kzt",
            "Цена за единицу, тенге",
            ("Цена", "Цена за единицу", "Цена, тенге", "Цена EXW", "Цена франко-завод",
             "Цена франко-завод без НДС", "Бірлік бағасы, теңге", "Бағасы", "Price",
             "Unit price", "EXW price", "Price, KZT"),
        ),
        Column("category", "Категория", ("Санаты", "Санат", "Category")),
        Column("purpose", "Цель получения сертификата",
               ("Цель", "Сертификат алу мақсаты", "Purpose")),
        Column(
            "producer_bin",
            "ИИН/ БИН производителя",
            ("БИН производителя", "БИН/ИИН производителя", "Өндірушінің БСН/ЖСН", "Producer BIN"),
        ),
        Column("producer_name", "Наименование производителя",
               ("Производитель", "Өндіруші", "Өндірушінің атауы", "Producer")),
        Column("producer_address", "Адрес производителя",
               ("Адрес производства", "Өндірушінің мекенжайы", "Producer address")),
        Column(
            "recipient_bin",
            "ИИН/БИН получателя",
            ("БИН получателя", "БИН/ИИН получателя", "Алушының БСН/ЖСН", "Recipient BIN"),
        ),
        Column("recipient_name", "Наименование получателя",
               ("Получатель", "Алушы", "Алушының атауы", "Recipient")),
        Column("recipient_address", "Адрес получателя",
               ("Алушының мекенжайы", "Recipient address")),
        Column("chamber_code", "Код РПП"),
        Column("chamber_name", "Наименование РПП"),
        Column("certificate_number", "Номер сертификата происхождения"),
        Column("blank_number", "Номер бланка"),
        Column("year", "Год выдачи"),
        Column("valid_until", "Дата окончания действия сертификата"),
        Column("status", "Статус сертификата"),
        Column("issued_on", "Дата выдачи"),
    ),
    one_of=(("unit", "unit_code"),),
    facts=(
        "category", "purpose", "producer_bin", "producer_name", "producer_address",
        "recipient_bin", "recipient_name", "recipient_address", "chamber_code",
        "certificate_number", "valid_until", "status", "issued_on",
    ),
)  # fmt: skip

MATERIALS = Layout(
    columns=(
        Column(
            "line_number",
            "№ строки товара",
            ("Номер строки товара", "Строка товара", "№ товара", "Товар №", "Тауар жолының нөмірі",
             "Тауар жолы", "Goods line", "Line"),
            is_required=True,
        ),
        Column("number", "№ п/п", ("№", "No", "п/п", "Р/с")),
        Column(
            "name",
            "Наименование материала",
            ("Материал", "Сырьё", "Сырье и материалы", "Наименование", "Наименование сырья",
             "Материалдың атауы", "Материал атауы", "Material", "Name"),
            is_required=True,
        ),
        Column("hs_code", "Код ТН ВЭД",
               ("ТН ВЭД", "Код ТН ВЭД ЕАЭС", "СЭҚ ТН коды", "СЭҚ ТН", "HS code", "HS")),
        Column("country", "Страна происхождения",
               ("Страна", "Шығарылған елі", "Шыққан елі", "Ел", "Country", "Country of origin")),
        Column("supplier", "Поставщик", ("Өнім беруші", "Жеткізуші", "Supplier")),
        Column(
            "origin_document",
            "Вид документа о происхождении",
            ("Документ о происхождении", "Вид документа", "Шығу тегі құжатының түрі",
             "Document of origin", "Origin document"),
        ),
        Column("document", "Номер и дата документа",
               ("Документ", "Реквизиты документа", "Құжаттың нөмірі мен күні", "Құжат",
                "Document", "Document number")),
        Column(
            "local_percent",
            "ДВЦ материала, %",
            ("ДВЦ", "ДВЦ материала", "Доля местного содержания материала",
             "Материалдың жергілікті қамту үлесі", "Local content", "Local content, %"),
        ),
        Column(
            "value_kzt",
            "Стоимость на единицу товара, тенге",
            ("Стоимость", "Стоимость, тенге", "Сумма", "Стоимость материала", "Құны",
             "Құны, теңге", "Value", "Value, KZT", "Cost"),
            is_required=True,
        ),
    ),
)  # fmt: skip
