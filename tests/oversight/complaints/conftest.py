"""Counters of one test are not those of the next."""

import pytest

from tests.workers import forget_cached


@pytest.fixture(autouse=True)
def fresh_counters() -> None:
    forget_cached()
