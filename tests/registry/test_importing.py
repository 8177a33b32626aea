"""The earlier register taken over: as it is, as often as one likes, with every damage told."""

import csv
import datetime as dt
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from openpyxl import Workbook

from audit.models import AuditEvent
from reference.numbering import next_number
from reference.spreadsheet_tables import SpreadsheetError
from registry import importing
from registry.importing import ImportUnderWay
from registry.models import RegisterEntry, RegisterImport, RegisterLine, Source, State
from registry.register_columns import TITLES
from tests import workers
from tests.bench.register_file import write_register
from tests.registry.exports import Taken, a_row, take, write_export
from tests.scenarios import a_certificate, reference_data

LANGUAGE = "en"

EXPORT = Path(__file__).resolve().parents[3] / "shared" / "data" / "register-ct-kz-2025.csv"

pytestmark = pytest.mark.django_db


def the_entry() -> RegisterEntry:
    return RegisterEntry.objects.get()


@pytest.mark.skipif(not EXPORT.exists(), reason="the register's export is not at hand")
def test_the_real_export_gives_one_certificate_of_a_hundred_lines_and_nothing_the_second_time(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("import_register", EXPORT)
    entry = the_entry()
    with EXPORT.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert entry.number == rows[0]["Номер сертификата происхождения"]
    assert (entry.line_count, entry.missing_lines) == (len(rows), 0) == (100, 0)
    assert entry.blank_number == rows[0]["Номер бланка"].removesuffix(".0")
    for line, row in zip(entry.lines.all(), rows, strict=True):
        assert line.name == " ".join(row["Наименование товара"].split())
        assert line.hs_code == row["Код ТН ВЭД"].zfill(10)
        assert line.share_percent == Decimal(row["ДВЦ"].replace(",", "."))
    before = list(RegisterLine.objects.values_list()), list(RegisterEntry.objects.values_list())
    capsys.readouterr()
    call_command("import_register", EXPORT)
    told = capsys.readouterr()
    assert "0 certificates added, 0 changed, 1 as before; 0 rows not taken" in told.out
    assert told.err == ""
    assert before == (
        list(RegisterLine.objects.values_list()), list(RegisterEntry.objects.values_list()),
    )  # fmt: skip


def test_a_row_becomes_what_it_says(tmp_path: Path) -> None:
    take(tmp_path, a_row())
    entry = the_entry()
    assert (entry.source, entry.certificate, entry.state) == (Source.EARLIER, None, State.VALID)
    assert (entry.number, entry.year, entry.chamber_code, entry.sequence) == (
        "KZ 5 120 00017", 2025, "120", 17,
    )  # fmt: skip
    assert (entry.issued_on, entry.valid_until) == (dt.date(2025, 3, 27), dt.date(2046, 3, 27))
    assert (entry.blank_number, entry.producer_bin) == ("2310478", "990140000384")
    assert (entry.recipient_bin, entry.recipient_name, entry.recipient_address) == ("", "", "")
    line = entry.lines.get()
    assert (line.number, line.hs_code, line.kp_ved) == (1, "8421990006", "28.29.82")
    assert (line.quantity, line.unit, line.unit_code) == (Decimal(20), "шт", "796")
    assert (line.criterion, line.share_percent) == ("Д8421", Decimal("68.23"))


@pytest.mark.parametrize(
    ("damage", "attribute", "value"),
    [
        ({"Номер_сертификата": "КZ 5 120 00017"}, "number", "KZ 5 120 00017"),
        ({"Номер_сертификата": "kz5 120-17"}, "number", "KZ 5 120 00017"),
        ({"Номер_бланка": "10478.0"}, "blank_number", "0010478"),
        ({"Номер_бланка": "-"}, "blank_number", ""),
        ({"Год": "2025.0"}, "year", 2025),
        ({"Год": "-"}, "year", 2025),
        ({"Код_РПП": "120.0"}, "chamber_code", "120"),
        ({"Код_РПП": ""}, "chamber_code", "120"),
        ({"Наименование_РПП": "-"}, "chamber_name", "Палата предпринимателей области Ұлытау"),
        ({"ИИН/_БИН": "10140000034.0"}, "producer_bin", "010140000034"),
        ({"Наименование_производителя": '  ТОО\u00a0"Пример"  '}, "producer_name", 'ТОО "Пример"'),
        ({"Дата_окончания": "2046-03-27 00:00:00"}, "valid_until", dt.date(2046, 3, 27)),
        ({"Дата_окончания": "27/03/46"}, "valid_until", dt.date(2046, 3, 27)),
        ({"Дата_окончания": "53412"}, "valid_until", dt.date(2046, 3, 26)),
        ({"Дата_выдачи": "7.3.2025"}, "issued_on", dt.date(2025, 3, 7)),
        ({"Статус": "ВЫДАН ВЗАМЕН "}, "is_replacement", True),
        ({"Статус": "Cертификат аннулирован"}, "state", State.REVOKED),
        ({"Статус": "Истек срок действия сертификата"}, "state", State.EXPIRED),
        ({"Статус": "Срок действия истёк"}, "state", State.EXPIRED),
    ],
)  # fmt: skip
def test_what_spreadsheets_do_to_a_certificate_is_undone(
    tmp_path: Path, damage: dict[str, str], attribute: str, value: object
) -> None:
    taken = take(tmp_path, a_row(**damage))
    assert taken.told == []
    assert getattr(the_entry(), attribute) == value


@pytest.mark.parametrize(
    ("damage", "attribute", "value"),
    [
        ({"Код_ТН": "204210000"}, "hs_code", "0204210000"),
        ({"Код_ТН": "8421 99 000 6"}, "hs_code", "8421990006"),
        ({"Код_ТН": "8421990006.0"}, "hs_code", "8421990006"),
        ({"Код_КП": "1.41.10"}, "kp_ved", "01.41.10"),
        ({"Код_КП": "-"}, "kp_ved", ""),
        ({"Количество": "12 000,5"}, "quantity", Decimal("12000.5")),
        ({"Количество": "-"}, "quantity", None),
        ({"Код_единицы": "6"}, "unit_code", "006"),
        ({"Код_единицы": "-"}, "unit_code", "796"),
        ({"Критерий": "д 8421"}, "criterion", "Д8421"),
        ({"Критерий": "P"}, "criterion", "П"),
        ({"ДВЦ": "68.230000000000004"}, "share_percent", Decimal("68.23")),
        ({"ДВЦ": "70%"}, "share_percent", Decimal(70)),
        ({"ДВЦ": "-"}, "share_percent", None),
    ],
)
def test_what_spreadsheets_do_to_goods_is_undone(
    tmp_path: Path, damage: dict[str, str], attribute: str, value: object
) -> None:
    taken = take(tmp_path, a_row(**damage))
    assert taken.told == []
    assert getattr(the_entry().lines.get(), attribute) == value


@pytest.mark.parametrize(
    ("damage", "column", "code"),
    [
        ({"Номер_сертификата": "KZ UZ 5 119 01449"}, "Номер сертификата происхождения",
         "certificate_number"),
        ({"Номер_сертификата": "-"}, "Номер сертификата происхождения", "empty"),
        ({"Номер_сертификата": "KZ 5 199 00001", "Код_РПП": "199"},
         "Номер сертификата происхождения", "no_chamber"),
        ({"Код_РПП": "101"}, "Код РПП", "chamber_mismatch"),
        ({"Год": "2024"}, "Год выдачи", "year_mismatch"),
        ({"Год": "двадцать пятый"}, "Год выдачи", "year"),
        ({"Дата_выдачи": "27.03.2015"}, "Дата выдачи", "year_mismatch"),
        ({"Дата_выдачи": "31.02.2025"}, "Дата выдачи", "date"),
        ({"Дата_выдачи": ""}, "Дата выдачи", "empty"),
        ({"Дата_окончания": "-"}, "Дата окончания действия сертификата", "empty"),
        ({"Дата_окончания": "27.03.2024"}, "Дата окончания действия сертификата",
         "ends_before_issue"),
        ({"Статус": "На рассмотрении"}, "Статус сертификата", "status"),
        ({"Номер_бланка": "см. приложение к сертификату"}, "Номер бланка", "blank_number"),
        ({"ИИН/_БИН": "990140000387"}, "ИИН/ БИН производителя", "check_digit"),
        ({"ИИН/_БИН": "9,9014E+11"}, "ИИН/ БИН производителя", "shortened"),
        ({"ИИН/БИН": "123"}, "ИИН/БИН получателя", "length"),
        ({"Наименование_производителя": "-"}, "Наименование производителя", "empty"),
        ({"Наименование_товара": ""}, "Наименование товара", "empty"),
        ({"Наименование_товара": "Ф" * 5000}, "Наименование товара", "too_long"),
        ({"Код_ТН": "842199000"}, "Код ТН ВЭД", "lost_zero"),
        ({"Код_ТН": "фильтр"}, "Код ТН ВЭД", "not_digits"),
        ({"Код_КП": "10.11.2012"}, "Код КП ВЭД", "kp_ved"),
        ({"Количество": "двадцать"}, "Количество товара", "not_a_number"),
        ({"Количество": "-5"}, "Количество товара", "quantity"),
        ({"Код_единицы": "штука"}, "Код единицы измерения", "unit_code"),
        ({"Критерий": "Х"}, "Критерий происхождения", "criterion"),
        ({"ДВЦ": "168,23"}, "ДВЦ", "share"),
        ({"ДВЦ": "высокая"}, "ДВЦ", "not_a_number"),
    ],
)  # fmt: skip
def test_every_damage_is_refused_with_its_row_column_and_reason(
    tmp_path: Path, damage: dict[str, str], column: str, code: str
) -> None:
    export = write_export(tmp_path / "export.csv", [a_row(), a_row(**damage)])
    report = tmp_path / "report.csv"
    call_command("import_register", export, report=report)
    with report.open(encoding="utf-8", newline="") as file:
        told = list(csv.DictReader(file))
    assert [(row["row"], row["column"], row["code"]) for row in told] == [("3", column, code)]
    assert told[0]["reason"]
    # The sound row is taken all the same.
    assert the_entry().line_count == 1
    assert RegisterImport.objects.get().rows_refused == 1


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [
        ("utf-8", ";"), ("utf-8", "\t"), ("utf-8-sig", ","), ("kz1048", ";"), ("utf-16", "\t"),
    ],
)  # fmt: skip
def test_encoding_and_separator_are_found(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = write_export(tmp_path / "e.csv", [a_row()], encoding=encoding, delimiter=delimiter)
    assert Taken(path).counts == (1, 0, 0, 0)
    assert the_entry().chamber_name == "Палата предпринимателей области Ұлытау"


def test_an_encoding_may_be_named(tmp_path: Path) -> None:
    path = write_export(tmp_path / "e.csv", [a_row(Наименование_РПП="Палата")], encoding="cp1251")
    assert Taken(path, encoding="cp1251").counts == (1, 0, 0, 0)
    with pytest.raises(SpreadsheetError):
        Taken(path, encoding="klingon")


def test_letters_lost_in_a_wrong_encoding_are_not_taken(tmp_path: Path) -> None:
    path = write_export(tmp_path / "e.csv", [a_row()])
    path.write_bytes(path.read_bytes().replace("Фильтр".encode(), b"\xff\xfe\xff", 1))
    taken = Taken(path, encoding="utf-8")
    assert taken.counts[0] == 0
    assert "Letters of this text are lost" in taken.told[0]


def test_a_workbook_is_taken_with_its_numbers_and_dates(tmp_path: Path) -> None:
    row = a_row()
    cells: list[object] = [row[title] for title in TITLES]
    numbers = {"Номер бланка": 310478.0, "Код ТН ВЭД": 204210000, "ДВЦ": 68.23,
               "ИИН/ БИН производителя": 990140000384, "Количество товара": 20,
               "Дата выдачи": dt.datetime(2025, 3, 27)}  # noqa: DTZ001  # fmt: skip
    for title, value in numbers.items():
        cells[TITLES.index(title)] = value
    book = Workbook()
    book.active.append(["Реестр сертификатов"])
    book.active.append(TITLES)
    book.active.append(cells)
    path = tmp_path / "export.xlsx"
    book.save(path)
    taken = Taken(path)
    assert (taken.counts, taken.told) == ((1, 0, 0, 0), [])
    entry = the_entry()
    line = entry.lines.get()
    assert (entry.blank_number, entry.issued_on) == ("0310478", dt.date(2025, 3, 27))
    assert (line.hs_code, line.share_percent) == ("0204210000", Decimal("68.23"))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("Номер сертификата происхождения", "Заметки"),
        lambda text: text.replace("Год выдачи", "Категория"),
        lambda _text: "просто текст\n",
        lambda _text: "",
    ],
)
def test_a_file_that_is_no_export_is_refused_as_a_whole(
    tmp_path: Path, spoil: Callable[[str], str]
) -> None:
    path = write_export(tmp_path / "e.csv", [a_row()])
    path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(SpreadsheetError):
        Taken(path)
    assert not RegisterImport.objects.exists()


