"""Celery's way in; the work itself is in the modules named."""

from datetime import date

from celery import shared_task
from django.utils import timezone

from . import receipts, snapshots, watching, webhooks


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


@shared_task(name="registry.order_snapshot")
def order_snapshot() -> None:
    snapshots.order_snapshot(timezone.localdate())


@shared_task(name=snapshots.MAKE_SNAPSHOT, time_limit=1800)
def make_snapshot(day: str) -> None:
    snapshots.make_snapshot(date.fromisoformat(day))
