"""Taking over the earlier register from its public export.

The rows are read once into a table of this session and from there taken certificate by
certificate, in batches that are committed one by one. A killed run leaves whole certificates
behind and goes on after the last batch; a run over the same export changes nothing.
"""

import csv
import io
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from django.utils.translation import gettext as _

import audit
from accounts.errors import DomainError
from issuance.models import Certificate
from reference.models import Chamber, Unit
from reference.numbering import pass_over
from reference.numbers import CertificateNumber, year_digit
from reference.spreadsheet_rows import RowError

from .importing_files import open_export, sha256_of
from .importing_report import Report
from .importing_rows import ExportReader, RowRead
from .models import RegisterImport, Source
from .register import Change, Facts, Goods, Key, enter
from .register_columns import LAYOUT

# The earlier register is of this scheme alone.
SCHEME = "CT-KZ"
STAGED_AT_ONCE = 5_000
# A batch ends with the certificate that brings it to this many rows.
BATCH_ROWS = 5_000
# Facts that the export does not tell.
NOT_EXPORTED: dict[str, Any] = {
    "scheme": SCHEME,
    "replaces": "",
    "replaced_by": "",
    "producer_name_kk": "",
    "recipient_name_kk": "",
}
COLUMN_OF_FACT = {"state": "status", "is_replacement": "status"}
LOCK = "import of the earlier register"
PATIENCE_SECONDS = 5.0

# Called now and then with the step, how many rows are done and how many there are in all; the
# total is 0 while it is unknown.
Progress = Callable[[str, int, int], None]


class ImportUnderWay(DomainError):
    """Two imports at once would take turns at every certificate."""


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one certificate in the order of the file, those that cannot be taken empty."""

    key: Key
    rows: list[tuple[int, str, str]]


def import_register(
    path: Path,
    *,
    encoding: str = "",
    report: Report,
    tell_change: Callable[[Change], None],
    progress: Progress,
) -> RegisterImport:
    """Takes the export as it is; every row that is not taken stands in the report."""
    digest = sha256_of(path)
    with _alone(), _staging():
        rows = _stage(path, encoding, report, progress)
        run, _is_new = RegisterImport.objects.get_or_create(
            file_sha256=digest, finished_at=None, defaults={"file_name": path.name[:255]}
        )
        done = 0
        for counted in _batches():
            groups = list(_groups(counted[0][0], counted[-1][0]))
            found = _facts_of(groups, report)
            if _position(counted[-1][0]) > run.position:
                _take(run, found, _position(counted[-1][0]), tell_change)
            done += sum(count for _key, count in counted)
            progress("take", done, rows)
        return _finish(run, rows, report)


@contextmanager
def _alone() -> Iterator[None]:
    """The lock belongs to the database session; that of a killed run ends a moment after it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    with connection.cursor() as cursor:
        while not _locked(cursor):
            if time.monotonic() > deadline:
                raise ImportUnderWay("import_under_way", _("Another import is under way."))
            time.sleep(0.2)
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [LOCK])


def _locked(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [LOCK])
    return bool(cursor.fetchone()[0])


@contextmanager
def _staging() -> Iterator[None]:
    """A table of this session: it brings the rows of a certificate together in flat memory."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE register_staged ("
            " year int, chamber text, sequence int, row int, facts text, goods text)"
        )
        try:
            yield
        finally:
            cursor.execute("DROP TABLE IF EXISTS register_staged")


# --- the rows into the table


def _stage(path: Path, encoding: str, report: Report, progress: Progress) -> int:
    chambers = dict(Chamber.objects.values_list("code", "name_ru"))
    rows, waiting = 0, []
    with open_export(path, encoding=encoding) as export:
        reader = ExportReader(export, chambers=chambers, units=Unit.objects.all().aliases())
        for row in export.rows:
            read = reader.read(row)
            for error in read.errors:
                report.add(error)
            rows += 1
            if read.key:
                waiting.append(_staged(row.number, read))
            if len(waiting) >= STAGED_AT_ONCE:
                _copy(waiting)
                waiting.clear()
                progress("read", rows, 0)
    _copy(waiting)
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX ON register_staged (year, chamber, sequence, row)")
        cursor.execute("ANALYZE register_staged")
    return rows


def _staged(row: int, read: RowRead) -> tuple[Any, ...]:
    """A damaged row keeps its place among the lines of its certificate."""
    facts = json.dumps(read.facts, ensure_ascii=False, default=str) if read.facts else ""
    goods = json.dumps(read.goods, ensure_ascii=False, default=str) if read.goods else ""
    return (*(read.key or ()), row, facts, goods)


def _copy(rows: Sequence[tuple[Any, ...]]) -> None:
    content = io.StringIO()
    csv.writer(content, quoting=csv.QUOTE_NONNUMERIC).writerows(rows)
    content.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert("COPY register_staged FROM STDIN WITH (FORMAT csv)", content)


# --- and out of it, certificate by certificate


def _batches() -> Iterator[list[tuple[Key, int]]]:
    """Keys with their counts of rows, in the order of keys, some thousand rows at a time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT year, chamber, sequence, count(*) FROM register_staged"
            " GROUP BY year, chamber, sequence ORDER BY year, chamber, sequence"
        )
        counts = cursor.fetchall()
    batch: list[tuple[Key, int]] = []
    rows = 0
    for year, chamber, sequence, count in counts:
        batch.append(((year, chamber, sequence), count))
        rows += count
        if rows >= BATCH_ROWS:
            yield batch
            batch, rows = [], 0
    if batch:
        yield batch


