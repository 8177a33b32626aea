"""An issue ends with exactly one sealed document, or stops with its reason and can go on."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection, connections

from accounts.errors import DomainError
from accounts.models import Role
from audit.models import AuditEvent
from documents.canonical import canonical_bytes, sha256_hex
from documents.models import SealedDocument
from documents.sealing import sealing_problem, verify_seal
from documents.storing import path_of, read
from expertise.services.correcting import annul_act
from issuance import services
from issuance.issuing import STEPS, complete_issue, refuse_unfounded
from issuance.models import Certificate
from outbox.models import OutboxItem
from tests import scenarios


def event(certificate: Certificate, name: str) -> AuditEvent:
    return AuditEvent.objects.get(event=name, subject_id=str(certificate.pk))


def again(certificate: Certificate) -> Certificate:
    return Certificate.objects.get(pk=certificate.pk)


def resume(certificate: Certificate) -> None:
    signatory = scenarios.staff_of(certificate.application, Role.CHAMBER_SIGNATORY)
    services.resume_issue(certificate=again(certificate), actor=signatory)


def in_threads(*jobs: Callable[[], Any]) -> list[Any]:
    """Runs the jobs side by side from one starting shot; each has a database session of its own."""
    start = threading.Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=30)
            return job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


@pytest.mark.django_db
def test_an_issue_ends_in_force_with_its_digest_in_the_row_and_in_the_log() -> None:
    certificate = scenarios.a_certificate()
    content = read(certificate.document.file)
    assert verify_seal(content).ok
    assert sha256_hex(content) == certificate.document.sealed_sha256
    issued = event(certificate, "certificate.issued").facts
    assert issued["pdf_sha256"] == certificate.document.sealed_sha256
    assert issued["record_sha256"] == sha256_hex(bytes(certificate.record))
    assert issued["act_sha256"] == certificate.application.act.record_sha256
    assert event(certificate, "certificate.issuing_started").facts["number"] == certificate.number
    assert certificate.issued_at is not None
    work = OutboxItem.objects.get(task=services.COMPLETE_ISSUE)
    assert work.done_at is not None


@pytest.mark.django_db
def test_the_record_is_canonical_and_says_what_the_act_says() -> None:
    certificate = scenarios.a_certificate(lines=3)
    content = bytes(certificate.record)
    record = json.loads(content)
    assert canonical_bytes(record) == content
    signed = json.loads(bytes(certificate.application.act.record))
    assert record["number"] == certificate.number
    assert record["act"]["sha256"] == certificate.application.act.record_sha256
    assert [line["name"] for line in record["lines"]] == [line["name"] for line in signed["lines"]]
    assert certificate.verify_code in record["verify_url"]


@pytest.mark.django_db
def test_a_line_that_the_act_refused_is_left_out_and_the_others_keep_their_numbers() -> None:
    request = scenarios.a_request("in_expertise", lines=3)
    scenarios.examine(request)
    second = request.lines.get(number=2)
    second.finding.is_originating = False
    second.finding.reason = "simple_operations"
    second.finding.save()
    scenarios.signing.sign_act(request=request, actor=scenarios.actor_of(request, Role.AUDITOR))
    certificate = scenarios.a_certificate("issuing", act=request.act)
    STEPS[0](certificate)
    record = json.loads(bytes(again(certificate).record))
    assert [line["number"] for line in record["lines"]] == [1, 3]


@pytest.mark.django_db
def test_done_twice_it_leaves_one_document_and_one_event() -> None:
    certificate = scenarios.a_certificate()
    before = (certificate.document_id, certificate.version, AuditEvent.objects.count())
    complete_issue(str(certificate.pk))
    certificate = again(certificate)
    assert (certificate.document_id, certificate.version, AuditEvent.objects.count()) == before


@pytest.mark.django_db(transaction=True)
def test_two_workers_side_by_side_make_one_document() -> None:
    certificate = scenarios.a_certificate("issuing")
    in_threads(*[lambda: complete_issue(str(certificate.pk))] * 4)
    assert again(certificate).status == "valid"
    assert SealedDocument.objects.filter(kind="certificate").count() == 1
    assert AuditEvent.objects.filter(event="certificate.issued").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("steps_done", range(len(STEPS)))
def test_an_issue_interrupted_after_any_step_goes_on_without_doing_it_again(
    steps_done: int,
) -> None:
    certificate = scenarios.a_certificate("issuing")
    for step in STEPS[:steps_done]:
        step(again(certificate))
    left = again(certificate)
    complete_issue(str(certificate.pk))
    finished = again(certificate)
    assert finished.status == "valid"
    if left.record is not None:
        assert bytes(finished.record) == bytes(left.record)
    if left.sealed_id:
        assert finished.sealed_id == left.sealed_id
    assert AuditEvent.objects.filter(event="certificate.issued").count() == 1


@pytest.mark.django_db
def test_without_a_key_approval_is_refused_with_the_reason(settings: Any) -> None:
    application = scenarios.an_application("recommended")
    settings.CTKZ_SEAL_KEY_FILE = ""
    signatory = scenarios.staff_of(application, Role.CHAMBER_SIGNATORY)
    with pytest.raises(DomainError) as refusal:
        services.approve_application(application=application, actor=signatory)
    assert refusal.value.code == "blocked"
    assert sealing_problem() in str(refusal.value)
    application.refresh_from_db()
    assert application.status == "recommended"
    assert not Certificate.objects.exists()


@pytest.mark.django_db
def test_a_key_removed_after_approval_stops_the_issue_and_back_again_it_goes_on_with_its_number(
    settings: Any, tmp_path: Path
) -> None:
    certificate = scenarios.a_certificate("issuing")
    there = settings.CTKZ_SEAL_KEY_FILE
    settings.CTKZ_SEAL_KEY_FILE = str(tmp_path / "taken-away.key")
    complete_issue(str(certificate.pk))
    stopped = again(certificate)
    assert stopped.status == "issue_failed"
    assert stopped.failure
    assert stopped.document is None
    facts = event(certificate, "certificate.issue_failed").facts
    assert facts["step"] == "seal_document"
    assert facts["number"] == certificate.number
    settings.CTKZ_SEAL_KEY_FILE = there
    resume(certificate)
    complete_issue(str(certificate.pk))
    finished = again(certificate)
    assert (finished.status, finished.number) == ("valid", certificate.number)
    assert finished.failure == ""
    assert verify_seal(read(finished.document.file)).ok


@pytest.mark.django_db
@pytest.mark.parametrize("damaged", ["rendered", "sealed"])
@pytest.mark.parametrize("how", ["changed", "missing"])
def test_a_damaged_file_stops_the_issue_and_a_new_start_heals_it(damaged: str, how: str) -> None:
    certificate = scenarios.a_certificate("issuing")
    for step in STEPS[:3]:
        step(certificate)
    path = path_of(getattr(certificate, damaged).sha256)
    path.chmod(0o600)
    if how == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1] + b"x")
    complete_issue(str(certificate.pk))
    stopped = again(certificate)
    assert stopped.status == "issue_failed"
    assert not SealedDocument.objects.filter(kind="certificate").exists()
    resume(certificate)
    complete_issue(str(certificate.pk))
    finished = again(certificate)
    assert finished.status == "valid"
    assert bytes(finished.record) == bytes(stopped.record)
    assert verify_seal(read(finished.document.file)).ok


@pytest.mark.django_db
def test_a_foreign_file_in_the_place_of_the_sealed_one_never_gets_into_force() -> None:
    other = scenarios.a_certificate()
    certificate = scenarios.a_certificate("issuing")
    for step in STEPS[:3]:
        step(certificate)
    certificate.sealed = other.sealed
    certificate.save(update_fields=["sealed"])
    complete_issue(str(certificate.pk))
    assert again(certificate).status == "issue_failed"
    assert event(certificate, "certificate.issue_failed").facts["step"] == "check_own_seal"


@pytest.mark.django_db
def test_an_issue_in_force_cannot_be_started_again() -> None:
    certificate = scenarios.a_certificate()
    with pytest.raises(DomainError) as refusal:
        resume(certificate)
    assert refusal.value.code == "wrong_status"


@pytest.mark.django_db
def test_validity_ends_with_the_scheme() -> None:
    application = scenarios.an_application("recommended")
    scheme = application.act.request.scheme
    scheme.ended_on = date(application.submitted_at.year + 1, 1, 1)
    scheme.save()
    scenarios.approve(application)
    certificate = Certificate.objects.get()
    assert certificate.valid_until <= date(application.submitted_at.year, 12, 31)


@pytest.mark.django_db
def test_the_work_is_promised_in_the_transaction_of_the_approval() -> None:
    scenarios.a_certificate("issuing")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM outbox_outboxitem WHERE task = %s AND done_at IS NULL",
            [services.COMPLETE_ISSUE],
        )
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db
def test_an_act_annulled_since_the_approval_stops_the_issue() -> None:
    """An issue that stopped may be resumed long afterwards."""
    certificate = scenarios.a_certificate("issuing")
    act = certificate.application.act
    head = scenarios.actor_of(act.request, Role.EXPERT_HEAD)
    annul_act(act=act, actor=head, reason="no_examination")
    complete_issue(str(certificate.pk))
    assert again(certificate).status == "issue_failed"
    resume(certificate)
    complete_issue(str(certificate.pk))
    stopped = again(certificate)
    assert (stopped.status, stopped.document_id) == ("issue_failed", None)


@pytest.mark.django_db
def test_what_would_have_expired_before_its_issue_is_not_issued() -> None:
    certificate = scenarios.a_certificate("issuing")
    later = certificate.valid_until + timedelta(days=2)
    with time_machine.travel(later), pytest.raises(DomainError) as refusal:
        refuse_unfounded(again(certificate))
    assert refusal.value.code == "expired"
