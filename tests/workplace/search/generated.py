"""A public register of many invented certificates, written past the models: rows alone, and fast.

Numbers, companies and goods come from one seed. Most numbers lie all over the space of numbers;
one chamber's last year is numbered without gaps, as chambers number.
"""

import csv
import datetime as dt
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import StringIO
from itertools import count, islice, pairwise

from django.db import connection
from django.utils import timezone

from accounts.identifiers import check_digit, complete_identifier
from reference.words import search_words

CHAMBERS = tuple(str(code) for code in range(101, 121))
YEARS = range(2017, 2027)
# The chamber and year whose numbers follow each other.
DENSE = (2026, "120")
DENSE_CERTIFICATES = 5_000
FIRST = (
    *("Қайнар", "Алтын", "Береке", "Самал", "Көктем", "Арман", "Орда", "Тұлпар", "Жұлдыз"),
    *("Шаңырақ", "Дала", "Нұрлы", "Жібек", "Өрлеу", "Құлан", "Рассвет", "Восток", "Северный"),
    *("Горный", "Степной", "Ясный", "Родник", "Парус", "Тополь", "Маяк", "Витязь", "Кедр"),
    *("Озёрный", "Янтарь", "Лазурит", "Гранит", "Сокол", "Беркут", "Сайрам", "Ертіс", "Бурабай"),
)
SECOND = (
    *("Снаб", "Пром", "Металл", "Строй", "Кабель", "Мебель", "Агро", "Техника", "Машина"),
    *("Химия", "Сервис", "Полимер", "Текстиль", "Керамика", "Фарма", "Энерго", "Прибор"),
    *("Пласт", "Сүт", "Жиһаз", "Құрылыс", "Өнім", "Болат", "Шыны", "Мата", "Ағаш", "Тамақ"),
)
# Names of goods with their HS code; about a fifth are in Kazakh.
GOODS = (
    ("Кабель силовой медный", "8544499309"),
    ("Провод изолированный алюминиевый", "8544499509"),
    ("Труба стальная бесшовная", "7304399209"),
    ("Труба полиэтиленовая напорная", "3917211009"),
    ("Насос центробежный скважинный", "8413702900"),
    ("Трансформатор масляный", "8504229000"),
    ("Котёл отопительный водогрейный", "8403109000"),
    ("Щит распределительный", "8537109109"),
    ("Мебель школьная ученическая", "9403309100"),
    ("Кресло офисное поворотное", "9401300000"),
    ("Шкаф металлический архивный", "9403208009"),
    ("Стол письменный деревянный", "9403301100"),
    ("Молоко питьевое пастеризованное", "0401201109"),
    ("Мука пшеничная высшего сорта", "1101001500"),
    ("Масло подсолнечное рафинированное", "1512199002"),
    ("Вода минеральная газированная", "2201101900"),
    ("Костюм рабочий утеплённый", "6203221000"),
    ("Ботинки кожаные защитные", "6403400000"),
    ("Перчатки трикотажные с покрытием", "6116102000"),
    ("Бумага офисная мелованная", "4802562000"),
    ("Цемент портландский бездобавочный", "2523290000"),
    ("Кирпич керамический облицовочный", "6904100000"),
    ("Плита железобетонная дорожная", "6810919000"),
    ("Краска водно-дисперсионная", "3209100000"),
    ("Бинт марлевый стерильный", "3005903100"),
    ("Раствор натрия хлорида", "3004900002"),
    ("Светильник светодиодный уличный", "9405409908"),
    ("Окно металлопластиковое", "3925200000"),
    ("Арматура композитная", "3916905000"),
    ("Полотенце махровое", "6302600000"),
    ("Күштік мыс кабелі", "8544499309"),
    ("Мектеп жиһазы", "9403309100"),
    ("Пастерленген сүт", "0401201109"),
    ("Бидай ұны", "1101001500"),
    ("Болат құбыр", "7304399209"),
    ("Қорғаныш киімі", "6203221000"),
    ("Темірбетон плитасы", "6810919000"),
    ("Терезе блогы", "3925200000"),
)
MARKS = "АБВГДЕКМНПРСТ"
ENTRY_COLUMNS = (
    *("id", "source", "updated_at", "number", "year", "chamber_code", "sequence", "chamber_name"),
    *("blank_number", "scheme", "issued_on", "valid_until", "state", "is_replacement", "replaces"),
    *("replaced_by", "purpose", "category", "producer_bin", "producer_name", "producer_name_kk"),
    *("producer_address", "recipient_bin", "recipient_name", "recipient_name_kk"),
    *("recipient_address", "line_count", "missing_lines", "words", "digest"),
)
LINE_COLUMNS = ("entry_id", "number", "name", "hs_code", "kp_ved", "unit", "unit_code",
                "criterion", "words")  # fmt: skip
# Far above what the tests' own rows reach.
FIRST_ID = 10_000_000


@dataclass(frozen=True)
class Company:
    identifier: str
    first: str
    second: str

    @property
    def name(self) -> str:
        return f"ТОО «Пример-{self.first} {self.second}»"

    @property
    def name_kk(self) -> str:
        return f"«Пример-{self.first} {self.second}» ЖШС"


@dataclass
class Generated:
    companies: list[Company]
    # Numbers of the whole space, and those that follow each other; with their companies.
    spread: list[tuple[str, Company]] = field(default_factory=list)
    dense: list[tuple[str, Company]] = field(default_factory=list)


