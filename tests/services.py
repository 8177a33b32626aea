"""Pytest plugin: real servers for the test run, ready before Django's settings are read.

Loaded by `-p tests.services`. Without DATABASE_URL and REDIS_URL the run starts PostgreSQL and
Valkey of its own in a temporary folder, once for all parallel processes, and stops them at the end.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ctkz_portal import embedded

_stack = ExitStack()
# Also when the run ends before it began, for instance on a broken setting.
atexit.register(_stack.close)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        folder = Path(tempfile.mkdtemp(prefix="ctkz-tests-"))
        _stack.callback(shutil.rmtree, folder, ignore_errors=True)
        os.environ["CTKZ_VAR_DIR"] = str(folder)
        _stack.enter_context(embedded.services(folder, durable=False, wait_for_users=False))
    # Parallel processes and other runs may share one broker; each keeps to its own keys.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    os.environ["CTKZ_REDIS_PREFIX"] = f"test-{os.getpid()}-{worker}:"
    return (yield)


def pytest_unconfigure() -> None:
    _stack.close()
