"""Invitations: one letter, one code, one place; and whoever comes by it."""

import datetime as dt
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts import inviting
from accounts.errors import DomainError, PermissionRefused
from accounts.identifiers import complete_identifier
from accounts.inviting import Invited, Mandate, Newcomer, Offer
from accounts.models import Invitation, Membership, Organisation, Role, User
from audit.models import AuditEvent
from outbox.models import Letter
from tests import scenarios
from tests.accounts.test_people import PAGE, signed_in

LANGUAGE = "en"

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"
PERSON = Invited(email="Colleague@Example.kz", full_name="Шақырылған Үлгі", language="kk")
EMPLOYEE = Offer(role=Role.APPLICANT)


@pytest.fixture(autouse=True)
def _open_door(settings: Any) -> None:
    """The whole run comes from one address."""
    settings.CTKZ_WRITE_PER_MINUTE = settings.CTKZ_WRITE_PER_DAY = 100_000


@pytest.fixture
def head() -> Membership:
    return scenarios.a_person("applicant")


def invited(head: Membership, offer: Offer = EMPLOYEE, person: Invited = PERSON) -> Invitation:
    return inviting.invite(
        organisation=head.organisation, actor=head, offer=offer, person=person, at=timezone.now()
    )


def letters(email: str = "colleague@example.kz") -> list[Letter]:
    return list(Letter.objects.filter(to=email).order_by("created_at", "pk"))


def code_in(letter: Letter) -> str:
    found = re.search(r"/account/join/([^/\s]+)/", letter.body)
    assert found, letter.body
    return found[1]


def newcomer(**said: str) -> Newcomer:
    values = {
        "full_name": "Шақырылған Үлгі",
        "iin": scenarios.an_iin(),
        "language": "kk",
        "password": PASSWORD,
    }
    return Newcomer(**{**values, **said})


def come(code: str, who: Newcomer | None = None) -> Membership:
    return inviting.accept(code=code, newcomer=who or newcomer(), at=timezone.now())


def code_of(command: Callable[[], Any]) -> str:
    with pytest.raises(DomainError) as refused, transaction.atomic():
        command()
    return refused.value.code


def mandate(**said: Any) -> Mandate:
    today = timezone.localdate()
    values = {
        "agent_bin": scenarios.a_bin(),
        "agent_name": "ТОО «Пример-Поверенный»",
        "number": "Д-7",
        "signed_on": today,
        "until": today + dt.timedelta(days=30),
    }
    return Mandate(**{**values, **said})


def test_the_letter_speaks_the_language_of_the_person_and_carries_the_only_code(
    head: Membership,
) -> None:
    invitation = invited(head)
    (letter,) = letters()
    assert letter.language == "kk"
    assert head.organisation.name_kk in letter.body
    code = code_in(letter)
    kept = " ".join(str(value) for value in Invitation.objects.filter(pk=invitation.pk).values()[0])
    assert code not in kept
    (event,) = AuditEvent.objects.about("invitation", invitation.pk)
    assert event.event == "membership.invited"
    assert code not in bytes(event.body).decode()


def test_a_stranger_comes_once_and_acts(head: Membership) -> None:
    invitation = invited(head)
    code = code_in(letters()[0])
    member = come(code)
    assert member.organisation == head.organisation
    assert (member.is_head, member.valid_until) == (False, None)
    assert member.user.check_password(PASSWORD)
    assert member.user.email == "colleague@example.kz"
    invitation.refresh_from_db()
    assert invitation.accepted_by == member
    (event,) = AuditEvent.objects.about("membership", member.pk)
    assert (event.event, event.facts["invitation"]) == ("membership.joined", str(invitation.pk))
    assert code_of(lambda: come(code)) == "invitation_unknown"
    assert head.organisation.memberships.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_windows_with_one_letter_make_one_person() -> None:
    head = scenarios.a_person("applicant")
    invited(head)
    code = code_in(letters()[0])
    both_ready = Barrier(2)

    def come_in(who: Newcomer) -> str:
        try:
            both_ready.wait(timeout=10)
            come(code, who)
        except DomainError as refusal:
            return refusal.code
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(come_in, [newcomer(), newcomer()]))
    assert sorted(results) == ["", "invitation_unknown"]
    assert head.organisation.memberships.count() == 2


