"""Celery's way in; the work itself is in `issuing`."""

from celery import shared_task

from . import issuing
from .services import COMPLETE_ISSUE


@shared_task(name=COMPLETE_ISSUE)
def complete_issue(certificate_id: str) -> None:
    issuing.complete_issue(certificate_id)
