"""Try a spreadsheet of goods without importing it: what would be read, what is wrong where."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from expertise.spreadsheets import SheetResult, read_goods
from reference.data_files import unit_aliases


class Command(BaseCommand):
    help = "Read goods lines from a .xlsx or .csv file and report errors; nothing is stored."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            data = path.read_bytes()
        except OSError as error:
            raise CommandError(str(error)) from error
        result = read_goods(data, path.name, units=unit_aliases())
        self._report(result)
        if result.errors:
            raise SystemExit(1)

    def _report(self, result: SheetResult[Any]) -> None:
        for note in result.notes:
            self.stdout.write(f"note: {note}")
        for key, value in result.facts.items():
            self.stdout.write(f"{key}: {value}")
        for error in result.errors:
            row = "-" if error.row is None else str(error.row)
            self.stdout.write(f"{row:>6} | {error.column or '-'} | {error.reason}")
        lines, errors = len(result.lines) or result.rows_read, len(result.errors)
        self.stdout.write(f"{lines} lines, {errors} errors")
