"""The sweeper, which Celery beat calls every few seconds, and the letters."""

from celery import shared_task
from django.utils import timezone

from . import letters, services


@shared_task(name="outbox.relay")
def relay() -> None:
    services.relay(at=timezone.now())


@shared_task(name="outbox.purge")
def purge() -> None:
    services.purge(at=timezone.now())


# Well within CTKZ_LETTER_HANDING_SECONDS: a letter still handed over after that has no worker.
@shared_task(name=letters.SEND_LETTER, time_limit=120)
def send_letter(letter_id: str) -> None:
    letters.send_letter(letter_id, at=timezone.now())


@shared_task(name="outbox.forget_letters")
def forget_letters() -> None:
    letters.forget_letters(at=timezone.now())
