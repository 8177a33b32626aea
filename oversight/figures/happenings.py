"""What figures count, made from a case: filing, act, decision, certificate, what became of it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from oversight.models.figures import CaseFacts, Happening
from reference.working_days import local_day

from .cases import CaseStory, Regions, Row
from .stages import APPLICATION, CERTIFICATE, REQUEST

ACT = "act"

# What a happening of a case may be; figures name these.
FILED, REJECTED, SIGNED, APPLIED, DECIDED = "filed", "rejected", "act", "applied", "decided"
ISSUED, SUSPENDED, REVOKED, REPLACED = "issued", "suspended", "revoked", "replaced"


@dataclass(frozen=True)
class Place:
    """The dimensions of one happening."""

    chamber_id: UUID | None = None
    expert_organisation_id: UUID | None = None
    auditor_id: UUID | None = None
    region: str = ""
    product_group: str = ""

    def fields(self) -> dict[str, Any]:
        return dict(vars(self))


def happening(
    kind: str,
    place: Place,
    *,
    case_id: UUID,
    subject: tuple[str, object],
    label: str,
    known_at: dt.datetime,
    on: dt.date | None = None,
    **fields: Any,
) -> Happening:
    subject_type, subject_id = subject
    return Happening(
        kind=kind,
        case_id=case_id,
        subject_type=subject_type,
        subject_id=str(subject_id),
        label=label or "",
        known_at=known_at,
        on=on or local_day(known_at),
        **place.fields(),
        **fields,
    )


def of_case(story: CaseStory, facts: CaseFacts, regions: Regions) -> Iterator[Happening]:
    yield from _of_requests(story, regions)
    places = {act["id"]: _place_of_act(act, story, regions) for act in story.acts}
    for act in story.acts:
        yield happening(
            SIGNED,
            places[act["id"]],
            case_id=story.case_id,
            subject=(ACT, act["id"]),
            label=act["number"],
            known_at=act["signed_at"],
            code="positive" if act["is_positive"] else "negative",
            is_hit=not act["is_positive"],
        )
    for application in story.applications:
        place = _at_chamber(places.get(application["act_id"]), application["chamber_id"], regions)
        yield from _of_application(application, story.case_id, place)
    for certificate in story.certificates:
        act_place = places.get(certificate["application__act_id"])
        place = _at_chamber(act_place, certificate["application__chamber_id"], regions)
        yield from _of_certificate(certificate, story.case_id, place, facts.category)


def _of_requests(story: CaseStory, regions: Regions) -> Iterator[Happening]:
    """A correction carries on what was filed before and is no new filing."""
    for request in story.requests:
        if request["corrects_id"] is not None:
            continue
        place = _place_of_request(request, request["auditor_id"], regions)
        subject = (REQUEST, request["id"])
        yield happening(
            FILED,
            place,
            case_id=story.case_id,
            subject=subject,
            label=request["number"],
            known_at=request["submitted_at"],
            group=request["category"],
        )
        if request["status"] == "rejected":
            yield happening(
                REJECTED,
                place,
                case_id=story.case_id,
                subject=subject,
                label=request["number"],
                known_at=request["status_since"],
                code=request["rejection_reason"],
            )


def _of_application(application: Row, case_id: UUID, place: Place) -> Iterator[Happening]:
    subject, label = (APPLICATION, application["id"]), application["number"]
    yield happening(
        APPLIED,
        place,
        case_id=case_id,
        subject=subject,
        label=label,
        known_at=application["submitted_at"],
    )
    if application["status"] in ("approved", "refused"):
        yield happening(
            DECIDED,
            place,
            case_id=case_id,
            subject=subject,
            label=label,
            known_at=application["decided_at"],
            code=application["refusal_reason"],
            is_hit=application["status"] == "refused",
        )


def _of_certificate(
    certificate: Row, case_id: UUID, place: Place, group: str
) -> Iterator[Happening]:
    """The issue, and each status after it until the next one."""
    subject, label = (CERTIFICATE, certificate["id"]), certificate["number"]
    yield happening(
        ISSUED,
        place,
        case_id=case_id,
        subject=subject,
        label=label,
        known_at=certificate["issued_at"],
        group=group,
    )
    periods = certificate["periods"]
    for number, period in enumerate(periods, start=1):
        if period["status"] not in (SUSPENDED, REVOKED, REPLACED):
            continue
        # Only what was set aside is as if it had not been; a suspension that was lifted was one.
        after = periods[number] if number < len(periods) else None
        void_at = after["since"] if after and period["status"] == REVOKED else None
        yield happening(
            period["status"],
            place,
            case_id=case_id,
            subject=subject,
            label=label,
            known_at=period["since"],
            void_at=void_at,
            code=period["reason"],
        )


def _place_of_request(request: Row, auditor_id: UUID | None, regions: Regions) -> Place:
    return Place(
        chamber_id=request["chamber_id"],
        expert_organisation_id=request["expert_organisation_id"],
        auditor_id=auditor_id,
        region=regions.of(request["chamber_id"]),
        product_group=request["product_group"] or "",
    )


def _place_of_act(act: Row, story: CaseStory, regions: Regions) -> Place:
    own = (row for row in story.requests if row["id"] == act["request_id"])
    return _place_of_request(next(own, story.requests[-1]), act["signed_by_id"], regions)


def _at_chamber(place: Place | None, chamber_id: UUID, regions: Regions) -> Place:
    fields = {**(place or Place()).fields(), "chamber_id": chamber_id}
    return Place(**{**fields, "region": regions.of(chamber_id)})
