"""Celery's way in: workers warm up when they start, and carry out what people have signed."""

from typing import Any

from celery import shared_task
from celery.signals import worker_process_init

from . import signing
from .rendering import warm


@worker_process_init.connect
def warm_up(**_signal: Any) -> None:
    warm()


@shared_task(name=signing.COMPLETE_SIGNING)
def complete_signing(item_id: str) -> None:
    signing.complete(item_id)
