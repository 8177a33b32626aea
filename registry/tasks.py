"""Celery's way in; the work itself is in the modules named."""

from celery import shared_task
from django.utils import timezone

from . import receipts, watching, webhooks


@shared_task(name=webhooks.POST_WEBHOOK, time_limit=60)
def post_webhook(delivery_id: str) -> None:
    webhooks.deliver(delivery_id)


@shared_task(name=watching.SEND_NOTICE, time_limit=120)
def send_notice(notice_id: str) -> None:
    watching.send_notice(notice_id)


@shared_task(name=receipts.MAKE_RECEIPT)
def make_receipt_document(receipt_id: str) -> None:
    receipts.make_document(receipt_id)


@shared_task(name="registry.forget_watches")
def forget_watches() -> None:
    watching.forget_watches(at=timezone.now())
