"""Cosignatures are evidence like the checkpoints they stand under: never changed, never removed.

A witness's key and term stay as they were given; only the end of the term may be written.
Plain triggers, for the reason given in `0002_append_only`, whose function they use.
"""

from django.db import migrations

FIXED = "name, public, label, organisation, valid_from"


def refuse(table: str, operations: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER append_only BEFORE {operations} ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION log_refuses_change()",
        f"DROP TRIGGER append_only ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_witnesses")]

    operations = [
        refuse("log_cosignature", "UPDATE OR DELETE OR TRUNCATE"),
        refuse("log_witness", f"UPDATE OF {FIXED} OR DELETE OR TRUNCATE"),
    ]
