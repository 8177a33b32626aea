"""Scores of risk for the whole register."""

import time
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand

from oversight.risk.following import CHUNK, Progress, score_register


class Command(BaseCommand):
    help = (
        "Compute the risk of acts, applications and certificates. Without --all only of cases "
        "that have no score yet, or one of other weights and thresholds: broken off, the same "
        "command goes on where it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="Look at every case again.")
        parser.add_argument(
            "--after", type=UUID, help="With --all: go on after this case, as told when broken off."
        )
        parser.add_argument("--chunk", type=int, default=CHUNK, help="Cases in one transaction.")

    def handle(self, *args: Any, **options: Any) -> None:
        began, progress = time.monotonic(), None
        try:
            for progress in score_register(
                everything=options["all"], after=options["after"], chunk=options["chunk"]
            ):
                self.stdout.write(_told(progress, time.monotonic() - began))
        except KeyboardInterrupt:
            if progress is not None:
                self.stderr.write(f"Broken off. Go on with --after {progress.last}")
            raise
        if progress is None:
            self.stdout.write("Every score is up to date.")


def _told(progress: Progress, seconds: float) -> str:
    return (
        f"{progress.cases} of {progress.of} cases, {progress.computed} objects, "
        f"{progress.written} written, {progress.computed / seconds:.0f} objects a second"
    )
