"""Prepare the database role under which the portal runs in production."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from audit.privileges import grant_append_only


class Command(BaseCommand):
    help = "Give a database role what the portal needs, without UPDATE and DELETE on the log."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", help="An existing role that owns no table of the portal.")

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            grant_append_only(options["role"])
        self.stdout.write(f"{options['role']} can append to the log and cannot change it.")
