"""A task for the tests: its first run may hang, so that a worker can be killed in the middle."""

import time
from pathlib import Path

from celery import shared_task
from django.db import transaction

import outbox

NAME = "tests.slow"


@shared_task(name=NAME)
def slow(number: str, runs_path: str, hangs_at_first: str) -> None:
    runs = Path(runs_path)
    with runs.open("a") as file:
        file.write("run\n")
    if hangs_at_first == "yes" and runs.read_text().count("run") == 1:
        time.sleep(600)
    with transaction.atomic():
        outbox.done(NAME, number)
