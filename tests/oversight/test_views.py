"""The inspector's desk: everything to read, nothing to change, and every reading on record."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.errors import PermissionRefused
from accounts.models import COMMITTEE_ROLES, Membership, Role
from audit.models import AuditEvent
from audit.publishing import publish
from audit.sequencing import sequence_all
from documents.canonical import sha256_hex
from expertise.models import ExpertiseRequest
from issuance.models import Certificate
from oversight.models import CaseReading
from oversight.reading.selectors import log_state
from oversight.reading.services import note_reading
from tests.scenarios import (
    a_certificate,
    a_person,
    a_request,
    an_application,
    staff_of,
)

LIST, LOG = "/committee/cases/", "/committee/log/"
READ = "case.viewed_by_committee"


@pytest.fixture
def inspector(db: None) -> Membership:
    return a_person(Role.INSPECTOR)


def opened(client: Client, actor: Membership, address: str, **query: str) -> Any:
    client.force_login(actor.user)
    return client.get(address, query, headers={"accept-language": "en"}, follow=True)


def case_page(thing: Any) -> str:
    return reverse("oversight:case-detail", args=[thing.case_id])


def test_an_inspector_reads_the_whole_story_of_a_case(
    client: Client, inspector: Membership
) -> None:
    certificate: Certificate = a_certificate("valid")
    application = certificate.application
    answer = opened(client, inspector, case_page(certificate))
    text = answer.content.decode()
    for expected in (
        application.act.request.number,
        application.act.number,
        application.number,
        certificate.number,
        certificate.document.sealed_sha256,
        f"Certificate {certificate.number} was sealed and is in force",
        str(application.reviewer),
        str(application.decider),
        "PF-0001A",
    ):
        assert str(expected) in text
    assert "<form" not in text.partition("<main")[2].partition("</main>")[0]


def test_every_step_carries_its_place_in_the_log(client: Client, transactional_db: None) -> None:
    inspector, application = a_person(Role.INSPECTOR), an_application("submitted")
    sequence_all()
    publish()
    page = reverse("workplace:case-history", args=[application.case_id])
    text = opened(client, inspector, page).content.decode()
    events = AuditEvent.objects.of_case(application.case_id).select_related("leaf")
    for event in events.exclude(event=READ):
        assert bytes(event.leaf.hash).hex() in text
    # The reading itself was recorded a moment ago.
    assert text.count("pending") == 1


def test_files_of_the_case_are_given_out_by_digest_and_nothing_else_is(
    client: Client, inspector: Membership
) -> None:
    certificate, other = a_certificate("valid"), a_request("submitted")
    page = reverse(
        "oversight:case-file", args=[certificate.case_id, certificate.document.sealed_sha256]
    )
    answer = opened(client, inspector, page)
    assert sha256_hex(answer.content) == certificate.document.sealed_sha256
    assert "attachment" in answer["Content-Disposition"]
    elsewhere = reverse(
        "oversight:case-file", args=[other.case_id, certificate.document.sealed_sha256]
    )
    assert opened(client, inspector, elsewhere).status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role not in COMMITTEE_ROLES])
def test_to_everybody_else_the_desk_does_not_exist(client: Client, db: None, role: str) -> None:
    request = a_request("submitted")
    actor = a_person(role)
    for address in (LIST, LOG, case_page(request)):
        assert opened(client, actor, address).status_code == 404
    assert not AuditEvent.objects.filter(event=READ).exists()


def test_a_stranger_is_asked_to_sign_in(client: Client, db: None) -> None:
    assert client.get(LIST)["Location"].startswith("/account/sign-in/")


def test_a_draft_is_nobodys_but_the_applicants(client: Client, inspector: Membership) -> None:
    draft = a_request("draft")
    assert opened(client, inspector, case_page(draft)).status_code == 404
    assert "0 cases" in opened(client, inspector, LIST).content.decode()


def test_a_case_that_is_none_is_not_found(client: Client, inspector: Membership) -> None:
    assert opened(client, inspector, f"/committee/cases/{uuid4()}/").status_code == 404


def test_a_reading_is_logged_once_a_day_for_each_inspector(
    client: Client, inspector: Membership
) -> None:
    request = a_request("submitted")
    colleague = a_person(Role.INSPECTOR, inspector.organisation)
    for actor in (inspector, inspector, colleague):
        opened(client, actor, case_page(request))
    events = AuditEvent.objects.filter(event=READ, case_id=str(request.case_id))
    assert {event.actor_id for event in events} == {str(inspector.user_id), str(colleague.user_id)}
    assert events.all().count() == 2
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert note_reading(request=request, actor=inspector, on=tomorrow)
    assert events.all().count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_tabs_opened_at_once_leave_one_entry() -> None:
    inspector, request = a_person(Role.INSPECTOR), a_request("submitted")

    def read(_tab: int) -> bool:
        try:
            return note_reading(request=request, actor=inspector, on=timezone.localdate())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(read, range(6))) == 1
    assert CaseReading.objects.count() == 1
    assert AuditEvent.objects.filter(event=READ).count() == 1


def test_only_an_inspector_leaves_a_reading(db: None) -> None:
    request = a_request("submitted")
    with pytest.raises(PermissionRefused):
        note_reading(request=request, actor=a_person(Role.AUDITOR), on=timezone.localdate())


def test_the_list_is_narrowed_by_every_condition(client: Client, inspector: Membership) -> None:
    filed, closed = a_request("submitted"), a_request("rejected")
    at_chamber = an_application("under_review").act.request
    certificate = a_certificate("valid")
    number, issued = certificate.number, certificate.application.act.request
    chamber = ExpertiseRequest.objects.get(pk=at_chamber.pk).chamber
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    today = timezone.localdate().isoformat()
    everything = {filed.number, closed.number, at_chamber.number, issued.number}
    for query, expected in (
        ({}, everything),
        ({"stage": "expertise"}, {filed.number}),
        ({"stage": "chamber"}, {at_chamber.number}),
        ({"stage": "certificate"}, {issued.number}),
        ({"stage": "closed"}, {closed.number}),
        ({"status": "request:rejected"}, {closed.number}),
        ({"status": "application:under_review"}, {at_chamber.number}),
        ({"status": "certificate:valid"}, {issued.number}),
        ({"chamber": str(chamber.pk)}, {at_chamber.number, issued.number}),
        ({"experts": str(filed.expert_organisation_id)}, {filed.number}),
        ({"filed_from": today, "filed_to": today}, everything),
        ({"filed_to": yesterday}, set()),
        ({"q": closed.number}, {closed.number}),
        ({"q": number.replace(" ", "")}, {issued.number}),
        ({"q": issued.applicant.bin}, {issued.number}),
    ):
        text = opened(client, inspector, LIST, **query).content.decode()
        assert {number for number in everything if f">{number}</a>" in text} == expected, query


def test_a_condition_that_makes_no_sense_is_named(client: Client, inspector: Membership) -> None:
    answer = opened(client, inspector, LIST, filed_from="yesterday", stage="nowhere")
    assert answer.status_code == 200
    assert "Enter a valid date" in answer.content.decode()


def test_ten_cases_cost_no_more_queries_than_one(
    client: Client, inspector: Membership, django_assert_num_queries: Any
) -> None:
    first = an_application("submitted")
    opened(client, inspector, LIST)
    with django_assert_num_queries(20, exact=False) as for_one:
        client.get(LIST)
    for _number in range(2):
        an_application("submitted", applicant=staff_of(first, Role.APPLICANT))
    with django_assert_num_queries(len(for_one)):
        assert client.get(LIST).content.count(b"<tr>") == 4


def test_the_state_of_the_log_is_told_before_and_after_publication(
    client: Client, transactional_db: None
) -> None:
    inspector = a_person(Role.INSPECTOR)
    a_request("submitted")
    assert "Nothing has been signed yet" in opened(client, inspector, LOG).content.decode()
    waiting = log_state().pending
    sequence_all()
    publish()
    state = log_state()
    assert (state.size, state.pending, state.is_signed) == (waiting, 0, True)
    text = opened(client, inspector, LOG).content.decode()
    assert f"The log holds {state.size} entries" in text
    assert "The signature holds" in text
    assert state.checkpoint is not None
    assert state.checkpoint.note.splitlines()[0] in text


def test_every_page_of_the_desk_speaks_every_language(
    client: Client, inspector: Membership
) -> None:
    request = a_request("submitted")
    client.force_login(inspector.user)
    for language in ("kk", "ru", "en"):
        for address in (LIST, LOG, case_page(request)):
            answer = client.get(address, headers={"accept-language": language}, follow=True)
            assert answer.status_code == 200
            assert f'<html lang="{language}">' in answer.content.decode()
