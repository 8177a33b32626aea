"""The owner of the database edits, deletes and inserts with SQL; verify_log names each."""

import hashlib
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit import merkle
from audit.models import AuditEvent, LogCheckpoint, LogLeaf
from audit.verifying import verify_log
from tests.audit.conftest import publish_all, record_filed
from tests.audit.tampering import tamper, verdict

pytestmark = pytest.mark.django_db


def test_untouched_log_fits(log: list[AuditEvent]) -> None:
    record_filed(99)

    found = verdict()

    assert found.problem == ""
    assert found.ok
    counts = found.counts
    assert (counts.entries, counts.published, counts.checkpoints, counts.pending) == (6, 6, 2, 1)


def test_empty_log_fits(log_head: Path) -> None:
    assert verdict().ok


COLUMNS = {
    "at": "at + interval '1 microsecond'",
    "event": "'sample.other'",
    "actor_id": "'8'",
    "actor_role": "'inspector'",
    "organisation_id": "'org-2'",
    "actor_label": "'Another Person'",
    "subject_type": "'certificate'",
    "subject_id": "'77'",
    "subject_label": "'A-77'",
    "case_id": "'case-2'",
    "request_id": "''",
    "ip": "'203.0.113.8'",
    "salt": "decode(repeat('00', 32), 'hex')",
    "body": "set_byte(body, 20, 0)",
    "mac": "set_byte(mac, 0, get_byte(mac, 0) # 1)",
}


def test_the_table_of_edits_names_every_column() -> None:
    columns = {field.column for field in AuditEvent._meta.concrete_fields}

    assert columns == COLUMNS.keys() | {"id"}


@pytest.mark.parametrize("where", ["log", "pending"])
@pytest.mark.parametrize("column", COLUMNS)
def test_edited_column_is_named(log: list[AuditEvent], column: str, where: str) -> None:
    event = log[2] if where == "log" else record_filed(50)
    edit = f"UPDATE audit_event SET {column} = {COLUMNS[column]}"
    tamper(f"{edit} WHERE id = %(id)s", id=event.pk)

    found = verdict()

    assert not found.ok
    assert found.event_id == event.pk
    assert found.index == (2 if where == "log" else None)
    assert f"Event {event.pk}" in found.problem
    if column not in {"body", "mac"}:
        assert column in found.problem


def test_every_edited_byte_of_a_record_is_found(log: list[AuditEvent]) -> None:
    event = log[3]
    missed = []
    for place in range(0, len(event.body), 7):
        flip = "UPDATE audit_event SET body = set_byte(body, %(at)s, get_byte(body, %(at)s) # 1)"
        tamper(f"{flip} WHERE id = %(id)s", id=event.pk, at=place)
        if verdict().event_id != event.pk:
            missed.append(place)
        tamper(f"{flip} WHERE id = %(id)s", id=event.pk, at=place)

    assert missed == []
    assert verdict().ok


def test_renumbered_event_is_found(log: list[AuditEvent]) -> None:
    tamper("UPDATE audit_event SET id = id + 1000 WHERE id = %(id)s", id=log[1].pk)

    assert f"Event {log[1].pk} (index 1) is missing" in verdict().problem


def test_record_edited_with_its_hash_is_found(log: list[AuditEvent]) -> None:
    """Whoever edits body, columns and leaf alike still lacks the portal's seal."""
    body = bytes(log[1].body).replace(b"00001", b"00009")
    tamper(
        "UPDATE audit_event SET body = %(body)s WHERE id = %(id)s",
        "UPDATE log_leaf SET hash = %(hash)s WHERE event_id = %(id)s",
        id=log[1].pk,
        body=body,
        hash=merkle.leaf_hash(body),
    )

    assert "does not carry the portal's seal" in verdict().problem


def test_record_edited_by_one_who_has_the_seal_is_found(
    log: list[AuditEvent], settings: Any
) -> None:
    """With the event key as well, the signed checkpoints still tell."""
    forged = record_filed(1)
    tamper(
        "DELETE FROM audit_pending",
        "DELETE FROM audit_event WHERE id = %(old)s",
        "UPDATE audit_event SET id = %(old)s WHERE id = %(new)s",
        "UPDATE log_leaf SET hash = %(hash)s WHERE event_id = %(old)s",
        old=log[1].pk,
        new=forged.pk,
        hash=merkle.leaf_hash(bytes(forged.body)),
    )

    assert "Checkpoint 1 (4 entries) was signed over other entries" in verdict().problem


