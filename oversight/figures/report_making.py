"""Making a report that lasts: its figures frozen in a record, sealed by a worker.

The record names the state of the log and the digest of the rows that were counted, so that
whoever may see the rows can count them again and find out whether anything was changed.
"""

import hashlib
import json
import uuid
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import authorize
from audit.models import LogCheckpoint
from documents.canonical import canonical_bytes, sha256_hex
from documents.models import SealedDocument
from issuance.periods import end_of
from oversight.models.figures import Report
from oversight.papers import (
    PaperToMake,
    committee_party,
    new_number,
    order_paper,
    register_paper,
)
from reference.working_days import ALMATY

from .asking import Question
from .counting import Counts
from .reports import figures_record
from .scopes import COMMITTEE, PUBLIC

SUBJECT_TYPE = "report"
PAPER = "report"
# What decides the figures, and nothing that a later day may change.
COLUMNS = (
    "kind", "subject_type", "subject_id", "on", "known_at", "code", "group", "is_hit", "amount",
    "chamber__code", "expert_organisation__code", "region", "product_group", "department_id",
)  # fmt: skip


def question_of(report: Report) -> Question:
    """The very question that the report answered."""
    scope = PUBLIC if report.audience == Report.Audience.PUBLIC else COMMITTEE
    day = timezone.localdate(report.as_of)
    return Question(scope, report.since, report.until, day, at=report.as_of)


@transaction.atomic
def make_report(
    *,
    kind: str,
    audience: str,
    since: date,
    until: date,
    as_of: date,
    actor: Membership,
    form_token: uuid.UUID,
) -> Report:
    """Counts now and freezes what was counted; the sealed document follows from the record.

    The same form sent twice is one report.
    """
    authorize(actor, "oversight.make_report", None)
    if known := Report.objects.filter(form_token=form_token, ordered_by=actor.user).first():
        return known
    now = timezone.now()
    if as_of > timezone.localdate(now):
        raise DomainError("future_day", _("This day has not come yet."), field="as_of")
    if since > until:
        raise DomainError("wrong_days", _("The last day lies before the first one."), field="until")
    report = Report(
        pk=uuid.uuid4(),
        number=new_number("report", "", timezone.localdate(now)),
        kind=kind,
        audience=audience,
        since=since,
        until=until,
        ordered_by=actor.user,
        form_token=form_token,
    )
    # Of today only what is known by now is told: the day is not over.
    report.as_of = min(now, end_of(as_of)).replace(microsecond=0)
    record = _record(report, actor, now)
    report.record = canonical_bytes(record)
    report.record_sha256 = sha256_hex(report.record)
    report.save(force_insert=True)
    audit.record(
        "report.ordered",
        actor=actor.ref(),
        subject=subject_of(report),
        report=report.kind,
        audience=report.audience,
        since=since.isoformat(),
        until=until.isoformat(),
        as_of=report.as_of.isoformat(timespec="seconds"),
        record_sha256=report.record_sha256,
        rows_sha256=record["rows"]["sha256"],
    )
    order_paper(PAPER, str(report.pk))
    return report


def subject_of(report: Report) -> audit.SubjectRef:
    return audit.SubjectRef(type=SUBJECT_TYPE, id=str(report.pk), label=report.number)


def _record(report: Report, actor: Membership, now: datetime) -> dict[str, Any]:
    question = question_of(report)
    text = rows_csv(report)
    return {
        **figures_record(report.kind, Counts(question)),
        "number": report.number,
        "dated_at": _moment(now),
        "as_of": _moment(report.as_of),
        "period": {"since": report.since.isoformat(), "until": report.until.isoformat()},
        "audience": report.audience,
        "from": committee_party(actor),
        # The rows that were counted, as the Committee may take them and count them again.
        "rows": {
            "count": text.count("\n") - 1,
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
            "columns": list(COLUMNS),
        },
        "log": _log(),
        "verify_url": settings.CTKZ_PUBLIC_URL + reverse("control:report-detail", args=[report.pk]),
    }


def _log() -> dict[str, Any] | None:
    last = LogCheckpoint.objects.order_by("-number").first()
    if last is None:
        return None
    return {"size": last.size, "root": bytes(last.root).hex(), "at": _moment(last.at)}


def _moment(moment: datetime) -> str:
    return moment.astimezone(ALMATY).isoformat(timespec="seconds")


def rows_csv(report: Report) -> str:
    """Every row that the report counted, sorted; its SHA-256 stands in the record."""
    rows = question_of(report).rows().order_by().values_list(*COLUMNS)
    lines = sorted(",".join(map(_plain, row)) for row in rows.iterator(chunk_size=10_000))
    return "\n".join([",".join(COLUMNS), *lines]) + "\n"


def _plain(value: Any) -> str:
    """Codes, numbers and moments: nothing in them needs quoting."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return "" if value is None else str(value).replace(",", " ")


def _paper(report_id: str) -> PaperToMake | None:
    report = Report.objects.get(pk=report_id)
    if report.document_id:
        return None
    return PaperToMake(
        record=json.loads(bytes(report.record)),
        subject_type=SUBJECT_TYPE,
        subject_id=report_id,
        number=report.number,
    )


def _keep(report_id: str, document: SealedDocument) -> None:
    Report.objects.filter(pk=report_id).update(document=document)


register_paper(PAPER, maker=_paper, keep=_keep)
