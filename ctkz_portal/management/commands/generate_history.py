"""Fill an empty portal with an invented past, the same for the same seed."""

import json
import sys
import time
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.errors import DomainError
from audit.errors import LogError
from ctkz_portal.history.generating import Made, add_year_of_control, finish, generate
from ctkz_portal.history.options import Options


class Command(BaseCommand):
    help = (
        "Generate an invented history: certificates, refusals, complaints and violations of "
        "three years. Only where settings allow it, and only before the first certificate."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        usual = Options()
        parser.add_argument("--certificates", type=int, default=usual.certificates)
        parser.add_argument("--from", type=date.fromisoformat, default=usual.first, dest="first")
        parser.add_argument("--until", type=date.fromisoformat, default=usual.last, dest="last")
        parser.add_argument("--seed", type=int, default=usual.seed)
        parser.add_argument("--complaints", type=int, default=usual.complaints)
        parser.add_argument(
            "--violated", type=int, default=usual.violated, help="certificates with a violation"
        )
        parser.add_argument(
            "--violated-by-auditors", type=int, default=usual.violated_by_auditors,
            help="how many of them by fault of the expert-auditor",
        )  # fmt: skip
        parser.add_argument(
            "--papers", type=int, default=usual.papers,
            help="how many of the newest certificates get a paper of their own",
        )  # fmt: skip
        parser.add_argument(
            "--control-year", type=int, metavar="YEAR",
            help="also the control measures of this later year",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        names = Options.__dataclass_fields__
        try:
            made = generate(Options(**{name: options[name] for name in names}), self.show)
            if options["control_year"]:
                add_year_of_control(made, options["control_year"], self.show)
            finish(made, self.show)
        except (DomainError, LogError) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(json.dumps(self.told(made, time.monotonic() - began)))

    def told(self, made: Made, seconds: float) -> dict[str, Any]:
        return {**made.counts(), "seconds": round(seconds, 1)}

    def show(self, what: str, done: int, whole: int) -> None:
        """Progress goes beside the result, so that the one line of it stays alone."""
        ending = "\n" if done >= whole else ""
        sys.stderr.write(f"\r{what}: {done:,} of {whole:,}{ending}")
        sys.stderr.flush()
