"""Several workers at one draw, in transactions of their own."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from accounts.models import Role
from audit.models import AuditEvent
from oversight.selection.drawing import draw_plan
from tests import scenarios

from .scenes import a_plan, certificates_of, committed, the_log_goes_on


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_draw_once(transactional_db: None) -> None:
    author, head = scenarios.a_person(Role.INSPECTOR), scenarios.a_person(Role.COMMITTEE_HEAD)
    certificates_of(4)
    plan = committed(a_plan(author), head)
    the_log_goes_on()

    def work(_number: int) -> None:
        try:
            draw_plan(str(plan.pk))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    plan.refresh_from_db()
    assert plan.checks.count() == 3
    assert AuditEvent.objects.filter(event="control_plan.drawn").count() == 1
    assert AuditEvent.objects.filter(event="desk_check.opened").count() == 3
