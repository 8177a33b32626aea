"""Cosignatures: kept when they hold, refused with a reason when not, found when tampered with."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from audit.checks import witnesses_follow_the_log
from audit.models import AuditEvent, Cosignature, LogCheckpoint, Witness
from audit.witnesses import add_witness, end_witness
from ctkz_verify.cli import main
from ctkz_verify.notes import Key, Note, WitnessKey, cosigned_at, make_witness_key
from documents.demo_seal import make_demo_seal
from tests.audit.conftest import publish_all, record_filed
from tests.audit.tampering import tamper, verdict

LANGUAGE = "en"

pytestmark = pytest.mark.django_db

KEY = WitnessKey(name="witness.example/w", seed=bytes(32))
OTHER = WitnessKey(name="witness.example/other", seed=bytes([1]) * 32)


@pytest.fixture
def witness(log: list[AuditEvent]) -> Witness:
    witness = add_witness(key=KEY.public().encoded(), label="Committee", organisation="Authority")
    publish_all()
    return witness


def last_text() -> str:
    return Note.parse(LogCheckpoint.objects.order_by("-number").first().note).text


def cosigned(text: str, *, key: WitnessKey = KEY, later: int = 0) -> str:
    at = int(timezone.now().timestamp()) + later
    return text + "\n" + key.cosign(text, at=at).line()


def post(client: Client, note: str | bytes) -> tuple[int, str]:
    answer = client.post("/log/cosignature", data=note, content_type="text/plain")
    return answer.status_code, answer.content.decode().strip()


def test_a_cosignature_is_kept_and_served(client: Client, witness: Witness) -> None:
    assert client.get("/log/witnessed").status_code == 404

    assert post(client, cosigned(last_text()))[0] == 201

    served = client.get("/log/checkpoint").content.decode()
    assert cosigned_at(Note.parse(served), KEY.public())
    assert client.get("/log/witnessed").content.decode() == served
    assert "Committee" in client.get("/log/").content.decode()
    assert verdict().counts.cosignatures == 1


def test_the_same_cosignature_again_changes_nothing(client: Client, witness: Witness) -> None:
    note = cosigned(last_text())

    assert [post(client, note)[0] for _ in range(3)] == [201, 200, 200]
    assert post(client, cosigned(last_text(), later=30))[0] == 200
    assert Cosignature.objects.count() == 1


def test_an_hour_later_a_quiet_log_is_cosigned_anew(client: Client, witness: Witness) -> None:
    post(client, cosigned(last_text()))
    with time_machine.travel(timezone.now() + timedelta(hours=1, minutes=1)):
        assert post(client, cosigned(last_text()))[0] == 201

    lines = client.get("/log/checkpoint").content.decode().count(f"— {KEY.name} ")
    assert (Cosignature.objects.count(), lines) == (2, 1)
    assert verdict().ok


def test_an_earlier_checkpoint_may_still_be_cosigned(client: Client, witness: Witness) -> None:
    text = last_text()
    record_filed(99)
    publish_all()

    assert post(client, cosigned(text))[0] == 201
    assert Note.parse(client.get("/log/witnessed").content.decode()).text == text
    assert KEY.name not in client.get("/log/checkpoint").content.decode()


def test_two_witnesses_stand_side_by_side(client: Client, witness: Witness) -> None:
    add_witness(key=OTHER.public().encoded(), label="Chamber")
    post(client, cosigned(last_text()))
    post(client, cosigned(last_text(), key=OTHER))

    note = Note.parse(client.get("/log/checkpoint").content.decode())
    assert cosigned_at(note, KEY.public())
    assert cosigned_at(note, OTHER.public())


def other_root(text: str) -> str:
    lines = text.split("\n")
    return "\n".join([*lines[:2], "A" * 43 + "=", ""])


REFUSALS = {
    "no note": (400, lambda text: "nonsense"),
    "empty": (400, lambda text: ""),
    "not UTF-8": (400, lambda text: b"\xff\xfe"),
    "no checkpoint": (400, lambda text: cosigned("something\n")),
    "two lines": (400, lambda text: cosigned(text) + KEY.cosign(text, at=1).line()),
    "stranger": (403, lambda text: cosigned(text, key=OTHER)),
    "same name, other key": (403, lambda text: cosigned(text, key=WitnessKey(KEY.name, b"2" * 32))),
    "never published": (404, lambda text: cosigned(text.replace("\n7\n", "\n77\n"))),
    "other tree": (409, lambda text: cosigned(other_root(text))),
    "other log": (409, lambda text: cosigned("x" + text)),
    "too long": (413, lambda text: cosigned(text) + "x" * 20_000),
    "bad signature": (422, lambda text: text + "\n" + KEY.cosign(text + "x\n", at=1).line()),
    "too early": (422, lambda text: cosigned(text, later=-3600)),
    "in the future": (422, lambda text: cosigned(text, later=3600)),
    "end of time": (422, lambda text: cosigned(text, later=2**62)),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_cannot_be_kept_is_refused_in_words(
    client: Client, witness: Witness, name: str
) -> None:
    status, note = REFUSALS[name]

    found, words = post(client, note(last_text()))

    assert found == status
    assert words.endswith(".")
    assert not Cosignature.objects.exists()


def test_after_its_term_a_witness_is_a_stranger(client: Client, witness: Witness) -> None:
    end_witness(name=KEY.name)

    assert post(client, cosigned(last_text()))[0] == 403


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log_cosignature SET line = line",
        "DELETE FROM log_cosignature",
        "TRUNCATE log_cosignature",
        "UPDATE log_witness SET public = public",
        "UPDATE log_witness SET name = name, valid_until = valid_until",
        "UPDATE log_witness SET label = label",
        "UPDATE log_witness SET valid_from = valid_from",
        "DELETE FROM log_witness",
        "TRUNCATE log_witness CASCADE",
    ],
)
def test_sql_cannot_change_cosignatures(client: Client, witness: Witness, statement: str) -> None:
    post(client, cosigned(last_text()))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement)


@pytest.mark.parametrize(
    "change",
    [
        "line = overlay(line placing 'A' from length(line) - 10)",
        "line = '— ' || line",
        "timestamp = timestamp + interval '1 second'",
        "checkpoint_id = 1",
    ],
)
def test_the_owner_of_the_database_is_found_out(
    client: Client, witness: Witness, change: str
) -> None:
    post(client, cosigned(last_text()))
    tamper(f"UPDATE log_cosignature SET {change}")

    assert "cosignature" in verdict().problem


def test_a_witness_put_in_place_of_another_is_found(client: Client, witness: Witness) -> None:
    post(client, cosigned(last_text()))
    tamper(
        "UPDATE log_witness SET public = decode(%(key)s, 'hex')", key=OTHER.public().public.hex()
    )

    assert "cosignature" in verdict().problem


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_commands_add_list_and_end_a_witness(log: list[AuditEvent]) -> None:
    line = KEY.public().encoded()

    run("add_witness", line, "--label", "Committee")
    assert f"Committee: last cosigned never\n  {line}" in run("witnesses")
    assert ", until " in run("witnesses", "--end", KEY.name)
    told = AuditEvent.objects.order_by("id").values_list("event", flat=True)
    assert list(told)[-2:] == ["witness.added", "witness.ended"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("add_witness", "nonsense", "--label", "x"),
        ("add_witness", KEY.encoded(), "--label", "x"),
        ("add_witness", KEY.public().encoded()[:-2] + "A=", "--label", "x"),
        ("witnesses", "--end", "nobody"),
    ],
)
def test_commands_refuse_what_is_no_witness(db: None, arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        run(*arguments)


def test_a_key_is_known_once(witness: Witness) -> None:
    same = Key(name="another.example/name", kind=4, public=KEY.public().public)

    with pytest.raises(CommandError, match="known already"):
        run("add_witness", same.encoded(), "--label", "x")


def test_the_check_warns_while_nobody_watches(client: Client, witness: Witness) -> None:
    assert [one.id for one in witnesses_follow_the_log()] == ["audit.W002"]
    post(client, cosigned(last_text()))
    assert witnesses_follow_the_log() == []
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert [one.id for one in witnesses_follow_the_log()] == ["audit.W002"]


@pytest.mark.django_db(transaction=True)
def test_the_whole_watch_over_http(live_server: Any, tmp_path: Path, capsys: Any) -> None:
    """A key is made and told to the portal; the log is watched, and followed with its word."""
    trust, url = tmp_path / "trust", f"{live_server.url}/log"
    public = make_witness_key(KEY.name, tmp_path / "witness.key")
    for number in range(3):
        record_filed(number)
    run("add_witness", public.encoded(), "--label", "Committee")
    publish_all()
    make_demo_seal(settings.VAR_DIR / "seal")
    run("export_trust", str(trust))
    files = ["--trust", str(trust), "--state", str(tmp_path / "state")]
    watch = ["witness", url, *files, "--key", str(tmp_path / "witness.key")]
    follow = ["log", url, *files[:2], "--state", str(tmp_path / "log"), "--all"]

    assert main(watch) == 0
    assert main(follow) == 0
    for number in range(300):
        record_filed(number)
    publish_all()
    assert main(follow) == 0
    assert main(watch) == 0
    assert main(follow) == 0, capsys.readouterr().out
    assert Cosignature.objects.count() == 2
