"""Refuse every change to the log from the application and from SQL.

Written as plain triggers: those made by django-pgtrigger can be switched off in any session by
`SET pgtrigger.ignore`, these only by the owner of the tables or a superuser. Statement level,
so that even a change that would touch no row is refused.
"""

from django.db import migrations

APPEND_ONLY = ("audit_event", "log_leaf", "log_tile", "log_checkpoint")

FUNCTION = """
CREATE FUNCTION log_refuses_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The log is append-only: % of % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END;
$$
"""


def refuse(table: str, operations: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER append_only BEFORE {operations} ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION log_refuses_change()",
        f"DROP TRIGGER append_only ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION log_refuses_change()"),
        *[refuse(table, "UPDATE OR DELETE OR TRUNCATE") for table in APPEND_ONLY],
        # The sequencer takes rows out of here; nobody changes one.
        refuse("audit_pending", "UPDATE OR TRUNCATE"),
    ]
