"""Preventive control without a visit, from the closed check to the executed recommendation."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

import outbox
from accounts.errors import PermissionRefused
from accounts.models import Role
from audit.models import AuditEvent
from documents.storing import read
from oversight.control import recommendations, replies, terms
from oversight.models import Recommendation
from oversight.papers import make_paper
from reference import working_days
from reference.models import CalendarDay
from tests.documents.reading import squeezed, text_of
from tests.scenarios import a_person

from .desk import a_desk, a_recommendation, close, conclude, expert_head, note, refused

LANGUAGE = "en"
pytestmark = pytest.mark.django_db


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Moves the clock of the portal to noon of a day in Kazakhstan."""

    def move(day: dt.date) -> None:
        moment = dt.datetime.combine(day, dt.time(12), tzinfo=working_days.ALMATY)
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return move


def test_from_the_closed_check_to_the_executed_recommendation() -> None:
    desk, found = a_recommendation()
    assert (found.status, found.delivered_on) == ("sent", None)
    experts = expert_head(desk)
    found = replies.note_opening(recommendation=found, actor=experts)
    today = timezone.localdate()
    assert found.delivered_on == today
    assert found.object_by == working_days.add(today, 5)
    assert found.execute_by == found.due_on == working_days.add(today, 10)
    found = replies.report_execution(recommendation=found, actor=experts, text="Исправлено.")
    assert found.due_on is None
    found = recommendations.confirm_execution(recommendation=found, actor=desk.inspector)
    assert found.status == "executed"
    told = AuditEvent.objects.of_case(desk.check.case_id).values_list("event", flat=True)
    for event in ("prepared", "sent", "delivered", "execution_reported", "executed"):
        assert f"recommendation.{event}" in told


def test_nothing_is_sent_before_a_second_person_closed_the_check() -> None:
    desk = a_desk()
    conclude(desk)
    _desk, found = a_recommendation("prepared", desk)
    with refused("not_ready_to_send"):
        recommendations.send_recommendation(recommendation=found, actor=desk.inspector)
    close(desk)
    found = recommendations.send_recommendation(recommendation=found, actor=desk.inspector)
    assert found.status == "sent"


def test_one_recommendation_for_each_organisation_at_fault() -> None:
    desk = a_desk()
    note(desk)
    note(desk, code="act_with_errors", fault="chamber")
    note(desk, code="false_application", fault="applicant")
    conclude(desk)
    close(desk)
    addressees = recommendations.addressees_of(desk.check)
    assert len(addressees) == 3
    for addressee in addressees:
        found = recommendations.prepare_recommendation(
            check=desk.check, actor=desk.inspector, addressee=addressee
        )
        assert found.violations.count() == len(found.points) == 1
        assert all(point["kk"] and point["ru"] for point in found.points)
    with refused("already_prepared"):
        recommendations.prepare_recommendation(
            check=desk.check, actor=desk.inspector, addressee=addressees[0]
        )


def test_the_document_is_bilingual_and_sealed(tmp_path: Path) -> None:
    desk, found = a_recommendation()
    make_paper("recommendation", str(found.pk))
    found.refresh_from_db()
    text = squeezed(text_of(read(found.document.file), tmp_path))
    for expected in (
        found.number, desk.certificate.number, "Доля местного содержания рассчитана неверно",
        "Жергілікті қамту үлесі қате есептелген", "417",
    ):  # fmt: skip
        assert squeezed(expected) in text
    assert not outbox.models.OutboxItem.objects.filter(
        key=f"recommendation:{found.pk}", done_at=None
    ).exists()


def test_an_objection_stops_the_clock_and_another_person_dismisses_it(tmp_path: Path) -> None:
    desk, found = a_recommendation()
    experts = expert_head(desk)
    found = replies.note_opening(recommendation=found, actor=experts)
    term = found.execute_by
    found = replies.object_to_recommendation(
        recommendation=found, actor=experts, text="Расходы на доставку учтены."
    )
    assert found.is_clock_paused
    with pytest.raises(PermissionRefused):
        recommendations.decide_objection(
            recommendation=found, actor=desk.inspector, accepted=False, note="Нет."
        )
    found = recommendations.decide_objection(
        recommendation=found, actor=desk.head, accepted=False, note="Учтены не все."
    )
    assert (found.status, found.execute_by) == ("sent", term)
    make_paper("recommendation_answer", str(found.pk))
    found.refresh_from_db()
    text = squeezed(text_of(read(found.answer_document.file), tmp_path))
    assert squeezed("Учтены не все.") in text
    with refused("objected_before"):
        replies.object_to_recommendation(recommendation=found, actor=experts, text="Снова.")


def test_an_accepted_objection_withdraws_it_and_its_violations_count_no_longer() -> None:
    desk, found = a_recommendation()
    found = replies.object_to_recommendation(
        recommendation=found, actor=expert_head(desk), text="Ошибка в расчёте инспектора."
    )
    found = recommendations.decide_objection(
        recommendation=found, actor=desk.head, accepted=True, note="Согласны."
    )
    assert found.status == "withdrawn"
    violation = found.violations.get()
    assert violation.set_aside_at is not None
    assert violation.set_aside_note == "Согласны."


