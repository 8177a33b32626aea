"""Celery's way in to risk; the work itself is in `following`."""

from celery import shared_task

from . import following

# A run ends before the next one begins.
SECONDS = 50


@shared_task(name="oversight.follow_risk")
def follow_risk() -> None:
    following.follow_all(SECONDS)


@shared_task(name="oversight.follow_risk_lookups")
def follow_risk_lookups() -> None:
    following.follow_lookups()


@shared_task(name="oversight.keep_risk_versions")
def keep_risk_versions() -> None:
    """Soon after midnight, when weights and thresholds of a new day come into force."""
    for _progress in following.score_register():
        pass
