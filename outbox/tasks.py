"""The sweeper: Celery beat calls it every few seconds."""

from celery import shared_task
from django.utils import timezone

from . import services


@shared_task(name="outbox.relay")
def relay() -> None:
    services.relay(at=timezone.now())


@shared_task(name="outbox.purge")
def purge() -> None:
    services.purge(at=timezone.now())
