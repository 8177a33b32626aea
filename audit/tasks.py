"""The worker's part of the log; beat runs it every two seconds (`CELERY_BEAT_SCHEDULE`).

Nothing kicks it from a request: two seconds is soon enough, and the request path stays free of
the broker. A run that is lost or doubled changes nothing.
"""

from __future__ import annotations

from celery import shared_task

from audit.publishing import publish
from audit.sequencing import sequence_all


@shared_task(name="audit.sequence_and_publish")
def sequence_and_publish() -> None:
    sequence_all()
    publish()
