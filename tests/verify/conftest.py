"""A log that lies on command, behind an address."""

from collections.abc import Iterator

import pytest

from tests.verify.logs import LyingLog


@pytest.fixture
def lying_log() -> LyingLog:
    return LyingLog(5)


@pytest.fixture
def url(lying_log: LyingLog) -> Iterator[str]:
    with lying_log.served() as address:
        yield address
