"""Celery's way in; the work itself is in `documenting`."""

from celery import shared_task

from . import documenting
from .services.signing import MAKE_DOCUMENT


@shared_task(name=MAKE_DOCUMENT)
def make_act_document(act_id: str) -> None:
    documenting.make_act_document(act_id)
