"""Recompute the log from the stored bytes; exit code 0 when everything fits, 1 when not."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.head import HeadFile
from audit.verifying import verify_log


class Command(BaseCommand):
    help = "Recompute the whole log and name the first thing that does not fit."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="One JSON object.")
        parser.add_argument("--public-key", type=Path, help="Public key to check signatures with.")
        parser.add_argument("--head", type=Path, help="Copy of the last head to compare with.")
        parser.add_argument("--without-head", action="store_true", help="Compare with no head.")

    def handle(self, *args: Any, **options: Any) -> None:
        head = HeadFile(options["head"]) if options["head"] else HeadFile.configured()
        verdict = verify_log(
            public_key=options["public_key"], head=None if options["without_head"] else head
        )
        if options["json"]:
            self.stdout.write(json.dumps(verdict.as_dict()))
            if not verdict.ok:
                sys.exit(1)
            return
        if not verdict.ok:
            raise CommandError(verdict.problem, returncode=1)
        counts = verdict.counts
        self.stdout.write(
            f"The log fits: {counts.entries} entries, {counts.published} of them published in "
            f"{counts.checkpoints} checkpoints with {counts.cosignatures} cosignatures, "
            f"{counts.tiles} tiles, {counts.pending} events "
            f"waiting, {counts.erased} with names erased."
        )
