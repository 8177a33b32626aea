"""Loaded into a real worker: kills the process (SIGKILL) while it makes an order or a duplicate,
once, at the point that the file `<id of its subject>` in `CTKZ_TEST_CRASHES` names."""

import os
import signal
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from documents.models import SealedDocument
from issuance import duplicates, orders

FOLDER = Path(os.environ["CTKZ_TEST_CRASHES"])
under_way: ContextVar[str] = ContextVar("paper under way")


def die_here(point: str) -> None:
    plan = FOLDER / under_way.get("")
    if plan.is_file() and plan.read_text() == point:
        plan.rename(FOLDER / f"died-{plan.name}")
        os.kill(os.getpid(), signal.SIGKILL)


def deadly_making(**options: Any) -> SealedDocument:
    under_way.set(options["subject_id"])
    die_here("before making")
    document = make(**options)
    die_here("after making")
    return document


def deadly_done(task: str, key: str) -> None:
    close(task, key)
    die_here("before commit")


make = orders.make_sealed_document
close = orders.outbox.done
orders.make_sealed_document = deadly_making
duplicates.make_sealed_document = deadly_making
# One module of the portal, so one replacement serves both.
orders.outbox.done = deadly_done
