"""Celery's way in; the work itself is in the module named."""

from celery import shared_task

from . import indexing


@shared_task(name="workplace.follow_search", time_limit=10 * 60)
def follow_search() -> int:
    return indexing.catch_up()


@shared_task(name="workplace.keep_search", time_limit=10 * 60)
def keep_search() -> int:
    return indexing.keep_up()
