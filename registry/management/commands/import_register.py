"""The earlier register from its public export: CSV in any form, or .xlsx."""

import time
from argparse import ArgumentParser
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.errors import DomainError
from registry.importing import import_register
from registry.importing_report import Report
from registry.register import Change

EVERY_SECONDS = 1.0
STEPS = {"read": "read", "take": "taken"}


class Command(BaseCommand):
    help = (
        "Take over the earlier register from its public export (CSV or .xlsx), as it is. Run it "
        "again at any time: only what changed is written, and a run that was killed goes on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--encoding", default="", help="found from the file when not given")
        parser.add_argument("--report", type=Path, help="CSV of every row that was not taken")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"{path}: there is no such file")
        self.started = self.told = time.monotonic()
        self.step, self.step_started = "", self.started
        try:
            with _opened(options["report"]) as file:
                report = Report(self.stderr.write, file)
                run = import_register(
                    path,
                    encoding=options["encoding"],
                    report=report,
                    tell_change=self.tell_change,
                    progress=self.progress,
                )
        except (DomainError, OSError) as error:
            raise CommandError(f"{path}: {error}") from error
        seconds = time.monotonic() - self.started
        self.stdout.write(
            f"{run.rows} rows in {seconds:.1f} s ({run.rows / max(seconds, 0.001):,.0f} rows/s): "
            f"{run.added} certificates added, {run.changed} changed, {run.unchanged} as before; "
            f"{run.rows_refused} rows not taken"
        )

    def tell_change(self, change: Change) -> None:
        self.stdout.write(f"{change.number} ({change.year}) changed: {', '.join(change.columns)}")

    def progress(self, step: str, done: int, total: int) -> None:
        """One line a second at most."""
        now = time.monotonic()
        if step != self.step:
            self.step, self.step_started = step, self.told
        if now - self.told < EVERY_SECONDS:
            return
        self.told = now
        rate = done / (now - self.step_started)
        of_all = f" of {total:,}" if total else ""
        self.stdout.write(f"{done:,}{of_all} rows {STEPS[step]}, {rate:,.0f} rows/s")
        self.stdout.flush()


def _opened(path: Path | None) -> Any:
    return path.open("w", encoding="utf-8", newline="") if path else nullcontext()
