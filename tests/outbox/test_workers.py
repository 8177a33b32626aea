"""Promised work with real workers: killed in the middle, or cut off from their broker."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

import outbox
from ctkz_portal.embedded.process import Server
from outbox.models import OutboxItem
from tests.outbox.slow_tasks import NAME
from tests.workers import Worker

INCLUDE = "tests.outbox.slow_tasks"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.kill]


def promise(number: str, runs: Path, *, hangs_at_first: bool) -> None:
    with transaction.atomic():
        outbox.enqueue(
            NAME,
            key=number,
            number=number,
            runs_path=str(runs),
            hangs_at_first="yes" if hangs_at_first else "no",
        )


def wait_for(what: str, condition: Callable[[], bool], *, timeout: float = 40) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {timeout} s"
        time.sleep(0.1)


def is_done(number: str) -> bool:
    return OutboxItem.objects.filter(key=number, done_at__isnull=False).exists()


def test_work_of_a_killed_worker_runs_again_and_ends_once(
    celery_worker_process: Callable[..., Worker], tmp_path: Path
) -> None:
    runs = tmp_path / "runs"
    promise("1", runs, hangs_at_first=True)
    worker = celery_worker_process(include=INCLUDE)
    wait_for("the first run", runs.exists)
    worker.kill()
    assert not is_done("1")
    celery_worker_process(include=INCLUDE)
    assert outbox.relay(at=timezone.now() + timedelta(minutes=5)) == 1
    wait_for("the second run", lambda: is_done("1"))
    assert outbox.relay(at=timezone.now() + timedelta(days=1)) == 0


def test_a_worker_comes_back_after_its_broker_does(
    own_broker: Server, celery_worker_process: Callable[..., Worker], tmp_path: Path
) -> None:
    worker = celery_worker_process(include=INCLUDE)
    promise("1", tmp_path / "before", hangs_at_first=False)
    wait_for("work before the outage", lambda: is_done("1"))
    own_broker.kill()
    promise("2", tmp_path / "after", hangs_at_first=False)
    time.sleep(1)
    assert not is_done("2")
    own_broker.start()
    outbox.relay(at=timezone.now() + timedelta(minutes=5))
    wait_for("work after the outage", lambda: is_done("2"))
    assert worker.process.poll() is None
