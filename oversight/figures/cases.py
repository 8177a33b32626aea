"""Cases read in bulk from rows and log: the one place that knows where their facts stand."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Substr

from accounts.models import Organisation, OrganisationKind
from audit.models import AuditEvent
from expertise.models import Act, ExpertiseRequest, GoodsLine
from issuance.models import Application, Certificate, StatusPeriod
from oversight.models.figures import CaseFacts
from reference.models import Chamber

from .stages import WORKFLOWS, Entry

# A row as `values()` gives it.
Row = Any
HS_GROUP_DIGITS = 2


def first_group(request_path: str) -> Subquery:
    """The product group of the first goods line of the request that the path leads to."""
    lines = GoodsLine.objects.filter(request=OuterRef(request_path)).order_by("number")
    group = Substr("hs_code", 1, HS_GROUP_DIGITS)
    return Subquery(lines.annotate(group=group).values("group")[:1])


@dataclass
class CaseStory:
    """Everything of one case, each list in the order in which it came about."""

    case_id: UUID
    requests: list[Row] = field(default_factory=list)
    acts: list[Row] = field(default_factory=list)
    applications: list[Row] = field(default_factory=list)
    certificates: list[Row] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)


class Regions:
    """The region of each chamber, read once."""

    def __init__(self) -> None:
        kato = dict(Chamber.objects.values_list("code", "kato"))
        chambers = Organisation.objects.filter(kind=OrganisationKind.CHAMBER)
        self._of = {pk: kato.get(code, "") for pk, code in chambers.values_list("pk", "code")}

    def of(self, chamber_id: UUID | None) -> str:
        return self._of.get(chamber_id, "") if chamber_id else ""


def read_cases(case_ids: Collection[UUID]) -> list[CaseStory]:
    """The stories of these cases that were filed; six queries for any number of them.

    A blind second expertise is a check of the first one and no case of its own.
    """
    stories: dict[UUID, CaseStory] = {}
    for row in _requests(case_ids):
        stories.setdefault(row["case_id"], CaseStory(row["case_id"])).requests.append(row)
    if not stories:
        return []
    found = stories.keys()
    for row in _acts(found):
        stories[row["case_id"]].acts.append(row)
    for row in _applications(found):
        stories[row["case_id"]].applications.append(row)
    for row in _certificates(found):
        stories[row["case_id"]].certificates.append(row)
    for case_id, entry in _entries(found):
        stories[case_id].entries.append(entry)
    return list(stories.values())


def _requests(case_ids: Collection[UUID]) -> Iterable[Row]:
    return (
        ExpertiseRequest.objects.filter(
            case_id__in=case_ids, submitted_at__isnull=False, blind_of__isnull=True
        )
        .order_by("submitted_at", "pk")
        .annotate(product_group=first_group("pk"), line_count=_line_count())
        .values(
            "id", "case_id", "number", "submitted_at", "status", "status_since", "applicant_id",
            "producer_bin", "category", "scheme_id", "chamber_id", "expert_organisation_id",
            "auditor_id", "rejection_reason", "corrects_id", "product_group",
            "line_count",
        )
    )  # fmt: skip


def _line_count() -> Subquery:
    lines = GoodsLine.objects.filter(request=OuterRef("pk")).order_by().values("request")
    return Subquery(lines.annotate(count=Count("pk")).values("count")[:1])


def _acts(case_ids: Collection[UUID]) -> Iterable[Row]:
    acts = Act.objects.filter(case_id__in=case_ids).order_by("signed_at", "pk")
    return acts.values(
        "id", "case_id", "number", "is_positive", "signed_at", "signed_by_id", "request_id"
    )


def _applications(case_ids: Collection[UUID]) -> Iterable[Row]:
    filed = Application.objects.filter(case_id__in=case_ids, submitted_at__isnull=False)
    return filed.order_by("submitted_at", "pk").values(
        "id", "case_id", "number", "submitted_at", "status", "status_since", "decided_at",
        "refusal_reason", "chamber_id", "act_id", "replaces_id",
    )  # fmt: skip


def _certificates(case_ids: Collection[UUID]) -> Iterable[Row]:
    """Issued ones, each with its statuses in time and the act it rests on."""
    issued = Certificate.objects.filter(case_id__in=case_ids, issued_at__isnull=False)
    rows: list[Row] = list(
        issued.order_by("issued_at", "pk").values(
            "id", "case_id", "number", "issued_at", "application__chamber_id",
            "application__act_id",
        )
    )  # fmt: skip
    periods: dict[UUID, list[Row]] = defaultdict(list)
    of_these = StatusPeriod.objects.filter(certificate__in=[row["id"] for row in rows])
    for period in of_these.order_by("since", "pk").values(
        "certificate_id", "status", "since", "reason"
    ):
        periods[period["certificate_id"]].append(period)
    return [{**row, "periods": periods[row["id"]]} for row in rows]


def _entries(case_ids: Collection[UUID]) -> Iterable[tuple[UUID, Entry]]:
    told = AuditEvent.objects.filter(
        case_id__in=[str(case_id) for case_id in case_ids], subject_type__in=WORKFLOWS
    )
    columns = ("case_id", "subject_type", "subject_id", "event", "at")
    for case_id, subject_type, subject_id, event, at in (
        told.order_by("at", "id").values_list(*columns).iterator(chunk_size=5_000)
    ):
        yield UUID(case_id), Entry(subject_type, subject_id, event, at)


def facts_of(story: CaseStory, regions: Regions) -> CaseFacts:
    """One row for the case as it stands; see the model for what each field means."""
    first, last = story.requests[0], story.requests[-1]
    act = story.acts[-1] if story.acts else None
    application = story.applications[-1] if story.applications else None
    certificate = story.certificates[-1] if story.certificates else None
    chamber_id = application["chamber_id"] if application else last["chamber_id"]
    return CaseFacts(
        case_id=story.case_id,
        chamber_id=chamber_id,
        expert_organisation_id=last["expert_organisation_id"],
        auditor_id=act["signed_by_id"] if act else last["auditor_id"],
        region=regions.of(chamber_id),
        product_group=last["product_group"] or "",
        applicant_id=last["applicant_id"],
        producer_bin=last["producer_bin"],
        category=last["category"],
        scheme_id=last["scheme_id"],
        lines=last["line_count"] or 0,
        filed_at=first["submitted_at"],
        assigned_at=_first_moment(story, "request.assigned"),
        signed_at=act["signed_at"] if act else None,
        is_positive=act["is_positive"] if act else None,
        applied_at=story.applications[0]["submitted_at"] if application else None,
        decided_at=application["decided_at"] if application else None,
        outcome=_outcome(last, act, application),
        refusal_reason=application["refusal_reason"] if application else last["rejection_reason"],
        certificate_id=certificate["id"] if certificate else None,
        issued_at=certificate["issued_at"] if certificate else None,
    )


def _first_moment(story: CaseStory, event: str) -> dt.datetime | None:
    return next((entry.at for entry in story.entries if entry.event == event), None)


ENDS_OF_APPLICATION = ("approved", "refused", "withdrawn")
ENDS_OF_REQUEST = ("rejected", "withdrawn")


def _outcome(request: Row, act: Row | None, application: Row | None) -> str:
    """Told by the furthest thing of the case; nothing while it goes on."""
    if application:
        status = application["status"]
        return status if status in ENDS_OF_APPLICATION else ""
    if act:
        return "" if act["is_positive"] else "negative"
    return request["status"] if request["status"] in ENDS_OF_REQUEST else ""