def _groups(first: Key, last: Key) -> Iterator[Group]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT year, chamber, sequence, row, facts, goods FROM register_staged"
            " WHERE (year, chamber, sequence) BETWEEN (%s, %s, %s) AND (%s, %s, %s)"
            " ORDER BY year, chamber, sequence, row",
            [*first, *last],
        )
        rows = cursor.fetchall()
    for key, members in groupby(rows, key=lambda row: row[:3]):
        yield Group(key, [member[3:] for member in members])


def _facts_of(groups: Sequence[Group], report: Report) -> list[Facts]:
    own = _issued_here([group.key for group in groups])
    found = []
    for group in groups:
        if group.key in own:
            reason = _("This portal issued the certificate itself; its own record stands.")
            for row, *_data in group.rows:
                report.add(RowError("issued_here", reason, row, _title("number")))
        elif (facts := _facts(group, report)) is not None:
            found.append(facts)
    return found


def _issued_here(keys: Sequence[Key]) -> set[Key]:
    listed = Certificate.objects.filter(
        year__in={key[0] for key in keys},
        chamber_code__in={key[1] for key in keys},
        sequence__in={key[2] for key in keys},
    )
    return set(listed.values_list("year", "chamber_code", "sequence"))


def _facts(group: Group, report: Report) -> Facts | None:
    """One certificate; what most of its rows say of it holds, and the others are not taken.

    A line's number is its place among the rows of the certificate. A damaged row keeps its
    place, so the numbers of the others do not change when it is mended; a row that stands there
    twice has no place of its own.
    """
    said = Counter(facts for _row, facts, _goods in group.rows if facts)
    if not said:
        return None
    agreed = said.most_common(1)[0][0]
    goods: list[Goods] = []
    seen: dict[str, int] = {}
    place = 0
    for row, facts, line in group.rows:
        if facts == agreed and line in seen:
            reason = _("The same as row %(row)s.") % {"row": seen[line]}
            report.add(RowError("repeated", reason, row))
            continue
        place += 1
        if facts and facts != agreed:
            _report_other_facts(row, json.loads(facts), json.loads(agreed), report)
        elif facts:
            seen[line] = row
            goods.append(_goods(place, json.loads(line)))
    return _certificate(group.key, json.loads(agreed), tuple(goods), place - len(goods))


def _report_other_facts(
    row: int, said: dict[str, Any], agreed: dict[str, Any], report: Report
) -> None:
    columns = {COLUMN_OF_FACT.get(name, name) for name in agreed if said[name] != agreed[name]}
    reason = _("Most rows of this certificate say something else.")
    for column in sorted(columns):
        report.add(RowError("other_facts", reason, row, _title(column)))


def _certificate(key: Key, facts: dict[str, Any], goods: tuple[Goods, ...], missing: int) -> Facts:
    year, chamber, sequence = key
    return Facts(
        number=str(CertificateNumber(year_digit(year), chamber, sequence)),
        year=year,
        chamber_code=chamber,
        sequence=sequence,
        missing_lines=missing,
        goods=goods,
        **{
            **NOT_EXPORTED,
            **facts,
            "issued_on": date.fromisoformat(facts["issued_on"]),
            "valid_until": date.fromisoformat(facts["valid_until"]),
        },
    )


def _goods(number: int, line: dict[str, Any]) -> Goods:
    exact = {
        name: Decimal(line[name]) if line[name] is not None else None
        for name in ("quantity", "share_percent")
    }
    return Goods(number=number, **{**line, **exact})


def _title(key: str) -> str:
    return LAYOUT.title(key)


def _position(key: Key) -> str:
    year, chamber, sequence = key
    return f"{year:04d}-{chamber}-{sequence:05d}"


# --- what is committed


@transaction.atomic
def _take(
    run: RegisterImport,
    found: Sequence[Facts],
    position: str,
    tell_change: Callable[[Change], None],
) -> None:
    """One batch: entries, counts and the place where a killed run goes on, or none of them."""
    outcome = enter(found, source=Source.EARLIER, taken_from=run)
    for (year, chamber), last in _last_numbers(found).items():
        # Or the portal would give a number of the earlier register once more.
        pass_over(kind="certificate", series=chamber, year=year, last=last)
    run.added += outcome.added
    run.changed += len(outcome.changed)
    run.unchanged += outcome.unchanged
    run.position = position
    run.save(update_fields=["added", "changed", "unchanged", "position"])
    for change in outcome.changed:
        tell_change(change)


def _last_numbers(found: Sequence[Facts]) -> dict[tuple[int, str], int]:
    last: dict[tuple[int, str], int] = {}
    for facts in found:
        series = (facts.year, facts.chamber_code)
        last[series] = max(last.get(series, 0), facts.sequence)
    return last


@transaction.atomic
def _finish(run: RegisterImport, rows: int, report: Report) -> RegisterImport:
    run.rows, run.rows_refused = rows, report.rows
    run.finished_at = timezone.now()
    run.save(update_fields=["rows", "rows_refused", "finished_at"])
    audit.record(
        "register.imported",
        actor=audit.SYSTEM,
        subject=audit.SubjectRef(RegisterImport.SUBJECT_TYPE, str(run.pk), run.file_name),
        file_sha256=run.file_sha256,
        rows=rows,
        rows_refused=report.rows,
        added=run.added,
        changed=run.changed,
        unchanged=run.unchanged,
        report_sha256=report.digest(),
    )
    return run
