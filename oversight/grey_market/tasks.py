"""Celery's way in; what is imported here registers the paper of the grey market."""

from celery import shared_task
from django.utils import timezone

from . import alerts, papers

__all__ = ["papers", "watch_unknown_numbers"]


@shared_task(name="oversight.watch_unknown_numbers")
def watch_unknown_numbers() -> None:
    alerts.watch_unknown_numbers(on=timezone.localdate())
