"""Celery looks here: what is imported here is all of the room that a worker knows."""

from .deadlines import tasks as deadlines_tasks
from .search import tasks as search_tasks

__all__ = ["deadlines_tasks", "search_tasks"]
