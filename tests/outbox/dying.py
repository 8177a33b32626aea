"""Loaded into a real worker: kills the process (SIGKILL) at a chosen point of a letter, once.

`CTKZ_TEST_CRASHES` names a folder; a file `<letter id>` in it says at which point its worker dies.
The file is taken away first, so the next attempt goes through.
"""

import os
import signal
from pathlib import Path
from typing import Any

from outbox import delivering, letters
from outbox.models import Letter, LetterState

FOLDER = Path(os.environ["CTKZ_TEST_CRASHES"])


def die_here(letter: Letter, point: str) -> None:
    plan = FOLDER / str(letter.pk)
    if plan.is_file() and plan.read_text() == point:
        plan.rename(FOLDER / f"died-{plan.name}")
        os.kill(os.getpid(), signal.SIGKILL)


def deadly_deliver(letter: Letter, *, hand_over: Any) -> None:
    die_here(letter, "before connecting")
    deliver(letter, hand_over=hand_over)
    die_here(letter, "taken, not recorded")


def deadly_hand_over(letter: Letter, **options: Any) -> None:
    die_here(letter, "connected, not handed over")
    hand_over(letter, **options)


def deadly_close(letter: Letter, state: LetterState, **values: Any) -> None:
    close(letter, state, **values)
    die_here(letter, "after recording")


deliver, hand_over, close = delivering.deliver, letters._hand_over, letters._close
vars(letters).update(deliver=deadly_deliver, _hand_over=deadly_hand_over, _close=deadly_close)
