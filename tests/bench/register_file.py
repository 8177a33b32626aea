"""An invented export of the earlier register, as large as asked and as damaged as the real ones."""

import csv
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from accounts.identifiers import check_digit, complete_identifier
from reference.codes import LAST_HEADING_OF_GROUP
from registry.register_columns import ANNULLED, EMPTY, EXPIRED, IN_FORCE, IN_REPLACEMENT, TITLES

CHAMBERS = [str(code) for code in range(101, 121)]
GOODS = (
    *("Фильтр воздушный", "Кабель силовой", "Насос центробежный", "Молоко сухое"),
    *("Труба стальная", "Кирпич керамический", "Мука пшеничная", "Дверь металлическая"),
)
UNITS = (("шт", "796"), ("кг", "166"), ("т", "168"), ("м", "006"), ("м2", "055"))
STATUSES = (*(IN_FORCE,) * 6, EXPIRED, EXPIRED, ANNULLED, IN_REPLACEMENT)
BUSINESSES = 2_000
SEQUENCES = 99_999


def write_register(path: Path, rows: int, *, seed: int = 1) -> int:
    """Writes exactly so many rows of sound but worn data; returns how many certificates they are.

    Zeros at the front are lost here and there, `.0` hangs on, letters are of the wrong alphabet,
    dates come in three forms: what spreadsheets do, and nothing that cannot be read back.
    """
    dice = random.Random(seed)
    written = certificates = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(TITLES)
        for facts in _certificates(dice):
            lines = min(_line_count(dice), rows - written)
            if not lines:
                return certificates
            for line in range(1, lines + 1):
                writer.writerow(_worn({**facts, **_line(dice, facts, line)}, dice))
            written += lines
            certificates += 1
    return certificates


def _line_count(dice: random.Random) -> int:
    """Most certificates have a few lines, some a hundred."""
    return dice.choice((1, 1, 1, 2, 3, 4, 6, 10, 20, 100))


def _certificates(dice: random.Random) -> Iterator[dict[str, str]]:
    """For ever, each number once: chambers in turn, then the next sequence, then the next year."""
    year, sequence = 2020, 0
    businesses = [_bin(number) for number in range(BUSINESSES)]
    while True:
        sequence += 1
        if sequence > SEQUENCES:
            year, sequence = year + 1, 1
        for chamber in CHAMBERS:
            issued_on = date(year, 1, 1) + timedelta(days=dice.randrange(365))
            ends_on = issued_on + timedelta(days=365)
            is_batch = dice.random() < 0.3
            producer = dice.randrange(BUSINESSES)
            recipient = dice.randrange(BUSINESSES)
            yield {
                "Код РПП": chamber,
                "Наименование РПП": f"Палата предпринимателей {chamber}",
                "Номер сертификата происхождения": f"KZ {year % 10} {chamber} {sequence:05d}",
                "Номер бланка": f"{dice.randrange(10_000_000):07d}",
                "Год выдачи": str(year),
                "Цель получения сертификата": "Для участия в закупках, тендерах и конкурсах",
                "Категория": "на партию товара" if is_batch else "на серийное производство товара",
                "ИИН/ БИН производителя": businesses[producer],
                "Наименование производителя": f'ТОО "Пример-{producer}"',
                "Адрес производителя": f"010000, РК, г. Астана, ул. Примерная, {producer}",
                "ИИН/БИН получателя": businesses[recipient] if is_batch else EMPTY,
                "Наименование получателя": f'ТОО "Мысал-{recipient}"' if is_batch else EMPTY,
                "Адрес получателя": "050000, РК, г. Алматы, ул. Примерная, 1"
                if is_batch
                else EMPTY,
                "Дата окончания действия сертификата": f"{ends_on:%d.%m.%Y}",
                "Статус сертификата": dice.choice(STATUSES),
                "Дата выдачи": f"{issued_on:%d.%m.%Y}",
            }


def _bin(number: int) -> str:
    """Sound and nobody's: some begin with a zero, which spreadsheets lose."""
    serial = number * 13
    while check_digit(f"{'00' if number % 3 == 0 else '20'}014{serial:06d}") is None:
        serial += 1
    return complete_identifier(f"{'00' if number % 3 == 0 else '20'}014{serial:06d}")


def _line(dice: random.Random, facts: dict[str, str], number: int) -> dict[str, str]:
    group = dice.choice(("04", "08", "84", "85", "73", "69"))
    heading = dice.randint(1, min(LAST_HEADING_OF_GROUP.get(group, 7), 7))
    unit, code = dice.choice(UNITS)
    model = f"{dice.randrange(10_000):04d}"
    return {
        "Наименование товара": f"{dice.choice(GOODS)} PF-{model}A-{number:02d} "
        f"СТ {facts['ИИН/ БИН производителя']}-ТОО-01-2024",
        "Код ТН ВЭД": f"{group}{heading:02d}{dice.randrange(1_000_000):06d}",
        "Код КП ВЭД": f"{dice.randint(10, 32)}.{dice.randint(10, 99)}.{dice.randint(10, 99)}",
        "Количество товара": str(dice.randint(1, 5_000)),
        "Единица измерения": unit,
        "Код единицы измерения": code,
        "Критерий происхождения": f"Д{group}{heading:02d}",
        "ДВЦ": f"{dice.uniform(1, 100):.2f}".replace(".", ","),
    }


def _worn(row: dict[str, str], dice: random.Random) -> list[str]:
    """The cells in the order of the register, as spreadsheets leave them."""
    if dice.random() < 0.3:
        code = row["Код ТН ВЭД"]
        row["Код ТН ВЭД"] = f"{int(code)}"
        row["ИИН/ БИН производителя"] = f"{int(row['ИИН/ БИН производителя'])}.0"
        row["Номер бланка"] = f"{int(row['Номер бланка'])}.0"
    if dice.random() < 0.2:
        row["Номер сертификата происхождения"] = row["Номер сертификата происхождения"].replace(
            "K", "К"
        )
        row["Критерий происхождения"] = row["Критерий происхождения"].replace("Д", "Д ")
    if dice.random() < 0.2:
        for name in ("Дата выдачи", "Дата окончания действия сертификата"):
            day, month, year = row[name].split(".")
            row[name] = f"{year}-{month}-{day} 00:00:00"
    return [row[title] for title in TITLES]
