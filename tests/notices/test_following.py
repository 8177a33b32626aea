"""Following the log: once, in order, in the language of each, and not what is long past."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone

import audit
from accounts.models import Membership, Role
from accounts.refs import person_ref, person_subject
from audit.sequencing import sequence_all
from notices import turns
from notices.following import NAME, TELL_EVENT, follow, pass_over, tell_put_off
from notices.models import ByMail, Notice, Preference
from outbox.models import Letter, OutboxItem
from oversight.models import ProjectionCursor
from oversight.tailing import Tail
from tests import scenarios
from tests.notices.conftest import Tell
from tests.notices.scenes import a_filed_request, asked_again, letters_to, moved, send_all
from tests.oversight.complaints.scenes import a_complaint

pytestmark = pytest.mark.django_db


def applicant_of(request: Any) -> Membership:
    return scenarios.actor_of(request, Role.APPLICANT)


def of_event(event: str) -> list[Notice]:
    return list(Notice.objects.filter(event__event=event))


def test_a_turn_makes_one_notice_and_one_letter_however_often_the_log_is_read(tell: Tell) -> None:
    request = a_filed_request()
    asked_again(request)
    tell()
    (notice,) = of_event("request.reminded")
    assert notice.subject == request.number
    assert notice.must_act
    assert notice.by_mail == ByMail.NOW
    Tail(NAME).skip_to(0)
    tell()
    assert len(of_event("request.reminded")) == 1
    assert Letter.objects.filter(key=f"notice:{notice.pk}").count() == 1


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_letter_is_in_the_persons_language_and_names_the_case(
    tell: Tell, language: str, settings: Any
) -> None:
    request = a_filed_request(language)
    asked_again(request)
    tell()
    send_all()
    (letter,) = [one for one in mail.outbox if str(request.number) in one.subject][-1:]
    assert isinstance(letter, EmailMultiAlternatives)
    assert letter.extra_headers["Content-Language"] == language
    assert settings.CTKZ_PUBLIC_URL + "/notices/" in letter.body
    assert "%(" not in letter.subject + letter.body
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    if language == "en":
        assert "still waits for your answer" in letter.subject
        assert "01.12.2026" in letter.subject
    (html, kind) = letter.alternatives[0]
    assert kind == "text/html"
    assert f'<html lang="{language}"' in html


def test_whoever_acted_is_not_told(tell: Tell) -> None:
    request = scenarios.a_request("submitted")
    tell()
    assert not Notice.objects.filter(user=request.submitted_by).exists()


def test_an_owner_hears_of_the_own_account_even_when_they_did_it(tell: Tell) -> None:
    member = scenarios.a_person()
    with transaction.atomic():
        audit.record(
            "person.password_changed",
            actor=person_ref(member.user),
            subject=person_subject(member.user),
        )
    tell()
    assert [notice.user for notice in of_event("person.password_changed")] == [member.user]


def test_people_whose_term_ended_are_not_told_and_the_rest_of_the_company_is(tell: Tell) -> None:
    request = a_filed_request()
    former = applicant_of(request)
    colleague = scenarios.a_person(Role.APPLICANT, request.applicant)
    Membership.objects.filter(pk=former.pk).update(
        valid_until=timezone.localdate() - timedelta(days=1)
    )
    asked_again(request)
    tell()
    assert [notice.user for notice in of_event("request.reminded")] == [colleague.user]


def test_one_person_in_two_roles_is_told_once_in_the_role_that_must_act(
    tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = a_filed_request()
    one = applicant_of(request)
    second = scenarios.as_member(one.user, Role.EXPERT_HEAD, scenarios.an_organisation("expert"))
    turn = turns.Turn(
        "request.reminded",
        lambda _event: [turns.Told(one), turns.Told(second, must_act=True)],
        "text",
        turns.Group.TURN,
    )
    monkeypatch.setitem(turns._turns, "request.reminded", turn)
    asked_again(request)
    tell()
    (notice,) = of_event("request.reminded")
    assert notice.membership == second
    assert notice.must_act


def test_without_a_place_in_the_log_the_first_look_begins_at_its_end(tell: Tell) -> None:
    ProjectionCursor.objects.filter(name=NAME).delete()
    request = a_filed_request()
    asked_again(request)
    tell()
    assert not Notice.objects.exists()
    asked_again(request)
    tell()
    assert len(of_event("request.reminded")) == 1


def test_a_past_that_was_made_up_is_passed_over(tell: Tell) -> None:
    request = a_filed_request()
    sequence_all()
    pass_over()
    tell()
    assert not Notice.objects.exists()
    assert request.number


def test_what_happened_long_ago_makes_no_letter_and_at_last_no_notice(
    tell: Tell, settings: Any
) -> None:
    asked_again(a_filed_request())
    later = timezone.now() + timedelta(days=settings.CTKZ_NOTICE_LETTER_DAYS + 1)
    tell(later)
    (notice,) = of_event("request.reminded")
    assert notice.by_mail == ByMail.NONE
    assert not Letter.objects.exists()
    Notice.objects.all().delete()
    Tail(NAME).skip_to(0)
    tell(timezone.now() + timedelta(days=settings.CTKZ_NOTICE_DAYS + 1))
    assert not Notice.objects.exists()


def test_a_turn_that_cannot_be_told_holds_nobody_up_and_comes_again(
    tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = a_filed_request()
    broken = turns.Turn("request.reminded", _breaks, "text", turns.Group.TURN)
    known = turns.turn_of("request.reminded")
    with monkeypatch.context() as patch:
        patch.setitem(turns._turns, "request.reminded", broken)
        event = asked_again(request)
        moved(request)
        tell()
    assert of_event("request.accepted")
    assert not of_event("request.reminded")
    assert turns.turn_of("request.reminded") == known
    (item,) = OutboxItem.objects.unfinished().filter(task=TELL_EVENT)
    assert item.key == str(event.pk)
    for _turn in range(2):
        tell_put_off(item.key, at=timezone.now())
    assert len(of_event("request.reminded")) == 1
    item.refresh_from_db()
    assert item.done_at is not None


def _breaks(_event: Any) -> Any:
    raise ZeroDivisionError


def test_a_second_follower_finds_nothing_while_the_first_holds_the_place() -> None:
    asked_again(a_filed_request())
    sequence_all()
    assert follow(at=timezone.now()) > 0
    assert follow(at=timezone.now()) == 0


def test_a_person_who_wants_no_letters_gets_the_notice_alone(tell: Tell) -> None:
    request = a_filed_request()
    Preference.objects.create(
        user=applicant_of(request).user, group=turns.Group.DEADLINE, by_mail="never"
    )
    asked_again(request)
    tell()
    (notice,) = of_event("request.reminded")
    assert notice.by_mail == ByMail.NONE
    assert not Letter.objects.filter(key=f"notice:{notice.pk}").exists()


def test_whoever_complains_without_an_account_is_written_at_the_address_they_left(
    tell: Tell,
) -> None:
    complaint = a_complaint(contact="Звоните: +7 701 000 00 00, zakup@example.kz.", language="kk")
    tell()
    (letter,) = Letter.objects.filter(to="zakup@example.kz")
    assert complaint.number in letter.subject
    assert letter.language == "kk"
    assert "/complaints/follow/" in letter.body
    assert complaint.code not in letter.body


def test_whoever_leaves_no_address_is_written_nothing(tell: Tell) -> None:
    a_complaint(contact="+7 701 000 00 00")
    tell()
    assert not Letter.objects.filter(key__startswith="written:").exists()


def test_letters_go_to_each_person_once(tell: Tell) -> None:
    request = a_filed_request()
    asked_again(request)
    tell()
    send_all()
    send_all()
    mine = [one for one in mail.outbox if applicant_of(request).user.email in one.to]
    assert len(mine) == len(letters_to(applicant_of(request)))
