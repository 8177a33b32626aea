"""The register of a day as signed files: whole, made once, and readable as the old export was."""

import csv
import hashlib
import io
import json
import subprocess
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.utils import InternalError
from django.test import Client
from django.utils import timezone

from audit.models import AuditEvent
from documents.sealing import verify_detached
from outbox.models import OutboxItem
from registry import snapshots
from registry.models import RegisterEntry, RegisterLine, Snapshot
from registry.register_columns import TITLES, status_word
from registry.snapshots import KEYS, MAKE_SNAPSHOT, make_snapshot, order_snapshot
from tests.registry.exports import Taken, a_row, take
from tests.registry.lives import move
from tests.scenarios import a_certificate, a_seal

LANGUAGE = "en"

pytestmark = pytest.mark.django_db


@pytest.fixture
def today() -> date:
    return timezone.localdate()


def make(day: date) -> Snapshot:
    a_seal()
    order_snapshot(day)
    make_snapshot(day)
    return Snapshot.objects.get(day=day)


def downloaded(client: Client, snapshot: Snapshot, ending: str) -> bytes:
    address = f"/register/snapshots/{snapshot.day.isoformat()}/{snapshot.file_stem}.{ending}"
    answer: Any = client.get(address)
    assert answer.status_code == 200
    assert answer["X-Content-Type-Options"] == "nosniff"
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.parametrize(
    ("state", "is_replacement", "is_over", "word"),
    [
        ("valid", False, False, "Действующий"),
        ("valid", True, False, "Выдан взамен"),
        ("valid", False, True, "Истек срок действия сертификата"),
        ("valid", True, True, "Истек срок действия сертификата"),
        ("expired", False, False, "Истек срок действия сертификата"),
        ("revoked", False, True, "Сертификат аннулирован"),
        ("replaced", False, False, "Сертификат аннулирован"),
        ("suspended", False, False, "Действие приостановлено"),
        ("suspended", False, True, "Истек срок действия сертификата"),
    ],
)
def test_statuses_are_told_in_the_words_of_the_register(
    state: str, is_replacement: bool, is_over: bool, word: str
) -> None:
    assert status_word(state, is_replacement=is_replacement, is_over=is_over) == word


def test_a_snapshot_gives_back_what_was_imported(
    tmp_path: Path, client: Client, today: date
) -> None:
    """Round trip: the CSV is an export like any other."""
    rows = [
        a_row(),
        a_row(Количество="12000,5", ДВЦ="7", Код_ТН="0402101900", Критерий="П"),
        a_row(Номер_сертификата="KZ 5 120 00018", Статус="Сертификат аннулирован"),
        a_row(Номер_сертификата="KZ 5 120 00019", Статус="Выдан взамен", ДВЦ="-"),
        a_row(Номер_сертификата="KZ 5 120 00020", Дата_окончания="27.03.2026"),
    ]
    take(tmp_path, *rows)
    before = contents()
    text = downloaded(client, make(today), "csv")
    assert text.decode().splitlines()[0] == ",".join(TITLES)
    again = tmp_path / "again.csv"
    again.write_bytes(text)
    assert Taken(again).counts == (0, 1, 3, 0)  # one has expired by word since
    RegisterEntry.objects.all().delete()
    taken = Taken(again)
    assert (taken.counts, taken.told) == ((4, 0, 0, 0), [])
    after = contents()
    for entry in (*before, *after):
        entry.pop("state")
    assert after == before


def contents() -> list[dict[str, Any]]:
    """Everything that the register shows, without what belongs to the database."""
    own = {"id", "taken_from_id", "updated_at", "digest", "words", "entry_id"}

    def shown(row: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in row.items() if name not in own}

    lines = RegisterLine.objects.order_by("number")
    return [
        shown(entry) | {"lines": [shown(line) for line in lines.filter(entry=entry["id"]).values()]}
        for entry in RegisterEntry.objects.order_by("year", "sequence").values()
    ]


def test_certificates_of_this_portal_stand_in_the_snapshot_line_by_line(
    client: Client, today: date
) -> None:
    certificate = a_certificate("valid", lines=2)
    move(certificate, "suspend")
    snapshot = make(today)
    rows = list(csv.DictReader(io.StringIO(downloaded(client, snapshot, "csv").decode())))
    assert (snapshot.certificates, snapshot.rows) == (1, 2) == (1, len(rows))
    assert {row["Номер сертификата происхождения"] for row in rows} == {certificate.number}
    assert {row["Статус сертификата"] for row in rows} == {"Действие приостановлено"}
    assert [row["ДВЦ"] for row in rows] == ["68,23", "68,23"]
    assert [row["Количество товара"] for row in rows] == ["20", "20"]
    lines = [json.loads(line) for line in downloaded(client, snapshot, "jsonl").splitlines()]
    assert [(line["line"], line["source"], line["state"]) for line in lines] == [
        (1, "portal", "suspended"), (2, "portal", "suspended"),
    ]  # fmt: skip
    first = lines[0]
    assert [key for key in first if key in KEYS] == list(KEYS)
    assert (first["number"], first["share"], first["quantity"]) == (
        certificate.number, "68.23", "20",
    )  # fmt: skip
    assert first["issued_on"] == certificate.valid_from.isoformat()
    assert first["recipient_bin"] is None
    assert first["status"] == "Действие приостановлено"


