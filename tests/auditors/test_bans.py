"""No new acts: a ban, a suspension and a revocation stop the signature in the very next request."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.errors import DomainError
from accounts.models import Membership, Role
from audit.models import AuditEvent
from auditors.bans import bans_on, impose_ban, lift_ban
from auditors.baskets import calls_for
from auditors.models import ActBan, AttestationCase, Suspension, attestation_in_force
from auditors.services import imposing
from documents import signing as sessions
from expertise import signatures
from expertise.eligibility import problems
from expertise.models import Act, ExpertiseRequest
from expertise.services import assigning, signing
from tests import scenarios
from tests.auditors.scenarios import a_case, apply, head, inspector, propose
from tests.signatures import a_signature

LANGUAGE = "en"
BASIS = "MS-2026-00001, SHA-256 " + "b" * 64

pytestmark = pytest.mark.django_db


def ban(person: Membership | None = None, **values: Any) -> ActBan:
    today = timezone.localdate()
    given = {"user": person.user} if person else {}
    return impose_ban(
        **{
            **given,
            "from_on": today,
            "until_on": today + dt.timedelta(days=29),
            "basis": BASIS,
            "proposed_by": inspector().user,
            "decided_by": head(),
            **values,
        }
    )


def ready_to_sign() -> tuple[ExpertiseRequest, Membership]:
    request = scenarios.examine(scenarios.a_request("in_expertise"))
    return request, scenarios.actor_of(request, Role.AUDITOR)


def with_a_case(auditor: Membership) -> AttestationCase:
    """The auditor's attestation as one that was decided in the portal."""
    case = a_case("attested", candidate=auditor)
    assert case.user_id == auditor.user_id
    return case


def suspend(auditor: Membership) -> None:
    imposing.impose_suspension(
        user=auditor.user,
        reason="control_findings",
        note=BASIS,
        months=6,
        on=timezone.localdate(),
        proposed_by=inspector().user,
        decided_by=head(),
    )


def revoke(auditor: Membership) -> AttestationCase:
    return imposing.impose_revocation(
        user=auditor.user,
        reason="repeated_violation",
        note=BASIS,
        on=timezone.localdate(),
        proposed_by=inspector().user,
        decided_by=head(),
    )


def ban_the_person(auditor: Membership) -> None:
    ban(auditor)


def ban_the_house(auditor: Membership) -> None:
    house = Membership.objects.get(user=auditor.user, role=Role.AUDITOR, pk=auditor.pk)
    ban(organisation=house.organisation)


STOPS: dict[str, tuple[Callable[[Membership], Any], str]] = {
    "suspended": (suspend, "attestation is not in force"),
    "revoked": (revoke, "attestation is not in force"),
    "banned": (ban_the_person, "New acts of this auditor are banned"),
    "the organisation banned": (ban_the_house, "New acts of this expert organisation are banned"),
}


@pytest.mark.parametrize("name", STOPS)
def test_nothing_is_signed_after_it_not_even_what_was_begun_before(
    name: str, settings: Any, eds: Any, client: Client
) -> None:
    stop, sentence = STOPS[name]
    settings.CTKZ_EDS_REQUIRED = False
    request, auditor = ready_to_sign()
    with_a_case(auditor)
    settings.CTKZ_EDS_REQUIRED = True
    session = signatures.begin_act(request=request, actor=auditor)
    item = session.items.get()
    cms = a_signature(auditor, item.record_bytes, own=True)
    stop(auditor)
    sessions.give(session=session, actor=auditor, signatures={item.pk: cms})
    item.refresh_from_db()
    assert item.state == "refused"
    assert sentence in item.refusal
    with pytest.raises(DomainError, match=sentence):
        signatures.begin_act(request=request, actor=auditor)
    settings.CTKZ_EDS_REQUIRED = False
    with pytest.raises(DomainError, match=sentence):
        signing.sign_act(request=request, actor=auditor)
    client.force_login(auditor.user)
    page = reverse("expertise:request-sign", args=[request.pk])
    shown = client.get(page, headers={"accept-language": "en"}).content.decode()
    assert sentence in shown
    assert "The act cannot be signed yet" in shown
    answer = client.post(page, headers={"accept-language": "en"})
    assert answer.status_code == 409
    assert not Act.objects.exists()


