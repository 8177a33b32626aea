"""Libraries that must not work for two threads of one process at once."""

import functools
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

# One for all of them: the layout engine keeps fonts and the seal library keeps parsed
# certificates for the whole process, and both are damaged by a second thread.
_TURN = threading.RLock()


def one_at_a_time(function: Callable[P, R]) -> Callable[P, R]:
    """Lets one thread of the process into any of the functions so marked."""

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        with _TURN:
            return function(*args, **kwargs)

    return call
