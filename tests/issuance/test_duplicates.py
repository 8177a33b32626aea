"""Duplicates: the same number, marked and counted, one document each."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone
from pypdf import PdfReader

from accounts.errors import DomainError
from audit.models import AuditEvent
from documents.models import SealedDocument
from documents.sealing import verify_seal
from documents.storing import read
from issuance.duplicates import MAKE_DUPLICATE, make_duplicate
from issuance.models import Certificate, ChamberSeal, Duplicate
from outbox.models import OutboxItem
from registry.dropped import examine_file
from tests import scenarios
from tests.issuance.after_issue import Kind, again, applicant, changed, decide, propose

LANGUAGE = "en"


@pytest.fixture
def certificate(db: None) -> Certificate:
    return scenarios.a_certificate("valid")


def a_duplicate(certificate: Certificate) -> Duplicate:
    return decide(propose(certificate, Kind.DUPLICATE, applicant(certificate))).duplicate


def test_a_duplicate_is_the_same_certificate_marked_and_counted(certificate: Certificate) -> None:
    for ordinal in (1, 2):
        duplicate = a_duplicate(certificate)
        make_duplicate(str(duplicate.pk))
        duplicate.refresh_from_db()
        assert duplicate.ordinal == ordinal
        record = json.loads(duplicate.document.record_bytes)
        assert record["number"] == duplicate.document.number == certificate.number
        assert record.pop("duplicate") == {
            "ordinal": ordinal,
            "given_on": timezone.localdate().isoformat(),
            "blank_number": None,
        }
        assert record == json.loads(bytes(certificate.record))
        pdf = read(duplicate.document.file)
        assert verify_seal(pdf).ok
        assert "ДУБЛИКАТ" in PdfReader(BytesIO(pdf)).pages[0].extract_text()
    assert again(certificate).status == "valid"
    assert certificate.periods.count() == 1
    assert AuditEvent.objects.filter(event="certificate.duplicate_made").count() == 2


def test_a_worker_that_comes_twice_makes_it_once(certificate: Certificate) -> None:
    duplicate = a_duplicate(certificate)
    for _time in range(3):
        make_duplicate(str(duplicate.pk))
    assert SealedDocument.objects.filter(kind="duplicate").count() == 1
    assert AuditEvent.objects.filter(event="certificate.duplicate_made").count() == 1
    assert not OutboxItem.objects.unfinished().filter(task=MAKE_DUPLICATE).exists()


def test_without_a_seal_it_waits_and_says_why(certificate: Certificate, settings: Any) -> None:
    duplicate = a_duplicate(certificate)
    kept = settings.CTKZ_SEAL_KEY_FILE
    settings.CTKZ_SEAL_KEY_FILE = "/nowhere/seal.key"
    make_duplicate(str(duplicate.pk))
    duplicate.refresh_from_db()
    assert duplicate.failure
    assert OutboxItem.objects.unfinished().filter(task=MAKE_DUPLICATE).exists()
    settings.CTKZ_SEAL_KEY_FILE = kept
    make_duplicate(str(duplicate.pk))
    duplicate.refresh_from_db()
    assert (duplicate.failure, duplicate.document is None) == ("", False)


def test_a_dropped_duplicate_is_recognised(certificate: Certificate) -> None:
    duplicate = a_duplicate(certificate)
    make_duplicate(str(duplicate.pk))
    duplicate.refresh_from_db()
    answer = examine_file(read(duplicate.document.file))
    assert (answer.is_issued_file, answer.certificate) == (True, certificate)


@pytest.mark.parametrize("kind", [Kind.SUSPEND, Kind.REVOKE])
def test_no_duplicate_is_given_of_what_is_not_in_force(certificate: Certificate, kind: str) -> None:
    changed(certificate, kind)
    with pytest.raises(DomainError):
        a_duplicate(certificate)
    assert not Duplicate.objects.exists()


def test_it_waits_while_the_seal_in_use_is_not_registered(certificate: Certificate) -> None:
    duplicate = a_duplicate(certificate)
    yesterday = timezone.localdate() - timedelta(days=1)
    ChamberSeal.objects.update(valid_until=yesterday)
    make_duplicate(str(duplicate.pk))
    duplicate.refresh_from_db()
    assert duplicate.failure
    assert duplicate.document is None
    ChamberSeal.objects.update(valid_until=None)
    make_duplicate(str(duplicate.pk))
    duplicate.refresh_from_db()
    assert duplicate.document is not None
