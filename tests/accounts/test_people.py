"""Who may say who acts for an organisation, the last head, and agents under a power of attorney."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import people
from accounts.errors import DomainError, PermissionRefused
from accounts.middleware import SESSION_KEY
from accounts.models import Membership, Organisation, Role
from accounts.organisation_forms import MandateFields
from accounts.permissions import MANAGE_PEOPLE, SEE_PEOPLE, has_permission
from accounts.terms import LONGEST_MANDATE
from audit.models import AuditEvent
from expertise.models import ExpertiseRequest
from reference.models import Parameter
from tests import scenarios

LANGUAGE = "en"

pytestmark = pytest.mark.django_db

PAGE = "/account/organisation/"


def today() -> dt.date:
    return timezone.localdate()


def days(count: int) -> dt.timedelta:
    return dt.timedelta(days=count)


@pytest.fixture
def company() -> Organisation:
    return scenarios.an_organisation()


@pytest.fixture
def head(company: Organisation) -> Membership:
    return scenarios.a_person("applicant", company)


@pytest.fixture
def employee(company: Organisation, head: Membership) -> Membership:
    return scenarios.a_person("applicant", company)


@pytest.fixture
def agent(company: Organisation, head: Membership) -> Membership:
    return scenarios.an_agent(company)


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    session = client.session
    session[SESSION_KEY] = str(member.pk)
    session.save()
    return client


def code_of(command: Callable[[], Any]) -> str:
    with pytest.raises(DomainError) as refused, transaction.atomic():
        command()
    return refused.value.code


def events(subject: Membership) -> list[str]:
    found = AuditEvent.objects.about("membership", subject.pk).order_by("id")
    return [event.event for event in found]


@pytest.mark.parametrize(
    ("who", "manages", "sees"),
    [
        ("head", True, True),
        ("employee", False, True),
        ("agent", False, True),
        ("head of another", False, False),
        ("head whose term is over", False, False),
        ("nobody", False, False),
    ],
)
def test_only_a_head_of_the_organisation_itself_manages_its_people(
    who: str,
    manages: bool,
    sees: bool,
    company: Organisation,
    head: Membership,
    employee: Membership,
    agent: Membership,
) -> None:
    former = scenarios.a_person("applicant", company)
    former.is_head, former.valid_until = True, today() - days(1)
    former.save()
    actor = {
        "head": head,
        "employee": employee,
        "agent": agent,
        "head of another": scenarios.a_person("applicant"),
        "head whose term is over": former,
        "nobody": None,
    }[who]
    assert has_permission(actor, MANAGE_PEOPLE, company) is manages
    assert has_permission(actor, SEE_PEOPLE, company) is sees
    if actor is not None and not manages:
        with pytest.raises(PermissionRefused):
            people.give_head(membership=employee, actor=actor, on=today())


@pytest.mark.parametrize("role", list(Role))
def test_every_kind_of_organisation_keeps_its_own_people(role: Role) -> None:
    member = scenarios.a_person(role)
    answer = signed_in(member).get(PAGE)
    assert answer.status_code == 200
    manages = member.is_head
    assert (b"/account/organisation/invite/" in answer.content) is manages
    assert (signed_in(member).get(PAGE + "invite/").status_code == 200) is manages


def test_the_addresses_of_a_head_do_not_exist_for_others(
    company: Organisation, head: Membership, employee: Membership, agent: Membership
) -> None:
    addresses = [
        "details/", "invite/", f"people/{employee.pk}/end/", f"people/{agent.pk}/prolong/",
    ]  # fmt: skip
    for path in addresses:
        assert signed_in(head).get(PAGE + path).status_code == 200, path
        for stranger in (employee, agent, scenarios.a_person("applicant")):
            if path in addresses[:2] and stranger.organisation != company:
                continue
            assert signed_in(stranger).get(PAGE + path).status_code == 404, path


def test_an_agent_sees_heads_and_own_power_but_no_colleagues(
    head: Membership, employee: Membership, agent: Membership
) -> None:
    text = signed_in(agent).get(PAGE).content.decode()
    assert head.user.full_name in text
    assert agent.mandate_number in text
    assert employee.user.email not in text
    assert employee.user.email in signed_in(head).get(PAGE).content.decode()


def test_a_place_ends_at_once_or_after_a_day_and_the_log_keeps_it(
    head: Membership, employee: Membership
) -> None:
    people.end_membership(membership=employee, actor=head, last_day=today() + days(3), on=today())
    employee.refresh_from_db()
    assert employee.is_in_force(on=today() + days(3))
    assert not employee.is_in_force(on=today() + days(4))
    people.end_membership(membership=employee, actor=head, last_day=today() - days(1), on=today())
    assert signed_in(employee).get(PAGE).status_code == 404
    assert events(employee) == ["membership.ended", "membership.ended"]


def test_somebody_who_came_today_can_be_sent_away_today(
    company: Organisation, head: Membership
) -> None:
    came = scenarios.as_member(
        scenarios.a_person("applicant").user, "applicant", company, valid_from=today()
    )
    people.end_membership(membership=came, actor=head, last_day=today() - days(1), on=today())
    assert not Membership.objects.current().filter(pk=came.pk).exists()


def test_what_was_done_in_the_past_cannot_be_made_undone(
    head: Membership, employee: Membership
) -> None:
    refused = code_of(
        lambda: people.end_membership(
            membership=employee, actor=head, last_day=today() - days(2), on=today()
        )
    )
    assert refused == "last_day_past"


@pytest.mark.parametrize(
    "leave",
    [
        lambda head: people.take_head(membership=head, actor=head, on=today()),
        lambda head: people.end_membership(
            membership=head, actor=head, last_day=today() + days(30), on=today()
        ),
    ],
)
def test_the_last_head_stays(head: Membership, leave: Callable[[Membership], Any]) -> None:
    assert code_of(lambda: leave(head)) == "last_head"
    text = signed_in(head).get(PAGE).content.decode()
    assert f"people/{head.pk}/head/take/" not in text
    assert f"people/{head.pk}/end/" not in text


def test_a_head_whose_own_end_is_set_does_not_count_as_one_who_stays(
    head: Membership, employee: Membership
) -> None:
    people.give_head(membership=employee, actor=head, on=today())
    people.end_membership(membership=employee, actor=head, last_day=today() + days(5), on=today())
    assert code_of(lambda: people.take_head(membership=head, actor=head, on=today())) == "last_head"


def test_headship_is_handed_over(head: Membership, employee: Membership) -> None:
    people.give_head(membership=employee, actor=head, on=today())
    people.give_head(membership=employee, actor=head, on=today())
    employee.refresh_from_db()
    people.take_head(membership=head, actor=employee, on=today())
    assert events(employee) == ["membership.head_given"]
    assert events(head) == ["membership.head_taken"]
    head.refresh_from_db()
    with pytest.raises(PermissionRefused):
        people.give_head(membership=employee, actor=head, on=today())


@pytest.mark.django_db(transaction=True)
def test_of_two_heads_who_put_each_other_out_at_once_one_stays() -> None:
    company = scenarios.an_organisation()
    one, two = (scenarios.a_person("applicant", company) for _n in range(2))
    Membership.objects.filter(organisation=company).update(is_head=True)
    one.refresh_from_db()
    two.refresh_from_db()
    both_ready = Barrier(2)

    def put_out(actor: Membership, other: Membership) -> str:
        try:
            both_ready.wait(timeout=10)
            people.take_head(membership=other, actor=actor, on=today())
        except DomainError as refusal:
            return refusal.code
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(put_out, (one, two), (two, one)))
    assert sorted(results) == ["", "not_allowed"]
    assert Membership.objects.heads_of(company).count() == 1


def test_an_agent_is_nobodys_head(head: Membership, agent: Membership) -> None:
    refused = code_of(lambda: people.give_head(membership=agent, actor=head, on=today()))
    assert refused == "agent_is_no_head"
    text = signed_in(head).get(PAGE).content.decode()
    assert f"people/{agent.pk}/head/give/" not in text


@pytest.mark.parametrize(
    ("mandate_on", "until", "code"),
    [
        (0, 365, ""),
        (0, 3 * 365, ""),
        (0, 4 * 365, "mandate_too_long"),
        (1, 365, "mandate_not_yet"),
        (-30, -1, "mandate_over"),
    ],
)
def test_a_power_of_attorney_holds_for_three_years_at_most(
    head: Membership, agent: Membership, mandate_on: int, until: int, code: str
) -> None:
    def prolong() -> None:
        people.prolong_agent(
            membership=agent,
            actor=head,
            mandate_number="Д-2",
            mandate_on=today() + days(mandate_on),
            until=today() + days(until),
            on=today(),
        )

    if code:
        assert code_of(prolong) == code
        return
    prolong()
    agent.refresh_from_db()
    assert (agent.mandate_number, agent.valid_until) == ("Д-2", today() + days(until))
    (event,) = AuditEvent.objects.about("membership", agent.pk)
    assert event.facts["valid_until"] == agent.valid_until.isoformat()


def test_three_years_from_a_day_that_has_no_anniversary() -> None:
    assert people.anniversary(dt.date(2024, 2, 29), years=3) == dt.date(2027, 2, 28)
    assert people.anniversary(dt.date(2024, 2, 29), years=4) == dt.date(2028, 2, 29)


def test_how_long_a_power_of_attorney_may_hold_is_a_dated_parameter() -> None:
    """Of its own date: a change of the law leaves those given before as they were."""
    row = Parameter.objects.get(key=LONGEST_MANDATE)
    assert not row.is_confirmed
    changed = today() - days(10)
    Parameter.objects.filter(pk=row.pk).update(valid_until=changed - days(1))
    Parameter.objects.create(key=LONGEST_MANDATE, value=1, valid_from=changed, source="Draft")
    until = today() + days(700)
    people.check_mandate(mandate_on=changed - days(1), until=until, on=today())
    with pytest.raises(DomainError) as refusal:
        people.check_mandate(mandate_on=changed, until=until, on=today())
    assert refusal.value.code == "mandate_too_long"
    assert "for 1 year from its date at most" in str(refusal.value.message)
    told = str(MandateFields().fields["until"].help_text)
    assert "holds for 1 year from its date at most" in told
    assert "names no last day, it holds for 1 year." in told


def test_an_employee_is_not_prolonged(head: Membership, employee: Membership) -> None:
    refused = code_of(
        lambda: people.prolong_agent(
            membership=employee,
            actor=head,
            mandate_number="Д-2",
            mandate_on=today(),
            until=today(),
            on=today(),
        )
    )
    assert refused == "not_an_agent"


def test_an_agent_sees_the_cases_of_the_applicant_and_nothing_after_the_end() -> None:
    request = scenarios.a_request("submitted")
    foreign = scenarios.a_request("submitted")
    agent = scenarios.an_agent(request.applicant, days=2)
    seen = ExpertiseRequest.objects.visible_to(agent)
    assert list(seen) == [request]
    address = f"/expertise/requests/{request.pk}/"
    assert signed_in(agent).get(address).status_code == 200
    assert signed_in(agent).get(f"/expertise/requests/{foreign.pk}/").status_code == 404
    with time_machine.travel(timezone.now() + days(2), tick=False):
        assert signed_in(agent).get(address).status_code == 200
    with time_machine.travel(timezone.now() + days(3), tick=False):
        assert signed_in(agent).get(address).status_code == 404


def test_the_log_names_the_applicant_and_the_page_the_agent(
    company: Organisation, agent: Membership
) -> None:
    assert agent.ref().organisation == str(company.pk)
    assert agent.agent is not None
    assert f"agent: {agent.agent.name}" in str(agent)
    client = signed_in(agent)
    assert f"agent: {agent.agent.name}" in client.get(PAGE).content.decode()
    choice = client.get("/account/choose/").content.decode()
    assert company.name in choice
    assert f"until {agent.valid_until:%d.%m.%Y}" in choice


def raw(sql: str, *values: UUID) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [str(value) for value in values])


@pytest.mark.parametrize(
    "change",
    [
        "valid_until = NULL",
        "is_head = true",
        "role = 'auditor'",
        "mandate_number = ''",
        "mandate_on = NULL",
        "agent_id = organisation_id",
        "agent_id = NULL",
        "valid_until = mandate_on - 1, valid_from = mandate_on - 9",
    ],
)
def test_the_database_refuses_half_an_agent(agent: Membership, change: str) -> None:
    with pytest.raises(IntegrityError):
        raw(f"UPDATE accounts_membership SET {change} WHERE id = %s", agent.pk)


def test_the_database_keeps_memberships_and_invitations(head: Membership) -> None:
    with pytest.raises(InternalError):
        raw("DELETE FROM accounts_membership WHERE id = %s", head.pk)


def test_details_are_changed_by_the_head_of_an_applicant(
    company: Organisation, head: Membership
) -> None:
    values = {field: getattr(company, field) for field in people.DETAILS}
    answer = signed_in(head).post(PAGE + "details/", {**values, "name_ru": "ТОО «Пример-Новое»"})
    assert answer.status_code == 302, answer.context["form"].errors
    company.refresh_from_db()
    assert company.name_ru == "ТОО «Пример-Новое»"
    (event,) = AuditEvent.objects.about("organisation", company.pk)
    assert event.facts == {"fields": ["name_ru"]}
    chief = scenarios.a_person(Role.EXPERT_HEAD)
    assert signed_in(chief).get(PAGE + "details/").status_code == 404


def test_the_page_costs_the_same_for_one_person_and_for_ten(
    company: Organisation, head: Membership
) -> None:
    client = signed_in(head)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    for _n in range(4):
        scenarios.a_person("applicant", company)
        scenarios.an_agent(company)
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)
    assert len(many) == len(few)
