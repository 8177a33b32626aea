"""Promise work, send it, close it.

The row is the promise; the message on the broker is only a hint that there is work. A message may
be lost (the process, worker or broker dies) or delivered twice, so the relay sends again whatever
is not done, and every task must be idempotent and close its row in its own transaction.
"""

import functools
import logging
from datetime import datetime, timedelta

import redis
from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from .models import OutboxItem, OutboxQuerySet

log = logging.getLogger(__name__)

BROKER_ERRORS = (OperationalError, redis.RedisError, OSError)
# Waiting grows with every attempt up to this many times the first wait: a long queue must not
# fill with copies of itself, and work that was only unlucky must not wait for hours.
LONGEST_WAIT = 8


def enqueue(task: str, *, key: str, **kwargs: str) -> OutboxItem:
    """Promise that `task` will run with these arguments, if and only if the caller commits.

    The same work promised again is one row: unfinished it stays as it is, finished it is opened
    again, which is how a failed step is retried on a person's order.
    """
    _require_transaction("enqueue")
    item, created = OutboxItem.objects.select_for_update().get_or_create(
        task=task, key=key, defaults={"kwargs": kwargs}
    )
    if not created and item.done_at is not None:
        item.kwargs = kwargs
        item.available_at = timezone.now()
        item.sent_at = item.done_at = None
        item.attempts = 0
        item.last_error = ""
        item.save()
    transaction.on_commit(functools.partial(_kick, item.pk))
    return item


def _kick(item_pk: int) -> None:
    """Send at once what was just committed; whatever goes wrong, the sweeper comes by later."""
    try:
        _send(OutboxItem.objects.filter(pk=item_pk).due(at=timezone.now()), at=timezone.now())
    except DatabaseError:
        log.warning("The outbox could not be read after the commit; the sweeper will send.")


def relay(*, at: datetime, limit: int = 200) -> int:
    """Send what is due; safe to run any number of times side by side. Returns how many went."""
    return _send(OutboxItem.objects.due(at=at), at=at, limit=limit)


def _send(due: OutboxQuerySet, *, at: datetime, limit: int = 1) -> int:
    sent = 0
    with transaction.atomic():
        for item in due.select_for_update(skip_locked=True)[:limit]:
            try:
                current_app.send_task(
                    item.task,
                    kwargs=item.kwargs,
                    task_id=f"{item.task}:{item.key}:{item.attempts + 1}",
                    retry=False,
                )
            except BROKER_ERRORS as error:
                # The rest would fail the same way and only keep the caller waiting.
                log.warning("The broker does not answer, the work stays in the outbox: %s", error)
                break
            item.attempts += 1
            item.sent_at = at
            item.available_at = at + _wait_after(item.attempts)
            item.save(update_fields=["attempts", "sent_at", "available_at"])
            sent += 1
    return sent


def _wait_after(attempts: int) -> timedelta:
    times = min(2 ** (attempts - 1), LONGEST_WAIT) if attempts else 1
    return timedelta(seconds=settings.CTKZ_OUTBOX_RESEND_SECONDS * times)


def done(task: str, key: str) -> bool:
    """Close the row in the transaction that did the work: both are kept, or neither.

    Whether this call closed it: of two workers at the same work only one hears True.
    """
    _require_transaction("done")
    closed = OutboxItem.objects.filter(task=task, key=key, done_at=None).update(
        done_at=timezone.now(), last_error=""
    )
    return closed > 0


def failed(task: str, key: str, error: str, *, again_at: datetime | None = None) -> None:
    """Keep the reason and leave the row open: the work is sent again after a wait.

    Work that depends on somebody else's server names the moment itself (`again_at`).
    """
    with transaction.atomic():
        found = OutboxItem.objects.filter(task=task, key=key, done_at=None)
        item = found.select_for_update().first()
        if item is None:
            return
        item.last_error = error
        item.available_at = again_at or timezone.now() + _wait_after(item.attempts)
        item.save(update_fields=["last_error", "available_at"])


def purge(*, at: datetime) -> int:
    """Forget work finished long ago; what happened is in the log, not here."""
    before = at - timedelta(days=settings.CTKZ_OUTBOX_KEEP_DAYS)
    count, _by_model = OutboxItem.objects.filter(done_at__lt=before).delete()
    return count


def _require_transaction(what: str) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError(f"outbox.{what} belongs in the transaction of the work itself.")
