"""Celery's way in; the work itself is in the modules named."""

from celery import shared_task

from . import projecting


@shared_task(name="oversight.follow_log", time_limit=10 * 60)
def follow_log() -> int:
    return projecting.catch_up()