def test_a_quote_that_is_never_closed_costs_one_row(tmp_path: Path) -> None:
    rows = [a_row(Номер_сертификата=f"KZ 5 120 {n:05d}") for n in range(1, 6)]
    path = write_export(tmp_path / "e.csv", rows)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[2] = lines[2].replace("120,", '120,"', 1)
    path.write_text("".join(lines), encoding="utf-8")
    taken = Taken(path)
    assert taken.counts == (4, 0, 0, 1)
    assert {f"{n:05d}" for n in (1, 3, 4, 5)} == {
        number[-5:] for number in RegisterEntry.objects.values_list("number", flat=True)
    }


def test_a_comma_outside_of_quotes_is_told(tmp_path: Path) -> None:
    path = write_export(tmp_path / "e.csv", [a_row(), a_row(Количество="30")])
    path.write_text(path.read_text(encoding="utf-8").replace('"68,23"', "68,23", 1), "utf-8")
    taken = Taken(path)
    assert taken.counts == (1, 0, 0, 1)
    assert "more cells than there are headings" in taken.told[0]


def test_lines_keep_their_numbers_when_a_damaged_one_is_mended(tmp_path: Path) -> None:
    rows = [a_row(Количество=str(n)) for n in (10, 20, 30)]
    broken = [rows[0], a_row(Количество="?"), rows[2]]
    assert take(tmp_path, *broken).counts == (1, 0, 0, 1)
    assert list(the_entry().lines.values_list("number", "quantity")) == [(1, 10), (3, 30)]
    assert the_entry().missing_lines == 1
    taken = take(tmp_path, *rows)
    assert (taken.counts, taken.changes[0].columns) == ((0, 1, 0, 0), ("missing_lines", "goods"))
    assert list(the_entry().lines.values_list("number", flat=True)) == [1, 2, 3]


