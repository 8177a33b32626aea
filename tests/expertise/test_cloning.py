"""A new draft from an earlier request of the same applicant."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

import audit
from accounts.errors import PermissionRefused
from accounts.models import Role
from expertise.models import ExpertiseRequest, Material
from expertise.services import filing
from expertise.services.cloning import clone_request
from tests import scenarios
from tests.expertise.test_pages import page, signed_in, text

pytestmark = pytest.mark.django_db


def cloned(request: ExpertiseRequest, actor=None) -> ExpertiseRequest:
    return clone_request(
        request=request,
        actor=actor or scenarios.actor_of(request, Role.APPLICANT),
        form_token=uuid.uuid4(),
    )


def with_legal_status(status: str = "draft", **options) -> ExpertiseRequest:
    request = scenarios.a_draft(**options)
    filing.add_document(
        request=request,
        actor=scenarios.actor_of(request, Role.APPLICANT),
        upload=scenarios.a_pdf("charter.pdf"),
        type="legal_status",
    )
    return scenarios.submit(request) if status == "submitted" else request


def bill(request: ExpertiseRequest) -> list[tuple]:
    return list(
        Material.objects.filter(line__request=request)
        .order_by("line__number", "number")
        .values_list("line__number", "number", "name", "value_kzt", "origin_document")
    )


def test_parties_goods_and_materials_go_along_and_the_old_request_stays():
    request = with_legal_status("submitted", lines=2, category="batch")
    draft = cloned(request)
    assert (draft.status, draft.number, draft.submitted_at) == ("draft", None, None)
    assert draft.case_id != request.case_id
    for name in ("expert_organisation", "category", "purpose", "operations", "producer_bin",
                 "recipient_bin"):  # fmt: skip
        assert getattr(draft, name) == getattr(request, name)
    assert (draft.contract_number, draft.contract_on) == ("", None)
    assert bill(draft) == bill(request)
    names = [line.name for line in request.lines.order_by("number")]
    assert [line.name for line in draft.lines.order_by("number")] == names
    assert [event.event for event in audit.timeline(draft.case_id)] == ["request.created"]
    request.refresh_from_db()
    assert request.lines.count() == 2


def test_only_papers_on_the_legal_status_go_along_and_for_a_year():
    request = with_legal_status()
    draft = cloned(request)
    copied = draft.documents.get()
    original = request.documents.get(type="legal_status")
    assert (copied.type, copied.file_id) == ("legal_status", original.file_id)
    assert copied.added_at == original.added_at
    with time_machine.travel(timezone.now() + timedelta(days=300)):
        assert cloned(draft).documents.count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=370)):
        assert cloned(draft).documents.count() == 0


def test_the_page_sent_twice_makes_one_draft():
    request = scenarios.a_request("submitted")
    client = signed_in(scenarios.actor_of(request, Role.APPLICANT))
    address = page("request-clone", request.pk)
    assert address in text(client.get(page("request-detail", request.pk)))
    token = client.get(address).context["form_token"]
    places = {client.post(address, {"form_token": token})["Location"] for _ in range(2)}
    assert len(places) == 1
    assert ExpertiseRequest.objects.filter(applicant=request.applicant).count() == 2


def test_nobody_clones_what_is_not_their_own():
    request = scenarios.a_request("submitted")
    with pytest.raises(PermissionRefused):
        cloned(request, scenarios.a_person(Role.APPLICANT))
    with pytest.raises(PermissionRefused):
        cloned(request, scenarios.actor_of(request, Role.EXPERT_HEAD))
    stranger = signed_in(scenarios.a_person(Role.APPLICANT))
    assert stranger.get(page("request-clone", request.pk)).status_code == 404


def test_a_clone_can_be_submitted_once_its_documents_are_there():
    request = scenarios.a_request("submitted")
    draft = cloned(request)
    filing.add_document(
        request=draft,
        actor=scenarios.actor_of(draft, Role.APPLICANT),
        upload=scenarios.a_pdf(),
        type="process_description",
    )
    assert scenarios.submit(draft).status == "submitted"
