"""Do now what the worker does every two seconds."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.errors import LogError
from audit.publishing import publish, restore_head
from audit.sequencing import sequence_all


class Command(BaseCommand):
    help = "Give waiting events their index and publish a signed checkpoint."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--restore-head",
            action="store_true",
            help="First write a lost head file anew from the last stored checkpoint.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["restore_head"]:
                restore_head()
            taken = sequence_all()
            checkpoint = publish()
        except LogError as error:
            raise CommandError(f"Nothing was signed: {error}.") from error
        published = f"{checkpoint.size} entries published" if checkpoint else "nothing to publish"
        self.stdout.write(f"{taken} events entered in the log, {published}.")
