"""Celery's way in: workers warm up when they start, and carry out what people have signed."""

from typing import Any

from celery import shared_task
from celery.signals import worker_process_init

from . import previews, signing
from .models import StoredFile
from .rendering import warm


@worker_process_init.connect
def warm_up(**_signal: Any) -> None:
    warm()


@shared_task(name=signing.COMPLETE_SIGNING)
def complete_signing(item_id: str) -> None:
    signing.complete(item_id)


@shared_task(name=previews.DRAW_PAGE)
def draw_page(stored_id: int, number: int) -> None:
    previews.draw_page(StoredFile.objects.get(pk=stored_id), number=number)
