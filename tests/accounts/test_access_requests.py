"""Asking for access: one answer for everybody, and the head's decision."""

import re
import secrets
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts import access, inviting
from accounts.access import Asked
from accounts.errors import DomainError
from accounts.inviting import Offer
from accounts.models import AccessRequest, Membership, Role
from audit.models import AuditEvent
from outbox.models import Letter
from tests import scenarios
from tests.accounts.test_inviting import code_in, newcomer
from tests.accounts.test_people import PAGE, signed_in

LANGUAGE = "en"

pytestmark = pytest.mark.django_db

ASK = "/account/access/"


@pytest.fixture(autouse=True)
def _open_door(settings: Any) -> None:
    settings.CTKZ_WRITE_PER_MINUTE = settings.CTKZ_WRITE_PER_DAY = 100_000


@pytest.fixture
def head() -> Membership:
    return scenarios.a_person("applicant")


def said(bin: str, **fields: str) -> dict[str, str]:
    return {
        "bin": bin,
        "full_name": "Сұраушы Үлгі",
        "iin": scenarios.an_iin(),
        "email": "asking@example.kz",
        "purpose": "Бухгалтер, буду подавать заявки",
        **fields,
    }


def asked(bin: str, **fields: str) -> AccessRequest:
    return access.ask_for_access(
        asked=Asked(**said(bin, **fields), language="kk"), at=timezone.now()
    )


def test_the_answer_is_the_same_whether_the_portal_knows_the_organisation(
    head: Membership,
) -> None:
    pages = []
    for bin in (head.organisation.bin, scenarios.a_bin()):
        client = Client()
        answer = client.post(ASK, said(bin))
        assert (answer.status_code, answer["Location"]) == (302, "/account/access/asked/")
        page = client.get(answer["Location"]).content.decode()
        pages.append(re.sub(r"x-csrftoken[^}]*|value=\"[^\"]*\"", "", page))
    assert pages[0] == pages[1]
    assert AccessRequest.objects.count() == 2
    assert sorted(
        event.facts["organisation"] for event in AuditEvent.objects.filter(event="access.asked")
    ) == ["", str(head.organisation.pk)]


def test_asking_twice_is_asking_once(head: Membership) -> None:
    first = asked(head.organisation.bin)
    assert asked(head.organisation.bin, email=" ASKING@example.kz") == first
    assert AuditEvent.objects.filter(event="access.asked").count() == 1


def test_a_flood_is_stopped(head: Membership, settings: Any) -> None:
    settings.CTKZ_WRITE_PER_MINUTE = 2
    client = Client(REMOTE_ADDR=f"2001:db8::{secrets.token_hex(2)}:{secrets.token_hex(2)}")
    with time_machine.travel(timezone.now(), tick=False):
        codes = [client.post(ASK, said("1")).status_code for _n in range(4)]
    assert codes == [200, 200, 429, 429]


def test_more_than_a_hundred_for_one_number_are_not_taken(monkeypatch: Any) -> None:
    monkeypatch.setattr(access, "MOST_WAITING", 2)
    bin = scenarios.a_bin()
    for number in range(2):
        asked(bin, email=f"asking{number}@example.kz")
    with pytest.raises(DomainError) as refused:
        asked(bin, email="asking9@example.kz")
    assert refused.value.code == "too_many_waiting"


def test_heads_see_and_decide_and_nobody_else(head: Membership) -> None:
    request = asked(head.organisation.bin)
    address = f"{PAGE}requests/{request.pk}/"
    assert request.full_name in signed_in(head).get(PAGE).content.decode()
    assert signed_in(head).get(address).status_code == 200
    others = (
        scenarios.a_person("applicant", head.organisation),
        scenarios.an_agent(head.organisation),
        scenarios.a_person("applicant"),
        scenarios.a_person(Role.COMMITTEE_HEAD),
    )
    for other in others:
        client = signed_in(other)
        assert client.get(address).status_code == 404
        assert request.full_name not in client.get(PAGE).content.decode()


def test_granted_access_is_a_letter_that_the_person_comes_with(head: Membership) -> None:
    request = asked(head.organisation.bin)
    answer = signed_in(head).post(
        f"{PAGE}requests/{request.pk}/", {"answer": "grant", "capacity": "applicant"}
    )
    assert answer.status_code == 302
    assert not head.organisation.memberships.filter(user__email=request.email).exists()
    (letter,) = Letter.objects.filter(to=request.email)
    assert letter.language == "kk"
    member = inviting.accept(
        code=code_in(letter), newcomer=newcomer(iin=request.iin), at=timezone.now()
    )
    assert member.organisation == head.organisation
    request.refresh_from_db()
    assert request.invitation == member.invitation
    (_asked, granted) = AuditEvent.objects.about("access_request", request.pk).order_by("id")
    assert (granted.event, granted.facts["role"]) == ("access.granted", "applicant")


def test_a_refusal_tells_the_reason_and_leaves_the_way_open(head: Membership) -> None:
    request = asked(head.organisation.bin)
    client = signed_in(head)
    address = f"{PAGE}requests/{request.pk}/"
    assert client.post(address, {"answer": "refuse"}).status_code == 200
    answer = client.post(address, {"answer": "refuse", "refuse-reason": "Мы вас не знаем"})
    assert answer.status_code == 302
    (letter,) = Letter.objects.filter(to=request.email)
    assert "Мы вас не знаем" in letter.body
    assert client.get(address).status_code == 404
    assert asked(head.organisation.bin) != request


def test_of_two_heads_the_second_reads_that_it_is_decided(head: Membership) -> None:
    request = asked(head.organisation.bin)
    access.refuse_access(request=request, actor=head, reason="нет", at=timezone.now())
    with pytest.raises(DomainError) as refused:
        access.grant_access(
            request=request, actor=head, offer=Offer(role=Role.APPLICANT), at=timezone.now()
        )
    assert refused.value.code == "request_decided"


def test_a_request_to_another_organisation_cannot_be_decided(head: Membership) -> None:
    request = asked(scenarios.a_person("applicant").organisation.bin)
    with pytest.raises(DomainError):
        access.refuse_access(request=request, actor=head, reason="нет", at=timezone.now())


@pytest.mark.parametrize(
    "change", ["decided_at = now()", "reason = 'x'", "decided_by_id = %(head)s"]
)
def test_the_database_refuses_half_a_decision(head: Membership, change: str) -> None:
    request = asked(head.organisation.bin)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE accounts_accessrequest SET {change} WHERE id = %(id)s",
            {"head": head.pk, "id": request.pk},
        )