def test_a_returned_report_leaves_a_few_days_at_least() -> None:
    desk, found = a_recommendation()
    experts = expert_head(desk)
    found = replies.report_execution(recommendation=found, actor=experts, text="Сделано.")
    Recommendation.objects.filter(pk=found.pk).update(days_left=0)
    found = recommendations.return_report(
        recommendation=found, actor=desk.inspector, note="Нет калькуляции."
    )
    assert found.status == "sent"
    assert found.due_on == working_days.add(timezone.localdate(), 3)


def test_the_term_runs_over_a_holiday_and_lapses_the_day_after_it(at: Any) -> None:
    desk, found = a_recommendation()
    today = timezone.localdate()
    eve = dt.date(today.year + (today.month == 12 and today.day > 30), 12, 30)
    at(eve)
    found = replies.note_opening(recommendation=found, actor=expert_head(desk))
    calendar = working_days.Calendar.current()
    assert not calendar.is_working(dt.date(eve.year + 1, 1, 1))
    assert not calendar.is_working(dt.date(eve.year + 1, 1, 7))
    term = found.execute_by
    assert (term - eve).days > 14
    assert calendar.between(eve, term) == 10
    at(term)
    assert terms.keep_terms(on=term).lapsed == 0
    after = term + dt.timedelta(days=1)
    at(after)
    assert terms.keep_terms(on=after).lapsed == 1
    assert terms.keep_terms(on=after).lapsed == 0
    found.refresh_from_db()
    assert (found.status, found.consequence) == ("unexecuted", terms.CONTROL_WITH_VISIT)


def test_a_day_moved_by_decree_moves_the_term(at: Any) -> None:
    desk, found = a_recommendation()
    monday = timezone.localdate() + dt.timedelta(days=7 - timezone.localdate().weekday())
    at(monday)
    before = working_days.add(monday, 10)
    moved = next(
        day
        for day in (monday + dt.timedelta(days=n) for n in range(1, 10))
        if working_days.is_working(day)
    )
    CalendarDay.objects.create(date=moved, is_working=False)
    found = replies.note_opening(recommendation=found, actor=expert_head(desk))
    assert found.execute_by > before


def test_what_nobody_opens_counts_as_delivered_and_is_reminded_of_once(at: Any) -> None:
    _desk, found = a_recommendation()
    sent_on = timezone.localdate(found.sent_at)
    day = working_days.add(sent_on, 4)
    at(day)
    assert terms.keep_terms(on=day).delivered == 0
    day = working_days.add(sent_on, 5)
    at(day)
    assert terms.keep_terms(on=day).delivered == 1
    found.refresh_from_db()
    assert found.delivered_on == day
    at(found.execute_by)
    assert [terms.keep_terms(on=found.execute_by).reminded for _again in range(2)] == [1, 0]
    reminded = AuditEvent.objects.filter(event="recommendation.reminded")
    assert reminded.count() == 1


def test_a_late_objection_is_refused_and_the_sending_term_is_told(at: Any) -> None:
    desk, found = a_recommendation("prepared")
    late = working_days.add(found.send_by, 3)
    at(late)
    assert recommendations.days_late(found, on=late) == 3
    found = recommendations.send_recommendation(recommendation=found, actor=desk.inspector)
    sent = AuditEvent.objects.get(event="recommendation.sent")
    assert sent.facts["days_late"] == 3
    experts = expert_head(desk)
    found = replies.note_opening(recommendation=found, actor=experts)
    at(found.object_by + dt.timedelta(days=1))
    with refused("too_late"):
        replies.object_to_recommendation(recommendation=found, actor=experts, text="Нет.")


def test_nobody_else_answers_for_the_addressee() -> None:
    desk, found = a_recommendation()
    for stranger in (
        a_person(Role.EXPERT_HEAD), desk.inspector, desk.head,
        a_person(Role.APPLICANT, desk.certificate.application.applicant),
    ):  # fmt: skip
        with pytest.raises(PermissionRefused):
            replies.report_execution(recommendation=found, actor=stranger, text="Сделано.")


def test_points_are_written_in_both_languages_before_it_is_sent() -> None:
    desk, found = a_recommendation("prepared")
    with refused("no_points"):
        recommendations.write_points(
            recommendation=found, actor=desk.inspector, points=[{"ru": "Исправить.", "kk": ""}]
        )
    found = recommendations.write_points(
        recommendation=found,
        actor=desk.inspector,
        points=[{"ru": "Исправить.", "kk": "Түзету."}],
    )
    found = recommendations.send_recommendation(recommendation=found, actor=desk.inspector)
    with refused("sent_already"):
        recommendations.write_points(
            recommendation=found, actor=desk.inspector, points=[{"ru": "Ещё.", "kk": "Тағы."}]
        )
