"""Nothing in the log is changed, neither through models nor with SQL, nor by the portal's role."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from audit.models import AuditEvent, AuditPending, LogCheckpoint, LogLeaf, LogTile
from audit.privileges import excessive_privileges
from tests.audit.conftest import record_filed

TABLES = ["audit_event", "log_leaf", "log_tile", "log_checkpoint", "log_cosignature"]
COLUMN = {
    "audit_event": "actor_label",
    "log_leaf": "hash",
    "log_tile": "data",
    "log_checkpoint": "note",
    "log_cosignature": "line",
    "audit_pending": "event_id",
}
pytestmark = pytest.mark.django_db


def refused(sql: str) -> None:
    with connection.cursor() as cursor:
        # As if committed: a TRUNCATE is otherwise refused for the sake of this transaction alone.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(sql)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "statement", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0}"]
)
def test_sql_cannot_change_the_log(log: list[AuditEvent], table: str, statement: str) -> None:
    sql = statement.format(table, COLUMN[table])

    refused(f"{sql} CASCADE" if statement.startswith("TRUNCATE") else sql)


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_pending SET event_id = 1", "TRUNCATE audit_pending"]
)
def test_sql_cannot_change_what_waits(statement: str) -> None:
    record_filed(1)

    refused(statement)


@pytest.mark.parametrize("model", [AuditEvent, LogLeaf, LogCheckpoint, LogTile])
def test_models_cannot_change_the_log(log: list[AuditEvent], model: type[Model]) -> None:
    rows = model._default_manager
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.all()._raw_delete("default")
    for field in model._meta.concrete_fields:
        if field.primary_key or field.is_relation:
            continue
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rows.update(**{field.attname: None})


def test_saving_an_event_again_is_refused(log: list[AuditEvent]) -> None:
    event = AuditEvent.objects.get(pk=log[0].pk)
    event.actor_label = "Another"

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        event.save()


def test_session_variable_of_the_trigger_library_opens_nothing(log: list[AuditEvent]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{append_only}', true)")

    refused("DELETE FROM audit_event")


def test_role_of_the_portal_can_only_append(log: list[AuditEvent]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE ctkz_test_app_role")
        call_command("grant_app_role", "ctkz_test_app_role", stdout=StringIO())
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL ROLE ctkz_test_app_role")

        assert excessive_privileges() == []
        for table in TABLES:
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                cursor.execute(f"DELETE FROM {table}")
        record_filed(7)
        AuditPending.objects.all().delete()