def test_a_code_that_is_over_withdrawn_or_replaced_says_what_a_wrong_one_says(
    head: Membership, settings: Any
) -> None:
    codes = ["no-such-code"]
    withdrawn = invited(head)
    codes.append(code_in(letters()[0]))
    inviting.withdraw(invitation=withdrawn, actor=head, at=timezone.now())
    again = invited(head)
    codes.append(code_in(letters()[1]))
    inviting.send_again(invitation=again, actor=head, at=timezone.now())
    good = code_in(letters()[2])
    pages = [Client().get(f"/account/join/{code}/") for code in codes]
    assert Client().get(f"/account/join/{good}/").status_code == 200
    with time_machine.travel(timezone.now() + inviting.term(), tick=False):
        pages.append(Client().get(f"/account/join/{good}/"))
    assert {page.status_code for page in pages} == {404}
    texts = {re.sub(r'(value|name="next" value)="[^"]*"', "", p.content.decode()) for p in pages}
    texts = {re.sub(r"x-csrftoken[^}]*|/account/join/[^/]+/", "", text) for text in texts}
    assert len(texts) == 1


def test_the_letter_can_be_sent_again_after_its_term(head: Membership) -> None:
    with time_machine.travel(timezone.now() - dt.timedelta(days=20), tick=False):
        invitation = invited(head)
    assert invitation.is_over
    assert code_of(lambda: invited(head)) == "already_invited"
    inviting.send_again(invitation=invitation, actor=head, at=timezone.now())
    come(code_in(letters()[1]))


def test_whoever_has_an_account_only_confirms(head: Membership) -> None:
    known = scenarios.a_person("applicant")
    invited(head, person=Invited(known.user.email, "Иначе Названный", "ru"))
    code = code_in(letters(known.user.email)[0])
    client = Client()
    page = client.get(f"/account/join/{code}/")
    assert b'name="password"' not in page.content
    answer = client.post(f"/account/join/{code}/", {})
    assert answer["Location"] == "/account/sign-in/"
    assert "_auth_user_id" not in client.session
    known.user.refresh_from_db()
    assert known.user.full_name != "Иначе Названный"
    assert known.user.check_password(PASSWORD)
    assert known.user.memberships.count() == 2


def test_the_letter_of_another_is_not_for_whoever_is_signed_in(head: Membership) -> None:
    invited(head)
    code = code_in(letters()[0])
    other = signed_in(scenarios.a_person("applicant"))
    answer = other.post(f"/account/join/{code}/", {})
    assert answer.status_code == 409
    assert not User.objects.filter(email="colleague@example.kz").exists()


def test_a_stranger_writes_name_iin_and_password(head: Membership) -> None:
    invited(head)
    address = f"/account/join/{code_in(letters()[0])}/"
    client = Client()
    page = client.get(address)
    assert "Шақырылған Үлгі" in page.content.decode()
    assert 'lang="kk"' in page.content.decode()
    said = {"full_name": "Шақырылған Дұрыс", "iin": "123", "language": "kk", "password": "short"}
    refused = client.post(address, said)
    assert set(refused.context["form"].errors) == {"iin", "password"}
    answer = client.post(address, {**said, "iin": scenarios.an_iin(), "password": PASSWORD})
    assert answer.status_code == 302, answer.context["form"].errors
    assert User.objects.get(email="colleague@example.kz").full_name == "Шақырылған Дұрыс"
    assert client.login(username="colleague@example.kz", password=PASSWORD)


def test_nobody_takes_the_iin_of_somebody_else(head: Membership) -> None:
    invited(head)
    code = code_in(letters()[0])
    assert code_of(lambda: come(code, newcomer(iin=head.user.iin))) == "iin_known"
    come(code)


def test_whoever_acts_already_is_not_invited_again(head: Membership) -> None:
    person = Invited(head.user.email.upper(), "Тот же", "ru")
    assert code_of(lambda: invited(head, person=person)) == "acts_already"


def test_only_a_head_invites_and_only_to_roles_of_the_organisation(head: Membership) -> None:
    employee = scenarios.a_person("applicant", head.organisation)
    with pytest.raises(PermissionRefused):
        invited(employee)
    assert code_of(lambda: invited(head, Offer(role=Role.AUDITOR))) == "foreign_role"
    other = scenarios.a_person("applicant")
    with pytest.raises(PermissionRefused):
        inviting.withdraw(invitation=invited(head), actor=other, at=timezone.now())


