"""Builders of desk checks: every state reached through the services."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection

from accounts.errors import DomainError
from accounts.models import Membership, Role
from issuance.models import Certificate
from oversight.control import checks, concluding, recommendations, replays, violations
from oversight.models import DeskCheck, Posting, Recommendation, Violation
from reference.models import Department
from tests.scenarios import a_certificate, a_person


@dataclass
class Desk:
    """A check with the two people of the Committee who work on it."""

    check: DeskCheck
    inspector: Membership
    head: Membership

    @property
    def certificate(self) -> Certificate:
        return self.check.certificate

    def read(self) -> DeskCheck:
        self.check = DeskCheck.objects.get(pk=self.check.pk)
        return self.check


def a_desk(status: str = "in_progress", certificate: Certificate | None = None) -> Desk:
    """A check that is selected, assigned or in_progress."""
    desk = Desk(
        check=checks.open_check(
            certificate=certificate or a_certificate(),
            way="order",
            actor=(head := a_person(Role.COMMITTEE_HEAD)),
        ),
        inspector=a_person(Role.INSPECTOR),
        head=head,
    )
    if status in ("assigned", "in_progress"):
        desk.check = checks.assign_check(
            check=desk.check, actor=desk.head, inspector=desk.inspector.user
        )
    if status == "in_progress":
        desk.check = checks.start_check(check=desk.check, actor=desk.inspector)
    return desk


def note(desk: Desk, **values: Any) -> Violation:
    given = {
        "code": "wrong_share",
        "fault": "auditor",
        "text": "Строка 1: в калькуляции нет расходов на доставку.",
        **values,
    }
    return violations.note_violation(actor=desk.inspector, desk_check=desk.check, **given)


def conclude(desk: Desk, result: str = "violations", **options: Any) -> DeskCheck:
    replays.record_replay(check=desk.check, actor=desk.inspector)
    if result == "violations" and not desk.check.violations.exists():
        note(desk)
    desk.check = concluding.conclude_check(
        check=desk.check, actor=desk.inspector, result=result, conclusion="Проверено.", **options
    )
    return desk.check


def close(desk: Desk) -> DeskCheck:
    desk.check = checks.close_check(check=desk.check, actor=desk.head)
    return desk.check


def a_recommendation(status: str = "sent", desk: Desk | None = None) -> tuple[Desk, Recommendation]:
    """To the expert organisation: prepared or sent."""
    if desk is None:
        desk = a_desk()
        conclude(desk)
        close(desk)
    found = recommendations.prepare_recommendation(
        check=desk.check, actor=desk.inspector, addressee=experts_of(desk)
    )
    if status == "sent":
        found = recommendations.send_recommendation(recommendation=found, actor=desk.inspector)
    return desk, found


def experts_of(desk: Desk) -> Any:
    return desk.certificate.application.act.request.expert_organisation


def expert_head(desk: Desk) -> Membership:
    known = Membership.objects.filter(organisation=experts_of(desk), role=Role.EXPERT_HEAD)
    return known.first() or a_person(Role.EXPERT_HEAD, experts_of(desk))


def post_to(member: Membership, code: str) -> None:
    """The person serves in that department from the beginning of the membership."""
    Posting.objects.create(
        user=member.user, department=Department.objects.get(pk=code), since=member.valid_from
    )


@contextmanager
def refused(code: str) -> Iterator[None]:
    """The command is refused for this reason and no other."""
    with pytest.raises(DomainError) as refusal:
        yield
    assert refusal.value.code == code


def by_sql(statement: str, *values: Any) -> None:
    """What somebody with the owner's password could do: triggers do not stop them."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        assert cursor.rowcount
        cursor.execute("SET LOCAL session_replication_role = origin")
