"""Calling a library that starts an event loop of its own from where one may be running already."""

import asyncio
import contextvars
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def apart_from_loops(function: Callable[P, R]) -> Callable[P, R]:
    """Runs `function` in a thread of its own when this one is inside an event loop.

    The seal library calls `asyncio.run`, which refuses to work under an asynchronous server.
    """

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return function(*args, **kwargs)
        # The language of messages travels in the context.
        context = contextvars.copy_context()
        with ThreadPoolExecutor(max_workers=1) as pool:
            return pool.submit(context.run, functools.partial(function, *args, **kwargs)).result()

    return call
