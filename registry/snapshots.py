"""The whole register of a day as two files, signed: CSV in the columns of old, and JSON lines.

One row for each goods line. Both files come from one query, so they show one moment; they are
written and stored in pieces, whatever their size. What is signed is the list of their digests,
in the form that `sha256sum --check` reads.
"""

import csv
import hashlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

import audit
import outbox
from accounts.errors import DomainError
from documents.models import StoredFile
from documents.sealing import sign_detached
from documents.storing import store_from

from .models import RegisterLine, Snapshot
from .models.register import schemes_ended
from .register import follow_blanks
from .register_columns import COLUMNS, EMPTY, TITLES, status_word

MAKE_SNAPSHOT = "registry.make_snapshot"
ROWS_AT_ONCE = 2_000
KEYS = tuple(column.key for column in COLUMNS)
CSV_TYPE, JSONL_TYPE = "text/csv", "application/jsonl"
ORDER = ("entry__year", "entry__chamber_code", "entry__sequence", "entry__source", "number")
OF_ENTRY = (
    "id", "chamber_code", "chamber_name", "number", "blank_number", "year", "purpose", "category",
    "producer_bin", "producer_name", "producer_address", "recipient_bin", "recipient_name",
    "recipient_address", "valid_until", "issued_on", "state", "is_replacement", "scheme", "source",
    "replaces", "replaced_by",
)  # fmt: skip
OF_LINE = (
    "number", "name", "hs_code", "kp_ved", "quantity", "unit", "unit_code", "criterion",
    "share_percent",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    certificates: int
    rows: int


def order_snapshot(day: date) -> Snapshot:
    """Promises the snapshot of the day; ordered again, it is the same one."""
    with transaction.atomic():
        snapshot, _is_new = Snapshot.objects.get_or_create(day=day)
        if snapshot.made_at is None:
            outbox.enqueue(MAKE_SNAPSHOT, key=day.isoformat(), day=day.isoformat())
    return snapshot


def make_snapshot(day: date) -> None:
    """Writes, stores, signs and enters the snapshot; safe to run again after any failure.

    Until the last transaction nothing points at the files, and the same content is stored once.
    """
    key = day.isoformat()
    with _only_one_worker(key) as is_mine:
        if not is_mine:
            return
        snapshot = Snapshot.objects.get(day=day)
        if snapshot.made_at is not None:
            with transaction.atomic():
                outbox.done(MAKE_SNAPSHOT, key)
            return
        try:
            _make(snapshot)
        except DomainError as refusal:
            # Without a seal there is no snapshot; the work stays and is tried again.
            outbox.failed(MAKE_SNAPSHOT, key, str(refusal))


def _make(snapshot: Snapshot) -> None:
    follow_blanks()
    names = {ending: f"{snapshot.file_stem}.{ending}" for ending in ("csv", "jsonl")}
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".snapshot-") as scratch:
        csv_path, jsonl_path = (Path(scratch) / names[ending] for ending in ("csv", "jsonl"))
        written = write_files(csv_path, jsonl_path, on=snapshot.day)
        kept_csv = store_from(csv_path, name=names["csv"], content_type=CSV_TYPE)
        kept_jsonl = store_from(jsonl_path, name=names["jsonl"], content_type=JSONL_TYPE)
    digests = "".join(f"{file.sha256}  {file.name}\n" for file in (kept_csv, kept_jsonl))
    signature = sign_detached(digests.encode(), at=timezone.now())
    _enter(snapshot, written, kept_csv, kept_jsonl, digests, signature)


@transaction.atomic
def _enter(
    snapshot: Snapshot,
    written: Written,
    kept_csv: StoredFile,
    kept_jsonl: StoredFile,
    digests: str,
    signature: bytes,
) -> None:
    current = Snapshot.objects.select_for_update().get(pk=snapshot.pk)
    if current.made_at is None:
        current.made_at = timezone.now()
        current.certificates, current.rows = written.certificates, written.rows
        current.csv, current.jsonl = kept_csv, kept_jsonl
        current.digests, current.signature = digests, signature
        current.save()
        audit.record(
            "register.snapshot",
            actor=audit.SYSTEM,
            subject=audit.SubjectRef(Snapshot.SUBJECT_TYPE, str(current.pk), current.file_stem),
            day=current.day.isoformat(),
            certificates=written.certificates,
            rows=written.rows,
            csv_sha256=kept_csv.sha256,
            jsonl_sha256=kept_jsonl.sha256,
            digests_sha256=hashlib.sha256(digests.encode()).hexdigest(),
        )
    outbox.done(MAKE_SNAPSHOT, current.day.isoformat())