def test_a_changed_row_updates_its_entry_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    take(tmp_path, a_row(), a_row(Номер_сертификата="KZ 5 120 00018"))
    changed = a_row(Статус="Сертификат аннулирован")
    path = write_export(tmp_path / "e.csv", [changed, a_row(Номер_сертификата="KZ 5 120 00018")])
    call_command("import_register", path)
    told = capsys.readouterr().out
    assert "KZ 5 120 00017 (2025) changed: state" in told
    assert "0 certificates added, 1 changed, 1 as before" in told
    assert RegisterEntry.objects.get(sequence=17).state == State.REVOKED


def test_rows_that_disagree_about_their_certificate_are_not_taken(tmp_path: Path) -> None:
    other = a_row(Количество="30", Наименование_производителя='ТОО "Другое"')
    taken = take(tmp_path, a_row(), other, a_row(Количество="40"))
    assert taken.counts == (1, 0, 0, 1)
    assert "Row 3, Наименование производителя" in taken.told[0]
    assert list(the_entry().lines.values_list("number", flat=True)) == [1, 3]


def test_a_row_that_stands_there_twice_is_taken_once(tmp_path: Path) -> None:
    taken = take(tmp_path, a_row(), a_row(), a_row(Количество="30"))
    assert taken.counts == (1, 0, 0, 1)
    assert "The same as row 2" in taken.told[0]
    assert list(the_entry().lines.values_list("number", flat=True)) == [1, 2]


