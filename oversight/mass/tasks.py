"""Celery's way in; the work itself is in `running`."""

from celery import shared_task

from .deciding import RUN
from .running import run_stage


@shared_task(name=RUN)
def run_mass_action(action_id: str) -> None:
    run_stage(action_id)
