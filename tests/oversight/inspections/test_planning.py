"""Half-yearly lists and unscheduled inspections: who plans where, and each subject once."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError

from accounts.errors import DomainError, PermissionRefused
from accounts.models import Membership, Role
from audit.models import AuditEvent
from documents.rendering import KINDS
from oversight.departments import OutsideDepartment
from oversight.inspections.approving import approve_list, lines_of, list_digest
from oversight.inspections.conducting import assign_inspector, register_act, start_inspection
from oversight.inspections.half_years import HalfYear
from oversight.inspections.papers import LIST_PAPER
from oversight.inspections.planning import Subject, cancel_inspection
from oversight.models import HalfYearList, Inspection
from oversight.papers import make_paper
from tests import scenarios

from . import scenes

LANGUAGE = "en"


@pytest.fixture
def inspector(db: None) -> Membership:
    return scenes.an_inspector(posted_to=scenes.HERE)


@pytest.fixture
def head(inspector: Membership) -> Membership:
    return scenarios.a_person(Role.COMMITTEE_HEAD, inspector.organisation)


@pytest.mark.parametrize(
    ("day", "name", "following"),
    [
        (dt.date(2024, 6, 30), "2024-1", "2024-2"),
        (dt.date(2024, 7, 1), "2024-2", "2025-1"),
        (dt.date(2024, 1, 1), "2024-1", "2024-2"),
        (dt.date(2024, 12, 31), "2024-2", "2025-1"),
    ],
)
def test_a_day_belongs_to_one_half_year(day: dt.date, name: str, following: str) -> None:
    half = HalfYear.of(day)
    assert (str(half), str(half.following)) == (name, following)
    assert day in half
    assert day not in half.following
    assert HalfYear.parse(name) == half


def test_a_line_of_the_list_is_planned_and_told(inspector: Membership) -> None:
    inspection = scenes.listed(inspector)
    assert (inspection.status, inspection.half_year) == ("planned", str(scenes.this_half()))
    event = AuditEvent.objects.about("inspection", inspection.pk).get()
    assert event.event == "inspection.planned"


def test_a_subject_stands_in_a_half_year_once_in_whichever_department(
    inspector: Membership,
) -> None:
    subject = Subject("ТОО «Пример-Дважды»", scenarios.a_bin())
    first = scenes.listed(inspector, subject=subject)
    other = scenes.an_inspector(scenes.ELSEWHERE, inspector.organisation)
    with pytest.raises(DomainError, match=first.number) as refusal:
        scenes.listed(other, scenes.ELSEWHERE, subject=subject)
    assert refusal.value.field == "bin"
    cancel_inspection(inspection=first, actor=inspector, reason="Ошибка")
    scenes.listed(other, scenes.ELSEWHERE, subject=subject)


def test_sql_does_not_let_a_subject_in_twice(inspector: Membership) -> None:
    first = scenes.listed(inspector)
    second = scenes.listed(inspector)
    second.pk, second.number, second.subject_bin = None, "IN-0000-1", first.subject_bin
    second.id = scenarios.uuid.uuid4()
    with pytest.raises(IntegrityError, match="subject_once"), transaction.atomic():
        second.save(force_insert=True)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "unscheduled_inspection"}, "kind"),
        ({"kind": "nonsense"}, "kind"),
        ({"object_kind": "nonsense"}, "object_kind"),
        ({"planned_on": dt.date(2000, 1, 1)}, "planned_on"),
        ({"subject": Subject("Без номера")}, "bin"),
    ],
)
def test_a_line_that_does_not_fit_the_list_is_refused(
    values: dict[str, object], field: str, inspector: Membership
) -> None:
    with pytest.raises(DomainError) as refusal:
        scenes.listed(inspector, **values)
    assert refusal.value.field == field
    assert not Inspection.objects.exists()


@pytest.mark.parametrize("plan", [scenes.listed, scenes.unscheduled])
def test_outside_the_own_department_nothing_is_planned_and_a_sentence_says_why(
    plan: object, inspector: Membership
) -> None:
    with pytest.raises(OutsideDepartment, match="another department"):
        plan(inspector, scenes.ELSEWHERE)
    assert not Inspection.objects.exists()
    assert not AuditEvent.objects.filter(event="inspection.planned").exists()


def test_the_central_office_plans_everywhere(inspector: Membership) -> None:
    central = scenes.an_inspector(organisation=inspector.organisation)
    assert scenes.listed(central, scenes.ELSEWHERE).department_id == scenes.ELSEWHERE


def test_nobody_else_plans(inspector: Membership) -> None:
    with pytest.raises((PermissionRefused, OutsideDepartment)):
        scenes.listed(scenarios.a_person(Role.CHAMBER_OFFICER))


def test_an_unscheduled_one_needs_grounds(inspector: Membership) -> None:
    with pytest.raises(DomainError) as refusal:
        scenes.unscheduled(inspector, grounds="  ")
    assert refusal.value.field == "grounds"


def test_nothing_of_a_list_begins_before_its_approval(
    inspector: Membership, head: Membership
) -> None:
    inspection = ready(scenes.listed(inspector), inspector)
    with pytest.raises(DomainError, match="approved"):
        start_inspection(inspection=inspection, actor=inspector)
    with pytest.raises(InternalError, match="not approved"), transaction.atomic():
        Inspection.objects.filter(pk=inspection.pk).update(status="under_way")
    scenes.approved(head)
    assert start_inspection(inspection=inspection, actor=inspector).status == "under_way"


def test_an_approved_list_takes_no_more_lines(inspector: Membership, head: Membership) -> None:
    line = scenes.listed(inspector)
    scenes.approved(head)
    with pytest.raises(DomainError, match="approved"):
        scenes.listed(inspector)
    line.id, line.number, line.subject_bin = scenarios.uuid.uuid4(), "IN-0", scenarios.a_bin()
    with pytest.raises(InternalError, match="is approved"), transaction.atomic():
        line.save(force_insert=True)


def test_only_a_head_who_planned_none_of_it_approves(
    inspector: Membership, head: Membership
) -> None:
    scenes.listed(inspector)
    scenes.listed(head)
    with pytest.raises(DomainError, match="yourself"):
        scenes.approved(head)
    with pytest.raises(PermissionRefused):
        scenes.approved(inspector)
    there, half = scenes.department(), str(scenes.this_half())
    with pytest.raises(InternalError, match="does not approve"), transaction.atomic():
        HalfYearList.objects.create(
            department=there, half_year=half, approved_by=head.user, total=2,
            approved_at=scenarios.timezone.now(), list_sha256="0" * 64,
        )  # fmt: skip
    other = scenarios.a_person(Role.COMMITTEE_HEAD, inspector.organisation)
    assert scenes.approved(other).total == 2


def test_what_came_after_the_head_looked_is_not_approved_unseen(
    inspector: Membership, head: Membership
) -> None:
    scenes.listed(inspector)
    there, half = scenes.department(), str(scenes.this_half())
    seen = list_digest(lines_of(there, half))
    scenes.listed(inspector)
    with pytest.raises(DomainError, match="changed"):
        approve_list(actor=head, department=there, half_year=half, seen_sha256=seen)
    assert not HalfYearList.objects.exists()


def test_the_approved_list_is_a_sealed_paper(inspector: Membership, head: Membership) -> None:
    scenarios.a_seal()
    scenes.listed(inspector)
    approval = scenes.approved(head)
    make_paper(LIST_PAPER, str(approval.pk))
    approval.refresh_from_db()
    assert "paper" in KINDS
    assert approval.document is not None
    assert approval.document.number == approval.number
    events = AuditEvent.objects.filter(case_id=str(approval.case_id))
    assert {event.event for event in events} == {"half_year_list.approved", "paper.sealed"}


def ready(inspection: Inspection, inspector: Membership) -> Inspection:
    inspection = assign_inspector(inspection=inspection, actor=inspector, inspector=inspector.user)
    return register_act(inspection=inspection, actor=inspector, registration_number="26-1-1")
