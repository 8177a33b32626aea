"""What follows a decision survives the death of its worker at any step and is done once."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone

from audit.models import AuditEvent
from documents.models import SealedDocument
from documents.sealing import verify_seal
from documents.storing import read
from issuance.duplicates import MAKE_DUPLICATE
from issuance.models import Certificate, CertificateChange, Duplicate
from issuance.orders import MAKE_ORDER
from issuance.services import COMPLETE_ISSUE
from outbox.models import OutboxItem
from tests import scenarios
from tests.issuance.after_issue import Kind, being_replaced, decide, propose
from tests.issuance.test_crashes import crashes, sweep_until
from tests.workers import Worker, forget_queued_work

LANGUAGE = "en"

__all__ = ["crashes"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.kill]

POINTS = ("before making", "after making", "before commit")


def only(*tasks: str) -> None:
    """Whatever else waits in the outbox is not this test's matter."""
    OutboxItem.objects.exclude(task__in=tasks).update(done_at=timezone.now())
    forget_queued_work()


def test_an_order_and_a_duplicate_killed_at_each_point_are_made_once(
    celery_worker_process: Callable[..., Worker], crashes: Path
) -> None:
    certificate = scenarios.a_certificate("valid")
    subjects = []
    for kind in (Kind.DUPLICATE, Kind.DUPLICATE, Kind.DUPLICATE, "suspend", "lift", "suspend"):
        change = decide(propose(certificate, kind))
        is_duplicate = kind == Kind.DUPLICATE
        subjects.append(str(change.duplicate.pk if is_duplicate else change.pk))
    only(MAKE_ORDER, MAKE_DUPLICATE)
    for subject, point in zip(subjects, POINTS * 2, strict=True):
        (crashes / subject).write_text(point)
    celery_worker_process(include="tests.issuance.crashing_papers")
    sweep_until(
        lambda: (
            not CertificateChange.objects.filter(document=None)
            .exclude(kind=Kind.DUPLICATE)
            .exists()
            and not Duplicate.objects.filter(document=None).exists()
        )
    )
    assert {path.name.removeprefix("died-") for path in crashes.glob("died-*")} == set(subjects)
    papers = SealedDocument.objects.filter(kind__in=("order", "duplicate"))
    assert sorted(papers.values_list("subject_id", flat=True)) == sorted(subjects)
    for paper in papers:
        assert verify_seal(read(paper.file)).ok
    for event in ("certificate_change.order_made", "certificate.duplicate_made"):
        assert AuditEvent.objects.filter(event=event).count() == 3
    assert not OutboxItem.objects.unfinished().exists()


def test_a_replacement_killed_in_its_last_transaction_changes_hands_once(
    celery_worker_process: Callable[..., Worker], crashes: Path
) -> None:
    old = scenarios.a_certificate("valid")
    new = being_replaced(old)
    only(COMPLETE_ISSUE)
    (crashes / str(new.pk)).write_text("before commit")
    celery_worker_process(include="tests.issuance.crashing")
    sweep_until(lambda: Certificate.objects.get(pk=new.pk).status == "valid")
    assert (crashes / f"died-{new.pk}").exists()
    assert Certificate.objects.get(pk=old.pk).status == "replaced"
    assert AuditEvent.objects.filter(event="certificate.replaced").count() == 1
    assert [period.status for period in old.periods.order_by("since")] == ["valid", "replaced"]
