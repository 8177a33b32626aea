"""Who watches the log, and when each of them last spoke."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Max

from audit.errors import WitnessRefusedError
from audit.models import Witness
from audit.witnesses import end_witness, key_of


class Command(BaseCommand):
    help = "List the witnesses of the log, or end the term of one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--end", metavar="NAME", help="End the term of this witness now.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["end"]:
            try:
                end_witness(name=options["end"])
            except WitnessRefusedError as error:
                raise CommandError(f"No term was ended: {error}.") from error
        spoken = Witness.objects.annotate(last=Max("cosignatures__timestamp"))
        for witness in spoken.order_by("name", "pk"):
            until = f", until {witness.valid_until.isoformat()}" if witness.valid_until else ""
            last = witness.last.isoformat() if witness.last else "never"
            self.stdout.write(f"{witness.label}{until}: last cosigned {last}")
            self.stdout.write(f"  {key_of(witness).encoded()}")
