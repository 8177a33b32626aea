"""Celery's way in; the work itself is in the modules named for it."""

from celery import shared_task

from . import duplicates, issuing, letters, orders
from .duplicates import MAKE_DUPLICATE
from .orders import MAKE_ORDER
from .services import COMPLETE_ISSUE, MAKE_LETTER


@shared_task(name=COMPLETE_ISSUE)
def complete_issue(certificate_id: str) -> None:
    issuing.complete_issue(certificate_id)


@shared_task(name=MAKE_LETTER)
def make_refusal_letter(application_id: str) -> None:
    letters.make_refusal_letter(application_id)


@shared_task(name=MAKE_ORDER)
def make_order(change_id: str) -> None:
    orders.make_order(change_id)


@shared_task(name=MAKE_DUPLICATE)
def make_duplicate(duplicate_id: str) -> None:
    duplicates.make_duplicate(duplicate_id)