def test_an_agent_comes_for_a_term_and_its_company_is_made_known(head: Membership) -> None:
    offered = mandate()
    invited(head, Offer(role=Role.APPLICANT, mandate=offered))
    member = come(code_in(letters()[0]))
    assert member.agent == Organisation.objects.get(bin=offered.agent_bin)
    assert member.agent.name_ru == offered.agent_name
    assert (member.valid_until, member.mandate_number) == (offered.until, "Д-7")
    assert member.own_organisation == member.agent


def test_a_known_company_keeps_its_name_when_it_becomes_an_agent(head: Membership) -> None:
    known = scenarios.an_organisation()
    invited(head, Offer(role=Role.APPLICANT, mandate=mandate(agent_bin=known.bin)))
    known.refresh_from_db()
    assert known.name_ru != "ТОО «Пример-Поверенный»"
    assert Invitation.objects.get().agent == known


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (lambda head: {"agent_bin": head.organisation.bin}, "agent_is_oneself"),
        (
            lambda head: {"agent_bin": scenarios.an_organisation("expert").bin},
            "agent_is_an_authority",
        ),
        (lambda head: {"until": timezone.localdate() - dt.timedelta(days=1)}, "mandate_over"),
        (
            lambda head: {"until": timezone.localdate() + dt.timedelta(days=1500)},
            "mandate_too_long",
        ),
    ],
)
def test_who_cannot_be_an_agent(
    head: Membership, said: Callable[[Membership], dict[str, Any]], code: str
) -> None:
    offer = Offer(role=Role.APPLICANT, mandate=mandate(**said(head)))
    assert code_of(lambda: invited(head, offer)) == code


def test_an_agent_who_comes_after_the_power_ran_out_gets_nothing(
    head: Membership, settings: Any
) -> None:
    settings.CTKZ_INVITATION_DAYS = 60
    invited(head, Offer(role=Role.APPLICANT, mandate=mandate()))
    code = code_in(letters()[0])
    with time_machine.travel(timezone.now() + dt.timedelta(days=31), tick=False):
        assert code_of(lambda: come(code)) == "mandate_over"


def test_the_form_asks_for_the_power_of_an_agent_alone(head: Membership) -> None:
    client = signed_in(head)
    said = {"full_name": "Агент Үлгі", "email": "agent@example.kz", "language": "ru"}
    as_employee = client.post(PAGE + "invite/", {**said, "capacity": "applicant"})
    assert as_employee.status_code == 302, as_employee.context["form"].errors
    as_agent = client.post(
        PAGE + "invite/", {**said, "email": "two@example.kz", "capacity": "agent", "is_head": "on"}
    )
    assert set(as_agent.context["form"].errors) == {
        "agent_bin", "agent_name", "mandate_number", "mandate_on", "until", "is_head",
    }  # fmt: skip
    complete = {
        "agent_bin": complete_identifier("20014099999"),
        "agent_name": "ТОО «Пример-Поверенный»",
        "mandate_number": "№ 12/а",
        "mandate_on": timezone.localdate().isoformat(),
        "until": (timezone.localdate() + dt.timedelta(days=90)).isoformat(),
    }
    sent = client.post(
        PAGE + "invite/", {**said, "email": "two@example.kz", "capacity": "agent", **complete}
    )
    assert sent.status_code == 302, sent.context["form"].errors
    assert Invitation.objects.get(email="two@example.kz").mandate_number == "№ 12/а"
    page = client.get(PAGE).content.decode()
    assert "two@example.kz" in page


def test_buttons_send_again_and_withdraw(head: Membership) -> None:
    invitation = invited(head)
    client = signed_in(head)
    address = f"{PAGE}invitations/{invitation.pk}/"
    assert client.post(address + "again/").status_code == 302
    assert len(letters()) == 2
    assert client.post(address + "withdraw/").status_code == 302
    assert client.post(address + "again/").status_code == 409
    stranger = signed_in(scenarios.a_person("applicant"))
    assert stranger.post(address + "withdraw/").status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        "accepted_at = now()",
        "mandate_number = 'Д-1'",
        "agent_id = organisation_id, mandate_number = '1', mandate_on = now(), valid_until = now()",
    ],
)
def test_the_database_refuses_half_an_invitation(head: Membership, change: str) -> None:
    invitation = invited(head)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE accounts_invitation SET {change} WHERE id = %s",
            [invitation.pk],
        )
    with pytest.raises(InternalError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_invitation WHERE id = %s", [invitation.pk])
