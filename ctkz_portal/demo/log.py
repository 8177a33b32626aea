"""Waiting for the log: a draw takes its chance from a checkpoint made after the acceptance."""

import time

from audit.publishing import publish
from audit.sequencing import sequence_all
from expertise.draws import closing_checkpoint
from expertise.models import ExpertiseRequest

PATIENCE = 5.0


def closed_over(request: ExpertiseRequest) -> bool:
    """Whether a checkpoint holds the acceptance; beat makes one every two seconds, as we do now."""
    deadline = time.monotonic() + PATIENCE
    while True:
        sequence_all()
        publish()
        if closing_checkpoint(request) is not None:
            return True
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
