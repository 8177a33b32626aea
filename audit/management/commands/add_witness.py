"""Make a witness of the log known by its public key."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.errors import WitnessRefusedError
from audit.witnesses import add_witness


class Command(BaseCommand):
    help = "Add a witness; its key comes from `ctkz-verify witness-key`, run by the witness."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", metavar="KEYLINE", help="name+identifier+base64")
        parser.add_argument("--label", required=True, help="Name that people read.")
        parser.add_argument("--organisation", default="", help="Who runs it.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            witness = add_witness(
                key=options["key"], label=options["label"], organisation=options["organisation"]
            )
        except WitnessRefusedError as error:
            raise CommandError(f"The witness was not added: {error}.") from error
        self.stdout.write(f"{witness.name} may cosign the log from now on.")
