"""What the tests of signatures share: a record, a person, and the examination of a file."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from documents.eds.authority import SoftwareAuthority
from documents.eds.verdicts import Expected, Verdict
from documents.eds.verifying import verify_signature

from .people import BIN, IIN, RECORD

Examine = Callable[..., Verdict]


@pytest.fixture
def examine(eds: SoftwareAuthority) -> Examine:
    """The verdict on a file over the record, as expected from the head of the organisation."""

    def verdict(
        cms: bytes,
        *,
        record: bytes = RECORD,
        at: datetime | None = None,
        expected: Expected | None = None,
    ) -> Verdict:
        whom = expected or Expected(IIN, BIN, frozenset({"head", "signatory"}))
        return verify_signature(cms, record=record, at=at or datetime.now(UTC), expected=whom)

    return verdict
