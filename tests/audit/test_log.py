import hashlib
import json
from decimal import Decimal
from typing import Any

import pytest
import rfc8785
from django.db import IntegrityError, connection, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy

import audit
from audit import registry
from audit.errors import NotInTransactionError, UnknownEventError, WrongFactsError
from audit.models import AuditEvent, AuditPending
from audit.registry import register
from tests.audit.conftest import AUDITOR, FILED, record_filed

SUBJECT = audit.SubjectRef("application", "1", "A-1")


@pytest.mark.django_db
def test_body_is_canonical_and_keeps_names_out() -> None:
    event = record_filed(1)

    event.refresh_from_db()
    raw = bytes(event.body)
    body = json.loads(raw)
    assert rfc8785.dumps(body) == raw
    assert body == {
        "v": 1,
        "at": event.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "event": FILED,
        "actor": {"id": "7", "role": "auditor", "organisation": "org-1"},
        "subject": {"type": "application", "id": "1"},
        "case": "case-1",
        "request": "request-1",
        "facts": {"number": "00001", "lines": [1, 2]},
        "commitment": body["commitment"],
    }
    for name in ("Айгүл", "A-1", "203.0.113.7"):
        assert name.encode() not in raw


@pytest.mark.django_db
def test_commitment_opens_with_the_salt_and_the_names() -> None:
    event = record_filed(1)

    names = {"actor_label": "Айгүл Мысалова", "subject_label": "A-1", "ip": "203.0.113.7"}
    opened = hashlib.sha256(bytes(event.salt) + rfc8785.dumps(names)).hexdigest()

    assert json.loads(bytes(event.body))["commitment"] == opened


@pytest.mark.django_db
def test_recording_costs_two_inserts(django_assert_num_queries: Any) -> None:
    with transaction.atomic(), django_assert_num_queries(2) as queries:
        audit.record(FILED, actor=AUDITOR, subject=SUBJECT, number="1", lines=[])

    assert all(query["sql"].startswith("INSERT") for query in queries.captured_queries)


@pytest.mark.django_db
def test_rolled_back_deed_leaves_no_event() -> None:
    def deed_that_fails() -> None:
        with transaction.atomic():
            audit.record(FILED, actor=AUDITOR, subject=SUBJECT, number="1", lines=[])
            raise IntegrityError

    with pytest.raises(IntegrityError):
        deed_that_fails()

    assert AuditEvent.objects.count() == AuditPending.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused() -> None:
    with pytest.raises(NotInTransactionError):
        audit.record(FILED, actor=AUDITOR, subject=SUBJECT, number="1", lines=[])

    assert not connection.in_atomic_block
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db
def test_unknown_event_is_refused() -> None:
    with pytest.raises(UnknownEventError, match=r"sample\.unheard"):
        audit.record("sample.unheard", actor=AUDITOR, subject=SUBJECT)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"number": "1"}, "lacks lines"),
        ({"number": "1", "lines": 1, "name": "x"}, "does not know name"),
        ({"number": 1.5, "lines": 1}, "'number' is float"),
        ({"number": Decimal("1.5"), "lines": 1}, "'number' is Decimal"),
        ({"number": "1", "lines": [{"share": 0.5}]}, "'lines' is float"),
        ({"number": "1", "lines": {1: "x"}}, "keys must be text"),
        ({"number": gettext_lazy("one"), "lines": 1}, "'number' is __proxy__"),
        ({"number": 2**53, "lines": 1}, "exceeds safe integer"),
        ({"number": "\ud800", "lines": 1}, "non-UTF-8"),
    ],
)
def test_wrong_facts_are_refused(facts: dict[str, Any], message: str) -> None:
    with pytest.raises(WrongFactsError, match=message):
        audit.record(FILED, actor=AUDITOR, subject=SUBJECT, **facts)

    assert not AuditEvent.objects.exists()


def test_an_event_cannot_be_registered_with_other_facts() -> None:
    register("sample.once", facts=("number",), sentence="Once")

    register("sample.once", facts=("number",), sentence="Once, said better")
    with pytest.raises(ValueError, match="already registered"):
        register("sample.once", facts=("number", "reason"), sentence="Once")


def test_a_fact_cannot_hide_an_argument() -> None:
    with pytest.raises(ValueError, match="actor"):
        register("sample.hiding", facts=("actor",), sentence="Hiding")


@pytest.mark.django_db
def test_sentence_tells_facts_and_names_in_the_active_language() -> None:
    # "Yes" is in Django's own catalogue, so the test needs none of ours.
    register("sample.translated", facts=("number",), sentence=gettext_lazy("Yes"))
    with transaction.atomic():
        event = audit.record("sample.translated", actor=AUDITOR, subject=SUBJECT, number="5")

    with translation.override("ru"):
        assert event.sentence() == "Да"
    with translation.override("kk"):
        assert event.sentence() == "Иә"
    assert record_filed(3).sentence() == ("Айгүл Мысалова filed A-3 as number 00003, lines: 1, 2")


@pytest.mark.django_db
def test_a_fact_kept_as_a_code_is_named_when_it_is_read() -> None:
    register(
        "sample.coded",
        facts=("number",),
        sentence="Answer: %(number)s",
        in_words=lambda facts: {"number": str(gettext_lazy("Yes")) if facts["number"] else "?"},
    )
    with transaction.atomic():
        event = audit.record("sample.coded", actor=AUDITOR, subject=SUBJECT, number=1)

    with translation.override("ru"):
        assert event.sentence() == "Answer: Да"
    assert event.facts == {"number": 1}


@pytest.mark.django_db
@pytest.mark.parametrize("sentence", ["%(gone)s", "%(number)d", "100 %"])
def test_sentence_that_does_not_fit_falls_back_to_the_name(sentence: str) -> None:
    event = record_filed(1)
    event.event = "sample.misfit"
    assert event.sentence() == "sample.misfit"

    register("sample.misfit", facts=("number", "lines"), sentence=sentence)
    assert event.sentence() == "sample.misfit"


@pytest.mark.django_db
def test_timeline_is_one_case_newest_first() -> None:
    first, other, second = record_filed(1), record_filed(2, case="case-2"), record_filed(3)

    assert list(audit.timeline("case-1")) == [second, first]
    assert list(audit.timeline("case-2")) == [other]
    assert list(audit.timeline("")) == []
    assert list(AuditEvent.objects.about("application", 3)) == [second]


@pytest.mark.django_db
def test_timeline_reads_through_an_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "audit_event_case" in audit.timeline("case-1").explain()


@pytest.mark.django_db
def test_entry_links_to_its_page_when_it_has_one(monkeypatch: pytest.MonkeyPatch) -> None:
    event = record_filed(1)
    assert event.url == ""

    monkeypatch.setitem(registry._subject_urls, "application", ("no-such-page", False))
    assert event.url == ""
