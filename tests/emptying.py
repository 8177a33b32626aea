"""The database between tests that commit: emptied, and given back what it was shipped with.

Django truncates every table and lets every application begin again; that, and loading the shipped
data anew, took longer than most of these tests.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.management.commands import flush
from django.db import connection, transaction
from django.db.backends.postgresql.operations import DatabaseOperations

SHIPPED = "shipped"


def remember_shipped() -> None:
    """Keeps a copy of what the tables hold now, for `empty`."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SHIPPED} CASCADE")
        cursor.execute(f"CREATE SCHEMA {SHIPPED}")
        for table in _filled():
            name = connection.ops.quote_name(table)
            cursor.execute(f"CREATE UNLOGGED TABLE {SHIPPED}.{name} AS TABLE public.{name}")


def empty() -> None:
    """As after `remember_shipped`. The log refuses to lose a row; only a superuser of a test
    database may go around its triggers."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in _filled():
            cursor.execute(f"DELETE FROM public.{connection.ops.quote_name(table)}")
        cursor.execute(
            "SELECT table_name, string_agg(quote_ident(column_name), ', ')"
            " FROM information_schema.columns"
            " WHERE table_schema = 'public' AND is_generated = 'NEVER' AND table_name IN"
            " (SELECT table_name FROM information_schema.tables WHERE table_schema = %s)"
            " GROUP BY table_name",
            [SHIPPED],
        )
        for table, columns in cursor.fetchall():
            name = connection.ops.quote_name(table)
            cursor.execute(
                f"INSERT INTO public.{name} ({columns}) SELECT {columns} FROM {SHIPPED}.{name}"
            )


def _filled() -> list[str]:
    """Tables with a row, of those that migrations do not keep for themselves."""
    tables = set(connection.introspection.django_table_names(only_existing=True))
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}' WHERE EXISTS (SELECT FROM public.{quote(table)})"
                for table in sorted(tables)
            )
        )
        return [table for (table,) in cursor.fetchall()]


@contextmanager
def instead_of_flush() -> Iterator[None]:
    """Django's own way of emptying ends here, whoever calls it."""

    def execute_sql_flush(_self: DatabaseOperations, _statements: list[str]) -> None:
        empty()

    def nothing_to_begin(*_args: Any, **_options: Any) -> None:
        """Content types and permissions came back with the rest."""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", execute_sql_flush)
        patch.setattr(flush, "emit_post_migrate_signal", nothing_to_begin)
        yield
