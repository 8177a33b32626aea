"""Celery's way in; the work itself is in `keeping_dates`."""

from celery import shared_task
from django.utils import timezone

from . import keeping_dates


@shared_task(name="auditors.keep_dates")
def keep_dates() -> int:
    return keeping_dates.keep_dates(on=timezone.localdate())
