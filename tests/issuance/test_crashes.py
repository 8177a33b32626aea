"""An issue killed at any step resumes and ends with exactly one certificate."""

import itertools
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

import outbox
from audit.models import AuditEvent
from documents.models import SealedDocument
from documents.sealing import verify_seal
from documents.storing import read
from issuance.issuing import STEPS
from issuance.models import Certificate
from issuance.services import COMPLETE_ISSUE
from outbox.models import OutboxItem
from tests import scenarios
from tests.workers import Worker, forget_queued_work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.kill]

POINTS = [
    *(f"{moment} {step.__name__}" for step in STEPS for moment in ("before", "after")),
    # Inside a step: the file is stored, the row does not know it yet.
    "stored unsealed",
    "stored sealed",
    # Inside the last transaction.
    "before commit",
]


def being_issued(count: int) -> list[Certificate]:
    """Approved cases whose acts' papers are not waited for: only issues are in the outbox."""
    certificates = scenarios.certificates_being_issued(count)
    OutboxItem.objects.exclude(task=COMPLETE_ISSUE).update(done_at=timezone.now())
    forget_queued_work()
    return certificates


@pytest.fixture
def crashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "crashes"
    folder.mkdir()
    monkeypatch.setenv("CTKZ_TEST_CRASHES", str(folder))
    return folder


def sweep_until(condition: Callable[[], bool], *, timeout: float = 240) -> None:
    """The sweeper's work, as beat would order it, until `condition` holds.

    Each round is an hour later than the one before, so that no work waits for its turn.
    """
    deadline = time.monotonic() + timeout
    for hour in itertools.count(1):
        if condition():
            return
        assert time.monotonic() < deadline, list(
            Certificate.objects.values_list("number", "status", "failure")
        )
        outbox.relay(at=timezone.now() + timedelta(hours=hour))
        time.sleep(2)


def all_in_force() -> bool:
    return not Certificate.objects.exclude(status="valid").exists()


def assert_issued_once(certificates: list[Certificate]) -> None:
    """One number, one document, one event each; nothing left in between; the log verifies."""
    rows = list(Certificate.objects.order_by("sequence"))
    assert len(rows) == len(certificates)
    assert [row.sequence for row in rows] == list(range(1, len(rows) + 1))
    assert len({row.number for row in rows}) == len(rows)
    for row in rows:
        assert SealedDocument.objects.filter(number=row.number, kind="certificate").count() == 1
        issued = AuditEvent.objects.get(event="certificate.issued", subject_id=str(row.pk))
        content = read(row.sealed)
        assert issued.facts["pdf_sha256"] == row.document.sealed_sha256 == row.sealed.sha256
        assert verify_seal(content).ok
    assert not AuditEvent.objects.filter(event="certificate.issue_failed").exists()
    assert not OutboxItem.objects.filter(done_at__isnull=True, task__startswith="issuance").exists()
    call_command("sequence_log")
    call_command("verify_log")


def test_a_worker_killed_at_each_point_of_an_issue_leaves_exactly_one_certificate(
    celery_worker_process: Callable[..., Worker], crashes: Path
) -> None:
    certificates = being_issued(len(POINTS))
    for certificate, point in zip(certificates, POINTS, strict=True):
        (crashes / str(certificate.pk)).write_text(point)
    celery_worker_process(include="tests.issuance.crashing")
    sweep_until(all_in_force)
    died = {path.name.removeprefix("died-") for path in crashes.glob("died-*")}
    assert died == {str(certificate.pk) for certificate in certificates}
    assert_issued_once(certificates)


def test_a_whole_worker_killed_while_sealing_is_replaced_by_another(
    celery_worker_process: Callable[..., Worker], crashes: Path
) -> None:
    certificates = being_issued(2)
    # A worker that stands still in the middle of the issue, so that it can be shot.
    (crashes / str(certificates[0].pk)).write_text("hang after render_document")
    first = celery_worker_process(include="tests.issuance.crashing")
    sweep_until(lambda: (crashes / f"hanging-{certificates[0].pk}").exists())
    first.kill()
    assert Certificate.objects.get(pk=certificates[0].pk).status == "issuing"
    celery_worker_process()
    sweep_until(all_in_force)
    assert_issued_once(certificates)


def test_approvals_made_while_the_broker_is_down_are_issued_when_it_is_back(
    celery_worker_process: Callable[..., Worker], stopped_broker: Any
) -> None:
    certificates = scenarios.certificates_being_issued(2)
    assert outbox.relay(at=timezone.now() + timedelta(minutes=10)) == 0
    stopped_broker.start()
    celery_worker_process()
    sweep_until(all_in_force)
    assert_issued_once(certificates)