def test_the_digests_are_signed_and_stand_in_the_log(
    tmp_path: Path, client: Client, today: date
) -> None:
    take(tmp_path, a_row())
    snapshot = make(today)
    digests = downloaded(client, snapshot, "sha256")
    for ending in ("csv", "jsonl"):
        content = downloaded(client, snapshot, ending)
        name = f"{snapshot.file_stem}.{ending}"
        assert f"{hashlib.sha256(content).hexdigest()}  {name}" in digests.decode()
        (tmp_path / name).write_bytes(content)
    signature = downloaded(client, snapshot, "sha256.p7s")
    assert verify_detached(digests, signature).ok
    assert not verify_detached(digests.replace(b"csv", b"CSV"), signature).ok
    (tmp_path / "list.sha256").write_bytes(digests)
    checked = subprocess.run(["sha256sum", "--check", "list.sha256"], cwd=tmp_path, check=False)
    assert checked.returncode == 0
    event = AuditEvent.objects.get(event="register.snapshot")
    assert event.facts == {
        "day": today.isoformat(),
        "certificates": 1,
        "rows": 1,
        "csv_sha256": snapshot.csv.sha256,
        "jsonl_sha256": snapshot.jsonl.sha256,
        "digests_sha256": hashlib.sha256(digests).hexdigest(),
    }


def test_there_is_one_snapshot_a_day_however_often_it_is_ordered(
    tmp_path: Path, today: date
) -> None:
    take(tmp_path, a_row())
    first = make(today)
    take(tmp_path, a_row(), a_row(Номер_сертификата="KZ 5 120 00018"))
    again = make(today)
    assert (again.pk, again.made_at, again.csv_id) == (first.pk, first.made_at, first.csv_id)
    assert AuditEvent.objects.filter(event="register.snapshot").count() == 1
    assert not OutboxItem.objects.filter(task=MAKE_SNAPSHOT, done_at=None).exists()
    tomorrow = make(today + timedelta(days=1))
    assert tomorrow.certificates == 2


@pytest.mark.parametrize("step", ["write_files", "store_from", "sign_detached", "_enter"])
def test_a_snapshot_interrupted_anywhere_is_made_on_the_next_attempt(
    tmp_path: Path, today: date, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    take(tmp_path, a_row())
    a_seal()
    order_snapshot(today)

    def die(*_args: Any, **_options: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as context:
        context.setattr(snapshots, step, die)
        with pytest.raises(KeyboardInterrupt):
            make_snapshot(today)
    assert Snapshot.objects.get().made_at is None
    assert OutboxItem.objects.filter(task=MAKE_SNAPSHOT, done_at=None).exists()
    make_snapshot(today)
    assert Snapshot.objects.get().made_at is not None
    assert not OutboxItem.objects.filter(task=MAKE_SNAPSHOT, done_at=None).exists()
    assert AuditEvent.objects.filter(event="register.snapshot").count() == 1


def test_without_a_seal_there_is_no_snapshot_and_the_work_waits(
    tmp_path: Path, client: Client, today: date, settings: Any
) -> None:
    take(tmp_path, a_row())
    a_seal()
    sealed_with, settings.CTKZ_SEAL_KEY_FILE = settings.CTKZ_SEAL_KEY_FILE, str(tmp_path / "none")
    order_snapshot(today)
    make_snapshot(today)
    assert Snapshot.objects.get().made_at is None
    assert OutboxItem.objects.get(task=MAKE_SNAPSHOT).last_error
    name = Snapshot.objects.get().file_stem
    assert client.get(f"/register/snapshots/{today.isoformat()}/{name}.csv").status_code == 404
    settings.CTKZ_SEAL_KEY_FILE = sealed_with
    make_snapshot(today)
    assert Snapshot.objects.get().made_at is not None


def test_a_made_snapshot_cannot_be_changed_from_sql_either(tmp_path: Path, today: date) -> None:
    take(tmp_path, a_row())
    make(today)
    for statement in (
        "UPDATE registry_snapshot SET digests = 'x'",
        "DELETE FROM registry_snapshot",
    ):
        with (
            pytest.raises(InternalError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


@pytest.mark.parametrize(
    "address",
    [
        "/register/snapshots/2026-02-31/register-ct-kz-2026-02-31.csv",
        "/register/snapshots/yesterday/register-ct-kz-yesterday.csv",
        "/register/snapshots/2020-01-01/register-ct-kz-2020-01-01.csv",
    ],
)
def test_what_was_not_made_is_not_there(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_another_name_in_the_address_of_a_day_is_not_there(
    tmp_path: Path, client: Client, today: date
) -> None:
    take(tmp_path, a_row())
    snapshot = make(today)
    for name in ("register.csv", f"{snapshot.file_stem}.zip", f"{snapshot.file_stem}"):
        assert client.get(f"/register/snapshots/{today.isoformat()}/{name}").status_code == 404


def test_the_command_makes_the_snapshot_of_today(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    take(tmp_path, a_row())
    a_seal()
    call_command("make_snapshot")
    assert "1 certificates, 1 rows" in capsys.readouterr().out
