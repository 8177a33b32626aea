"""Desk checks: who may do what, when the clock stands, and that two people are needed."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.errors import DomainError, PermissionRefused
from accounts.models import Membership, Role
from audit.models import AuditEvent
from oversight.control import checks, concluding, questions, replays, violations
from oversight.departments import OutsideDepartment
from oversight.models import DeskCheck, RiskHit, RiskScore, Violation
from oversight.risk.indicators import INDICATORS
from tests.scenarios import a_certificate, a_person, as_member

from .desk import (
    a_desk,
    by_sql,
    close,
    conclude,
    expert_head,
    experts_of,
    note,
    post_to,
    refused,
)

LANGUAGE = "en"
pytestmark = pytest.mark.django_db


def test_a_check_goes_from_order_to_closing_through_two_people() -> None:
    desk = a_desk("selected")
    assert desk.check.due_on is not None
    assert desk.check.department_id == desk.certificate.chamber_code
    desk.check = checks.assign_check(
        check=desk.check, actor=desk.head, inspector=desk.inspector.user
    )
    desk.check = checks.start_check(check=desk.check, actor=desk.inspector)
    violation = note(desk)
    assert violation.organisation == experts_of(desk)
    assert violation.auditor_id == desk.certificate.application.auditor_id
    assert "417" in violation.legal_ref
    conclude(desk)
    assert desk.check.due_on is None
    assert violation.confirmed_at is None
    close(desk)
    violation.refresh_from_db()
    assert violation.confirmed_by_id == desk.head.user_id
    told = [event.event for event in AuditEvent.objects.of_case(desk.check.case_id)]
    assert sorted(told) == sorted(
        [
            "desk_check.opened", "desk_check.assigned", "desk_check.started", "violation.noted",
            "desk_check.replayed", "desk_check.concluded", "desk_check.closed",
            "violation.confirmed",
        ]
    )  # fmt: skip


def test_the_certificates_own_story_does_not_tell_of_the_check() -> None:
    desk = a_desk()
    told = AuditEvent.objects.of_case(desk.certificate.case_id).values_list("event", flat=True)
    assert not [event for event in told if event.startswith("desk_check.")]


@pytest.mark.parametrize("who", ["auditor", "reviewer", "decider", "filed_by"])
def test_nobody_checks_a_case_they_took_part_in(who: str) -> None:
    desk = a_desk("selected")
    person = getattr(desk.certificate.application, who)
    as_member(person, Role.INSPECTOR)
    with refused("took_part"):
        checks.assign_check(check=desk.check, actor=desk.head, inspector=person)
    with pytest.raises(DatabaseError, match="took part"), transaction.atomic():
        DeskCheck.objects.filter(pk=desk.check.pk).update(inspector=person)


def test_an_inspector_who_works_for_a_side_of_the_case_is_not_offered() -> None:
    desk = a_desk("selected")
    as_member(desk.inspector.user, Role.EXPERT_HEAD, experts_of(desk))
    assert desk.inspector.user not in checks.inspectors_for(desk.check)
    with refused("took_part"):
        checks.assign_check(check=desk.check, actor=desk.head, inspector=desk.inspector.user)


def test_the_inspector_cannot_close_the_own_check_in_another_role_either() -> None:
    desk = a_desk()
    conclude(desk)
    as_head = as_member(desk.inspector.user, Role.COMMITTEE_HEAD)
    with pytest.raises(PermissionRefused):
        checks.close_check(check=desk.check, actor=as_head)
    with pytest.raises(DatabaseError, match="check_closed_by_another_person"), transaction.atomic():
        DeskCheck.objects.filter(pk=desk.check.pk).update(closed_by=desk.inspector.user)


def test_another_department_is_told_clearly_and_the_central_office_acts_everywhere() -> None:
    desk = a_desk("selected")
    elsewhere = a_person(Role.COMMITTEE_HEAD)
    post_to(elsewhere, "101")
    with pytest.raises((OutsideDepartment, PermissionRefused)):
        checks.assign_check(check=desk.check, actor=elsewhere, inspector=desk.inspector.user)
    far = a_person(Role.INSPECTOR)
    post_to(far, "101")
    assert far.user not in checks.inspectors_for(desk.check)
    with refused("not_of_department"):
        checks.assign_check(check=desk.check, actor=desk.head, inspector=far.user)


def test_a_posted_inspector_gives_no_checks_out() -> None:
    desk = a_desk("selected")
    posted = a_person(Role.INSPECTOR)
    post_to(posted, desk.check.department_id)
    with pytest.raises(PermissionRefused):
        checks.assign_check(check=desk.check, actor=posted, inspector=posted.user)


def test_the_clock_stands_while_an_organisation_is_asked() -> None:
    desk = a_desk()
    due_on = desk.check.due_on
    question = questions.ask_side(
        check=desk.check, actor=desk.inspector, addressee=experts_of(desk), text="Почему?"
    )
    check = desk.read()
    assert (check.status, check.due_on) == ("awaiting_reply", None)
    stranger = a_person(Role.EXPERT_HEAD)
    with pytest.raises(PermissionRefused):
        questions.answer_question(question=question, actor=stranger, text="Потому")
    questions.answer_question(question=question, actor=expert_head(desk), text="Потому")
    check = desk.read()
    assert (check.status, check.due_on) == ("in_progress", due_on)


def test_the_check_waits_for_the_reply_until_its_term_and_not_longer() -> None:
    desk = a_desk()
    question = questions.ask_side(
        check=desk.check, actor=desk.inspector, addressee=experts_of(desk), text="Почему?"
    )
    with refused("reply_expected"):
        questions.resume_check(check=desk.read(), actor=desk.inspector)
    type(question).objects.update(due_on=timezone.localdate() - dt.timedelta(days=1))
    questions.resume_check(check=desk.read(), actor=desk.inspector)
    assert desk.read().status == "in_progress"


def test_only_a_side_of_the_case_is_asked() -> None:
    desk = a_desk()
    other = a_person(Role.EXPERT_HEAD).organisation
    with refused("not_a_side"):
        questions.ask_side(check=desk.check, actor=desk.inspector, addressee=other, text="Почему?")


def test_a_conclusion_with_violations_needs_one_and_a_clean_one_needs_none() -> None:
    desk = a_desk()
    replays.record_replay(check=desk.check, actor=desk.inspector)

    def concluded(result: str) -> str:
        with pytest.raises(DomainError) as refusal:
            concluding.conclude_check(
                check=desk.check, actor=desk.inspector, result=result, conclusion="Проверено."
            )
        return str(refusal.value)

    assert "at least one violation" in concluded("violations")
    note(desk)
    assert "Take the recorded violations back" in concluded("clean")


def test_a_conclusion_needs_a_recent_replay() -> None:
    desk = a_desk()
    with refused("not_ready_to_conclude"):
        concluding.conclude_check(
            check=desk.check, actor=desk.inspector, result="clean", conclusion="Проверено."
        )
    replays.record_replay(check=desk.check, actor=desk.inspector)
    by_sql(
        "UPDATE oversight_replay SET at = at - interval '30 days' WHERE check_of_id = %s",
        desk.check.pk,
    )
    with refused("not_ready_to_conclude"):
        concluding.conclude_check(
            check=desk.check, actor=desk.inspector, result="clean", conclusion="Проверено."
        )


def test_every_indicator_that_spoke_is_judged() -> None:
    desk = a_desk()
    score = RiskScore.objects.create(
        subject_type="certificate", subject_id=desk.certificate.pk,
        case_id=desk.certificate.case_id, certificate=desk.certificate,
        number=desk.certificate.number, points=40, versions="v", facts_sha256="f",
        computed_at=timezone.now(),
    )  # fmt: skip
    code = next(iter(INDICATORS))
    RiskHit.objects.create(score=score, indicator=code, strength=1, points=40)
    replays.record_replay(check=desk.check, actor=desk.inspector)
    with refused("not_judged"):
        concluding.conclude_check(
            check=desk.check, actor=desk.inspector, result="clean", conclusion="Проверено."
        )
    concluding.conclude_check(
        check=desk.check,
        actor=desk.inspector,
        result="clean",
        conclusion="Проверено.",
        verdicts={code: False},
    )
    assert not desk.check.indicator_outcomes.get().was_right


def test_a_named_organisation_objects_once_and_another_person_decides() -> None:
    desk = a_desk()
    conclude(desk)
    experts = expert_head(desk)
    stranger = a_person(Role.EXPERT_HEAD)
    with pytest.raises(PermissionRefused):
        checks.object_to_check(check=desk.check, actor=stranger, text="Нет.")
    checks.object_to_check(check=desk.check, actor=experts, text="Расходы учтены в строке 2.")
    with pytest.raises(PermissionRefused):
        checks.decide_check_objection(
            check=desk.read(), actor=desk.inspector, accepted=True, answer="Да."
        )
    checks.decide_check_objection(
        check=desk.read(), actor=desk.head, accepted=True, answer="Проверим ещё раз."
    )
    check = desk.read()
    assert (check.status, check.result) == ("in_progress", "")
    assert check.due_on is not None
    conclude(desk)
    with refused("objected_before"):
        checks.object_to_check(check=desk.check, actor=experts, text="Снова нет.")


def test_a_violation_is_the_fault_of_a_side_that_it_fits() -> None:
    desk = a_desk()
    with refused("fault_does_not_fit"):
        note(desk, code="no_proper_act", fault="applicant")
    chamber = note(desk, code="no_proper_act", fault="chamber")
    assert chamber.organisation == desk.certificate.application.chamber
    assert chamber.auditor is None


def test_an_unconfirmed_violation_is_taken_back_and_a_confirmed_one_only_set_aside() -> None:
    desk = a_desk()
    violations.remove_violation(actor=desk.inspector, violation=note(desk))
    assert not Violation.objects.exists()
    violation = note(desk)
    conclude(desk)
    close(desk)
    violation.refresh_from_db()
    with pytest.raises(DatabaseError), transaction.atomic():
        violation.delete()
    violations.set_aside(actor=desk.head, violations=[violation], note="Суд отменил.")
    violation.refresh_from_db()
    assert violation.set_aside_at is not None
    assert violation.confirmed_at is not None


def test_whoever_noted_a_violation_does_not_confirm_it_from_sql_either() -> None:
    desk = a_desk()
    violation = note(desk)
    with refused("own_violation"):
        violations.confirm_violations(actor=desk.inspector, violations=[violation])
    with pytest.raises(DatabaseError, match="confirmed_by_another"), transaction.atomic():
        Violation.objects.update(confirmed_by=desk.inspector.user, confirmed_at=timezone.now())


PEOPLE = {
    "head": ("assign", "close"),
    "inspector": ("start", "ask", "conclude"),
    "other_inspector": ("assign",),
    "posted_elsewhere": (),
    "expert_head": (),
}


@pytest.mark.parametrize(("who", "allowed"), PEOPLE.items())
def test_who_may_do_what(who: str, allowed: tuple[str, ...]) -> None:
    desk = a_desk("assigned")
    elsewhere = a_person(Role.COMMITTEE_HEAD)
    post_to(elsewhere, "101")
    actor: Membership = {
        "head": desk.head,
        "inspector": desk.inspector,
        "other_inspector": a_person(Role.INSPECTOR),
        "posted_elsewhere": elsewhere,
        "expert_head": expert_head(desk),
    }[who]
    may = set()
    for status in ("assigned", "in_progress", "concluded"):
        if status == "in_progress":
            desk.check = checks.start_check(check=desk.check, actor=desk.inspector)
        if status == "concluded":
            conclude(desk)
        may |= {each.name for each in desk.check.WORKFLOW.available(desk.check, actor)}
    wanted = {"assign", "start", "ask", "conclude", "close"}
    if who == "inspector":
        # An inspector of the central office may give checks out as well.
        allowed = (*allowed, "assign")
    assert may & wanted == set(allowed)


def test_the_same_certificate_is_checked_once_in_a_plan_and_once_at_a_time_on_order() -> None:
    desk = a_desk("selected")
    with refused("check_open"):
        checks.order_check(certificate=desk.certificate, actor=desk.head)
    other = checks.order_check(certificate=a_certificate(), actor=desk.head)
    assert other.number != desk.check.number
