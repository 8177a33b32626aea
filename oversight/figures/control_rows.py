"""What figures count of the Committee's own work, made from its rows."""

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from accounts.models import OrganisationKind
from oversight.models import (
    Complaint,
    ControlOutcome,
    DeskCheck,
    GreyListing,
    Inspection,
    Measure,
    Recommendation,
    Sample,
    Violation,
)
from oversight.models.figures import Happening
from reference.models import MeasureType
from reference.working_days import ALMATY, local_day

from .cases import Regions, Row, first_group
from .happenings import Place, happening
from .stages import CERTIFICATE

COMPLAINT, ANSWERED, VIOLATED, VIOLATION = "complaint", "answered", "violated", "violation"
CHECKED, RECOMMENDED, MEASURE, CASE = "checked", "recommended", "measure", "case"
CONTROLLED, SAMPLED, OUTCOME, BLOCKED = "controlled", "sampled", "outcome", "blocked"
REPORTED = "reported"

DIMENSIONS = ("place_chamber", "place_experts", "place_auditor", "place_group")


def of_control(case_ids: Collection[UUID], regions: Regions) -> Iterator[Happening]:
    """Everything that the Committee did in these stories; one query for each kind of thing."""
    for source in (
        _complaints, _violations, _checks, _recommendations, _measures, _inspections, _samples,
        _outcomes, _listings,
    ):  # fmt: skip
        yield from source(case_ids, regions)


def _with_certificate(rows: QuerySet[Any], path: str = "certificate") -> QuerySet[Any]:
    """Where the certificate comes from, beside each row; nothing for a row without one."""
    act = f"{path}__application__act"
    return rows.annotate(
        place_chamber=F(f"{path}__application__chamber_id"),
        place_experts=F(f"{act}__request__expert_organisation_id"),
        place_auditor=F(f"{act}__signed_by_id"),
        place_group=first_group(f"{act}__request"),
    )


def _place(row: Row, regions: Regions, *, region: str = "") -> Place:
    return Place(
        chamber_id=row["place_chamber"],
        expert_organisation_id=row["place_experts"],
        auditor_id=row["place_auditor"],
        region=region or regions.of(row["place_chamber"]),
        product_group=row["place_group"] or "",
    )


def _place_of_subject(row: Row, regions: Regions, *, region: str = "") -> Place:
    """The certificate's place, or that of whoever the thing is about without a certificate."""
    kind, organisation = row["organisation__kind"], row["organisation_id"]
    if kind == OrganisationKind.CHAMBER:
        row["place_chamber"] = row["place_chamber"] or organisation
    if kind == OrganisationKind.EXPERT:
        row["place_experts"] = row["place_experts"] or organisation
    row["place_auditor"] = row["place_auditor"] or row["auditor_id"]
    return _place(row, regions, region=region)


def _complaints(case_ids: Collection[UUID], regions: Regions) -> Iterator[Happening]:
    rows = _with_certificate(Complaint.objects.filter(case_id__in=case_ids)).values(
        *DIMENSIONS, "id", "case_id", "number", "about", "received_at", "answered_at", "outcome",
        "organisation_id", "organisation__kind", "auditor_id", "department_id",
        "department__kato", "application__chamber_id",
    )  # fmt: skip
    for row in rows:
        row["place_chamber"] = row["place_chamber"] or row["application__chamber_id"]
        place = _place_of_subject(row, regions)
        shared: dict[str, Any] = {
            "case_id": row["case_id"],
            "subject": (Complaint.SUBJECT_TYPE, row["id"]),
            "label": row["number"],
            "department_id": row["department_id"],
            "group": row["about"],
        }
        yield happening(COMPLAINT, place, known_at=row["received_at"], code=row["about"], **shared)
        if row["answered_at"] is not None:
            is_confirmed = row["outcome"] in (
                Complaint.Outcome.CONFIRMED, Complaint.Outcome.PARTLY,
            )  # fmt: skip
            yield happening(
                ANSWERED,
                place,
                known_at=row["answered_at"],
                code=row["outcome"],
                is_hit=is_confirmed,
                **shared,
            )