def test_rows_of_a_certificate_need_not_stand_together(tmp_path: Path) -> None:
    second = a_row(Номер_сертификата="KZ 5 120 00018")
    take(tmp_path, a_row(), second, a_row(Количество="30"))
    assert dict(RegisterEntry.objects.values_list("sequence", "line_count")) == {17: 2, 18: 1}


def test_the_number_of_another_decade_is_another_certificate(tmp_path: Path) -> None:
    older = a_row(Год="2015", Дата_выдачи="27.03.2015", Дата_окончания="27.03.2016")
    assert take(tmp_path, a_row(), older).counts == (2, 0, 0, 0)
    assert sorted(RegisterEntry.objects.values_list("year", flat=True)) == [2015, 2025]


def test_the_portal_gives_no_number_of_the_earlier_register_again(tmp_path: Path) -> None:
    take(tmp_path, a_row())
    assert next_number(kind="certificate", series="120", year=2025) == 18


def test_a_certificate_of_this_portal_is_not_taken_from_an_export(tmp_path: Path) -> None:
    certificate = a_certificate("valid")
    row = a_row(
        Номер_сертификата=certificate.number,
        Год=str(certificate.year),
        Дата_выдачи=f"{certificate.valid_from:%d.%m.%Y}",
    )
    taken = take(tmp_path, row)
    assert taken.counts == (0, 0, 0, 1)
    assert "issued the certificate itself" in taken.told[0]
    assert the_entry().certificate == certificate


