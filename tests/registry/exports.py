"""Exports of the earlier register for tests: invented rows in the columns of the real ones."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from registry.importing import import_register
from registry.importing_report import Report
from registry.models import RegisterImport
from registry.register import Change
from registry.register_columns import TITLES

ROW = {
    "Код РПП": "120",
    "Наименование РПП": "Палата предпринимателей области Ұлытау",
    "Номер сертификата происхождения": "KZ 5 120 00017",
    "Номер бланка": "2310478.0",
    "Год выдачи": "2025",
    "Цель получения сертификата": "Для участия в закупках, тендерах и конкурсах",
    "Категория": "на серийное производство товара",
    "ИИН/ БИН производителя": "990140000384",
    "Наименование производителя": 'ТОО "Пример-Фильтр"',
    "Адрес производителя": "г. Жезказган, ул. Примерная, 19",
    "Наименование товара": "Фильтр воздушный PF-0001A СТ 990140000384-ТОО-01-2024",
    "Код ТН ВЭД": "8421990006",
    "Код КП ВЭД": "28.29.82",
    "Количество товара": "20",
    "Единица измерения": "шт",
    "Код единицы измерения": "796",
    "Критерий происхождения": "Д8421",
    "ДВЦ": "68,23",
    "ИИН/БИН получателя": "-",
    "Наименование получателя": "-",
    "Адрес получателя": "-",
    "Дата окончания действия сертификата": "27.03.2046",
    "Статус сертификата": "Действующий",
    "Дата выдачи": "27.03.2025",
}


def a_row(**changed: str) -> dict[str, str]:
    """A sound row; keys are beginnings of titles with `_` for a space: `Код_ТН="…"`."""
    row = dict(ROW)
    for beginning, value in changed.items():
        title = next(title for title in TITLES if title.startswith(beginning.replace("_", " ")))
        row[title] = value
    return row


def write_export(
    path: Path,
    rows: Iterable[dict[str, str]],
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
    titles: tuple[str, ...] = TITLES,
) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(titles)
        writer.writerows([row[title] for title in TITLES] for row in rows)
    return path


class Taken:
    """A finished import with what it told."""

    def __init__(self, path: Path, **options: Any) -> None:
        self.told: list[str] = []
        self.changes: list[Change] = []
        self.report = Report(self.told.append)
        self.run: RegisterImport = import_register(
            path,
            report=self.report,
            tell_change=self.changes.append,
            progress=lambda _step, _done, _total: None,
            **options,
        )

    @property
    def counts(self) -> tuple[int, int, int, int]:
        run = self.run
        return run.added, run.changed, run.unchanged, run.rows_refused


def take(folder: Path, *rows: dict[str, str]) -> Taken:
    return Taken(write_export(folder / "export.csv", rows))
