import threading
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit import merkle
from audit.errors import SigningRefusedError
from audit.head import HeadFile
from audit.keys import verifying_key
from audit.models import AuditEvent, LogCheckpoint, LogLeaf
from audit.notes import Checkpoint, Note
from audit.publishing import publish, restore_head
from audit.sequencing import sequence_all
from audit.verifying import verify_log
from tests.audit.conftest import publish_all, record_filed
from tests.audit.tampering import tamper

pytestmark = pytest.mark.django_db
Events = Callable[[int], list[AuditEvent]]


def crash_after_moving_the_head(log_head: Path) -> Checkpoint:
    """What a publisher leaves that dies between the head file and the signature."""
    leaves = [bytes(leaf.hash) for leaf in LogLeaf.objects.order_by("index")]
    head = Checkpoint("ctkz.example/log", len(leaves), merkle.root(leaves))
    log_head.write_text(head.text())
    return head


def test_checkpoint_is_signed_stored_and_kept_outside(events: Events, log_head: Path) -> None:
    events(5)

    checkpoint = publish_all()

    assert checkpoint is not None
    note = Note.parse(checkpoint.note)
    assert verifying_key().verify(note) == int(checkpoint.at.timestamp())
    head = Checkpoint.parse(note.text)
    assert head == Checkpoint("ctkz.example/log", 5, bytes(checkpoint.root))
    assert HeadFile(log_head).read() == head


def test_nothing_new_publishes_nothing(events: Events) -> None:
    assert publish() is None
    events(1)
    publish_all()

    assert publish() is None
    assert LogCheckpoint.objects.count() == 1


def test_events_that_wait_are_not_published(events: Events) -> None:
    events(1)
    publish_all()
    events(1)

    assert publish() is None


@pytest.mark.parametrize("published_before", [0, 2])
@pytest.mark.parametrize("arrived_since", [0, 3])
def test_publisher_that_died_before_signing_is_made_good(
    events: Events, log_head: Path, published_before: int, arrived_since: int
) -> None:
    if published_before:
        events(published_before)
        publish_all()
    events(2)
    sequence_all()
    head = crash_after_moving_the_head(log_head)
    events(arrived_since)

    publish_all()

    assert Checkpoint.parse(Note.parse(LogCheckpoint.objects.get(size=head.size).note).text) == head
    found = verify_log(head=HeadFile(log_head))
    assert found.ok, found.problem
    assert found.counts.published == head.size + arrived_since


def test_head_of_other_entries_is_not_signed(events: Events, log_head: Path) -> None:
    events(3)
    sequence_all()
    log_head.write_text(Checkpoint("ctkz.example/log", 3, bytes(32)).text())

    with pytest.raises(SigningRefusedError, match="not those published"):
        publish()
    assert not LogCheckpoint.objects.exists()


def test_restored_backup_is_not_signed(events: Events, log_head: Path) -> None:
    events(2)
    sequence_all()
    log_head.write_text(Checkpoint("ctkz.example/log", 5, bytes(32)).text())

    with pytest.raises(SigningRefusedError, match="5 entries were published, 2 are here"):
        publish()


def test_log_without_its_head_is_not_signed_until_the_operator_restores_it(
    log: list[AuditEvent], log_head: Path
) -> None:
    kept = log_head.read_text()
    log_head.unlink()
    record_filed(7)

    with pytest.raises(SigningRefusedError, match="is lost"):
        publish_all()
    assert restore_head().text() == kept == log_head.read_text()
    with pytest.raises(SigningRefusedError, match="changed by another"):
        restore_head()
    checkpoint = publish()
    assert checkpoint is not None
    assert checkpoint.size == 7


def test_older_head_is_not_signed_over(log: list[AuditEvent], log_head: Path) -> None:
    first = Note.parse(LogCheckpoint.objects.get(number=1).note).text
    log_head.write_text(first)

    with pytest.raises(SigningRefusedError, match="older than the last checkpoint"):
        publish()