def test_a_run_leaves_one_event_with_digests_and_counts(tmp_path: Path) -> None:
    taken = take(tmp_path, a_row(), a_row(Количество="?"))
    event = AuditEvent.objects.get(event="register.imported")
    assert event.facts == {
        "file_sha256": taken.run.file_sha256,
        "rows": 2,
        "rows_refused": 1,
        "added": 1,
        "changed": 0,
        "unchanged": 0,
        "report_sha256": taken.report.digest(),
    }


@pytest.mark.django_db(transaction=True)
def test_two_imports_do_not_run_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reference_data()
    monkeypatch.setattr(importing, "PATIENCE_SECONDS", 0)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [importing.LOCK])
        with pytest.raises(ImportUnderWay):
            take(tmp_path, a_row())
    finally:
        other.close()


@pytest.mark.kill
@pytest.mark.django_db(transaction=True)
def test_a_killed_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    reference_data()
    export = tmp_path / "export.csv"
    certificates = write_register(export, 12_000)
    program = (
        "import os, signal, django; django.setup()\n"
        "from pathlib import Path\n"
        "from tests.registry.exports import Taken\n"
        "from registry import importing\n"
        "take = importing._take\n"
        "def once(run, *rest):\n"
        "    if run.position: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    take(run, *rest)\n"
        "importing._take = once\n"
        f"Taken(Path({str(export)!r}))\n"
    )
    environment = {
        **os.environ,
        "DATABASE_URL": workers.test_database_url(),
    }
    killed = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=settings.BASE_DIR, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    run = RegisterImport.objects.get()
    first = RegisterEntry.objects.count()
    assert (run.finished_at, run.added) == (None, first)
    assert 0 < first < certificates

    taken = Taken(export)
    assert taken.run.pk == run.pk
    assert taken.counts == (certificates, 0, 0, 0)
    assert (RegisterEntry.objects.count(), RegisterLine.objects.count()) == (certificates, 12_000)
    assert Taken(export).counts == (0, 0, certificates, 0)
