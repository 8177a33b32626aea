"""Celery's way in; the work itself is in the modules named."""

from celery import shared_task

# `report_making` is imported for its paper.
from . import projecting, report_making  # noqa: F401


@shared_task(name="oversight.follow_log", time_limit=10 * 60)
def follow_log() -> int:
    return projecting.catch_up()
