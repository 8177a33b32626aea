"""Commands of stage two: who may give them, what they refuse, what they leave in the log."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.errors import DomainError, PermissionRefused
from accounts.models import Membership, Organisation, Role
from audit.models import AuditEvent
from issuance import services
from issuance.blockers import approval_blockers, checklist, review_blockers
from issuance.models import Application, ApplicationQuestion
from reference import working_days
from reference.parameters import parameter
from tests import scenarios
from workflow.moving import MovedOn, WrongStatus

pytestmark = pytest.mark.django_db

MATRIX = Path(__file__).parent / "permission_matrix.txt"

SERVICES: dict[str, Callable[..., Any]] = {
    "submit": services.submit_application,
    "take": services.take_application,
    "recommend": services.recommend_application,
    "propose_refusal": services.propose_refusal,
    "ask": services.ask_applicant,
    "answer": services.answer_question,
    "consult": services.consult,
    "close_consultation": services.close_consultation,
    "take_over": services.take_over,
    "release": services.release_application,
    "reassign": services.reassign_application,
    "approve": services.approve_application,
    "return": services.return_application,
    "refuse": services.refuse_application,
    "withdraw": services.withdraw_application,
}
GIVEN: dict[str, dict[str, str]] = {
    "ask": {"text": "Which model?"},
    "answer": {"answer": "PF-0001A."},
    "consult": {"body": "Laboratory", "text": "Is the protocol yours?"},
    "take_over": {"note": "My colleague is ill."},
    "release": {"note": "I am away."},
    "reassign": {"note": "My colleague is ill.", "reviewer": None},
    "return": {"note": "Look at line 1 again."},
    "refuse": {"reason": "data_mismatch_act"},
    "propose_refusal": {"reason": "data_mismatch_act", "note": "The model differs."},
}
# Everybody who could meet the case, as the columns of the matrix name them.
PEOPLE: dict[str, Callable[[Application], Membership]] = {
    "applicant": lambda case: scenarios.staff_of(case, Role.APPLICANT),
    "other-applicant": lambda _case: scenarios.a_person(Role.APPLICANT),
    "expert-head": lambda case: scenarios.staff_of(case, Role.EXPERT_HEAD),
    "auditor": lambda case: scenarios.staff_of(case, Role.AUDITOR),
    "reviewer": lambda case: scenarios.staff_of(case, Role.CHAMBER_OFFICER),
    "other-officer": lambda case: scenarios.a_person(Role.CHAMBER_OFFICER, case.chamber),
    "signatory": lambda case: scenarios.staff_of(case, Role.CHAMBER_SIGNATORY),
    "reviewer-signatory": lambda case: scenarios.as_member(
        scenarios.staff_of(case, Role.CHAMBER_OFFICER).user, Role.CHAMBER_SIGNATORY, case.chamber
    ),
    "author-signatory": lambda case: scenarios.as_member(
        case.filed_by, Role.CHAMBER_SIGNATORY, case.chamber
    ),
    "auditor-officer": lambda case: scenarios.as_member(
        case.auditor, Role.CHAMBER_OFFICER, case.chamber
    ),
    "other-chamber": lambda _case: scenarios.a_person(
        Role.CHAMBER_SIGNATORY, scenarios.an_organisation("chamber", code="101")
    ),
    "inspector": lambda _case: scenarios.a_person(Role.INSPECTOR),
    "committee-head": lambda _case: scenarios.a_person(Role.COMMITTEE_HEAD),
}


def expected() -> dict[tuple[str, str], set[str]]:
    """(status, person) → the transitions that the checked-in table gives."""
    table: dict[tuple[str, str], set[str]] = {}
    status = ""
    for line in MATRIX.read_text().splitlines():
        if line.startswith("["):
            status = line.strip("[]")
        elif ":" in line and not line.startswith("#"):
            person, names = line.split(":")
            table[status, person.strip()] = set(names.split())
    return table


@pytest.mark.parametrize("status", list(scenarios.WAYS))
def test_each_person_may_do_exactly_what_the_table_says(status: str) -> None:
    application = scenarios.an_application(status)
    table = expected()
    for person, actor in [(person, find(application)) for person, find in PEOPLE.items()]:
        offered = {action.name for action in Application.WORKFLOW.available(application, actor)}
        assert offered == table[status, person], (status, person)
        for name in SERVICES.keys() - offered:
            with pytest.raises((PermissionRefused, WrongStatus)):
                SERVICES[name](application=application, actor=actor, **GIVEN.get(name, {}))
    application.refresh_from_db()
    assert application.status == status


def test_the_table_names_every_status_and_every_person() -> None:
    assert expected().keys() == {(status, who) for status in scenarios.WAYS for who in PEOPLE}


def test_an_application_goes_to_the_chamber_with_a_number_and_a_term() -> None:
    application = scenarios.an_application("submitted")
    today = timezone.localdate()
    assert application.number == "З-120-000001"
    term = parameter("certificate.deadline_days", on=today)
    assert application.due_on == working_days.add(today, term)
    assert application.act.request.chamber == application.chamber


def test_applying_twice_gives_the_same_application() -> None:
    first = scenarios.an_application("submitted")
    again = services.apply_for_certificate(
        act=first.act,
        actor=scenarios.staff_of(first, Role.APPLICANT),
        chamber=scenarios.an_organisation("chamber", code="101"),
    )
    assert again.pk == first.pk
    assert again.chamber == first.chamber


@pytest.mark.parametrize("status", ["refused", "withdrawn"])
def test_after_a_refusal_or_a_withdrawal_the_act_may_be_filed_again(status: str) -> None:
    first = scenarios.an_application(status)
    second = scenarios.an_application("submitted", act=first.act)
    assert second.pk != first.pk


def test_a_negative_act_leads_to_no_certificate() -> None:
    act = scenarios.an_act(positive=False)
    with pytest.raises(WrongStatus) as refusal:
        services.apply_for_certificate(
            act=act,
            actor=scenarios.actor_of(act.request, Role.APPLICANT),
            chamber=scenarios.an_organisation("chamber"),
        )
    assert refusal.value.code == "act_not_positive"


def test_there_is_no_applying_to_what_is_not_a_chamber() -> None:
    act = scenarios.an_act()
    nowhere = Organisation.objects.create(
        kind="chamber", code="999", bin=scenarios.a_bin(), name_ru="Палата «Пример»"
    )
    for addressee in (nowhere, scenarios.an_organisation("expert")):
        with pytest.raises(DomainError) as refusal:
            services.apply_for_certificate(
                act=act,
                actor=scenarios.actor_of(act.request, Role.APPLICANT),
                chamber=addressee,
            )
        assert refusal.value.code == "unknown_chamber"
    assert not Application.objects.exists()


def test_the_auditor_who_signed_may_not_apply_for_the_applicant() -> None:
    act = scenarios.an_act()
    auditor_as_employee = scenarios.as_member(act.signed_by, Role.APPLICANT, act.request.applicant)
    with pytest.raises(DomainError) as refusal:
        services.apply_for_certificate(
            act=act,
            actor=auditor_as_employee,
            chamber=scenarios.an_organisation("chamber"),
        )
    assert refusal.value.code == "author_is_auditor"


def test_an_act_arranged_for_goes_to_the_chamber_by_itself() -> None:
    act = scenarios.an_act(by_itself=True)
    application = Application.objects.get(act=act)
    assert application.status == "submitted"
    assert application.filed_by == act.request.submitted_by
    submitted = AuditEvent.objects.get(event="application.submitted")
    assert submitted.facts["by_itself"] is True
    assert submitted.actor_role == "system"


def test_a_negative_act_does_not_go_by_itself() -> None:
    scenarios.an_act(by_itself=True, positive=False)
    assert not Application.objects.exists()


def test_while_the_applicant_is_asked_the_clock_stands_still() -> None:
    application = scenarios.an_application("under_review")
    before = application.due_on
    scenarios.ask_from_chamber(application)
    application.refresh_from_db()
    assert application.due_on is None
    assert application.is_clock_paused
    services.answer_question(
        application=application,
        actor=scenarios.staff_of(application, Role.APPLICANT),
        answer="PF-0001A.",
    )
    application.refresh_from_db()
    assert application.due_on == before
    question = ApplicationQuestion.objects.get()
    assert question.answer == "PF-0001A."
    assert question.answered_by == application.filed_by


def test_a_recommendation_waits_for_the_whole_checklist() -> None:
    application = scenarios.an_application("under_review")
    officer = scenarios.staff_of(application, Role.CHAMBER_OFFICER)
    with pytest.raises(DomainError) as refusal:
        services.recommend_application(application=application, actor=officer)
    assert refusal.value.code == "blocked"
    item = checklist(application)[0][0].code
    scenarios.check(application)
    services.save_checklist(
        application=application,
        actor=officer,
        answers={item: services.Answer(False, "The act is of another year.")},
    )
    still_open = [one.code for one in review_blockers(application) if not one.is_clear]
    assert still_open == [f"checklist_{item}"]
    with pytest.raises(DomainError, match=r"Не в порядке|Not in order"):
        services.recommend_application(application=application, actor=officer)


def test_an_item_not_in_order_needs_a_note() -> None:
    application = scenarios.an_application("under_review")
    item = checklist(application)[0][0].code
    with pytest.raises(DomainError) as refusal:
        services.save_checklist(
            application=application,
            actor=scenarios.staff_of(application, Role.CHAMBER_OFFICER),
            answers={item: services.Answer(False, " ")},
        )
    assert (refusal.value.code, refusal.value.field) == ("note_needed", f"{item}-note")
    assert not application.answers.exists()


def test_saving_the_same_answers_again_leaves_no_trace_in_the_log() -> None:
    application = scenarios.an_application("under_review")
    for _time in range(2):
        scenarios.check(application)
    assert AuditEvent.objects.filter(event="application.checked").count() == 1


def test_the_checklist_of_a_batch_differs_from_that_of_series() -> None:
    serial = scenarios.an_application("submitted", category="serial")
    batch = scenarios.an_application("submitted", category="batch")
    by_serial = {item.code for item, _answer in checklist(serial)}
    by_batch = {item.code for item, _answer in checklist(batch)}
    assert by_serial - by_batch == {"serial_production"}
    assert by_batch - by_serial == {"batch_documents"}


def test_a_refusal_needs_a_ground_from_the_list() -> None:
    application = scenarios.an_application("recommended")
    signatory = scenarios.staff_of(application, Role.CHAMBER_SIGNATORY)
    for reason in ("", "because"):
        with pytest.raises(DomainError) as refusal:
            services.refuse_application(application=application, actor=signatory, reason=reason)
        assert refusal.value.field == "reason"


def test_a_case_returned_and_recommended_anew_proposes_no_refusal_any_more() -> None:
    application = scenarios.an_application("under_review")
    officer = scenarios.staff_of(application, Role.CHAMBER_OFFICER)
    services.propose_refusal(application=application, actor=officer, **GIVEN["propose_refusal"])
    services.return_application(
        application=application,
        actor=scenarios.staff_of(application, Role.CHAMBER_SIGNATORY),
        note="The model is the same.",
    )
    application = scenarios.recommend(Application.objects.get(pk=application.pk))
    assert application.proposed_refusal == ""


def test_a_stale_page_changes_nothing() -> None:
    application = scenarios.an_application("recommended")
    with pytest.raises(MovedOn):
        services.return_application(
            application=application,
            actor=scenarios.staff_of(application, Role.CHAMBER_SIGNATORY),
            note="Once more.",
            seen_version=application.version - 1,
        )
    application.refresh_from_db()
    assert application.status == "recommended"


def test_an_attestation_that_did_not_hold_on_the_day_of_the_act_blocks() -> None:
    application = scenarios.an_application("recommended")
    decider = scenarios.staff_of(application, Role.CHAMBER_SIGNATORY)
    clear = {
        blocker.code for blocker in approval_blockers(application, decider) if blocker.is_clear
    }
    assert {"act_positive", "act_in_force", "act_intact", "auditor_attested"} <= clear
    application.act.record = bytes(application.act.record) + b" "
    blocked = {one.code for one in review_blockers(application) if not one.is_clear}
    assert blocked == {"act_intact"}


STORY = {
    "submitted": ["created", "submitted"],
    "under_review": ["created", "submitted", "taken"],
    "awaiting_applicant": ["created", "submitted", "taken", "question_asked"],
    "in_consultation": ["created", "submitted", "taken", "consultation_asked"],
    "recommended": ["created", "submitted", "taken", "checked", "recommended"],
    "approved": ["created", "submitted", "taken", "checked", "recommended", "approved"],
    "refused": ["created", "submitted", "taken", "checked", "recommended", "refused"],
    "withdrawn": ["created", "submitted", "withdrawn"],
}


@pytest.mark.parametrize("status", list(STORY))
def test_every_step_of_a_case_is_one_event_of_its_story(status: str) -> None:
    application = scenarios.an_application(status)
    told = AuditEvent.objects.of_case(application.case_id).reverse()
    names = [event.event for event in told if event.event.startswith("application.")]
    assert names == [f"application.{step}" for step in STORY[status]]
