"""Loaded into a real worker: kills the process (SIGKILL) at a chosen point of an issue, once.

`CTKZ_TEST_CRASHES` names a folder; a file `<certificate id>` in it says at which point that
certificate's issue dies. The file is taken away first, so the next attempt goes through.
"""

import os
import signal
import time
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import outbox
from issuance import issuing
from issuance.models import Certificate

FOLDER = Path(os.environ["CTKZ_TEST_CRASHES"])
under_way: ContextVar[str] = ContextVar("certificate under way")


def die_here(point: str) -> None:
    plan = FOLDER / under_way.get("")
    if plan.is_file() and plan.read_text() == f"hang {point}":
        (FOLDER / f"hanging-{plan.name}").touch()
        time.sleep(600)
    if plan.is_file() and plan.read_text() == point:
        plan.rename(FOLDER / f"died-{plan.name}")
        os.kill(os.getpid(), signal.SIGKILL)


def deadly(step: Callable[[Certificate], None]) -> Callable[[Certificate], None]:
    def run(certificate: Certificate) -> None:
        under_way.set(str(certificate.pk))
        die_here(f"before {step.__name__}")
        step(certificate)
        die_here(f"after {step.__name__}")

    run.__name__ = step.__name__
    return run


def deadly_store(*args: Any, **options: Any) -> Any:
    """Dies when the file is on the disk and nothing in the database points at it yet."""
    stored = keep_file(*args, **options)
    die_here("stored unsealed" if "unsealed" in options["name"] else "stored sealed")
    return stored


def deadly_done(task: str, key: str) -> None:
    """Dies in the last transaction, just before it commits."""
    close(task, key)
    die_here("before commit")


keep_file = issuing.store
close = outbox.done
issuing.STEPS = tuple(deadly(step) for step in issuing.STEPS)
issuing.store = deadly_store
issuing.outbox.done = deadly_done
