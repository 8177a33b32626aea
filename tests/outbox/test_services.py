"""The outbox with a real broker: promised work is sent, resent, closed, and never lost."""

import time
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.db import transaction
from django.utils import timezone

import outbox
from ctkz_portal.embedded.process import Server
from outbox.models import OutboxItem
from tests.workers import forget_queued_work

TASK = "tests.note"


@pytest.fixture(autouse=True)
def empty_queue() -> None:
    forget_queued_work()


def queued(settings: Any) -> int:
    client = redis.Redis.from_url(settings.CELERY_BROKER_URL)
    try:
        return int(client.llen(f"{settings.CTKZ_REDIS_PREFIX}celery"))
    finally:
        client.close()


def promise(key: str = "1", **kwargs: str) -> OutboxItem:
    with transaction.atomic():
        return outbox.enqueue(TASK, key=key, **kwargs)


@pytest.mark.django_db(transaction=True)
def test_work_is_sent_when_the_promise_is_committed(settings: Any) -> None:
    item = promise(name="Пример")
    item.refresh_from_db()
    assert queued(settings) == 1
    assert item.attempts == 1
    assert item.kwargs == {"name": "Пример"}


@pytest.mark.django_db(transaction=True)
def test_work_promised_in_a_transaction_that_fails_is_neither_kept_nor_sent(settings: Any) -> None:
    with transaction.atomic():
        outbox.enqueue(TASK, key="1")
        transaction.set_rollback(True)
    assert not OutboxItem.objects.exists()
    assert queued(settings) == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("command", [outbox.enqueue, outbox.done])
def test_promising_and_closing_belong_in_a_transaction(command: Any) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        command(TASK, key="1")


@pytest.mark.django_db(transaction=True)
def test_the_same_work_promised_twice_is_one_row_and_one_message(settings: Any) -> None:
    promise()
    promise()
    assert OutboxItem.objects.count() == 1
    assert queued(settings) == 1


@pytest.mark.django_db(transaction=True)
def test_finished_work_promised_again_is_opened_and_sent_again(settings: Any) -> None:
    promise(reason="first")
    with transaction.atomic():
        outbox.done(TASK, "1")
    promise(reason="second")
    item = OutboxItem.objects.get()
    assert item.done_at is None
    assert item.kwargs == {"reason": "second"}
    assert queued(settings) == 2


@pytest.mark.django_db(transaction=True)
def test_work_not_done_is_sent_again_only_after_the_wait(settings: Any) -> None:
    settings.CTKZ_OUTBOX_RESEND_SECONDS = 30
    promise()
    now = timezone.now()
    assert outbox.relay(at=now + timedelta(seconds=20)) == 0
    assert outbox.relay(at=now + timedelta(seconds=31)) == 1
    assert outbox.relay(at=now + timedelta(seconds=80)) == 0
    assert outbox.relay(at=now + timedelta(seconds=100)) == 1
    assert queued(settings) == 3


@pytest.mark.django_db(transaction=True)
def test_the_wait_stops_growing(settings: Any) -> None:
    settings.CTKZ_OUTBOX_RESEND_SECONDS = 30
    promise()
    OutboxItem.objects.update(attempts=100, available_at=timezone.now())
    at = timezone.now() + timedelta(seconds=1)
    outbox.relay(at=at)
    assert OutboxItem.objects.get().available_at - at == timedelta(seconds=30 * 8)


@pytest.mark.django_db(transaction=True)
def test_done_work_is_never_sent_again() -> None:
    promise()
    with transaction.atomic():
        outbox.done(TASK, "1")
    assert outbox.relay(at=timezone.now() + timedelta(days=1)) == 0


@pytest.mark.django_db(transaction=True)
def test_closing_is_undone_with_the_work_it_belongs_to() -> None:
    promise()
    with transaction.atomic():
        outbox.done(TASK, "1")
        transaction.set_rollback(True)
    assert OutboxItem.objects.get().done_at is None


@pytest.mark.django_db(transaction=True)
def test_failed_work_keeps_its_reason_and_comes_back(settings: Any) -> None:
    settings.CTKZ_OUTBOX_RESEND_SECONDS = 30
    promise()
    outbox.failed(TASK, "1", "no sealing key")
    item = OutboxItem.objects.get()
    assert item.last_error == "no sealing key"
    assert outbox.relay(at=timezone.now()) == 0
    assert outbox.relay(at=timezone.now() + timedelta(minutes=5)) == 1


@pytest.mark.django_db(transaction=True)
def test_only_work_finished_long_ago_is_forgotten(settings: Any) -> None:
    settings.CTKZ_OUTBOX_KEEP_DAYS = 30
    now = timezone.now()
    for key, done_at in [
        ("old", now - timedelta(days=31)),
        ("recent", now - timedelta(days=29)),
        ("open", None),
    ]:
        promise(key)
        OutboxItem.objects.filter(key=key).update(done_at=done_at)
    assert outbox.purge(at=now) == 1
    assert set(OutboxItem.objects.values_list("key", flat=True)) == {"recent", "open"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.kill
def test_a_dead_broker_stops_no_one_and_loses_nothing(own_broker: Server) -> None:
    promise("1")
    assert OutboxItem.objects.get(key="1").attempts == 1
    own_broker.kill()
    began = time.monotonic()
    promise("2")
    assert time.monotonic() - began < 3
    assert OutboxItem.objects.get(key="2").attempts == 0
    assert outbox.relay(at=timezone.now()) == 0
    own_broker.start()
    assert outbox.relay(at=timezone.now()) == 1
    assert OutboxItem.objects.get(key="2").attempts == 1