@contextmanager
def _only_one_worker(key: str) -> Iterator[bool]:
    """The lock belongs to the database session: a killed worker's session ends and frees it."""
    lock = f"{MAKE_SNAPSHOT}:{key}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [lock])
        is_mine = cursor.fetchone()[0]
        try:
            yield is_mine
        finally:
            if is_mine:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [lock])


# --- the files


def write_files(csv_path: Path, jsonl_path: Path, *, on: date) -> Written:
    """The register as of now, with the words of that day, in flat memory."""
    certificates = rows = 0
    last: object = None
    with (
        csv_path.open("w", encoding="utf-8", newline="") as csv_file,
        jsonl_path.open("w", encoding="utf-8", newline="\n") as jsonl_file,
    ):
        table = csv.writer(csv_file, lineterminator="\n")
        table.writerow(TITLES)
        ended = schemes_ended(on=on)
        for entry, line in _lines():
            is_over = entry["valid_until"] < on or entry["scheme"] in ended
            cells = _cells(entry, line, is_over=is_over)
            table.writerow([cell or EMPTY for cell in cells])
            _write_json(jsonl_file, cells, entry, line)
            rows += 1
            if entry["id"] != last:
                last = entry["id"]
                certificates += 1
    return Written(certificates, rows)


def _lines() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every goods line with the facts of its entry, in the order of numbers."""
    names = (*(f"entry__{name}" for name in OF_ENTRY), *OF_LINE)
    listed = RegisterLine.objects.order_by(*ORDER).values_list(*names)
    # The database keeps the result on its side and hands it over piece by piece.
    with transaction.atomic():
        for values in listed.iterator(chunk_size=ROWS_AT_ONCE):
            entry = dict(zip(OF_ENTRY, values, strict=False))
            yield entry, dict(zip(OF_LINE, values[len(OF_ENTRY) :], strict=True))


def _cells(entry: dict[str, Any], line: dict[str, Any], *, is_over: bool) -> list[str]:
    """In the order of the register's columns; what is not known is empty."""
    word = status_word(entry["state"], is_replacement=entry["is_replacement"], is_over=is_over)
    return [
        entry["chamber_code"],
        entry["chamber_name"],
        entry["number"],
        entry["blank_number"],
        str(entry["year"]),
        entry["purpose"],
        entry["category"],
        entry["producer_bin"],
        entry["producer_name"],
        entry["producer_address"],
        line["name"],
        line["hs_code"],
        line["kp_ved"],
        _figure(line["quantity"]),
        line["unit"],
        line["unit_code"],
        line["criterion"],
        _figure(line["share_percent"]),
        entry["recipient_bin"],
        entry["recipient_name"],
        entry["recipient_address"],
        f"{entry['valid_until']:%d.%m.%Y}",
        word,
        f"{entry['issued_on']:%d.%m.%Y}",
    ]


def _figure(number: Decimal | None) -> str:
    """With a comma and without idle zeros: 20, 68,23."""
    if number is None:
        return ""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def _write_json(
    file: IO[str], cells: list[str], entry: dict[str, Any], line: dict[str, Any]
) -> None:
    """The same columns by their keys, for programs: ISO dates, points in figures, null for nothing.

    Beside them stands what the columns have no place for, the number of the line first of all.
    """
    row: dict[str, Any] = {key: cell or None for key, cell in zip(KEYS, cells, strict=True)}
    row |= {
        "quantity": _plain_figure(line["quantity"]),
        "share": _plain_figure(line["share_percent"]),
        "valid_until": entry["valid_until"].isoformat(),
        "issued_on": entry["issued_on"].isoformat(),
        "line": line["number"],
        "source": entry["source"],
        "state": entry["state"],
        "replaces": entry["replaces"] or None,
        "replaced_by": entry["replaced_by"] or None,
    }
    file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")


def _plain_figure(number: Decimal | None) -> str | None:
    return _figure(number).replace(",", ".") or None