def _violations(case_ids: Collection[UUID], regions: Regions) -> Iterator[Happening]:
    """A confirmed violation, and for its certificate that it was violated.

    The certificate belongs to the period of its issue, so that violated ones are a share of
    those issued; the violation belongs to the day of its confirmation.
    """
    for parent in ("desk_check", "complaint", "inspection"):
        confirmed = Violation.objects.filter(
            confirmed_at__isnull=False, **{f"{parent}__case_id__in": case_ids}
        )
        rows = _with_certificate(confirmed).values(
            *DIMENSIONS, "id", "code", "fault", "confirmed_at", "set_aside_at", "certificate_id",
            "certificate__number", "certificate__issued_at", "organisation_id",
            "organisation__kind", "auditor_id", f"{parent}_id", f"{parent}__case_id",
            f"{parent}__number", f"{parent}__department_id", f"{parent}__department__kato",
        )  # fmt: skip
        for row in rows:
            place = _place_of_subject(row, regions, region=_region_unless_certified(row, parent))
            shared: dict[str, Any] = {
                "case_id": row[f"{parent}__case_id"],
                "known_at": row["confirmed_at"],
                "void_at": row["set_aside_at"],
                "department_id": row[f"{parent}__department_id"],
            }
            yield happening(
                VIOLATION,
                place,
                subject=(parent, row[f"{parent}_id"]),
                label=row[f"{parent}__number"],
                code=row["code"],
                group=row["fault"],
                **shared,
            )
            if row["certificate__issued_at"] is not None:
                yield happening(
                    VIOLATED,
                    place,
                    subject=(CERTIFICATE, row["certificate_id"]),
                    label=row["certificate__number"],
                    on=local_day(row["certificate__issued_at"]),
                    code=row["fault"],
                    group=row["code"],
                    **shared,
                )


def _region_unless_certified(row: Row, parent: str) -> str:
    return "" if row["place_chamber"] else row[f"{parent}__department__kato"] or ""


def _checks(case_ids: Collection[UUID], regions: Regions) -> Iterator[Happening]:
    concluded = DeskCheck.objects.filter(case_id__in=case_ids, concluded_at__isnull=False)
    for row in _with_certificate(concluded).values(
        *DIMENSIONS, "id", "case_id", "number", "way", "result", "concluded_at", "department_id"
    ):
        yield happening(
            CHECKED,
            _place(row, regions),
            case_id=row["case_id"],
            subject=(DeskCheck.SUBJECT_TYPE, row["id"]),
            label=row["number"],
            known_at=row["concluded_at"],
            code=row["way"],
            is_hit=row["result"] == DeskCheck.Result.VIOLATIONS,
            department_id=row["department_id"],
        )


def _recommendations(case_ids: Collection[UUID], regions: Regions) -> Iterator[Happening]:
    sent: QuerySet[Any] = Recommendation.objects.filter(case_id__in=case_ids, sent_at__isnull=False)
    for row in _with_certificate(sent, "desk_check__certificate").values(
        *DIMENSIONS, "id", "case_id", "number", "sent_at", "desk_check__department_id"
    ):
        yield happening(
            RECOMMENDED,
            _place(row, regions),
            case_id=row["case_id"],
            subject=(Recommendation.SUBJECT_TYPE, row["id"]),
            label=row["number"],
            known_at=row["sent_at"],
            department_id=row["desk_check__department_id"],
        )


# A measure counts from its decision on; one that was set aside, only until then.
SET_ASIDE = "set_aside"
TAKEN = ("in_force", "executed", "lifted", SET_ASIDE)


