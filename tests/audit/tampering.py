"""What the owner of the database can do with SQL, and what verify_log says to it."""

from typing import Any

from django.db import connection

from audit.head import HeadFile
from audit.verifying import Verdict, verify_log


def tamper(*statements: str, **values: Any) -> None:
    """As the owner: triggers and foreign keys do not stop a superuser."""
    with connection.cursor() as cursor:
        # Foreign keys are checked now, while they still hold, as a commit would have done.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def verdict() -> Verdict:
    return verify_log(head=HeadFile.configured())
