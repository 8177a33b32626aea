"""The log over HTTP: everyone may read what was published, and nothing more."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

import audit
from audit import merkle, tiles
from audit.models import AuditEvent, LogCheckpoint
from audit.notes import Checkpoint, Note, NoteVerifier
from audit.sequencing import sequence_all
from tests.audit.conftest import AUDITOR, FILED, publish_all, record_filed

LANGUAGE = "en"

pytestmark = pytest.mark.django_db

SHOWN = "sample.shown"
audit.register(SHOWN, facts=("number",), sentence="%(number)s was shown", is_public=True)


def record_shown(number: int) -> AuditEvent:
    return audit.record(
        SHOWN,
        actor=AUDITOR,
        subject=audit.SubjectRef("certificate", "7", "KZ 6 120 00318"),
        number=str(number),
    )


def served_text(client: Client, path: str) -> str:
    answer = client.get(f"/log/{path}")
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    return answer.content.decode()


def hashes(client: Client, path: str) -> list[bytes]:
    return [base64.b64decode(value) for value in client.get(f"/log/{path}").json()["hashes"]]


def root_at(number: int) -> tuple[int, bytes]:
    found = LogCheckpoint.objects.get(number=number)
    return found.size, bytes(found.root)


def test_the_checkpoint_is_signed_with_the_served_key(
    client: Client, log: list[AuditEvent]
) -> None:
    note = Note.parse(served_text(client, "checkpoint"))
    key = NoteVerifier.parse(served_text(client, "key").strip())

    assert key.verify(note)
    assert Checkpoint.parse(note.text).size == 6


def test_the_checkpoint_is_cached_for_seconds(client: Client, log: list[AuditEvent]) -> None:
    assert client.get("/log/checkpoint")["Cache-Control"] == "public, max-age=5"


def test_before_anything_was_published_there_is_nothing(client: Client) -> None:
    for path in ("checkpoint", "witnessed", "tile/0/000", "tile/0/000.p/1", "entry/0"):
        assert client.get(f"/log/{path}").status_code == 404, path
    assert client.get("/log/").status_code == 200


def test_tiles_end_where_the_last_checkpoint_ends(
    client: Client, events: Callable[[int], list[AuditEvent]]
) -> None:
    events(256)
    publish_all()
    events(300)
    sequence_all()

    assert tiles.log_size() == 556
    assert len(client.get("/log/tile/0/000").content) == 8192
    assert client.get("/log/tile/0/000.p/200").status_code == 200
    assert client.get("/log/tile/1/000.p/1").status_code == 200
    for path in ("0/001", "0/001.p/1", "0/001.p/44", "1/000.p/2"):
        assert client.get(f"/log/tile/{path}").status_code == 404, path


@pytest.mark.parametrize(
    "path",
    [
        *("00/000", "0/0", "0/00", "0/0000", "0/x000/000", "0/000.p/0", "0/000.p/04", "0/000.p/"),
        *("0/000.p/256", "0/000.p/300", "0/000.p/5x", "0/-01", "entries/000", "0/x001", "0/000/"),
        *("64/000.p/1", "99999999999999999999/000.p/1", "0/" + "x999/" * 5 + "999", "0/٠٠٠"),
        "0/" + "x999/" * 500 + "999",
    ],
)
def test_tiles_have_one_address(client: Client, log: list[AuditEvent], path: str) -> None:
    assert client.get("/log/tile/0/000.p/6").status_code == 200
    assert client.get(f"/log/tile/{path}").status_code == 404


def test_tiles_and_entries_may_be_kept_for_ever(client: Client, log: list[AuditEvent]) -> None:
    answer = client.get("/log/tile/0/000.p/6")

    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["Content-Type"] == "application/octet-stream"
    assert client.get("/log/tile/0/000.p/7")["Cache-Control"] == "no-store"


def test_consistency_proofs_hold(client: Client, log: list[AuditEvent]) -> None:
    (old, old_root), (new, new_root) = root_at(1), root_at(2)

    merkle.verify_consistency(
        old_size=old,
        new_size=new,
        old_root=old_root,
        new_root=new_root,
        proof=hashes(client, f"consistency?from={old}&to={new}"),
    )


def test_inclusion_proofs_hold_for_every_entry_and_size(
    client: Client, log: list[AuditEvent]
) -> None:
    leaves = tiles.stored_hashes(0, 0, 6)
    for size in range(1, 7):
        for index in range(size):
            merkle.verify_inclusion(
                leaf=leaves[index],
                index=index,
                size=size,
                proof=hashes(client, f"inclusion/{index}?size={size}"),
                root=merkle.root(leaves[:size]),
            )
    assert client.get("/log/inclusion/0").json()["size"] == 6


@pytest.mark.parametrize(
    "query",
    [
        *("", "from=1", "to=6", "from=0&to=6", "from=5&to=4", "from=1&to=7", "from=-1&to=6"),
        *("from=a&to=6", "from=1&to=" + "9" * 30, "from=%D9%A1&to=6"),
    ],
)
def test_impossible_questions_are_refused_in_words(
    client: Client, log: list[AuditEvent], query: str
) -> None:
    answer = client.get(f"/log/consistency?{query}")

    assert (answer.status_code, answer["Cache-Control"]) == (400, "no-store")
    assert answer.content.decode().strip().endswith(".")


@pytest.mark.parametrize("path", ["6", "6?size=7", "3?size=3", "0?size=0", "0?size=x", "9" * 40])
def test_there_is_no_proof_of_an_entry_that_is_not_there(
    client: Client, log: list[AuditEvent], path: str
) -> None:
    assert client.get(f"/log/inclusion/{path}").status_code == 400


def test_entries_that_are_public_are_shown_byte_for_byte(client: Client) -> None:
    shown = record_shown(1)
    publish_all()

    answer = client.get("/log/entry/0")

    assert answer.content == bytes(shown.body)
    assert json.loads(answer.content)["facts"] == {"number": "1"}
    assert AUDITOR.label not in answer.content.decode()


def test_other_entries_are_not_shown(client: Client, log: list[AuditEvent]) -> None:
    answer = client.get("/log/entry/0")

    assert answer.status_code == 403
    assert "not public" in answer.content.decode()
    assert FILED not in answer.content.decode()


def test_what_is_not_published_is_not_shown(client: Client) -> None:
    record_shown(1)
    publish_all()
    record_shown(2)

    assert client.get("/log/entry/1").status_code == 404
    assert client.get(f"/log/entry/{'9' * 40}").status_code == 404


def test_earlier_checkpoints_are_listed(client: Client, log: list[AuditEvent]) -> None:
    found = client.get("/log/checkpoints").json()["checkpoints"]

    assert [(one["number"], one["size"]) for one in found] == [(1, 4), (2, 6)]
    assert found[1]["note"] == served_text(client, "checkpoint")
    later = client.get("/log/checkpoints?after=1").json()["checkpoints"]
    assert [one["number"] for one in later] == [2]
    assert client.get("/log/checkpoints?after=x").status_code == 400


@pytest.mark.parametrize("checkpoint_count", [1, 10])
def test_the_list_asks_a_fixed_number_of_questions(
    client: Client, checkpoint_count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(checkpoint_count):
        record_filed(number)
        publish_all()

    with django_assert_max_num_queries(2):
        client.get("/log/checkpoints")


def test_a_proof_asks_few_questions(
    client: Client,
    events: Callable[[int], list[AuditEvent]],
    django_assert_max_num_queries: Any,
) -> None:
    events(600)
    publish_all()

    with django_assert_max_num_queries(20):
        client.get("/log/inclusion/411?size=600")


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_people_read_how_to_follow_the_log(
    client: Client, log: list[AuditEvent], language: str
) -> None:
    page = client.get("/log/", headers={"Accept-Language": language}).content.decode()

    assert f'<html lang="{language}"' in page
    assert root_at(2)[1].hex() in page
    assert "ctkz-verify log http://testserver/log/" in page


@pytest.mark.parametrize("path", ["", "checkpoint", "key", "tile/0/000.p/6", "checkpoints"])
def test_nothing_can_be_written_where_things_are_read(
    client: Client, log: list[AuditEvent], path: str
) -> None:
    assert client.post(f"/log/{path}").status_code == 405
