"""Celery's way in; the work itself is in `drawing`."""

from celery import shared_task

from .drawing import DRAW
from .drawing import draw_plan as draw


@shared_task(name=DRAW)
def draw_plan(plan_id: str) -> None:
    draw(plan_id)
