"""The import of a register of 100,000 rows against reading the file and copying bare rows."""

import csv
import time
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from tests.bench.register_file import write_register
from tests.bench.timing import shown, table

ROWS = 100_000


def run() -> None:
    path = Path(settings.VAR_DIR) / "register.csv"
    write_register(path, ROWS)
    taken = {
        "file read as CSV": _clock(lambda: _read(path)),
        "bare rows copied into a table": _clock(lambda: _copy(path)),
        "import_register": _clock(lambda: call_command("import_register", path, **_quiet())),
        "import_register, the same file again": _clock(
            lambda: call_command("import_register", path, **_quiet())
        ),
    }
    bare = taken["bare rows copied into a table"]
    table(
        f"A register of {ROWS:,} rows, by the clock",
        ["what", "in all", "rows a second", "× bare copy"],
        [
            [name, shown(duration), f"{ROWS / duration:,.0f}", f"{duration / bare:.1f}"]
            for name, duration in taken.items()
        ],
    )


def _quiet() -> dict[str, StringIO]:
    return {"stdout": StringIO(), "stderr": StringIO()}


def _clock(work: object) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        dialect = csv.Sniffer().sniff(file.read(20_000), delimiters=",;\t")
        file.seek(0)
        return list(csv.reader(file, dialect))


def _read(path: Path) -> None:
    _rows(path)


def _copy(path: Path) -> None:
    rows = _rows(path)[1:]
    columns = ", ".join(f"c{place} text" for place in range(len(rows[0])))
    out = StringIO()
    csv.writer(out).writerows(rows)
    out.seek(0)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_register ({columns})")
        cursor.cursor.copy_expert("COPY bench_register FROM STDIN WITH CSV", out)
