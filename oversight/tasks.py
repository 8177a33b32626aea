"""Celery looks here; each job has tasks of its own."""

from .figures import tasks as figures_tasks
from .mass import tasks as mass_tasks

__all__ = ["figures_tasks", "mass_tasks"]
