"""One case as the Committee sees it: everything of both stages, gathered from every room."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import audit
from accounts.models import Membership
from audit import merkle, tiles
from audit.errors import KeyUnavailableError
from audit.keys import verifying_key
from audit.models import AuditEvent, AuditPending, LogCheckpoint
from audit.notes import BadNoteError, Note
from documents.models import StoredFile
from expertise.models import Act, ExpertiseRequest, GoodsLine
from issuance.models import Application, Certificate
from reference.models import CodeEntry
from workflow.transitions import Status

UNSENT = Status(gettext_lazy("To be sent to a chamber"), "wait", "arrow")


def cases(actor: Membership | None) -> QuerySet[ExpertiseRequest]:
    """Every case that the actor may see, by the request whose act holds or is being made."""
    lines = GoodsLine.objects.filter(request=OuterRef("pk")).order_by("number")
    counted = lines.order_by().values("request").annotate(count=Count("pk"))
    return (
        ExpertiseRequest.objects.visible_to(actor)
        .filter(Q(corrects__isnull=True) | Q(status="concluded"))
        .exclude(corrections__status="concluded")
        .select_related("applicant", "expert_organisation", "auditor", "act")
        .annotate(
            last_application=Subquery(_applications_of_request().values("pk")[:1]),
            goods_name=Subquery(lines.values("name")[:1]),
            goods_hs_code=Subquery(lines.values("hs_code")[:1]),
            goods_count=Subquery(counted.values("count")[:1]),
        )
        .order_by("-submitted_at")
    )


def _applications_of_request() -> QuerySet[Application]:
    filed = Application.objects.filter(submitted_at__isnull=False)
    return filed.filter(act__request=OuterRef("pk")).order_by("-created_at")


@dataclass(frozen=True)
class CaseRow:
    """A case in the list, told by the furthest thing it has come to."""

    request: ExpertiseRequest
    application: Application | None

    @property
    def certificate(self) -> Certificate | None:
        return getattr(self.application, "certificate", None)

    @property
    def stage(self) -> str:
        if self.certificate is not None:
            return _("Certificate")
        return _("Chamber") if self.application else _("Expertise")

    @property
    def status(self) -> Status:
        furthest = self.certificate or self.application
        if furthest is not None:
            return furthest.status_info
        is_signed = self.request.status == "concluded"
        if is_signed and self.request.act.is_positive:
            return UNSENT
        return self.request.status_info

    @property
    def since(self) -> datetime:
        return (self.certificate or self.application or self.request).status_since


def case_rows(requests: Iterable[ExpertiseRequest]) -> list[CaseRow]:
    """One query for all applications of the page."""
    found = list(requests)
    keys = [request.last_application for request in found if request.last_application]
    applications = Application.objects.select_related("chamber", "certificate").in_bulk(keys)
    return [CaseRow(request, applications.get(request.last_application)) for request in found]


@dataclass(frozen=True)
class CaseFile:
    """A file of the case; `kind` says what it is, `digest` is its address and its proof."""

    kind: str | Promise
    title: str
    digest: str
    stored: StoredFile


@dataclass(frozen=True)
class LogEntry:
    """A step of the case with its place in the log; no index: it waits for one."""

    event: AuditEvent
    index: int | None
    digest: str


@dataclass(frozen=True)
class Case:
    """The whole story: request, act, every application, the certificate, files, history."""

    request: ExpertiseRequest
    act: Act | None
    applications: list[Application]
    certificate: Certificate | None
    files: list[CaseFile]
    entries: list[LogEntry]
    # Acts of the case that this one corrects, or is about to.
    earlier_acts: list[Act]

    @property
    def label(self) -> str:
        return self.request.label


def find_case(actor: Membership | None, case_id: uuid.UUID) -> Case | None:
    request = (
        ExpertiseRequest.objects.visible_to(actor)
        .select_related(
            "applicant", "expert_organisation", "auditor", "chamber", "submitted_by", "scheme",
            "act__document__file", "act__signed_by", "act__attestation", "examination",
        )
        .prefetch_related(
            "questions__asked_by",
            Prefetch("lines", GoodsLine.objects.select_related("unit", "finding")),
            "documents__file",
        )
        .filter(case_id=case_id)
        # A correction is the newest request of its case; one that came to nothing is not.
        .exclude(corrects__isnull=False, status__in=("rejected", "withdrawn"))
        .order_by("-created_at")
        .first()
    )  # fmt: skip
    if request is None:
        return None
    applications = list(
        Application.objects.visible_to(actor)
        .filter(case_id=case_id)
        .select_related("chamber", "filed_by", "reviewer", "decider", "certificate__document__file")
        .prefetch_related("questions__asked_by")
        .order_by("created_at")
    )
    act = getattr(request, "act", None)
    certificates = [getattr(application, "certificate", None) for application in applications]
    certificate = next((one for one in reversed(certificates) if one), None)
    earlier_acts = list(
        Act.objects.filter(case_id=case_id)
        .exclude(request=request)
        .select_related("document__file", "signed_by")
        .defer("record")
        .order_by("signed_at")
    )
    return Case(
        request=request,
        act=act,
        applications=applications,
        certificate=certificate,
        files=_files(request, [*earlier_acts, act], certificate),
        entries=_entries(case_id),
        earlier_acts=earlier_acts,
    )


def _files(
    request: ExpertiseRequest, acts: list[Act | None], certificate: Certificate | None
) -> list[CaseFile]:
    entries = CodeEntry.objects.filter(list="document_type")
    kinds = {entry.code: entry.name for entry in entries}
    files = [
        CaseFile(
            kinds.get(document.type, document.type),
            document.title or document.file.name,
            document.file.sha256,
            document.file,
        )
        for document in request.documents.all()
    ]
    things = [*((_("Act of expertise"), act) for act in acts), (_("Certificate"), certificate)]
    for kind, thing in things:
        if thing is not None and thing.document is not None:
            stored = thing.document.file
            files.append(CaseFile(kind, thing.number, stored.sha256, stored))
    return files


def _entries(case_id: uuid.UUID) -> list[LogEntry]:
    entries = []
    for event in audit.timeline(case_id).select_related("leaf"):
        leaf = getattr(event, "leaf", None)
        digest = bytes(leaf.hash) if leaf else merkle.leaf_hash(bytes(event.body))
        entries.append(LogEntry(event, leaf.index if leaf else None, digest.hex()))
    return entries


@dataclass(frozen=True)
class LogState:
    """The log as it stands; `is_signed` None: nothing to verify, or nothing to verify it with."""

    size: int
    pending: int
    checkpoint: LogCheckpoint | None
    is_signed: bool | None


def log_state() -> LogState:
    last = LogCheckpoint.objects.order_by("-number").first()
    return LogState(
        size=tiles.log_size(),
        pending=AuditPending.objects.count(),
        checkpoint=last,
        is_signed=_is_signed(last),
    )


def _is_signed(checkpoint: LogCheckpoint | None) -> bool | None:
    if checkpoint is None:
        return None
    try:
        verifying_key().verify(Note.parse(checkpoint.note))
    except KeyUnavailableError:
        return None
    except BadNoteError:
        return False
    return True
