"""Celery's way in; what is imported here registers the papers and the signatures of answers."""

from celery import shared_task
from django.utils import timezone

from . import papers, signing, terms

__all__ = ["keep_complaints", "papers", "signing"]


@shared_task(name="oversight.keep_complaints")
def keep_complaints() -> None:
    """Soon after midnight in Kazakhstan, whose day decides."""
    terms.keep_complaints(on=timezone.localdate())
