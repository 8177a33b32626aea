"""Refusal by the auditor, reminders, and the end of what nobody answers."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override

import audit
from accounts.errors import DomainError, PermissionRefused
from accounts.models import Role
from expertise.models import ExpertiseRequest
from expertise.services import filing
from expertise.services.lapsing import keep_terms, refuse_expertise
from expertise.tasks import keep_terms as keep_terms_task
from expertise.waiting import waits_for
from reference import working_days
from tests import scenarios
from tests.expertise.test_pages import page, signed_in, text
from workflow.moving import WrongStatus
from workflow.story import case_stages

pytestmark = pytest.mark.django_db


def asked() -> ExpertiseRequest:
    return scenarios.a_request("awaiting_applicant")


def due_day(request: ExpertiseRequest) -> date:
    return request.questions.get().due_on


def events_of(request: ExpertiseRequest, name: str) -> int:
    return audit.timeline(request.case_id).filter(event=name).count()


def test_the_applicant_is_reminded_once_and_not_before_time():
    request = asked()
    due = due_day(request)
    early = due
    while working_days.add(early, 2) >= due:
        early -= timedelta(days=1)
    assert keep_terms(on=early) == (0, 0)
    assert keep_terms(on=early + timedelta(days=1)) == (1, 0)
    assert keep_terms(on=early + timedelta(days=1)) == (0, 0)
    assert keep_terms(on=due) == (0, 0)
    assert events_of(request, "request.reminded") == 1
    shown = text(
        signed_in(scenarios.actor_of(request, Role.APPLICANT)).get(
            page("request-detail", request.pk)
        )
    )
    assert "was reminded" in shown


def test_a_missed_night_is_made_up_for():
    request = asked()
    assert keep_terms(on=due_day(request)) == (1, 0)


def test_the_request_ends_the_day_after_its_term_and_once():
    request = asked()
    due = due_day(request)
    assert keep_terms(on=due)[1] == 0
    assert keep_terms(on=due + timedelta(days=1)) == (0, 1)
    assert keep_terms(on=due + timedelta(days=2)) == (0, 0)
    request.refresh_from_db()
    assert (request.status, request.rejection_reason) == ("rejected", "incomplete_documents")
    assert request.due_on is None
    assert events_of(request, "request.lapsed") == 1
    with override("en"):
        assert "did not answer in time" in waits_for(request)
    assert "stopped" in [stage.state for stage in case_stages(request.case_id)]


def test_an_answer_in_time_ends_nothing():
    request = asked()
    due = due_day(request)
    filing.answer_question(
        request=request, actor=scenarios.actor_of(request, Role.APPLICANT), answer="Приложено."
    )
    assert keep_terms(on=due + timedelta(days=5)) == (0, 0)
    request.refresh_from_db()
    assert request.status == "in_expertise"


def test_an_answer_after_the_end_is_refused():
    request = asked()
    keep_terms(on=due_day(request) + timedelta(days=1))
    with pytest.raises(WrongStatus):
        filing.answer_question(
            request=request, actor=scenarios.actor_of(request, Role.APPLICANT), answer="Вот."
        )


@pytest.mark.parametrize(
    ("hours", "expected"), [(-1, "awaiting_applicant"), (1, "rejected")], ids=["before", "after"]
)
def test_midnight_of_kazakhstan_divides_the_days(hours, expected):
    request = asked()
    after = due_day(request) + timedelta(days=1)
    # Midnight in Kazakhstan is 19:00 of the day before in Greenwich.
    midnight = datetime(after.year, after.month, after.day, tzinfo=UTC) - timedelta(hours=5)
    with time_machine.travel(midnight + timedelta(hours=hours), tick=False):
        keep_terms_task()
    request.refresh_from_db()
    assert request.status == expected


def test_the_auditor_refuses_with_a_reason_that_everybody_sees():
    request = scenarios.a_request("in_expertise")
    auditor = scenarios.actor_of(request, Role.AUDITOR)
    with pytest.raises(DomainError) as refusal:
        refuse_expertise(request=request, actor=auditor, reason="")
    assert refusal.value.field == "reason"
    client = signed_in(auditor)
    response = client.post(
        page("request-refuse", request.pk), {"reason": "no_access", "note": "Цех закрыт."}
    )
    assert response.status_code == 302
    request.refresh_from_db()
    assert (request.status, request.rejection_reason) == ("rejected", "no_access")
    assert request.due_on is None
    assert events_of(request, "request.refused") == 1
    shown = text(
        signed_in(scenarios.actor_of(request, Role.APPLICANT)).get(
            page("request-detail", request.pk)
        )
    )
    assert "The auditor refused the expertise." in shown
    assert "Цех закрыт." in shown


def test_nobody_else_refuses_and_not_after_the_act():
    request = scenarios.a_request("in_expertise")
    for actor in (
        scenarios.actor_of(request, Role.APPLICANT),
        scenarios.actor_of(request, Role.EXPERT_HEAD),
        scenarios.a_person(Role.AUDITOR, request.expert_organisation),
    ):
        with pytest.raises(PermissionRefused):
            refuse_expertise(request=request, actor=actor, reason="no_access")
    act = scenarios.conclude(request).act
    with pytest.raises(WrongStatus):
        refuse_expertise(
            request=act.request,
            actor=scenarios.actor_of(act.request, Role.AUDITOR),
            reason="no_access",
        )


def test_the_task_runs_every_night_of_kazakhstan(settings):
    entry = settings.CELERY_BEAT_SCHEDULE["expertise.keep_terms"]
    assert settings.CELERY_TIMEZONE == "Asia/Almaty"
    assert entry["task"] == keep_terms_task.name
    assert (entry["schedule"].hour, timezone.get_current_timezone_name()) == ({0}, "Asia/Almaty")
