"""Celery's way in; the work itself is in `terms`."""

from celery import shared_task
from django.utils import timezone

from . import terms


@shared_task(name="oversight.keep_recommendations")
def keep_recommendations() -> None:
    """Soon after midnight in Kazakhstan, whose day decides."""
    terms.keep_terms(on=timezone.localdate())
