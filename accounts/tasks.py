"""Celery's way in; the work itself is in the modules named."""

from celery import shared_task
from django.utils import timezone

from . import arrivals


@shared_task(name="accounts.forget_sign_ins")
def forget_sign_ins() -> None:
    arrivals.forget_sign_ins(at=timezone.now())
