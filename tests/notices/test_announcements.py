"""Announcements: whom they reach, that they can be taken back, one letter each."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.errors import DomainError, PermissionRefused
from accounts.models import Membership, Role
from audit.models import AuditEvent
from notices import announcing
from notices.announcing import (
    MAIL_PORTION,
    change_announcement,
    mail_portion,
    publish_announcement,
    retract_announcement,
    write_announcement,
)
from notices.models import Announcement, AnnouncementReading, Audience, Preference
from notices.turns import Group
from outbox.models import Letter, LetterState, OutboxItem
from tests import scenarios
from tests.notices.conftest import SignIn

LANGUAGE = "en"
pytestmark = pytest.mark.django_db


def values(**given: Any) -> dict[str, Any]:
    return {
        "title_kk": "Портал жексенбіде жабық",
        "title_ru": "Портал закрыт в воскресенье",
        "title_en": "The portal is closed on Sunday",
        "text_kk": "Жұмыс 10:00-ге дейін.",
        "text_ru": "Работы до 10:00.",
        "text_en": "Work goes on until 10:00.",
        "audience": Audience.EVERYBODY,
        "until": timezone.localdate() + timedelta(days=3),
        "by_mail": False,
        **given,
    }


def published(author: Membership, **given: Any) -> Announcement:
    draft = write_announcement(actor=author, values=values(**given))
    return publish_announcement(announcement=draft, actor=author)


@pytest.fixture
def head() -> Membership:
    return scenarios.a_person(Role.COMMITTEE_HEAD)


def mail_all() -> None:
    """Every portion that was promised, as workers would take them."""
    while item := OutboxItem.objects.unfinished().filter(task=MAIL_PORTION).first():
        mail_portion(item.kwargs["announcement_id"], item.key, at=timezone.now())


def written_to() -> list[str]:
    found = Letter.objects.filter(key__startswith="announcement:").order_by("to")
    return list(found.values_list("to", flat=True))


def sees(client: Any) -> bool:
    return b"closed on Sunday" in client.get(reverse("notices:list")).content


def test_it_stands_on_every_page_until_it_is_closed(head: Membership, sign_in: SignIn) -> None:
    reader, other = sign_in(scenarios.a_person()), sign_in(scenarios.a_person(Role.AUDITOR))
    announcement = published(head)
    assert sees(reader)
    assert sees(other)
    reader.post(reverse("notices:announcement-close", args=[announcement.pk]))
    assert not sees(reader)
    assert sees(other)
    page = sign_in(head).get(reverse("notices:announcement-detail", args=[announcement.pk]))
    assert page.context["readings"] == 1


def test_it_ends_with_its_last_day(head: Membership, sign_in: SignIn) -> None:
    announcement = published(head, until=timezone.localdate())
    reader = sign_in(scenarios.a_person())
    assert sees(reader)
    with transaction.atomic(), pytest.raises(DatabaseError):
        Announcement.objects.filter(pk=announcement.pk).update(until="2020-01-01")


def test_retracted_it_is_gone_from_everybody_at_once(head: Membership, sign_in: SignIn) -> None:
    announcement = published(head)
    reader = sign_in(scenarios.a_person())
    assert sees(reader)
    retract_announcement(announcement=announcement, actor=head, note="Ошибка (пример).")
    assert not sees(reader)
    page = reader.get(reverse("notices:announcement-read", args=[announcement.pk]))
    assert page.status_code == 404
    assert AuditEvent.objects.filter(event="announcement.retracted").count() == 1


def of_kinds(_author: Membership) -> dict[str, Any]:
    return {"audience": Audience.KINDS, "kinds": ["expert"]}


def of_roles(_author: Membership) -> dict[str, Any]:
    return {"audience": Audience.ROLES, "roles": ["auditor", "inspector"]}


def own(_author: Membership) -> dict[str, Any]:
    return {"audience": Audience.OWN_PEOPLE}


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        (of_kinds, {"expert_head", "auditor"}),
        (of_roles, {"auditor", "inspector"}),
        (own, {"inspector"}),
    ],
)
def test_only_those_it_is_for_see_it(
    head: Membership,
    sign_in: SignIn,
    audience: Callable[[Membership], dict[str, Any]],
    readers: set[str],
) -> None:
    people = {
        "applicant": scenarios.a_person(Role.APPLICANT),
        "expert_head": scenarios.a_person(Role.EXPERT_HEAD),
        "auditor": scenarios.a_person(Role.AUDITOR),
        "chamber_officer": scenarios.a_person(Role.CHAMBER_OFFICER),
        "inspector": scenarios.a_person(Role.INSPECTOR, head.organisation),
    }
    published(head, by_mail=True, **audience(head))
    assert {name for name, person in people.items() if sees(sign_in(person))} == readers
    mail_all()
    mailed = {name for name, person in people.items() if person.user.email in written_to()}
    assert mailed == readers


def test_a_chamber_speaks_to_its_applicants_and_its_staff(sign_in: SignIn) -> None:
    application = scenarios.an_application("submitted")
    signatory = scenarios.staff_of(application, Role.CHAMBER_SIGNATORY)
    applicant = scenarios.actor_of(application.act.request, Role.APPLICANT)
    stranger = scenarios.a_person(Role.APPLICANT)
    published(signatory, audience=Audience.CHAMBER_APPLICANTS, by_mail=True)
    assert sees(sign_in(applicant))
    assert sees(sign_in(signatory))
    assert not sees(sign_in(stranger))
    mail_all()
    assert applicant.user.email in written_to()
    assert stranger.user.email not in written_to()


@pytest.mark.parametrize(
    ("role", "audience"),
    [
        (Role.CHAMBER_SIGNATORY, Audience.EVERYBODY),
        (Role.EXPERT_HEAD, Audience.CHAMBER_APPLICANTS),
        (Role.EXPERT_HEAD, Audience.ROLES),
    ],
)
def test_nobody_speaks_to_people_of_others(role: str, audience: str) -> None:
    with pytest.raises(DomainError) as refusal:
        write_announcement(actor=scenarios.a_person(role), values=values(audience=audience))
    assert refusal.value.field == "audience"


@pytest.mark.parametrize(
    "role", [Role.APPLICANT, Role.AUDITOR, Role.CHAMBER_OFFICER, Role.INSPECTOR]
)
def test_other_roles_write_none(role: str, sign_in: SignIn) -> None:
    person = scenarios.a_person(role)
    with pytest.raises(PermissionRefused):
        write_announcement(actor=person, values=values())
    assert sign_in(person).get(reverse("notices:announcement-list")).status_code == 404


@pytest.mark.parametrize("missing", ["title_kk", "text_ru", "text_en"])
def test_it_is_published_only_in_all_three_languages(head: Membership, missing: str) -> None:
    draft = write_announcement(actor=head, values=values(**{missing: ""}))
    with pytest.raises(DomainError) as refusal:
        publish_announcement(announcement=draft, actor=head)
    assert refusal.value.code == "languages"
    change_announcement(announcement=draft, actor=head, values=values())
    publish_announcement(announcement=draft, actor=head)


def test_what_was_published_is_not_rewritten(head: Membership) -> None:
    announcement = published(head)
    with pytest.raises(PermissionRefused):
        change_announcement(announcement=announcement, actor=head, values=values())
    with pytest.raises(DatabaseError), transaction.atomic():
        Announcement.objects.filter(pk=announcement.pk).update(text_ru="другое")


def test_each_gets_one_letter_in_the_own_language_however_often_a_portion_comes(
    head: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcing, "PORTION", 2)
    people = [scenarios.a_person(language=language) for language in ("kk", "ru", "en", "ru")]
    silent = scenarios.a_person()
    Preference.objects.create(user=silent.user, group=Group.ANNOUNCEMENT, by_mail="never")
    announcement = published(head, by_mail=True)
    (first,) = OutboxItem.objects.filter(task=MAIL_PORTION)
    mail_portion(str(announcement.pk), first.key, at=timezone.now())
    # The broker brings the first portion again.
    assert mail_portion(str(announcement.pk), first.key, at=timezone.now()) == 0
    mail_all()
    expected = sorted([head.user.email, *(person.user.email for person in people)])
    assert written_to() == expected
    announcement.refresh_from_db()
    assert (announcement.mailed, announcement.mailed_at is None) == (5, False)
    kazakh = Letter.objects.get(to=people[0].user.email)
    assert kazakh.subject == announcement.title_kk
    assert "Жұмыс 10:00-ге дейін." in kazakh.body


def test_a_portion_that_was_rolled_back_is_begun_again(head: Membership) -> None:
    announcement = published(head, by_mail=True)
    (item,) = OutboxItem.objects.filter(task=MAIL_PORTION)

    @transaction.atomic
    def dies_before_the_end() -> None:
        mail_portion(str(announcement.pk), item.key, at=timezone.now())
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        dies_before_the_end()
    assert written_to() == []
    mail_all()
    assert written_to() == [head.user.email]


def test_whoever_got_a_letter_gets_a_correction_and_waiting_letters_do_not_go(
    head: Membership,
) -> None:
    reached, waiting = scenarios.a_person(language="en"), scenarios.a_person()
    announcement = published(head, by_mail=True)
    mail_all()
    mine = Letter.objects.filter(to=reached.user.email)
    for state in (LetterState.HANDING, LetterState.SENT):
        mine.update(state=state)
    retract_announcement(announcement=announcement, actor=head, note="Ошибка (пример).")
    mail_all()
    corrections = Letter.objects.filter(key__startswith="correction:")
    assert [letter.to for letter in corrections] == [reached.user.email]
    assert corrections[0].subject == "Retracted: The portal is closed on Sunday"
    assert Letter.objects.get(to=waiting.user.email).state == LetterState.WITHDRAWN


def test_a_retraction_in_the_middle_of_the_mailing_stops_it(
    head: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcing, "PORTION", 1)
    for _number in range(3):
        scenarios.a_person()
    announcement = published(head, by_mail=True)
    (first,) = OutboxItem.objects.filter(task=MAIL_PORTION)
    mail_portion(str(announcement.pk), first.key, at=timezone.now())
    retract_announcement(announcement=announcement, actor=head, note="Ошибка (пример).")
    mail_all()
    assert len(written_to()) == 1
    assert set(Letter.objects.values_list("state", flat=True)) == {"withdrawn"}


def test_the_pages_lead_from_a_draft_to_a_retraction(head: Membership, sign_in: SignIn) -> None:
    client = sign_in(head)
    sent = {**values(), "audience": "everybody", "by_mail": "", "kinds": [], "roles": []}
    sent["until"] = sent["until"].isoformat()
    answer = client.post(reverse("notices:announcement-write"), sent)
    announcement = Announcement.objects.get()
    detail = reverse("notices:announcement-detail", args=[announcement.pk])
    assert answer["Location"] == detail
    page = client.get(detail).content.decode()
    assert "Publish" in page
    assert "Retract" not in page
    client.post(reverse("notices:announcement-publish", args=[announcement.pk]), {"version": 1})
    page = client.get(detail).content.decode()
    assert "Retract" in page
    assert "/edit/" not in page
    retract = reverse("notices:announcement-retract", args=[announcement.pk])
    assert client.post(retract, {"note": ""}).status_code == 400
    client.post(retract, {"note": "Ошибка (пример)."})
    announcement.refresh_from_db()
    assert announcement.status == "retracted"
    assert not AnnouncementReading.objects.exists()


def test_a_stranger_to_the_organisation_finds_none_of_its_drafts(
    head: Membership, sign_in: SignIn
) -> None:
    announcement = published(head)
    other = sign_in(scenarios.a_person(Role.EXPERT_HEAD))
    address = reverse("notices:announcement-detail", args=[announcement.pk])
    assert other.get(address).status_code == 404
