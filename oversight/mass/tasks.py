"""Celery's way in; the work itself is in `running`, the order on it in `orders`."""

from celery import shared_task

from . import orders
from .deciding import RUN
from .running import run_stage

__all__ = ["orders", "run_mass_action"]


@shared_task(name=RUN)
def run_mass_action(action_id: str) -> None:
    run_stage(action_id)
