"""People, departments and inspections on their way, reached through services."""

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.models import Membership, Organisation, Role
from oversight.inspections.approving import approve_list, lines_of, list_digest
from oversight.inspections.conducting import assign_inspector, register_act, start_inspection
from oversight.inspections.half_years import HalfYear
from oversight.inspections.planning import Entry, Subject, plan_inspection, plan_unscheduled
from oversight.models import HalfYearList, Inspection, Posting
from reference.models import Department
from tests import scenarios

HERE, ELSEWHERE = "110", "101"


def today() -> dt.date:
    return timezone.localdate()


def this_half() -> HalfYear:
    return HalfYear.of(today())


def department(code: str = HERE) -> Department:
    scenarios.reference_data()
    return Department.objects.get(pk=code)


def an_inspector(
    posted_to: str = "", organisation: Organisation | None = None, role: str = Role.INSPECTOR
) -> Membership:
    member = scenarios.a_person(role, organisation)
    if posted_to:
        post(member, posted_to)
    return member


def post(member: Membership, code: str) -> Posting:
    return Posting.objects.create(
        user=member.user, department=department(code), since=today() - dt.timedelta(days=10)
    )


def an_entry(**values: Any) -> Entry:
    subject = values.pop("subject", None) or Subject("ТОО «Пример-Рынок»", scenarios.a_bin())
    return Entry(
        subject=subject,
        kind=values.get("kind", "scheduled_inspection"),
        object_kind=values.get("object_kind", "goods_on_sale"),
        planned_on=values.get("planned_on", today()),
    )


def listed(actor: Membership, code: str = HERE, **values: Any) -> Inspection:
    return plan_inspection(
        actor=actor,
        department=department(code),
        half_year=str(this_half()),
        entry=an_entry(**values),
    )


def unscheduled(actor: Membership, code: str = HERE, **values: Any) -> Inspection:
    return plan_unscheduled(
        actor=actor,
        department=department(code),
        kind=values.pop("kind", "unscheduled_inspection"),
        object_kind=values.pop("object_kind", "goods_on_sale"),
        subject=values.pop("subject", Subject("Рынок «Пример»")),
        planned_on=today(),
        grounds=values.pop("grounds", "Обращение гражданина"),
        **values,
    )


def approved(head: Membership, code: str = HERE) -> HalfYearList:
    there, half = department(code), str(this_half())
    return approve_list(
        actor=head,
        department=there,
        half_year=half,
        seen_sha256=list_digest(lines_of(there, half)),
    )


def under_way(actor: Membership, code: str = HERE, **values: Any) -> Inspection:
    """An unscheduled one that its inspector has begun."""
    inspection = unscheduled(actor, code, **values)
    inspection = assign_inspector(inspection=inspection, actor=actor, inspector=actor.user)
    if inspection.kind not in ("sample_purchase", "preventive_desk"):
        inspection = register_act(
            inspection=inspection, actor=actor, registration_number="26-1-00017"
        )
    return start_inspection(inspection=inspection, actor=actor)
