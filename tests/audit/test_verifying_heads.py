"""Tiles, checkpoints and heads edited or removed by the owner of the database are named."""

from collections.abc import Callable
from pathlib import Path

import pytest

from audit.keys import signing_key
from audit.models import AuditEvent, LogCheckpoint
from audit.notes import Checkpoint
from tests.audit.conftest import publish_all
from tests.audit.tampering import tamper, verdict

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("SET data = set_byte(data, 32 * 7, 0)", "Tile 0/0 does not hold the hashes of its"),
        ("SET data = substr(data, 33)", "Tile 0/0 does not hold the hashes of its"),
        ("SET root = set_byte(root, 0, get_byte(root, 0) # 1)", "Tile 0/0 has a wrong root"),
        ("SET n = 1", "Tile 0/0 is missing"),
    ],
)
def test_edited_tile_is_found(
    events: Callable[[int], list[AuditEvent]], statement: str, sentence: str
) -> None:
    events(260)
    publish_all()
    assert verdict().ok
    tamper(f"UPDATE log_tile {statement}")

    assert sentence in verdict().problem


def test_inserted_tile_is_found(log: list[AuditEvent]) -> None:
    tamper("INSERT INTO log_tile (level, n, data, root) VALUES (0, 0, '', '')")

    assert verdict().problem == "Tile 0/0 belongs to no entries of this log."


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("SET size = 5 WHERE number = 2", "says something else than the note"),
        ("SET root = set_byte(root, 0, get_byte(root, 0) # 1) WHERE number = 1", "something else"),
        ("SET at = at + interval '1 second' WHERE number = 1", "says something else"),
        ("SET note = replace(note, '6', '7') WHERE number = 2", "is not authentic"),
        ("SET note = note || note WHERE number = 1", "Checkpoint 1"),
        ("SET number = 3 WHERE number = 2", "Checkpoint 2 is missing"),
    ],
)
def test_edited_checkpoint_is_found(log: list[AuditEvent], statement: str, sentence: str) -> None:
    tamper(f"UPDATE log_checkpoint {statement}")

    assert sentence in verdict().problem


def test_every_edited_character_of_a_checkpoint_is_found(log: list[AuditEvent]) -> None:
    note = LogCheckpoint.objects.get(number=1).note
    missed = []
    for place in range(0, len(note), 5):
        char = "A" if note[place] != "A" else "B"
        changed = note[:place] + char + note[place + 1 :]
        tamper("UPDATE log_checkpoint SET note = %(note)s WHERE number = 1", note=changed)
        if "Checkpoint 1" not in verdict().problem:
            missed.append(place)

    assert missed == []


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(1, "Checkpoint 1 is missing"), (2, "a checkpoint was removed, or its publication")],
)
def test_removed_checkpoint_is_found(log: list[AuditEvent], number: int, sentence: str) -> None:
    tamper("DELETE FROM log_checkpoint WHERE number = %(number)s", number=number)

    assert sentence in verdict().problem


def test_checkpoint_signed_with_another_key_is_found(log: list[AuditEvent]) -> None:
    impostor = type(signing_key()).generate(signing_key().name)
    stored = LogCheckpoint.objects.get(number=2)
    text = Checkpoint(impostor.name, stored.size, bytes(stored.root)).text()
    note = impostor.sign(text, at=int(stored.at.timestamp())).encoded()
    tamper("UPDATE log_checkpoint SET note = %(note)s WHERE number = 2", note=note)

    assert "Checkpoint 2 (6 entries) is not authentic" in verdict().problem


def test_rewritten_log_with_true_signatures_is_found_by_the_head_outside(
    log: list[AuditEvent], log_head: Path
) -> None:
    """Both keys stolen and everything made anew: the copy of the head elsewhere still differs."""
    kept = log_head.read_text()
    tamper(
        "DELETE FROM log_checkpoint",
        "UPDATE log_leaf SET index = 1000 WHERE index = 4",
        "UPDATE log_leaf SET index = 4 WHERE index = 5",
        "UPDATE log_leaf SET index = 5 WHERE index = 1000",
    )
    log_head.unlink()
    publish_all()
    assert verdict().ok
    log_head.write_text(kept)

    assert "the log was rewritten" in verdict().problem


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "The head kept outside the database is lost"),
        ("rubbish", "The log cannot be checked"),
    ],
)
def test_lost_or_damaged_head_is_found(
    log: list[AuditEvent], log_head: Path, text: str | None, sentence: str
) -> None:
    log_head.unlink()
    if text is not None:
        log_head.write_text(text)

    assert sentence in verdict().problem


def test_head_put_back_is_found(events: Callable[[int], list[AuditEvent]], log_head: Path) -> None:
    events(2)
    publish_all()
    earlier = log_head.read_text()
    events(1)
    publish_all()
    log_head.write_text(earlier)

    assert "the head was put back" in verdict().problem
