"""Celery looks here: what is imported here is all of the room that a worker knows."""

from celery import shared_task

from . import papers
from .complaints import tasks as complaints_tasks
from .control import tasks as control_tasks
from .figures import tasks as figures_tasks
from .grey_market import tasks as grey_market_tasks
from .inspections import papers as inspection_papers
from .mass import tasks as mass_tasks
from .measures import tasks as measures_tasks
from .risk import tasks as risk_tasks
from .selection import tasks as selection_tasks

__all__ = [
    "complaints_tasks",
    "control_tasks",
    "figures_tasks",
    "grey_market_tasks",
    "inspection_papers",
    "mass_tasks",
    "measures_tasks",
    "risk_tasks",
    "selection_tasks",
]


@shared_task(name=papers.MAKE_PAPER)
def make_paper(kind: str, subject_id: str) -> None:
    papers.make_paper(kind, subject_id)