def test_deleted_event_is_found(log: list[AuditEvent]) -> None:
    tamper("DELETE FROM audit_event WHERE id = %(id)s", id=log[4].pk)

    found = verdict()

    assert (found.index, found.event_id) == (4, log[4].pk)
    assert "it was deleted" in found.problem


def test_event_deleted_with_its_leaf_is_found(log: list[AuditEvent]) -> None:
    tamper(
        "DELETE FROM log_leaf WHERE event_id = %(id)s",
        "DELETE FROM audit_event WHERE id = %(id)s",
        id=log[4].pk,
    )

    assert verdict().problem == "Index 4 is missing: its entry was removed."


def test_event_deleted_and_the_rest_moved_up_is_found(log: list[AuditEvent]) -> None:
    tamper(
        "DELETE FROM log_leaf WHERE index = 1",
        "DELETE FROM audit_event WHERE id = %(id)s",
        "UPDATE log_leaf SET index = index + 1000 WHERE index > 1",
        "UPDATE log_leaf SET index = index - 1001 WHERE index > 1000",
        id=log[1].pk,
    )

    assert "Checkpoint 1 (4 entries) was signed over other entries" in verdict().problem


def test_leaf_removed_alone_is_found(log: list[AuditEvent]) -> None:
    tamper("DELETE FROM log_leaf WHERE index = 5")

    assert "Checkpoint 2 covers 6 entries, the database holds 5" in verdict().problem


def test_removed_pending_row_is_found(log: list[AuditEvent]) -> None:
    event = record_filed(50)
    tamper("DELETE FROM audit_pending WHERE event_id = %(id)s", id=event.pk)

    assert f"Event {event.pk} is neither in the log nor waiting" in verdict().problem


def test_event_deleted_while_it_waits_is_found(log: list[AuditEvent]) -> None:
    event = record_filed(50)
    tamper("DELETE FROM audit_event WHERE id = %(id)s", id=event.pk)

    assert f"Event {event.pk} is missing" in verdict().problem


def test_removed_end_of_the_log_is_found_by_the_head_outside(log: list[AuditEvent]) -> None:
    tamper(
        "DELETE FROM log_checkpoint WHERE size = 6",
        "DELETE FROM log_leaf WHERE index >= 4",
        "DELETE FROM audit_event WHERE id >= %(id)s",
        id=log[4].pk,
    )

    assert verify_log(head=None).ok
    assert verdict().problem == (
        "The head kept outside the database names 6 entries, the database holds 4: "
        "the last ones were removed, or an old copy was restored."
    )


INSERT_COPY = """
INSERT INTO audit_event (id, at, event, actor_id, actor_role, organisation_id, actor_label,
    subject_type, subject_id, subject_label, case_id, request_id, ip, salt, body, mac)
SELECT 99999999, at, event, actor_id, actor_role, organisation_id, actor_label,
    subject_type, subject_id, subject_label, case_id, request_id, ip, salt, body, {mac}
FROM audit_event WHERE id = %(id)s
"""


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("", "Event 99999999 is neither in the log nor waiting for it"),
        ("INSERT INTO audit_pending VALUES (99999999)", "Event 99999999: it does not carry"),
        (
            "INSERT INTO log_leaf SELECT 6, hash, 99999999 FROM log_leaf WHERE index = 0",
            "Event 99999999 (index 6): it does not carry the portal's seal",
        ),
    ],
)
def test_forged_event_is_found(log: list[AuditEvent], place: str, sentence: str) -> None:
    forged = INSERT_COPY.format(mac="decode(repeat('ab', 32), 'hex')")
    tamper(forged, *([place] if place else []), id=log[0].pk)

    found = verdict()

    assert found.event_id == 99_999_999
    assert sentence in found.problem


@pytest.mark.parametrize(
    "place",
    [
        "INSERT INTO audit_pending VALUES (99999999)",
        "INSERT INTO log_leaf SELECT 6, hash, 99999999 FROM log_leaf WHERE index = 0",
    ],
)
def test_copied_event_is_found(log: list[AuditEvent], place: str) -> None:
    """A copy has a true seal; that there are two gives it away."""
    tamper("ALTER TABLE audit_event DROP CONSTRAINT audit_event_unique_mac")
    tamper(INSERT_COPY.format(mac="mac"), place, id=log[0].pk)

    assert verdict().problem == "Event 99999999 is a copy of an earlier event."


