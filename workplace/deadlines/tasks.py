"""Celery's way in."""

from celery import shared_task
from django.utils import timezone

from .keeping import keep_deadlines


@shared_task(name="workplace.keep_deadlines")
def keep() -> None:
    """Every hour, and soon after midnight in Kazakhstan, whose day decides."""
    keep_deadlines(at=timezone.now())