def _measures(case_ids: Collection[UUID], regions: Regions) -> Iterator[Happening]:
    taken = Measure.objects.filter(case_id__in=case_ids, status__in=TAKEN, decided_at__isnull=False)
    rows = _with_certificate(taken).values(
        *DIMENSIONS, "id", "case_id", "number", "status", "decided_at", "ended_at", "fine_tenge",
        "type__code", "type__group", "organisation_id", "organisation__kind", "auditor_id",
        "department_id", "department__kato", "act__signed_by_id", "act__request__chamber_id",
        "act__request__expert_organisation_id",
    )  # fmt: skip
    for row in rows:
        row["place_auditor"] = row["place_auditor"] or row["act__signed_by_id"]
        row["place_chamber"] = row["place_chamber"] or row["act__request__chamber_id"]
        row["place_experts"] = row["place_experts"] or row["act__request__expert_organisation_id"]
        place = _place_of_subject(row, regions, region=row["department__kato"] or "")
        shared: dict[str, Any] = {
            "case_id": row["case_id"],
            "subject": (Measure.SUBJECT_TYPE, row["id"]),
            "label": row["number"],
            "known_at": row["decided_at"],
            "void_at": row["ended_at"] if row["status"] == SET_ASIDE else None,
            "code": row["type__code"],
            "group": row["type__group"],
            "amount": row["fine_tenge"],
            "department_id": row["department_id"],
        }
        yield happening(MEASURE, place, **shared)
        if row["type__group"] == MeasureType.Group.CASE:
            yield happening(CASE, place, **shared)


def _inspections(case_ids: Collection[UUID], regions: Regions) -> Iterator[Happening]:
    completed: QuerySet[Any] = Inspection.objects.filter(
        case_id__in=case_ids, completed_at__isnull=False
    )
    row: Row
    for row in completed.values(
        "id", "case_id", "number", "kind", "object_kind", "completed_at", "has_violations",
        "department_id", "department__kato",
    ):  # fmt: skip
        yield happening(
            CONTROLLED,
            Place(region=row["department__kato"]),
            case_id=row["case_id"],
            subject=(Inspection.SUBJECT_TYPE, row["id"]),
            label=row["number"],
            known_at=row["completed_at"],
            code=row["kind"],
            group=row["object_kind"],
            is_hit=bool(row["has_violations"]),
            department_id=row["department_id"],
        )


def _start_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(0), tzinfo=ALMATY)


def _samples(case_ids: Collection[UUID], regions: Regions) -> Iterator[Happening]:
    tested = Sample.objects.filter(inspection__case_id__in=case_ids).exclude(result="")
    for row in _of_inspection(tested, "id", "tested_on", "result"):
        yield happening(
            SAMPLED,
            Place(region=row["inspection__department__kato"]),
            case_id=row["inspection__case_id"],
            subject=(Inspection.SUBJECT_TYPE, row["inspection_id"]),
            label=row["inspection__number"],
            known_at=_start_of(row["tested_on"]),
            code=row["result"],
            is_hit=row["result"] == Sample.Result.VIOLATES,
            department_id=row["inspection__department_id"],
        )


def _outcomes(case_ids: Collection[UUID], regions: Regions) -> Iterator[Happening]:
    led_to = ControlOutcome.objects.filter(inspection__case_id__in=case_ids)
    for row in _of_inspection(led_to, "kind", "quantity", "decided_on"):
        yield happening(
            OUTCOME,
            Place(region=row["inspection__department__kato"]),
            case_id=row["inspection__case_id"],
            subject=(Inspection.SUBJECT_TYPE, row["inspection_id"]),
            label=row["inspection__number"],
            known_at=_start_of(row["decided_on"]),
            code=row["kind"],
            amount=row["quantity"],
            department_id=row["inspection__department_id"],
        )


def _of_inspection(rows: QuerySet[Any], *columns: str) -> QuerySet[Any, Row]:
    return rows.values(
        *columns, "inspection_id", "inspection__case_id", "inspection__number",
        "inspection__department_id", "inspection__department__kato",
    )  # fmt: skip


def _listings(case_ids: Collection[UUID], regions: Regions) -> Iterator[Happening]:
    rows = GreyListing.objects.filter(case_id__in=case_ids).values(
        "id", "case_id", "number", "kind", "reported_at", "blocked_on", "blocked_at", "region_id",
        "region__kato",
    )  # fmt: skip
    for row in rows:
        shared: dict[str, Any] = {
            "case_id": row["case_id"],
            "subject": (GreyListing.SUBJECT_TYPE, row["id"]),
            "label": row["number"],
            "code": row["kind"],
            "department_id": row["region_id"],
        }
        place = Place(region=row["region__kato"] or "")
        yield happening(REPORTED, place, known_at=row["reported_at"], **shared)
        if row["blocked_at"] is not None:
            yield happening(
                BLOCKED, place, known_at=row["blocked_at"], on=row["blocked_on"], **shared
            )
