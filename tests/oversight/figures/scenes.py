"""Rows of control as the desk leaves them, few and readable; everybody is invented."""

import datetime as dt
import itertools
import uuid
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Membership, Organisation, Role
from issuance.models import Certificate
from oversight.figures.asking import Question
from oversight.figures.projecting import Projector
from oversight.figures.scopes import COMMITTEE, Scope
from oversight.models import (
    Complaint,
    ControlOutcome,
    DeskCheck,
    GreyListing,
    Inspection,
    Measure,
    Sample,
    Violation,
)
from oversight.models.figures import Happening
from reference.models import Department, MeasureType
from tests import scenarios

_serial = itertools.count(1)
FIRST_DAY, LAST_DAY = dt.date(2016, 1, 1), dt.date(2099, 12, 31)


def asked(scope: Scope = COMMITTEE, **changes: Any) -> Question:
    """Everything ever, as known today."""
    days = {"since": FIRST_DAY, "until": LAST_DAY, "as_of": timezone.localdate()}
    return Question(scope, **{**days, **changes})


def a_count(
    kind: str,
    *,
    times: int = 1,
    known_at: dt.datetime | None = None,
    void_at: dt.datetime | None = None,
    **fields: Any,
) -> list[Happening]:
    """Happenings of one kind, as the projector leaves them."""
    at = known_at or timezone.now() - dt.timedelta(minutes=1)
    return Happening.objects.bulk_create(
        Happening(
            **{
                "kind": kind,
                "case_id": uuid.uuid4(),
                "subject_type": "certificate",
                "subject_id": str(uuid.uuid4()),
                "label": f"KZ {next(_serial):05d}",
                "on": timezone.localdate(at),
                "known_at": at,
                "void_at": void_at,
                **fields,
            }
        )
        for _number in range(times)
    )


def project(*things: Any) -> None:
    """The cases of these things as the projector makes them."""
    Projector().project({thing.case_id for thing in things})


def walked(thing: Any, target: str, **fields: Any) -> Any:
    """Born in its first status, as everything is, then moved on by the shortest lawful way."""
    for status in _way(thing, target):
        type(thing).objects.filter(pk=thing.pk).update(status=status, **fields)
    thing.refresh_from_db()
    return thing


def _way(thing: Any, target: str) -> list[str]:
    ways: list[list[str]] = [[thing.status]]
    while ways[0][-1] != target:
        way = ways.pop(0)
        steps = (after for before, after in thing.WORKFLOW.pairs() if before == way[-1])
        ways += [[*way, after] for after in steps if after not in way]
    return ways[0][1:]


def department(code: str = "120") -> Department:
    scenarios.reference_data()
    return Department.objects.get(pk=code)


def an_inspector() -> Membership:
    return scenarios.a_person(Role.INSPECTOR)


def a_desk_check(certificate: Certificate, inspector: Membership) -> DeskCheck:
    return DeskCheck.objects.create(
        number=f"DC-{next(_serial)}",
        way=DeskCheck.Way.RISK,
        certificate=certificate,
        department=department(),
        inspector=inspector.user,
        status="selected",
    )


def a_violation(
    check: DeskCheck, fault: str = "auditor", *, confirmed_at: dt.datetime, **fields: Any
) -> Violation:
    return Violation.objects.create(
        desk_check=check,
        certificate=check.certificate,
        code="wrong_share",
        fault=fault,
        text="Доля посчитана неверно.",
        legal_ref="КоАП, статья 417",
        noted_by=check.inspector,
        confirmed_by=an_inspector().user,
        confirmed_at=confirmed_at,
        **fields,
    )


def a_complaint(
    certificate: Certificate | None = None,
    *,
    received_at: dt.datetime | None = None,
    outcome: str = "",
    answered_at: dt.datetime | None = None,
) -> Complaint:
    complaint = Complaint.objects.create(
        number=f"Ж-{next(_serial)}",
        code="000000000000",
        form_token=uuid.uuid4(),
        about=Complaint.About.CERTIFICATE,
        language="ru",
        certificate=certificate,
        text="Товар не отсюда.",
        received_at=received_at or timezone.now(),
        status="received",
    )
    if not outcome:
        return complaint
    fields = {"outcome": outcome, "answered_at": answered_at}
    return walked(complaint, "answered", **fields)


def an_inspection(*, has_violations: bool, completed_at: dt.datetime, code: str = "120") -> Any:
    inspection = Inspection.objects.create(
        number=f"И-{next(_serial)}",
        department=department(code),
        kind="inspection",
        object_kind="certificate",
        subject_name="ТОО «Пример-Магазин»",
        planned_by=an_inspector().user,
        planned_on=timezone.localdate(completed_at),
        status="planned",
    )
    fields = {"completed_at": completed_at, "has_violations": has_violations}
    return walked(inspection, "completed", **fields)


def a_sample(inspection: Inspection, result: str, tested_on: dt.date) -> Sample:
    return Sample.objects.create(
        inspection=inspection,
        product="Кабель",
        bought_on=tested_on,
        tested_on=tested_on,
        result=result,
    )


def an_outcome(inspection: Inspection, kind: str, quantity: int, on: dt.date) -> ControlOutcome:
    return ControlOutcome.objects.create(
        inspection=inspection, kind=kind, quantity=quantity, decided_on=on
    )


def a_measure(
    type_code: str,
    status: str = "in_force",
    *,
    decided_at: dt.datetime,
    fine: str = "",
    ended_at: dt.datetime | None = None,
) -> Measure:
    """A measure proposed and moved on to `status`."""
    scenarios.reference_data()
    proposer, decider = an_inspector(), scenarios.a_person(Role.COMMITTEE_HEAD)
    measure = Measure.objects.create(
        number=f"М-{next(_serial)}",
        type=MeasureType.objects.filter(code=type_code).first(),
        department=department(),
        subject_name="ТОО «Пример-Магазин»",
        grounds="Нарушение.",
        form_token=uuid.uuid4(),
        proposed_by=proposer.user,
        proposed_at=decided_at,
        approved_by=decider.user,
        approved_at=decided_at,
        decided_by=decider.user,
        decided_at=decided_at,
        fine_tenge=Decimal(fine) if fine else None,
        status="proposed",
    )
    return walked(measure, status, ended_at=ended_at)


def a_blocked_site(*, blocked_at: dt.datetime) -> GreyListing:
    number = next(_serial)
    listing = GreyListing.objects.create(
        number=f"С-{number}",
        kind=GreyListing.Kind.SITE,
        address=f"https://primer-{number}.example",
        address_key=f"primer-{number}.example",
        reported_at=blocked_at - dt.timedelta(days=3),
        blocked_at=blocked_at,
        blocked_on=timezone.localdate(blocked_at),
        status="reported",
    )
    return walked(listing, "blocked")


def chambers(codes: Iterable[str]) -> list[Organisation]:
    return [scenarios.an_organisation("chamber", code=code) for code in codes]
