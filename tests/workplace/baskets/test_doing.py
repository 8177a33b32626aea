"""Commands for several cases: each its own event, what is refused is told, nothing twice."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Role
from audit.models import AuditEvent
from expertise.models import ExpertiseRequest
from issuance import services
from issuance.models import Application, TakeOver
from tests import scenarios
from tests.oversight.inspections import scenes as inspections
from workplace.baskets.doing import Given, begin_run, carry_out
from workplace.baskets.gathering import Basket
from workplace.models import BulkItem, BulkRun, HandOver

LANGUAGE = "en"
pytestmark = pytest.mark.django_db


def events(name: str) -> int:
    return AuditEvent.objects.filter(event=name).count()


def ticket(thing: Any, kind: str, version: int | None = None) -> str:
    return f"{kind}:{thing.pk}:{thing.version if version is None else version}"


def signed_in(client: Client, actor: Membership) -> Client:
    client.force_login(actor.user)
    return client


def submitted(count: int) -> list[Application]:
    first = scenarios.an_application("submitted")
    applicant = scenarios.staff_of(first, Role.APPLICANT)
    others = [scenarios.an_application("submitted", applicant=applicant) for _n in range(count - 1)]
    return [first, *others]


def press(client: Client, command: str, tickets: list[str], **more: str) -> Any:
    return client.post(
        reverse("workplace:bulk-begin"),
        {"do": command, "thing": tickets, "form_token": str(uuid.uuid4()), **more},
        follow=True,
    )


def test_three_are_taken_and_the_one_that_moved_on_is_told(client: Client) -> None:
    applications = submitted(3)
    officer = scenarios.staff_of(applications[0], Role.CHAMBER_OFFICER)
    other = scenarios.a_person(Role.CHAMBER_OFFICER, applications[0].chamber)
    tickets = [ticket(each, "application") for each in applications]
    services.take_application(application=applications[1], actor=other)
    answer = press(signed_in(client, officer), "take", tickets)
    text = answer.content.decode()
    assert "Taken: 2, refused: 1" in text
    assert "This is not possible now" in text
    assert list(BulkItem.objects.values_list("state", flat=True)) == ["done", "refused", "done"]
    assert events("application.taken") == 3
    reviewers = {str(each.pk): each.reviewer_id for each in Application.objects.all()}
    assert reviewers[str(applications[1].pk)] == other.user_id


def test_a_form_sent_twice_does_nothing_twice(client: Client) -> None:
    applications = submitted(2)
    officer = scenarios.staff_of(applications[0], Role.CHAMBER_OFFICER)
    tickets = [ticket(each, "application") for each in applications]
    token = str(uuid.uuid4())
    signed_in(client, officer)
    for _time in range(2):
        answer = press(client, "take", tickets, form_token=token)
        assert "Taken: 2" in answer.content.decode()
    assert BulkRun.objects.count() == 1
    assert events("application.taken") == 2


def test_what_was_broken_off_goes_on_with_what_still_waits() -> None:
    applications = submitted(2)
    officer = scenarios.staff_of(applications[0], Role.CHAMBER_OFFICER)
    rows = Basket(officer).chosen([ticket(each, "application") for each in applications])
    run = begin_run(actor=officer, command="take", rows=rows, form_token=uuid.uuid4())
    run.items.filter(ordinal=1).update(state="done", message="")
    carry_out(run=run, actor=officer, given=Given())
    assert events("application.taken") == 1
    carry_out(run=run, actor=officer, given=Given())
    assert events("application.taken") == 1
    assert set(run.items.values_list("state", flat=True)) == {"done"}


def test_the_signatory_gives_several_reviews_on_with_one_note(client: Client) -> None:
    applications = submitted(2)
    officer = scenarios.staff_of(applications[0], Role.CHAMBER_OFFICER)
    signatory = scenarios.staff_of(applications[0], Role.CHAMBER_SIGNATORY)
    services.take_application(application=applications[0], actor=officer)
    applications[0].refresh_from_db()
    second = scenarios.a_person(Role.CHAMBER_OFFICER, applications[0].chamber)
    tickets = [ticket(each, "application") for each in applications]
    asked = press(signed_in(client, signatory), "reassign", tickets)
    run = BulkRun.objects.get()
    address = reverse("workplace:bulk-run", args=[run.pk])
    assert second.user.full_name in asked.content.decode()
    refused = client.post(address, {"given_to": str(second.user_id), "note": ""})
    assert "This field is required" in refused.content.decode()
    assert events("application.reassigned") == 0
    done = client.post(
        address, {"given_to": str(second.user_id), "note": "Leave until Friday."}, follow=True
    )
    assert "Given on: 2" in done.content.decode()
    assert events("application.reassigned") == 2
    assert set(TakeOver.objects.values_list("note", flat=True)) == {"Leave until Friday."}
    client.post(address, {"given_to": str(officer.user_id), "note": "Again."})
    assert events("application.reassigned") == 2
    assert BulkRun.objects.get().note == "Leave until Friday."


def test_the_head_of_experts_accepts_several_and_gives_one_to_another_auditor(
    client: Client,
) -> None:
    first = scenarios.a_request("submitted")
    second = scenarios.a_request("submitted", experts=first.expert_organisation)
    head = scenarios.actor_of(first, Role.EXPERT_HEAD)
    press(signed_in(client, head), "accept", [ticket(first, "request"), ticket(second, "request")])
    assert set(ExpertiseRequest.objects.values_list("status", flat=True)) == {"accepted"}
    assert events("request.accepted") == 2
    first.refresh_from_db()
    given = scenarios.assign(first)
    before = given.auditor
    other = scenarios.a_person(Role.AUDITOR, first.expert_organisation)
    press(client, "reassign", [ticket(given, "request")])
    run = BulkRun.objects.get(command="reassign")
    client.post(
        reverse("workplace:bulk-run", args=[run.pk]),
        {"given_to": str(other.user_id), "note": "Ill for a week.", "reason": "absent"},
    )
    given.refresh_from_db()
    item = run.items.get()
    assert (item.state, item.message) == ("done", "")
    assert (given.status, given.auditor) == ("in_expertise", other.user)
    row = HandOver.objects.get()
    assert (row.previous, row.given_to, row.given_by) == (before, other.user, head.user)
    assert row.note == "Ill for a week."


def test_a_head_gives_an_inspection_to_a_colleague_of_the_department(client: Client) -> None:
    inspector = inspections.an_inspector(posted_to=inspections.HERE)
    head = inspections.an_inspector(
        inspections.HERE, inspector.organisation, role=Role.COMMITTEE_HEAD
    )
    inspection = inspections.unscheduled(inspector)
    press(signed_in(client, head), "reassign", [ticket(inspection, "inspection")])
    run = BulkRun.objects.get()
    client.post(
        reverse("workplace:bulk-run", args=[run.pk]),
        {"given_to": str(inspector.user_id), "note": "You know the market."},
    )
    inspection.refresh_from_db()
    assert inspection.inspector == inspector.user
    assert events("inspection.assigned") == 1
    assert HandOver.objects.get().given_to == inspector.user


def test_nothing_is_done_to_what_the_person_does_not_see(client: Client) -> None:
    application = scenarios.an_application("submitted")
    stranger = scenarios.a_person(
        Role.CHAMBER_OFFICER, scenarios.an_organisation("chamber", code="101")
    )
    answer = press(
        signed_in(client, stranger), "take", [ticket(application, "application"), "nonsense", "a:b"]
    )
    assert "Tick the cases first" in answer.content.decode()
    assert not BulkRun.objects.exists()


def test_a_run_is_its_persons_own(client: Client) -> None:
    application = scenarios.an_application("submitted")
    officer = scenarios.staff_of(application, Role.CHAMBER_OFFICER)
    press(signed_in(client, officer), "take", [ticket(application, "application")])
    address = reverse("workplace:bulk-run", args=[BulkRun.objects.get().pk])
    other = scenarios.a_person(Role.CHAMBER_OFFICER, application.chamber)
    assert signed_in(client, other).get(address).status_code == 404


def test_what_is_ticked_is_exported_and_nothing_else(client: Client) -> None:
    applications = submitted(2)
    officer = scenarios.staff_of(applications[0], Role.CHAMBER_OFFICER)
    answer = press(signed_in(client, officer), "csv", [ticket(applications[0], "application")])
    text = answer.content.decode()
    assert applications[0].number in text
    assert applications[1].number not in text


def test_the_ticked_ones_are_ticked_on_the_page_of_the_decision(client: Client) -> None:
    scenarios.a_seal()
    applications = [scenarios.an_application("recommended")]
    applicant = scenarios.staff_of(applications[0], Role.APPLICANT)
    applications.append(scenarios.an_application("recommended", applicant=applicant))
    signatory = scenarios.staff_of(applications[0], Role.CHAMBER_SIGNATORY)
    answer = press(signed_in(client, signatory), "decide", [ticket(applications[0], "application")])
    assert answer.redirect_chain[-1][0].startswith(reverse("issuance:decide-many"))
    text = answer.content.decode()
    chosen, left = (f'value="{each.pk}:{each.version}"' for each in applications)
    assert f"{chosen} checked" in text
    assert f"{left} checked" not in text
