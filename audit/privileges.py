"""What the portal's own database role may do to the log: read and append."""

from __future__ import annotations

from django.db import connection
from psycopg2 import sql

APPEND_ONLY = ("audit_event", "log_leaf", "log_tile", "log_checkpoint")
PENDING = "audit_pending"


def grant_append_only(role: str) -> None:
    """Give the role everything the portal needs, and no way to change the log.

    Run by the owner of the tables. The role must own none of them, since an owner can give
    itself whatever it lacks.
    """
    name = sql.Identifier(role)
    tables = sql.SQL(", ").join(sql.Identifier(table) for table in APPEND_ONLY)
    pending = sql.Identifier(PENDING)
    statements = [
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name),
        sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}").format(
            name
        ),
        sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(name),
        sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(tables, name),
        sql.SQL("REVOKE UPDATE, TRUNCATE ON {} FROM {}").format(pending, name),
    ]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def excessive_privileges() -> list[str]:
    """Privileges of the current role that would let it change the log."""
    found = []
    with connection.cursor() as cursor:
        for table in APPEND_ONLY:
            for privilege in ("UPDATE", "DELETE", "TRUNCATE"):
                cursor.execute(
                    "SELECT has_table_privilege(current_user, %s, %s)", [table, privilege]
                )
                if cursor.fetchone()[0]:
                    found.append(f"{privilege} on {table}")
    return found
