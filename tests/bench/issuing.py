"""Certificates a minute from approval to the sealed PDF, and what the log adds to a row."""

import secrets
import time
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

import audit
from audit.publishing import publish
from audit.sequencing import sequence_all
from documents.canonical import sha256_hex
from issuance.models import Certificate
from tests import scenarios
from tests.bench.timing import shown, table
from tests.workers import Worker

CERTIFICATES = 60
LINES = 10
WORKERS = 2
EVENTS = 2_000
# Longer than any run: a worker that hangs must not keep the bench for ever.
PATIENCE_SECONDS = 600


def run() -> None:
    _issues()
    _log()


def _issues() -> None:
    """Approvals lie ready; two workers start, and the clock runs from the first to be made."""
    scenarios.a_seal()
    for _number in range(CERTIFICATES):
        scenarios.a_certificate("issuing", lines=LINES)
    # The papers of the acts are another work.
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outbox_outboxitem SET done_at = now() WHERE task LIKE 'expertise.%'")
    workers = [
        Worker(log_path=Path(settings.VAR_DIR) / f"bench-{number}.log") for number in range(WORKERS)
    ]
    try:
        for worker in workers:
            worker.wait_until_ready()
        begin = _made()
        began = time.monotonic()
        while (made := _made()) < CERTIFICATES and time.monotonic() < began + PATIENCE_SECONDS:
            time.sleep(0.2)
        taken = time.monotonic() - began
    finally:
        for worker in workers:
            worker.kill()
    table(
        f"From approval to a certificate in force: {LINES} lines each, {WORKERS} workers, by the "
        "clock",
        ["what", "in all", "a minute"],
        [
            [
                f"{made - begin} certificates",
                shown(taken),
                f"{(made - begin) / taken * 60:.0f}",
            ]
        ],
    )


def _made() -> int:
    return Certificate.objects.filter(status="valid").count()


def _log() -> None:
    """An event of the log against a bare row of the same size, each in its own transaction."""
    body = b"x" * 470
    subject = audit.SubjectRef(type="certificate", id="bench", label="KZ 6 120 00001")

    def bare() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO bench_rows (body, digest) VALUES (%s, %s)",
                [body, sha256_hex(secrets.token_bytes(16))],
            )

    def event() -> None:
        with transaction.atomic():
            audit.record(
                "certificate.issue_resumed",
                actor=audit.SYSTEM,
                subject=subject,
                number="KZ 6 120 00001",
            )

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_rows (id bigserial, body bytea, digest text)")
    bare_seconds = _clock(bare)
    event_seconds = _clock(event)
    began = time.monotonic()
    sequence_all()
    sequenced = time.monotonic() - began
    began = time.monotonic()
    publish()
    published = time.monotonic() - began
    taken = {
        "bare row with its digest": bare_seconds,
        "event recorded": event_seconds,
        "given its place, later": sequenced,
        "checked and signed, later": published,
    }
    table(
        f"The log, {EVENTS:,} events by the clock",
        ["what", "one", "× a bare row"],
        [
            [name, shown(duration / EVENTS), f"{duration / bare_seconds:.2f}"]
            for name, duration in taken.items()
        ],
    )


def _clock(work: object) -> float:
    began = time.monotonic()
    for _time in range(EVENTS):
        work()
    return time.monotonic() - began