@pytest.mark.parametrize("name", ["banned", "the organisation banned"])
def test_a_banned_auditor_is_assigned_nothing(name: str) -> None:
    stop, sentence = STOPS[name]
    request = scenarios.a_request("accepted")
    auditor = scenarios.actor_of(request, Role.AUDITOR)
    stop(auditor)
    with pytest.raises(DomainError, match=sentence):
        assigning.assign_auditor(
            request=request,
            actor=scenarios.actor_of(request, Role.EXPERT_HEAD),
            auditor=auditor.user,
        )
    assert [each.code for each in problems(request, auditor.user, on=timezone.localdate())] == [
        "banned"
    ]


def test_a_ban_ends_with_its_last_day_and_when_it_is_lifted() -> None:
    auditor = scenarios.a_person(Role.AUDITOR)
    today = timezone.localdate()
    made = ban(auditor, until_on=today + dt.timedelta(days=9))

    def stands(days: int) -> bool:
        on = today + dt.timedelta(days=days)
        return auditor.user_id in bans_on([auditor.user], None, on=on)

    assert [stands(days) for days in (-1, 0, 9, 10)] == [False, True, True, False]
    lift_ban(ban=made, actor=head(), note="Устранено.", on=today + dt.timedelta(days=3))
    assert [stands(days) for days in (2, 3)] == [True, False]
    lift_ban(ban=made, actor=head(), note="Ещё раз.", on=today + dt.timedelta(days=5))
    assert AuditEvent.objects.filter(event="act_ban.lifted").count() == 1
    with pytest.raises(InternalError), transaction.atomic():
        ActBan.objects.filter(pk=made.pk).update(lifted_on=today)


def test_of_two_bans_the_longer_one_is_told() -> None:
    auditor = scenarios.a_person(Role.AUDITOR)
    today = timezone.localdate()
    ban(auditor, until_on=today + dt.timedelta(days=9))
    longest = ban(auditor, until_on=None)
    ban(auditor, until_on=today + dt.timedelta(days=90))
    assert bans_on([auditor.user], None, on=today)[auditor.user_id] == longest


