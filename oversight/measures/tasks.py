"""Celery's way in; what is imported here registers the papers and the signatures of measures."""

from celery import shared_task
from django.utils import timezone

from . import papers, signing
from .following import expire_measures

__all__ = ["expire", "papers", "signing"]


@shared_task(name="oversight.expire_measures")
def expire() -> int:
    return expire_measures(on=timezone.localdate())
