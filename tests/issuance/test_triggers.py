"""What the database itself refuses, whoever writes: pages, services, a console, plain SQL."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.models import Role
from issuance.models import Application, Certificate
from tests import scenarios

pytestmark = pytest.mark.django_db


@contextmanager
def refused(match: str) -> Iterator[None]:
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        yield


@contextmanager
def undone() -> Iterator[None]:
    """Takes back what a test only tried."""
    point = transaction.savepoint()
    yield
    transaction.savepoint_rollback(point)


def sql(statement: str, *values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


@pytest.mark.parametrize("source", sorted(scenarios.WAYS))
def test_sql_moves_an_application_only_along_its_table(source: str) -> None:
    application = scenarios.an_application(source)
    allowed = set(Application.WORKFLOW.pairs())
    decider = scenarios.staff_of(application, Role.CHAMBER_SIGNATORY).user_id
    officer = scenarios.staff_of(application, Role.CHAMBER_OFFICER).user_id
    for target in Application.WORKFLOW.statuses:
        if target == source:
            continue
        change = Application.objects.filter(pk=application.pk)
        fields = {"status": target}
        if target in ("approved", "refused") and source not in ("approved", "refused"):
            fields |= {"reviewer_id": officer, "decider_id": decider, "decided_at": timezone.now()}
        if (source, target) in allowed:
            with undone():
                assert change.update(**fields) == 1
        else:
            with refused("Invalid transition|Cannot update"):
                change.update(**fields)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("issue_failed", "valid"), ("valid", "issuing"), ("valid", "issue_failed"),
    ],
)  # fmt: skip
def test_sql_moves_a_certificate_only_along_its_table(source: str, target: str) -> None:
    certificate = scenarios.a_certificate(source)
    with refused("Invalid transition"):
        sql("UPDATE issuance_certificate SET status = %s WHERE id = %s", target, certificate.pk)


def test_a_certificate_is_not_put_into_force_without_its_document() -> None:
    certificate = scenarios.a_certificate("issuing")
    with refused("certificate_in_force_is_sealed"):
        sql(
            "UPDATE issuance_certificate SET status = 'valid', issued_at = now() WHERE id = %s",
            certificate.pk,
        )


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("number", "KZ 6 120 99999"), ("year", 2020), ("chamber_code", "101"),
        ("sequence", 99999), ("verify_code", "OTHER"), ("application_id", str(uuid.UUID(int=1))),
        ("certified_at", "2020-01-01"), ("valid_from", "2020-01-01"),
        ("valid_until", "2099-01-01"), ("record", b"{}"), ("record_sha256", "0" * 64),
        ("document_id", None), ("sealed_id", None), ("rendered_id", None), ("issued_at", None),
    ],
)  # fmt: skip
def test_what_an_issued_certificate_says_cannot_be_changed(column: str, value: Any) -> None:
    certificate = scenarios.a_certificate()
    with refused("Cannot update"):
        sql(
            f'UPDATE issuance_certificate SET "{column}" = %s WHERE id = %s',
            value,
            certificate.pk,
        )


@pytest.mark.parametrize("column", ["number", "verify_code", "valid_until"])
def test_a_reserved_number_is_frozen_before_the_document_is_made(column: str) -> None:
    certificate = scenarios.a_certificate("issuing")
    with refused("Cannot update"):
        sql(
            f"UPDATE issuance_certificate SET \"{column}\" = '2099-01-01' WHERE id = %s",
            certificate.pk,
        )


@pytest.mark.parametrize(
    "table",
    ["issuance_certificate", "issuance_application", "expertise_act", "documents_sealeddocument",
     "documents_storedfile"],
)  # fmt: skip
def test_nothing_of_an_issue_can_be_deleted(table: str) -> None:
    scenarios.a_certificate()
    with refused("Cannot (update or )?delete"):
        sql(f"DELETE FROM {table}")


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("documents_sealeddocument", "sealed_sha256 = repeat('0', 64)"),
        ("documents_sealeddocument", "record = '{}'"),
        ("documents_storedfile", "sha256 = repeat('0', 64)"),
        ("expertise_act", "record = '{}'"),
        ("expertise_act", "record_sha256 = repeat('0', 64)"),
        ("expertise_act", "valid_until = valid_until + 1000"),
    ],
)
def test_the_document_and_the_act_beneath_a_certificate_cannot_be_changed(
    table: str, change: str
) -> None:
    scenarios.a_certificate()
    with refused("Cannot update"):
        sql(f"UPDATE {table} SET {change}")


@pytest.mark.parametrize("status", ["submitted", "approved"])
def test_an_application_is_born_a_draft(status: str) -> None:
    application = scenarios.an_application("withdrawn")
    with refused("Cannot insert"):
        Application.objects.create(
            status=status,
            number="З-120-999999",
            case_id=application.case_id,
            act=application.act,
            applicant=application.applicant,
            chamber=application.chamber,
            filed_by=application.filed_by,
            auditor=application.auditor,
        )


def test_a_certificate_is_born_in_the_making() -> None:
    application = scenarios.an_application("recommended")
    with refused("Cannot insert"):
        Certificate.objects.create(
            status="valid",
            application=application,
            number="KZ 6 120 99999",
            year=2026,
            chamber_code="120",
            sequence=99999,
            verify_code="X",
            certified_at=application.submitted_at,
            valid_from="2026-01-01",
            valid_until="2026-12-31",
        )


@pytest.mark.parametrize(
    ("column", "same_as"),
    [
        ("reviewer_id", "filed_by_id"), ("reviewer_id", "auditor_id"),
        ("decider_id", "filed_by_id"), ("decider_id", "auditor_id"),
        ("decider_id", "reviewer_id"), ("auditor_id", "filed_by_id"),
    ],
)  # fmt: skip
def test_author_auditor_reviewer_and_decider_are_four_people(column: str, same_as: str) -> None:
    application = scenarios.an_application("recommended")
    with refused("_apart|_is_not_author|took part in the review"):
        sql(
            f"UPDATE issuance_application SET {column} = {same_as} WHERE id = %s",
            application.pk,
        )


def test_a_decision_needs_a_reviewer_and_a_decider() -> None:
    application = scenarios.an_application("recommended")
    with refused("application_decision_has_two_people"):
        sql("UPDATE issuance_application SET status = 'approved' WHERE id = %s", application.pk)


@pytest.mark.parametrize("column", ["reviewer_id", "decider_id"])
def test_nobody_is_put_in_the_place_of_who_decided(column: str) -> None:
    application = scenarios.an_application("approved")
    stranger = scenarios.a_person(Role.CHAMBER_SIGNATORY, application.chamber)
    with refused("Cannot update"):
        sql(
            f"UPDATE issuance_application SET {column} = %s WHERE id = %s",
            stranger.user_id,
            application.pk,
        )


def test_an_act_has_one_open_application_at_a_time() -> None:
    application = scenarios.an_application("submitted")
    with refused("application_one_open_per_act"):
        Application.objects.create(
            status="draft",
            case_id=application.case_id,
            act=application.act,
            applicant=application.applicant,
            chamber=application.chamber,
            filed_by=application.filed_by,
            auditor=application.auditor,
        )
