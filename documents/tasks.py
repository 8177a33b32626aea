"""Workers read fonts and styles when they start, so the first document is as quick as the rest."""

from typing import Any

from celery.signals import worker_process_init

from .rendering import warm


@worker_process_init.connect
def warm_up(**_signal: Any) -> None:
    warm()
