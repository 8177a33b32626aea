"""Plans in every status, reached the way people and workers reach them."""

import datetime as dt
import uuid
from collections.abc import Iterable
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import Membership, Role
from audit.publishing import publish
from audit.sequencing import sequence_all
from issuance.models import Certificate
from oversight.models import ControlPlan, DeskCheck, RiskHit, RiskScore
from oversight.selection.closing import close_plan
from oversight.selection.committing import commit_plan
from oversight.selection.drawing import draw_plan
from oversight.selection.preparing import prepare_plan
from tests import scenarios


def certificates_of(count: int) -> list[Certificate]:
    applicant = scenarios.a_person(Role.APPLICANT)
    return [scenarios.a_certificate("valid", applicant=applicant) for _number in range(count)]


def scored(certificates: Iterable[Certificate], scores: Iterable[int]) -> None:
    for certificate, points in zip(certificates, scores, strict=True):
        score = RiskScore.objects.create(
            subject_type="certificate",
            subject_id=certificate.pk,
            case_id=certificate.case_id,
            certificate=certificate,
            number=certificate.number,
            points=points,
            versions="0" * 64,
            facts_sha256="0" * 64,
            computed_at=timezone.now(),
        )
        RiskHit.objects.create(
            score=score, indicator="fast_expertise", strength=1, points=points, facts={}
        )


def a_plan(author: Membership, **values: Any) -> ControlPlan:
    today = timezone.localdate()
    given = {
        "form_token": uuid.uuid4(),
        "title": "Desk control, fourth quarter",
        "issued_from": today - dt.timedelta(days=90),
        "issued_until": today,
        "due_on": today + dt.timedelta(days=60),
        "by_risk": 1,
        "by_lottery": 2,
        "strata": ["chapter"],
        **values,
    }
    return prepare_plan(actor=author, **given)


def the_log_goes_on() -> None:
    sequence_all()
    publish()


def committed(plan: ControlPlan, head: Membership) -> ControlPlan:
    return commit_plan(plan=plan, actor=head)


def drawn(plan: ControlPlan, head: Membership) -> ControlPlan:
    committed(plan, head)
    the_log_goes_on()
    draw_plan(str(plan.pk))
    return ControlPlan.objects.get(pk=plan.pk)


def check_closed(check: DeskCheck) -> None:
    """Moved along its table; how a check is worked on is tested where checks are."""
    with triggers_off():
        DeskCheck.objects.filter(pk=check.pk).update(
            **{"status": "closed", "result": "clean", "closed_at": timezone.now()},
            inspector=scenarios.a_person(Role.INSPECTOR).user,
            closed_by=scenarios.a_person(Role.COMMITTEE_HEAD).user,
        )


def closed(plan: ControlPlan, head: Membership) -> ControlPlan:
    for check in drawn(plan, head).checks.all():
        check_closed(check)
    the_log_goes_on()
    done = close_plan(plan=plan, actor=head)
    the_log_goes_on()
    return done


@contextmanager
def triggers_off() -> Any:
    """What the owner of the database can do."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield cursor
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")