def test_head_of_another_log_is_refused(events: Events, log_head: Path) -> None:
    events(1)
    sequence_all()
    log_head.write_text(Checkpoint("other.example/log", 1, bytes(32)).text())

    with pytest.raises(SigningRefusedError, match=r"other\.example/log"):
        publish()


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE log_leaf SET hash = decode(repeat('00', 32), 'hex') WHERE index = 6", "fit its"),
        ("UPDATE log_leaf SET hash = decode(repeat('00', 32), 'hex') WHERE index = 1", "not those"),
        ("DELETE FROM log_leaf WHERE index = 6", "does not fit|missing"),
        ("DELETE FROM log_leaf WHERE index = 2", "missing"),
        (
            "UPDATE audit_event SET body = set_byte(body, 9, 0) WHERE id = "
            "(SELECT event_id FROM log_leaf WHERE index = 6)",
            "entry 6 does not fit its event",
        ),
        (
            "UPDATE audit_event SET mac = set_byte(mac, 9, get_byte(mac, 9) # 1) WHERE id = "
            "(SELECT event_id FROM log_leaf WHERE index = 6)",
            "entry 6 was not recorded by the portal",
        ),
    ],
)
def test_what_does_not_fit_is_not_signed(
    log: list[AuditEvent], statement: str, message: str
) -> None:
    for number in range(3):
        record_filed(number)
    sequence_all()
    tamper(statement)

    with pytest.raises(SigningRefusedError, match=message):
        publish()
    assert LogCheckpoint.objects.count() == 2


def test_tile_that_does_not_fit_is_not_signed_over(events: Events) -> None:
    events(300)
    sequence_all()
    tamper("UPDATE log_tile SET root = decode(repeat('00', 32), 'hex')")

    with pytest.raises(SigningRefusedError, match="tiles do not fit"):
        publish()


def test_head_moves_only_from_where_it_was_expected(tmp_path: Path) -> None:
    file = HeadFile(tmp_path / "deep" / "head")
    heads = [Checkpoint("ctkz.example/log", size, bytes(32)) for size in (1, 2, 3)]
    file.swap(expected=None, new=heads[0])
    file.swap(expected=heads[0], new=heads[1])

    with pytest.raises(SigningRefusedError):
        file.swap(expected=heads[0], new=heads[2])
    assert file.read() == heads[1]


def test_of_many_who_move_the_head_one_succeeds(tmp_path: Path) -> None:
    path = tmp_path / "head"
    won: list[int] = []

    def move(size: int) -> None:
        try:
            HeadFile(path).swap(expected=None, new=Checkpoint("a.example", size, bytes(32)))
        except SigningRefusedError:
            return
        won.append(size)

    threads = [threading.Thread(target=move, args=(size,)) for size in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    head = HeadFile(path).read()
    assert head is not None
    assert won == [head.size]


@pytest.mark.django_db(transaction=True)
def test_two_publishers_at_once_make_one_checkpoint() -> None:
    for number in range(5):
        record_filed(number)
    sequence_all()
    problems: list[Exception] = []

    def run() -> None:
        try:
            publish()
        except Exception as error:
            problems.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert problems == []
    assert LogCheckpoint.objects.count() == 1


def test_command_enters_and_publishes_what_waits(events: Events, log_head: Path) -> None:
    events(3)
    out = StringIO()
    call_command("sequence_log", stdout=out)
    assert out.getvalue() == "3 events entered in the log, 3 entries published.\n"

    out = StringIO()
    call_command("sequence_log", stdout=out)
    assert out.getvalue() == "0 events entered in the log, nothing to publish.\n"

    log_head.unlink()
    with pytest.raises(CommandError, match="is lost"):
        call_command("sequence_log")
    call_command("sequence_log", "--restore-head", stdout=StringIO())
    assert log_head.exists()


def test_publishing_does_not_read_the_whole_log_again(
    events: Events, django_assert_max_num_queries: Any
) -> None:
    events(300)
    publish_all()
    events(1)
    sequence_all()

    with django_assert_max_num_queries(12):
        publish()