def test_who_proposed_a_ban_does_not_decide_it() -> None:
    auditor, decider = scenarios.a_person(Role.AUDITOR), head()
    with pytest.raises(DomainError, match="another person"):
        ban(auditor, proposed_by=decider.user)
    made = ban(auditor)
    with pytest.raises(IntegrityError), transaction.atomic():
        ActBan.objects.bulk_create(
            [
                ActBan(
                    user=auditor.user,
                    from_on=made.from_on,
                    basis=BASIS,
                    proposed_by=decider.user,
                    decided_by=decider.user,
                )
            ]
        )
    for change in ("user_id = NULL", "from_on = from_on - 1", "basis = ''"):
        with (
            pytest.raises((InternalError, IntegrityError)),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE auditors_actban SET {change}")
    with pytest.raises(InternalError), transaction.atomic():
        made.delete()


def test_a_banned_auditor_reads_it_on_the_first_page_and_everybody_in_the_register(
    client: Client,
) -> None:
    auditor = scenarios.a_person(Role.AUDITOR)
    ban(auditor)
    calls = [call.text for call in calls_for(auditor, on=timezone.localdate())]
    assert any("New acts of this auditor are banned" in text for text in calls)
    client.force_login(auditor.user)
    for url in (
        reverse("auditors:mine"),
        reverse("auditors:auditor-detail", args=[auditor.user_id]),
    ):
        text = client.get(url, headers={"accept-language": "en"}).content.decode()
        assert "New acts of this auditor are banned by the Committee" in text
        assert "The ban stands until" in text


def test_the_head_of_a_banned_organisation_reads_it(client: Client) -> None:
    chief = scenarios.a_person(Role.EXPERT_HEAD)
    ban(organisation=chief.organisation)
    calls = [call.text for call in calls_for(chief, on=timezone.localdate())]
    assert any("New acts of this expert organisation are banned" in text for text in calls)
    client.force_login(chief.user)
    text = client.get(reverse("auditors:own-list"), headers={"accept-language": "en"})
    assert "New acts of this expert organisation are banned" in text.content.decode()


def test_an_auditor_without_a_case_is_told_apart_with_what_can_be_done() -> None:
    auditor = scenarios.a_person(Role.AUDITOR)
    with pytest.raises(DomainError, match="New acts of the auditor can be banned") as refusal:
        suspend(auditor)
    assert refusal.value.code == "no_case"
    nobody = scenarios.a_person(Role.APPLICANT)
    with pytest.raises(DomainError) as refusal:
        revoke(nobody)
    assert refusal.value.code == "not_attested"


def test_an_imposed_suspension_lasts_its_months_and_its_way_back_ends_it() -> None:
    case = a_case("attested")
    auditor = Membership.objects.get(user=case.user, role=Role.AUDITOR)
    today = timezone.localdate()
    suspend(auditor)
    suspension = Suspension.objects.get(case=case)
    assert (suspension.from_on, suspension.proposed_by) == (today, inspector().user)
    assert suspension.until_on > today + dt.timedelta(days=179)
    assert attestation_in_force(case.user, on=today) is None
    with pytest.raises(DomainError, match="suspended already"):
        suspend(auditor)
    imposing.end_suspension(suspension=suspension, actor=head(), note=BASIS, on=today)
    case.refresh_from_db()
    assert case.status == "attested"
    assert attestation_in_force(case.user, on=today) is not None
    imposing.end_suspension(suspension=suspension, actor=head(), note=BASIS, on=today)
    assert AuditEvent.objects.filter(event="attestation.suspension_lifted").count() == 1


def test_a_revocation_set_aside_leaves_the_past_as_it_was() -> None:
    case = a_case("attested")
    auditor = Membership.objects.get(user=case.user, role=Role.AUDITOR)
    today = timezone.localdate()
    revoke(auditor)
    with time_machine.travel(timezone.now() + dt.timedelta(days=10), tick=False):
        later = timezone.localdate()
        imposing.reinstate(case=case, actor=head(), basis=BASIS, on=later)
    case.refresh_from_db()
    assert (case.status, case.revoked_on, case.reinstated_on) == ("attested", today, later)
    assert attestation_in_force(case.user, on=later - dt.timedelta(days=1)) is None
    assert attestation_in_force(case.user, on=later) is not None
    # And it may be taken away once more.
    with time_machine.travel(timezone.now() + dt.timedelta(days=20), tick=False):
        revoke(auditor)
        assert attestation_in_force(case.user, on=timezone.localdate()) is None


def test_who_applied_anew_is_not_reinstated_beside_that_application() -> None:
    case = a_case("attested")
    auditor = Membership.objects.get(user=case.user, role=Role.AUDITOR)
    revoke(auditor)
    apply(auditor)
    case.refresh_from_db()
    with pytest.raises(DomainError, match="applied for a new attestation"):
        imposing.reinstate(case=case, actor=head(), basis=BASIS, on=timezone.localdate())
    case.refresh_from_db()
    assert case.status == "revoked"


def test_a_decision_that_was_being_prepared_lapses() -> None:
    case = a_case("attested")
    auditor = Membership.objects.get(user=case.user, role=Role.AUDITOR)
    proposal = propose(case, "suspend", "control_findings")
    revoke(auditor)
    proposal.refresh_from_db()
    assert proposal.outcome == "lapsed"
