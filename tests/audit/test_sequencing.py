import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from audit.head import HeadFile
from audit.keys import make_keys
from audit.locking import SEQUENCE, held
from audit.models import AuditEvent, AuditPending, LogCheckpoint, LogLeaf
from audit.sequencing import sequence, sequence_all
from audit.tasks import sequence_and_publish
from audit.verifying import verify_log
from tests import workers
from tests.audit.conftest import publish_all, record_filed

LOG_SETTINGS = [
    "CTKZ_LOG_ORIGIN",
    "CTKZ_LOG_KEY_FILE",
    "CTKZ_LOG_EVENT_KEY_FILE",
    "CTKZ_LOG_HEAD_FILE",
]


def in_a_thread(work: Callable[[], object]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def assert_whole(count: int) -> None:
    """Every event has one index, indices have no gap, and everything recomputes."""
    assert list(LogLeaf.objects.order_by("index").values_list("index", flat=True)) == list(
        range(count)
    )
    assert AuditEvent.objects.count() == count
    assert not AuditPending.objects.exists()
    found = verify_log(head=HeadFile.configured())
    assert found.ok, found.problem
    assert found.counts.entries == found.counts.published == count


@pytest.mark.django_db
def test_events_get_their_indices_in_batches(events: Callable[[int], list[AuditEvent]]) -> None:
    recorded = events(5)

    assert [sequence(batch=2) for _round in range(4)] == [2, 2, 1, 0]

    order = LogLeaf.objects.order_by("index").values_list("event_id", flat=True)
    assert list(order) == [event.pk for event in recorded]


@pytest.mark.django_db
def test_forged_event_gets_no_index_and_holds_up_nobody(
    events: Callable[[int], list[AuditEvent]], caplog: pytest.LogCaptureFixture
) -> None:
    with connection.cursor() as cursor:
        for number in range(3):
            cursor.execute(
                "INSERT INTO audit_event (at, event, actor_id, actor_role, organisation_id, "
                "actor_label, subject_type, subject_id, subject_label, case_id, request_id, ip, "
                "body, mac) VALUES (now(), 'x', '', '', '', '', '', '', '', '', '', '', '{}', %s)",
                [bytes([number]) * 32],
            )
        cursor.execute("INSERT INTO audit_pending SELECT id FROM audit_event")
    events(4)

    assert sequence(batch=2) == 2
    assert sequence(batch=2) == 2
    assert sequence(batch=2) == 0
    assert AuditPending.objects.count() == 3
    assert "was not recorded by the portal" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_events_committed_out_of_order_are_not_lost() -> None:
    recorded, may_commit = threading.Event(), threading.Event()

    def slow_deed() -> None:
        with transaction.atomic():
            record_filed(1)
            recorded.set()
            may_commit.wait(10)

    thread = in_a_thread(slow_deed)
    assert recorded.wait(10)
    quick = record_filed(2)
    publish_all()
    assert [leaf.event_id for leaf in LogLeaf.objects.all()] == [quick.pk]
    may_commit.set()
    thread.join()
    publish_all()

    slow = AuditEvent.objects.exclude(pk=quick.pk).get()
    assert slow.pk < quick.pk
    assert slow.leaf.index > quick.leaf.index
    assert_whole(2)


@pytest.mark.django_db(transaction=True)
def test_second_sequencer_stands_aside() -> None:
    record_filed(1)
    taken: list[int] = []

    with held(SEQUENCE):
        in_a_thread(lambda: taken.append(sequence())).join()

    assert taken == [0]
    assert sequence() == 1


@pytest.mark.django_db(transaction=True)
def test_two_sequencers_at_once_lose_and_double_nothing() -> None:
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            sequence(batch=3)

    threads = [in_a_thread(work), in_a_thread(work)]
    for number in range(60):
        record_filed(number)
    stop.set()
    for thread in threads:
        thread.join()
    publish_all()

    assert_whole(60)


@pytest.mark.django_db(transaction=True)
def test_batch_that_fails_halfway_leaves_everything_waiting() -> None:
    for number in range(3):
        record_filed(number)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'disk full'; END $$; "
            "CREATE TRIGGER fails BEFORE DELETE ON audit_pending "
            "FOR EACH STATEMENT EXECUTE FUNCTION fails()"
        )
        try:
            with pytest.raises(Exception, match="disk full"):
                sequence()
        finally:
            cursor.execute("DROP TRIGGER fails ON audit_pending; DROP FUNCTION fails()")

    assert not LogLeaf.objects.exists()
    publish_all()
    assert_whole(3)


@pytest.mark.django_db(transaction=True)
def test_task_may_run_again_and_again() -> None:
    record_filed(1)

    for _run in range(3):
        sequence_and_publish()

    assert_whole(1)
    assert LogCheckpoint.objects.count() == 1


@pytest.mark.kill
@pytest.mark.django_db(transaction=True)
def test_sequencer_killed_again_and_again_loses_nothing(tmp_path: Path, settings: Any) -> None:
    kills, recorded = 6, 0
    make_keys()
    environment = {
        **os.environ,
        "DATABASE_URL": workers.test_database_url(),
        **{name: str(getattr(settings, name)) for name in LOG_SETTINGS},
    }
    log_path = tmp_path / "sequencer.log"
    for _kill in range(kills):
        known = LogLeaf.objects.count()
        with log_path.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.audit.sequencer_process"],
                cwd=workers.ROOT,
                env=environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            deadline = time.monotonic() + 60
            while LogLeaf.objects.count() < known + 20:
                assert process.poll() is None, log_path.read_text()
                assert time.monotonic() < deadline, log_path.read_text()
                record_filed(recorded)
                recorded += 1
                time.sleep(0.01)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    sequence_all()
    publish_all()

    assert_whole(recorded)
    assert LogCheckpoint.objects.count() > kills