def test_event_entered_twice_is_found(log: list[AuditEvent]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'log_leaf'::regclass "
            "AND contype = 'u'"
        )
        tamper(f"ALTER TABLE log_leaf DROP CONSTRAINT {cursor.fetchone()[0]}")
    tamper("INSERT INTO log_leaf SELECT 6, hash, event_id FROM log_leaf WHERE index = 0")

    assert verdict().problem == f"Event {log[0].pk} is in the log more than once."


def test_swapped_leaves_are_found(log: list[AuditEvent]) -> None:
    """Both events are there with their true hashes; only their order is false."""
    tamper(
        "UPDATE log_leaf SET index = 1000 WHERE index = 4",
        "UPDATE log_leaf SET index = 4 WHERE index = 5",
        "UPDATE log_leaf SET index = 5 WHERE index = 1000",
    )

    assert "among indices 4 to 5" in verdict().problem


def test_leaf_given_to_another_event_is_found(log: list[AuditEvent]) -> None:
    event = record_filed(50)
    tamper("UPDATE log_leaf SET event_id = %(id)s WHERE index = 2", id=event.pk)

    assert f"Event {event.pk} (index 2): the stored record" in verdict().problem


def test_edited_leaf_is_found(log: list[AuditEvent]) -> None:
    tamper("UPDATE log_leaf SET hash = set_byte(hash, 31, get_byte(hash, 31) # 1) WHERE index = 3")

    assert verdict().index == 3


def test_erased_names_are_counted_and_proofs_still_hold(log: list[AuditEvent]) -> None:
    tamper(
        "UPDATE audit_event SET salt = NULL, actor_label = '', subject_label = '', ip = '' "
        "WHERE id = %(id)s",
        id=log[2].pk,
    )

    found = verdict()

    assert found.ok, found.problem
    assert found.counts.erased == 1


def test_names_half_erased_are_found(log: list[AuditEvent]) -> None:
    tamper("UPDATE audit_event SET salt = NULL, ip = '' WHERE id = %(id)s", id=log[2].pk)

    assert "actor_label is still there" in verdict().problem


def test_memory_does_not_grow_with_the_log(
    events: Callable[[int], list[AuditEvent]], django_assert_max_num_queries: Any
) -> None:
    """Rows are read in chunks; the number of queries grows by chunk and tile, not by event."""
    events(300)
    publish_all()
    record_filed(999)

    with django_assert_max_num_queries(16):
        assert verdict().ok


def test_command_says_that_all_fits(log: list[AuditEvent]) -> None:
    out = StringIO()
    call_command("verify_log", stdout=out)
    assert "The log fits: 6 entries, 6 of them published in 2 checkpoints" in out.getvalue()

    out = StringIO()
    call_command("verify_log", "--json", stdout=out)
    assert json.loads(out.getvalue())["ok"] is True


def test_command_fails_with_the_sentence(log: list[AuditEvent]) -> None:
    tamper("DELETE FROM audit_event WHERE id = %(id)s", id=log[0].pk)

    with pytest.raises(CommandError, match=f"Event {log[0].pk}") as error:
        call_command("verify_log")
    assert error.value.returncode == 1

    out = StringIO()
    with pytest.raises(SystemExit) as exit_code:
        call_command("verify_log", "--json", stdout=out)
    assert exit_code.value.code == 1
    assert json.loads(out.getvalue())["event_id"] == log[0].pk


@pytest.mark.django_db(transaction=True)
def test_log_is_verified_in_a_snapshot_of_its_own(log: list[AuditEvent]) -> None:
    assert verdict().ok
    assert LogLeaf.objects.count() == 6


def test_root_is_what_anyone_can_recompute(log: list[AuditEvent]) -> None:
    """From the specification alone: SHA-256 over 0x00 and the stored bytes, RFC 6962 above."""
    leaves = [
        hashlib.sha256(b"\x00" + bytes(leaf.event.body)).digest()
        for leaf in LogLeaf.objects.select_related("event").order_by("index")
    ]

    assert bytes(LogCheckpoint.objects.get(size=6).root) == merkle.root(leaves)
