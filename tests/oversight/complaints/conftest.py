"""Counters of one test are not those of the next."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def fresh_counters() -> None:
    cache.clear()
