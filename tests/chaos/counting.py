"""After the storm: everything once, nothing lost, nothing in between."""

from collections import Counter
from collections.abc import Iterator

from audit.head import HeadFile
from audit.models import AuditEvent
from audit.verifying import verify_log
from documents.models import SealedDocument
from documents.sealing import verify_seal
from documents.storing import StoredFileDamaged, read
from issuance.models import Application, Certificate, StatusPeriod
from outbox.models import OutboxItem


def faults(expected: int) -> list[str]:
    """What is wrong, in sentences; an empty list when nothing is."""
    return [*_counts(expected), *_numbers(), *_documents(), *_events(), *_log()]


def _counts(expected: int) -> Iterator[str]:
    statuses = Counter(Certificate.objects.values_list("status", flat=True))
    if statuses != Counter(valid=expected):
        yield f"certificates by status: {dict(statuses)}"
    applications = Counter(Application.objects.values_list("status", flat=True))
    if applications != Counter(approved=expected):
        yield f"applications by status: {dict(applications)}"
    if left := OutboxItem.objects.unfinished().count():
        yield f"work left in the outbox: {left}"


def _numbers() -> Iterator[str]:
    by_series: dict[tuple[int, str], list[int]] = {}
    for year, chamber, sequence in Certificate.objects.values_list(
        "year", "chamber_code", "sequence"
    ):
        by_series.setdefault((year, chamber), []).append(sequence)
    for series, given in by_series.items():
        if sorted(given) != list(range(1, len(given) + 1)):
            yield f"numbers of {series} are not 1 to {len(given)}, each once"


def _documents() -> Iterator[str]:
    sealed = Counter(
        SealedDocument.objects.filter(kind="certificate").values_list("subject_id", flat=True)
    )
    for certificate in Certificate.objects.select_related("document__file"):
        if sealed[str(certificate.pk)] != 1:
            yield f"{certificate.number} has {sealed[str(certificate.pk)]} sealed documents"
            continue
        try:
            verdict = verify_seal(read(certificate.document.file))
        except StoredFileDamaged as damage:
            yield f"{certificate.number}: {damage}"
            continue
        if not verdict.ok:
            yield f"{certificate.number}: {verdict.reason}"
    for pk, count in Counter(StatusPeriod.objects.values_list("certificate_id", flat=True)).items():
        if count != 1:
            yield f"certificate {pk} came into force {count} times"


def _events() -> Iterator[str]:
    for event in ("certificate.issuing_started", "certificate.issued"):
        told = Counter(AuditEvent.objects.filter(event=event).values_list("subject_id", flat=True))
        for certificate in Certificate.objects.all():
            if told[str(certificate.pk)] != 1:
                yield f"{certificate.number}: {event} is told {told[str(certificate.pk)]} times"
    if AuditEvent.objects.filter(event="certificate.issue_failed").exists():
        yield "an issue stopped"


def _log() -> Iterator[str]:
    verdict = verify_log(head=HeadFile.configured())
    if not verdict.ok:
        yield f"the log: {verdict.problem}"
    if verdict.counts.pending:
        yield f"{verdict.counts.pending} events have no place in the log"
