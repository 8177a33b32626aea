"""Celery's way in; the work itself is in the modules named."""

from celery import shared_task
from django.utils import timezone

from . import announcing, digests, following


@shared_task(name="notices.follow_log", time_limit=300)
def follow_log() -> None:
    following.follow(at=timezone.now())


@shared_task(name=following.TELL_EVENT, time_limit=60)
def tell_event(event_id: str) -> None:
    following.tell_put_off(event_id, at=timezone.now())


@shared_task(name="notices.write_digests", time_limit=900)
def write_digests() -> None:
    digests.write_digests(at=timezone.now())


@shared_task(name=announcing.MAIL_PORTION, time_limit=120)
def mail_announcement(announcement_id: str, key_of_portion: str) -> None:
    announcing.mail_portion(announcement_id, key_of_portion, at=timezone.now())
