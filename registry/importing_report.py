"""The report of an import: every row that was not taken, with its column and reason."""

import csv
import hashlib
import io
from collections.abc import Callable
from typing import IO

from django.utils.translation import gettext as _

from reference.spreadsheet_rows import RowError

HEADINGS = ("row", "column", "code", "reason")


class Report:
    """Tells each reason at once and keeps nothing but counts and a digest of the report.

    `file` takes the report as CSV; the digest is that of the CSV, kept or not.
    """

    def __init__(self, tell: Callable[[str], None], file: IO[str] | None = None) -> None:
        self._tell = tell
        self._file = file
        self._sha256 = hashlib.sha256()
        self._last_row: int | None = None
        self.rows = 0
        self._write(HEADINGS)

    def add(self, error: RowError) -> None:
        """Reasons of one row come one after the other."""
        if error.row != self._last_row:
            self.rows += 1
            self._last_row = error.row
        self._tell(
            _("Row %(row)s, %(column)s: %(reason)s")
            % {"row": error.row, "column": error.column or "–", "reason": error.reason}
        )
        self._write((str(error.row), error.column, error.code, error.reason))

    def digest(self) -> str:
        return self._sha256.hexdigest()

    def _write(self, cells: tuple[str, ...]) -> None:
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow(cells)
        self._sha256.update(line.getvalue().encode())
        if self._file:
            self._file.write(line.getvalue())
