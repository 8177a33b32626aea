"""Loaded into a real worker: kills it (SIGKILL) once at the second check of a draw.

`CTKZ_TEST_CRASHES` names a folder; the file `plan` in it is taken away first, so that the next
attempt goes through.
"""

import os
import signal
from pathlib import Path
from typing import Any

from oversight.selection import drawing

PLAN = Path(os.environ["CTKZ_TEST_CRASHES"]) / "plan"
opened = 0


def deadly_open_check(**values: Any) -> Any:
    global opened
    opened += 1
    if opened == 2 and PLAN.is_file():
        PLAN.rename(PLAN.with_name("died"))
        os.kill(os.getpid(), signal.SIGKILL)
    return really(**values)


really = drawing.open_check
drawing.open_check = deadly_open_check
drawing.BATCH = 1
