"""A small export of an invented earlier register, worn as spreadsheets leave such files."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from accounts.identifiers import complete_identifier
from reference.models import Chamber
from registry.register_columns import (
    ANNULLED,
    EMPTY,
    EXPIRED,
    IN_FORCE,
    IN_REPLACEMENT,
    TITLES,
)

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Company:
    """Eleven digits of a BIN, the last one is added; one begins with zeros, which get lost."""

    digits: str
    name: str
    address: str
    goods: str
    hs_code: str
    kp_ved: str
    unit: tuple[str, str]
    criterion: str
    share: str


COMPANIES = (
    Company(
        "99014000041", 'ТОО "Пример-Кірпіш"', "г. Караганда, ул. Примерная, 51",
        "Кирпич керамический «Үлгі» М{size}", "6904100000", "23.32.11", ("т", "168"),
        "Д6904", "81,40",
    ),
    Company(
        "99014000042", 'ТОО "Пример-Сорап"', "г. Усть-Каменогорск, ул. Примерная, 8",
        "Насос центробежный «Үлгі-сорап» НЦ-{size}", "8413708100", "28.13.14", ("шт", "796"),
        "Д8413", "57,25",
    ),
    Company(
        "00014000031", 'ТОО "Пример-Есік"', "г. Шымкент, ул. Примерная, 17",
        "Дверь металлическая «Үлгі-есік» {size}", "7308300000", "25.12.10", ("шт", "796"),
        "Д7308", "66,10",
    ),
    Company(
        "99014000043", 'ТОО "Пример-Нан"', "г. Костанай, ул. Примерная, 2",
        "Мука пшеничная «Үлгі-нан», сорт {size}", "1101001500", "10.61.21", ("кг", "166"),
        "П", "100",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Past:
    """One certificate of old: of which chamber, how long ago, how many lines, and its last word."""

    chamber: str
    sequence: int
    company: int
    days_ago: int
    lines: int
    status: str


CERTIFICATES = (
    Past("108", 211, 0, 700, 4, EXPIRED),
    Past("108", 305, 0, 300, 5, IN_FORCE),
    Past("104", 118, 1, 640, 3, EXPIRED),
    Past("104", 164, 1, 410, 3, ANNULLED),
    Past("104", 165, 1, 200, 3, IN_REPLACEMENT),
    Past("117", 902, 2, 350, 6, IN_FORCE),
    Past("117", 941, 2, 120, 4, IN_FORCE),
    Past("110", 77, 3, 500, 2, EXPIRED),
    Past("110", 83, 3, 250, 4, IN_FORCE),
    Past("110", 95, 3, 60, 6, IN_FORCE),
)


def take_over(*, today: date) -> None:
    """The export goes the way of a real one; two of its rows are beyond repair and reported."""
    folder = Path(settings.VAR_DIR) / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "earlier-register.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(TITLES)
        writer.writerows([row[title] for title in TITLES] for row in _damaged(_rows(today)))
    quiet = io.StringIO()
    call_command(
        "import_register",
        str(path),
        report=folder / "earlier-register-not-taken.csv",
        stdout=quiet,
        stderr=quiet,
    )


def _rows(today: date) -> Iterator[dict[str, str]]:
    chambers = dict(Chamber.objects.values_list("code", "name_ru"))
    for past in CERTIFICATES:
        issued_on = today - timedelta(days=past.days_ago)
        company = COMPANIES[past.company]
        for line in range(1, past.lines + 1):
            yield {
                **dict.fromkeys(TITLES, EMPTY),
                "Код РПП": past.chamber,
                "Наименование РПП": chambers[past.chamber],
                "Номер сертификата происхождения": (
                    f"KZ {issued_on.year % 10} {past.chamber} {past.sequence:05d}"
                ),
                "Номер бланка": f"{9_000_000 + past.sequence}",
                "Год выдачи": str(issued_on.year),
                "Цель получения сертификата": "Для участия в закупках, тендерах и конкурсах",
                "Категория": "на серийное производство товара",
                "ИИН/ БИН производителя": complete_identifier(company.digits),
                "Наименование производителя": company.name,
                "Адрес производителя": company.address,
                "Наименование товара": company.goods.format(size=50 + 25 * line),
                "Код ТН ВЭД": company.hs_code,
                "Код КП ВЭД": company.kp_ved,
                "Количество товара": str(100 * line),
                "Единица измерения": company.unit[0],
                "Код единицы измерения": company.unit[1],
                "Критерий происхождения": company.criterion,
                "ДВЦ": company.share,
                "Дата окончания действия сертификата": f"{issued_on + YEAR:%d.%m.%Y}",
                "Статус сертификата": past.status,
                "Дата выдачи": f"{issued_on:%d.%m.%Y}",
            }


def _damaged(rows: Iterator[dict[str, str]]) -> Iterator[dict[str, str]]:
    """Lost zeros, `.0`, a letter of the wrong alphabet; and two rows that nobody can read."""
    for place, row in enumerate(rows):
        if place % 3 == 0:
            row["ИИН/ БИН производителя"] = f"{int(row['ИИН/ БИН производителя'])}.0"
        if place % 4 == 0:
            number = row["Номер сертификата происхождения"]
            row["Номер сертификата происхождения"] = number.replace("K", "К")
        if place == 7:
            row["Код ТН ВЭД"] = "69О4?"
        if place == 30:
            row["Дата окончания действия сертификата"] = "31.02"
        yield row
