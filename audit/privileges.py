"""What the portal's own database role may do to the log: read and append."""

from __future__ import annotations

from django.db import connection

APPEND_ONLY = ("audit_event", "log_leaf", "log_tile", "log_checkpoint", "log_cosignature")
PENDING = "audit_pending"
WITNESSES = "log_witness"


def grant_append_only(role: str) -> None:
    """Give the role everything the portal needs, and no way to change the log.

    Run by the owner of the tables. The role must own none of them, since an owner can give
    itself whatever it lacks.
    """
    quote = connection.ops.quote_name
    name = quote(role)
    tables = ", ".join(quote(table) for table in APPEND_ONLY)
    statements = [
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {tables} FROM {name}",
        f"REVOKE UPDATE, TRUNCATE ON {quote(PENDING)} FROM {name}",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {quote(WITNESSES)} FROM {name}",
        f"GRANT UPDATE (valid_until) ON {quote(WITNESSES)} TO {name}",
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
