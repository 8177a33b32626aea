"""An invented past goes into an empty log, in its order, and into no other."""

import datetime as dt
from typing import Any

import pytest
from django.db import transaction

import audit
from audit.errors import NotInTransactionError, PastRefusedError, WrongFactsError
from audit.models import AuditEvent
from audit.past import PastEntry, record_past
from audit.publishing import publish
from audit.sequencing import sequence_all
from audit.verifying import verify_log

pytestmark = pytest.mark.django_db
THEN = dt.datetime(2017, 3, 1, 9, 0, tzinfo=dt.UTC)
SOMEBODY = audit.ActorRef(id="1", role="applicant", organisation="2", label="Примеров Пример")
CASE = "3f0e3a86-0000-4000-8000-000000000001"
SUBJECT = audit.SubjectRef(type="request", id="4", label='Э-\tH01\\000001\n"и" ещё')


def entry(hours: int, event: str = "request.accepted", **facts: Any) -> PastEntry:
    return PastEntry(THEN + dt.timedelta(hours=hours), event, SOMEBODY, SUBJECT, CASE, facts)


def test_entries_of_the_past_fit_the_log_like_any_other() -> None:
    with transaction.atomic():
        record_past([entry(0), entry(1, "request.rejected", reason="incomplete_documents")])
        record_past([entry(1), entry(2)])
    sequence_all()
    publish()
    assert verify_log().ok
    told = list(AuditEvent.objects.order_by("leaf__index"))
    assert [one.at for one in told] == [THEN + dt.timedelta(hours=hours) for hours in (0, 1, 1, 2)]
    assert {one.subject_label for one in told} == {SUBJECT.label}


@pytest.mark.parametrize(
    ("entries", "refusal"),
    [
        ([entry(1), entry(0)], PastRefusedError),
        ([entry(0, reason="nobody asked for it")], WrongFactsError),
        ([entry(0, "request.rejected")], WrongFactsError),
    ],
    ids=["out of order", "a fact too many", "a fact too few"],
)
def test_what_does_not_fit_is_refused(entries: list[PastEntry], refusal: Any) -> None:
    with pytest.raises(refusal), transaction.atomic():
        record_past(entries)
    assert not AuditEvent.objects.exists()


def test_a_log_in_use_gets_no_past() -> None:
    with transaction.atomic():
        audit.record("request.accepted", actor=SOMEBODY, subject=SUBJECT, case=CASE)
    with pytest.raises(PastRefusedError), transaction.atomic():
        record_past([entry(0)])


def test_what_the_portal_entered_at_its_set_up_does_not_stand_in_the_way() -> None:
    with transaction.atomic():
        audit.record("request.accepted", actor=audit.SYSTEM, subject=SUBJECT)
        assert record_past([entry(0)]) == 1


def test_the_past_is_closed_where_settings_do_not_open_it(settings: Any) -> None:
    settings.CTKZ_GENERATED_HISTORY = False
    with pytest.raises(PastRefusedError), transaction.atomic():
        record_past([entry(0)])


@pytest.mark.django_db(transaction=True)
def test_the_past_too_is_recorded_with_its_rows_or_not_at_all() -> None:
    with pytest.raises(NotInTransactionError):
        record_past([entry(0)])
