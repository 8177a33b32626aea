"""Several workers at one draw, and a worker killed in the middle of it: still one draw."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections
from django.utils import timezone

import outbox
from accounts.models import Role
from audit.models import AuditEvent
from outbox.models import OutboxItem
from oversight.models import ControlPlan
from oversight.selection.drawing import DRAW, draw_plan
from oversight.selection.proofs import problems_of
from tests import scenarios
from tests.workers import Worker, forget_queued_work

from .scenes import a_plan, certificates_of, committed, the_log_goes_on

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def plan(transactional_db: None) -> ControlPlan:
    """Committed, and the log goes on: the draw may be made now."""
    author, head = scenarios.a_person(Role.INSPECTOR), scenarios.a_person(Role.COMMITTEE_HEAD)
    certificates_of(4)
    made = committed(a_plan(author), head)
    the_log_goes_on()
    return made


def assert_drawn_once(plan: ControlPlan) -> None:
    plan.refresh_from_db()
    assert plan.checks.count() == 3
    assert AuditEvent.objects.filter(event="control_plan.drawn").count() == 1
    assert AuditEvent.objects.filter(event="desk_check.opened").count() == 3
    assert problems_of(plan) == []


def test_workers_at_once_draw_once(plan: ControlPlan) -> None:
    def work(_number: int) -> None:
        try:
            draw_plan(str(plan.pk))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    assert_drawn_once(plan)


@pytest.mark.kill
def test_a_worker_killed_between_drawing_and_opening_loses_nothing(
    plan: ControlPlan, celery_worker_process: Callable[..., Worker], tmp_path: Path
) -> None:
    (tmp_path / "plan").touch()
    # Only the draw is in the outbox; papers are made elsewhere.
    OutboxItem.objects.exclude(task=DRAW).update(done_at=timezone.now())
    forget_queued_work()
    celery_worker_process(
        {"CTKZ_TEST_CRASHES": str(tmp_path)}, include="tests.oversight.selection.crashing"
    )
    deadline = time.monotonic() + 120
    hour = 0
    while OutboxItem.objects.filter(task=DRAW, done_at=None).exists():
        assert time.monotonic() < deadline
        hour += 1
        outbox.relay(at=timezone.now() + timedelta(hours=hour))
        time.sleep(1)
    assert (tmp_path / "died").exists()
    assert_drawn_once(plan)