def generate(certificates: int, *, seed: int = 2026) -> Generated:
    """Writes so many certificates of the earlier register with their goods."""
    dice = random.Random(seed)
    made = Generated(companies=list(_companies(dice)))
    with connection.cursor() as cursor, _without_trigrams():
        numbers = _numbers(dice, certificates)
        ids = count(FIRST_ID)
        while some := list(islice(numbers, 10_000)):
            entries, lines = StringIO(), StringIO()
            for year, chamber, sequence in some:
                _write(dice, made, next(ids), (year, chamber, sequence), entries, lines)
            for table, columns, file in (
                ("registry_registerentry", ENTRY_COLUMNS, entries),
                ("registry_registerline", LINE_COLUMNS, lines),
            ):
                file.seek(0)
                into = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
                into += r" WITH (FORMAT csv, NULL '\N')"
                cursor.cursor.copy_expert(into, file)
        cursor.execute("ANALYZE registry_registerentry")
        cursor.execute("ANALYZE registry_registerline")
    return made


class _without_trigrams:  # noqa: N801
    """An index of trigrams costs more to fill row by row than to make anew."""

    INDEXES = (
        ("register_words", "registry_registerentry"),
        ("register_line_words", "registry_registerline"),
    )

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            for name, _table in self.INDEXES:
                cursor.execute(f"DROP INDEX {name}")

    def __exit__(self, *error: object) -> None:
        if any(error):
            return
        with connection.cursor() as cursor:
            # Keys that wait to be checked would keep the tables from being changed.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for name, table in self.INDEXES:
                cursor.execute(f"CREATE INDEX {name} ON {table} USING gin (words gin_trgm_ops)")


def _companies(dice: random.Random) -> Iterator[Company]:
    for serial, (first, second) in enumerate((a, b) for a in FIRST for b in SECOND):
        beginning = dice.choice(("000140", "050240", "120340", "190640"))
        digits = serial * 7
        while check_digit(f"{beginning}{digits:05d}") is None:
            digits += 1
        yield Company(complete_identifier(f"{beginning}{digits:05d}"), first, second)


def _numbers(dice: random.Random, certificates: int) -> Iterator[tuple[int, str, int]]:
    year, chamber = DENSE
    dense = min(DENSE_CERTIFICATES, certificates // 2)
    for sequence in range(1, dense + 1):
        yield year, chamber, sequence
    groups = [(y, c) for y in YEARS for c in CHAMBERS if (y, c) != DENSE]
    left = certificates - dense
    for place, (y, c) in enumerate(groups):
        share = left // len(groups) + (place < left % len(groups))
        for sequence in sorted(dice.sample(range(1, 100_000), share)):
            yield y, c, sequence


def _write(
    dice: random.Random,
    made: Generated,
    pk: int,
    key: tuple[int, str, int],
    entries: StringIO,
    lines: StringIO,
) -> None:
    year, chamber, sequence = key
    company = dice.choice(made.companies)
    recipient = dice.choice(made.companies) if dice.random() < 0.3 else None
    issued_on = dt.date(year, 1, 1) + dt.timedelta(days=dice.randrange(320))
    goods = [_goods(dice) for _line in range(dice.choice((1, 1, 2)))]
    number = f"KZ {year % 10} {chamber} {sequence:05d}"
    names = (company.name, company.name_kk, recipient.name if recipient else "",
             recipient.name_kk if recipient else "")  # fmt: skip
    csv.writer(entries).writerow([
        pk, "earlier", timezone.now().isoformat(), number, year, chamber, sequence,
        f"Палата предпринимателей {chamber}", f"{dice.randrange(10**7):07d}", "ct-kz", issued_on,
        issued_on + dt.timedelta(days=365), "valid", False, "", "", "", "", company.identifier,
        company.name, company.name_kk, "", recipient.identifier if recipient else "", names[2],
        names[3], "", len(goods), 0, search_words(*names), "",
    ])  # fmt: skip
    for place, (name, code) in enumerate(goods, start=1):
        csv.writer(lines).writerow(
            [pk, place, name, code, "", "шт", "796", "Д", search_words(name)]
        )
    (made.dense if (year, chamber) == DENSE else made.spread).append((number, company))


def _goods(dice: random.Random) -> tuple[str, str]:
    name, code = dice.choice(GOODS)
    mark = "".join(dice.sample(MARKS, 2))
    return f"{name} {mark}-{dice.randrange(100, 9_999)}", code


# --- mistakes


def mistyped(dice: random.Random, text: str, *, digits: bool) -> dict[str, str]:
    """`text` with one mistake of each kind, in a digit or in a letter."""
    alphabet = "0123456789" if digits else "абвгдежзиклмнопрстуфхцчшыэюя"
    is_sign: Callable[[str], bool] = str.isdigit if digits else str.isalpha
    places = [place for place, sign in enumerate(text) if is_sign(sign)]
    place = dice.choice(places)
    other = dice.choice([sign for sign in alphabet if sign != text[place].lower()])
    swaps = [
        one for one, two in pairwise(places) if text[one] != text[two]
    ]  # fmt: skip
    found = {
        "wrong": text[:place] + other + text[place + 1 :],
        "missing": text[:place] + text[place + 1 :],
        "added": text[:place] + other + text[place:],
    }
    if swaps:
        one = dice.choice(swaps)
        two = places[places.index(one) + 1]
        signs = list(text)
        signs[one], signs[two] = signs[two], signs[one]
        found["swapped"] = "".join(signs)
    return found
