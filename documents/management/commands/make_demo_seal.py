"""Makes the demonstration seal in `var/`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from documents.demo_seal import make_demo_seal


class Command(BaseCommand):
    help = "Make a root and a sealing key for demonstrations; refused in production."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--replace",
            action="store_true",
            help="make a new sealing key; the earlier certificate stays trusted",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            folder = make_demo_seal(replace_seal=options["replace"])
        except PermissionError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(str(folder))
