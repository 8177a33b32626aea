"""Appeals: three months, twenty working days, a person who took no part, and the way back."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from dateutil.relativedelta import relativedelta
from django.db import InternalError, connection, transaction
from django.utils import timezone

from accounts.errors import DomainError, PermissionRefused
from accounts.models import Membership, Role
from audit.models import AuditEvent
from auditors.models import ActBan, attestation_in_force
from expertise.models import Act
from oversight import papers
from oversight.control.violations import note_violation
from oversight.departments import OutsideDepartment
from oversight.measures.appealing import (
    allow_appeal,
    dismiss_appeal,
    register_appeal,
    withdraw_appeal,
)
from oversight.measures.following import lift_measure
from oversight.models import Appeal, Measure, Posting
from reference import working_days
from reference.models import Department
from tests import scenarios
from tests.oversight.figures.scenes import an_inspection
from tests.oversight.measures.builders import (
    a_measure_in_force,
    after,
    again,
    another_head,
    appealed,
    approved,
    head,
    imposed,
    inspector,
    propose,
    speaker,
    status_of,
)
from workflow.moving import WrongStatus

LANGUAGE = "en"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_leaves(db: None) -> None:
    Membership.objects.update(valid_until=None)


def in_force_again(measure: Measure) -> bool:
    return attestation_in_force(measure.auditor, on=timezone.localdate()) is not None


WAYS_BACK: dict[str, Callable[[Measure], bool]] = {
    "suspend_certificate": lambda m: status_of(m.certificate) == "valid",
    "revoke_certificate": lambda m: status_of(m.certificate) == "valid",
    "annul_act": lambda m: Act.objects.get(pk=m.act_id).status == "signed",
    "suspend_attestation": in_force_again,
    "revoke_attestation": in_force_again,
    "ban_acts_auditor": lambda m: not ActBan.objects.in_force(on=timezone.localdate()).exists(),
    "administrative_case_auditor": lambda m: True,
}


@pytest.mark.parametrize("code", WAYS_BACK)
def test_an_allowed_appeal_sets_the_measure_aside_with_what_it_did(code: str) -> None:
    measure = a_measure_in_force(code)
    assert code == "administrative_case_auditor" or not WAYS_BACK[code](measure)
    appeal = appealed(measure)
    allow_appeal(appeal=appeal, actor=another_head(), note="Нарушение не подтвердилось.")
    measure = again(measure)
    assert measure.status == "set_aside"
    assert WAYS_BACK[code](measure)
    assert Appeal.objects.get().status == "allowed"
    events = AuditEvent.objects.of_case(measure.case_id)
    assert events.filter(event="measure.set_aside").count() == 1
    assert events.filter(event="appeal.allowed").count() == 1


def test_a_dismissed_appeal_leaves_the_measure_standing() -> None:
    measure = a_measure_in_force("revoke_certificate")
    dismiss_appeal(appeal=appealed(measure), actor=another_head(), note="Доводы не верны.")
    assert again(measure).status == "in_force"
    assert status_of(measure.certificate) == "revoked"
    with pytest.raises(DomainError, match="the next step is the court"):
        appealed(measure)


def test_violations_are_set_aside_with_the_measure() -> None:
    from_inspection = an_inspection(has_violations=True, completed_at=timezone.now())
    violation = note_violation(
        actor=inspector(),
        code="false_data",
        fault="auditor",
        text="Состав материалов не подтверждён.",
        inspection=from_inspection,
    )
    measure = again(
        imposed(
            propose(
                "warning",
                subject_name="",
                organisation=scenarios.an_organisation("applicant"),
                inspection=from_inspection,
                violations=[violation],
            )
        )
    )
    allow_appeal(appeal=appealed(measure), actor=another_head(), note="Не подтвердилось.")
    violation.refresh_from_db()
    assert violation.set_aside_at is not None
    assert "Не подтвердилось." in violation.set_aside_note


@pytest.mark.parametrize("who", ["proposer", "decider", "registrar"])
def test_whoever_took_part_does_not_hear_the_appeal(who: str) -> None:
    measure = a_measure_in_force("revoke_certificate")
    if who == "registrar":
        other = scenarios.a_person(Role.INSPECTOR, inspector().organisation)
        appeal = register_appeal(
            measure=measure, actor=other, text="Жалоба.", form_token=uuid.uuid4()
        )
        person = scenarios.as_member(other.user, Role.COMMITTEE_HEAD, other.organisation)
    else:
        appeal = appealed(measure)
        person = head()
        if who == "proposer":
            person = scenarios.as_member(
                inspector().user, Role.COMMITTEE_HEAD, inspector().organisation
            )
    for decide in (allow_appeal, dismiss_appeal):
        with pytest.raises(PermissionRefused):
            decide(appeal=appeal, actor=person, note="Решение.")
    if who != "registrar":
        with (
            pytest.raises(InternalError, match="took no part"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "UPDATE oversight_appeal SET decided_by_id = %s WHERE id = %s",
                [person.user_id, appeal.pk],
            )


@pytest.mark.parametrize("person", ["inspector", "stranger", "auditor of the act", "subject"])
def test_nobody_else_decides_on_an_appeal(person: str) -> None:
    measure = a_measure_in_force("revoke_certificate")
    appeal = appealed(measure)
    who = {
        "inspector": scenarios.a_person(Role.INSPECTOR, inspector().organisation),
        "stranger": scenarios.a_person(Role.APPLICANT),
        "auditor of the act": scenarios.actor_of(
            measure.certificate.application.act.request, Role.AUDITOR
        ),
        "subject": speaker(measure),
    }[person]
    with pytest.raises(PermissionRefused):
        allow_appeal(appeal=appeal, actor=who, note="Решение.")


def test_a_department_does_not_hear_appeals() -> None:
    measure = a_measure_in_force("revoke_certificate")
    appeal = appealed(measure)
    local = another_head()
    Posting.objects.create(
        user=local.user,
        department=Department.objects.get(pk=measure.department_id),
        since=timezone.localdate() - dt.timedelta(days=1),
    )
    with pytest.raises(OutsideDepartment):
        dismiss_appeal(appeal=appeal, actor=local, note="Решение.")


def test_the_term_counts_from_the_day_on_which_the_subject_learnt_of_it() -> None:
    measure = a_measure_in_force("revoke_certificate")
    today = timezone.localdate()
    assert measure.appeal_until == today + relativedelta(months=3)
    with pytest.raises(DomainError, match="lies before the decision"):
        appealed(measure, learnt_on=today - dt.timedelta(days=1))
    with after(measure.appeal_until + dt.timedelta(days=1)):
        with pytest.raises(DomainError, match="Say why the appeal comes late") as refusal:
            appealed(measure)
        assert refusal.value.field == "late_reason"
        learnt = appealed(measure, learnt_on=today + dt.timedelta(days=20))
        assert not learnt.is_late
        withdraw_appeal(appeal=learnt, actor=speaker(measure))
        late = appealed(measure, late_reason="Болезнь директора.")
        assert (late.is_late, late.late_reason) == (True, "Болезнь директора.")


def test_the_last_day_is_in_time() -> None:
    measure = a_measure_in_force("revoke_certificate")
    with after(measure.appeal_until):
        assert not appealed(measure).is_late


def test_twenty_working_days_to_decide() -> None:
    appeal = appealed(a_measure_in_force("revoke_certificate"))
    assert appeal.due_on == working_days.add(timezone.localdate(), 20)
    allow_appeal(appeal=appeal, actor=another_head(), note="Решение.")
    assert Appeal.objects.get().due_on is None


def test_only_what_was_decided_is_appealed_and_once_at_a_time() -> None:
    measure = approved(propose("revoke_certificate"))
    with pytest.raises(WrongStatus, match="was decided"):
        appealed(measure)
    measure = again(imposed(measure))
    token = uuid.uuid4()
    first = appealed(measure, form_token=token)
    assert appealed(measure, form_token=token) == first
    with pytest.raises(DomainError, match="under consideration"):
        appealed(measure)
    assert AuditEvent.objects.filter(event="appeal.filed").count() == 1


@pytest.mark.parametrize("name", ["another organisation", "its auditor", "the Committee"])
def test_only_the_subject_appeals(name: str) -> None:
    measure = a_measure_in_force("revoke_certificate")
    person = {
        "another organisation": scenarios.a_person(Role.APPLICANT),
        "its auditor": scenarios.actor_of(
            measure.certificate.application.act.request, Role.AUDITOR
        ),
        "the Committee": head(),
    }[name]
    with pytest.raises(PermissionRefused):
        appealed(measure, actor=person)


def test_an_appeal_against_a_lifted_measure_still_clears_the_name() -> None:
    measure = a_measure_in_force("suspend_certificate")
    lift_measure(measure=measure, actor=head(), note="Устранено.")
    allow_appeal(appeal=appealed(measure), actor=another_head(), note="Оснований не было.")
    assert again(measure).status == "set_aside"
    assert status_of(measure.certificate) == "valid"


def test_a_failure_on_the_way_back_leaves_everything_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    measure = a_measure_in_force("revoke_certificate")
    appeal = appealed(measure)

    def broken(*_args: object) -> None:
        raise DomainError("broken", "Half-way.")

    monkeypatch.setattr("oversight.measures.appealing.order_paper", broken)
    with pytest.raises(DomainError, match="Half-way"):
        allow_appeal(appeal=appeal, actor=another_head(), note="Решение.")
    appeal.refresh_from_db()
    assert (appeal.status, again(measure).status) == ("filed", "in_force")
    assert status_of(measure.certificate) == "revoked"


@pytest.mark.parametrize("decide", [allow_appeal, dismiss_appeal])
def test_the_decision_on_an_appeal_becomes_a_sealed_document(
    decide: Callable[..., Appeal],
) -> None:
    scenarios.a_seal()
    appeal = appealed(a_measure_in_force("administrative_case_auditor"))
    decide(appeal=appeal, actor=another_head(), note="Решение с доводами.")
    papers.make_paper("appeal_decision", str(appeal.pk))
    appeal.refresh_from_db()
    assert appeal.document.number == appeal.number
