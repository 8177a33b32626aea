"""Transition tables: well formed, drawn in the READMEs, and the law of the database too."""

import uuid

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError

from accounts.errors import PermissionRefused
from ctkz_portal.diagrams import fresh_readmes
from expertise.workflow import ACT_WORKFLOW, REQUEST_WORKFLOW
from issuance.workflow import APPLICATION_WORKFLOW, CERTIFICATE_WORKFLOW
from tests import scenarios
from workflow.moving import MovedOn, WrongStatus, advance, guard
from workflow.transitions import Status, Transition, Workflow

WORKFLOWS = [REQUEST_WORKFLOW, ACT_WORKFLOW, APPLICATION_WORKFLOW, CERTIFICATE_WORKFLOW]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.name)
def test_every_status_can_be_reached(workflow: Workflow) -> None:
    reached = {workflow.initial}
    for _round in workflow.statuses:
        reached |= {t.target for t in workflow.transitions if reached & set(t.sources)}
    assert reached == set(workflow.statuses)


def test_a_table_with_an_undefined_status_is_refused() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        Workflow(
            name="Broken",
            initial="draft",
            statuses={"draft": Status("Draft")},
            transitions=(Transition("go", ("draft",), "nowhere", "x.gone", None, "Go"),),
        )


def test_the_diagrams_of_the_readmes_are_fresh() -> None:
    for path, text in fresh_readmes().items():
        assert path.read_text(encoding="utf-8") == text, "run manage.py update_diagrams"


@pytest.mark.django_db
def test_sql_cannot_jump_over_a_status() -> None:
    request = scenarios.a_request(status="submitted")
    allowed = set(REQUEST_WORKFLOW.pairs())
    for target in REQUEST_WORKFLOW.statuses:
        if target == "submitted" or ("submitted", target) in allowed:
            continue
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE expertise_expertiserequest SET status = %s WHERE id = %s",
                [target, request.pk],
            )


@pytest.mark.django_db
def test_a_row_is_born_in_the_initial_status_only() -> None:
    request = scenarios.a_request(status="draft")
    request.pk = uuid.uuid4()
    request.form_token = uuid.uuid4()
    request.status = "concluded"
    request.number = "Э-X-1"
    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        request.save(force_insert=True)


@pytest.mark.django_db
def test_guard_refuses_a_stranger_a_wrong_status_and_an_old_page() -> None:
    request = scenarios.a_request(status="submitted")
    head = scenarios.actor_of(request, "expert_head")
    applicant = scenarios.actor_of(request, "applicant")
    with pytest.raises(PermissionRefused):
        guard(request, "accept", applicant)
    with pytest.raises(MovedOn):
        guard(request, "accept", head, seen_version=request.version - 1)
    with pytest.raises(WrongStatus):
        guard(request, "assign", head)
    assert guard(request, "accept", head, seen_version=request.version).target == "accepted"


@pytest.mark.django_db
def test_advance_does_not_leave_the_table_even_without_a_guard() -> None:
    request = scenarios.a_request(status="submitted")
    with pytest.raises(WrongStatus):
        advance(request, "sign", scenarios.actor_of(request, "auditor"), act="X")
