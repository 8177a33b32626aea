"""What is in the log cannot be taken out: people stand in it as identifiers and commitments only.

Bodies of public events are shown to everyone; those of the others are hashed for ever as well.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import User
from audit.models import AuditEvent
from audit.registry import event_kinds
from tests import scenarios

PERSONAL = re.compile(
    r"(?:^|_)(?:name|names|iin|email|e_mail|mail|phone|address|birth|person|label|comment|note|text)"
    r"(?:_|$)"
)
E_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w")
IIN = re.compile(r"(?<![0-9a-f-])[0-9]{12}(?![0-9a-f-])")


@pytest.mark.parametrize("kind", event_kinds(), ids=lambda kind: kind.name)
def test_no_fact_is_meant_for_personal_data(kind: Any) -> None:
    assert [fact for fact in kind.facts if PERSONAL.search(fact)] == []


def test_bodies_of_a_whole_case_name_nobody(db: None) -> None:
    scenarios.a_certificate("valid")
    scenarios.an_application("refused")
    scenarios.an_application("in_consultation")
    scenarios.a_request("withdrawn")
    people = list(User.objects.exclude(full_name="").values_list("full_name", "iin", "email"))
    bodies = [bytes(body).decode() for body in AuditEvent.objects.values_list("body", flat=True)]

    assert people
    assert len(bodies) > 40
    for body in bodies:
        assert not E_MAIL.search(body), body
        texts = list(texts_of(json.loads(body)))
        assert [text for text in texts if IIN.fullmatch(text)] == [], body
        for name, iin, email in people:
            assert not any(part and part in body for part in (name, iin, email)), body


def texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from texts_of(part)
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts_of(part)
