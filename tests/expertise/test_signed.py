"""The applicant and the auditor sign: the very bytes of the record, and nothing goes without."""

import base64
import datetime as dt
import json
from typing import Any

import pytest
import time_machine
from django.db import InternalError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.errors import DomainError
from accounts.models import Membership, Role
from audit.models import AuditEvent
from documents import signing as sessions
from documents.canonical import canonical_bytes
from documents.models import ElectronicSignature, SigningItem, SigningSession
from expertise import signatures
from expertise.models import Act, ExpertiseRequest, Finding
from expertise.records import request_record
from expertise.services import correcting, filing, signing
from issuance.models import Application
from tests import scenarios
from tests.signatures import a_signature

LANGUAGE = "en"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def required(settings: Any, eds: Any) -> None:
    """Switched on by each test when its case is ready to be signed."""
    settings.CTKZ_EDS_REQUIRED = False


def sign(session: SigningSession, **kind: Any) -> SigningItem:
    item = session.items.get()
    cms = a_signature(session.actor, item.record_bytes, **kind)
    sessions.give(session=session, actor=session.actor, signatures={item.pk: cms})
    item.refresh_from_db()
    return item


def ready_to_sign(**options: Any) -> tuple[ExpertiseRequest, Membership]:
    request = scenarios.examine(scenarios.a_request("in_expertise", **options))
    return request, scenarios.actor_of(request, Role.AUDITOR)


def test_nothing_is_submitted_or_signed_without_a_signature(settings: Any) -> None:
    draft = scenarios.a_draft()
    request, auditor = ready_to_sign()
    settings.CTKZ_EDS_REQUIRED = True
    applicant = scenarios.actor_of(draft, Role.APPLICANT)
    with pytest.raises(sessions.SignatureNeeded):
        filing.submit_request(request=draft, actor=applicant)
    with pytest.raises(sessions.SignatureNeeded):
        signing.sign_act(request=request, actor=auditor)
    assert not Act.objects.exists()


def test_the_applicant_signs_everything_that_was_declared(settings: Any) -> None:
    settings.CTKZ_EDS_REQUIRED = True
    draft = scenarios.a_draft(by_itself=True)
    applicant = scenarios.actor_of(draft, Role.APPLICANT)
    item = sign(signatures.begin_submission(request=draft, actor=applicant))
    assert item.refusal == ""
    draft.refresh_from_db()
    assert draft.status == "submitted"
    kept = draft.signature
    assert kept.record_bytes == canonical_bytes(request_record(draft))
    record = json.loads(kept.record_bytes)
    assert record["goes_to_chamber_by_itself"] is True
    assert record["chamber"]["code"] == draft.chamber.code
    # Words would stay in the log in the language of whoever signed.
    assert AuditEvent.objects.get(event="signature.accepted").subject_label == draft.number
    with pytest.raises(InternalError), transaction.atomic():
        ExpertiseRequest.objects.filter(pk=draft.pk).update(signature=None)


def test_a_draft_changed_after_it_was_shown_is_not_submitted(settings: Any) -> None:
    settings.CTKZ_EDS_REQUIRED = True
    draft = scenarios.a_draft()
    applicant = scenarios.actor_of(draft, Role.APPLICANT)
    session = signatures.begin_submission(request=draft, actor=applicant)
    filing.update_request(request=draft, actor=applicant, values={"operations": "Иначе."})
    assert sign(session).refusal_code == "record_changed"
    draft.refresh_from_db()
    assert (draft.status, draft.signature) == ("draft", None)


def test_an_incomplete_draft_is_refused_before_anything_is_signed(settings: Any) -> None:
    settings.CTKZ_EDS_REQUIRED = True
    draft = scenarios.a_draft()
    applicant = scenarios.actor_of(draft, Role.APPLICANT)
    filing.update_request(request=draft, actor=applicant, values={"operations": ""})
    with pytest.raises(DomainError):
        signatures.begin_submission(request=draft, actor=applicant)
    assert not SigningSession.objects.exists()


def test_the_auditor_signs_the_bytes_that_become_the_act(settings: Any) -> None:
    request, auditor = ready_to_sign()
    settings.CTKZ_EDS_REQUIRED = True
    session = signatures.begin_act(request=request, actor=auditor)
    shown = session.items.get().record_bytes
    item = sign(session, own=True)
    assert item.refusal == ""
    act = Act.objects.get()
    assert bytes(act.record) == shown == act.signature.record_bytes
    assert act.signature.subject_id == str(act.pk)
    assert item.result_url == reverse("expertise:act-detail", args=[act.pk])
    with pytest.raises(InternalError), transaction.atomic():
        Act.objects.filter(pk=act.pk).update(signature=None)


def test_the_number_of_an_act_is_given_once_however_often_it_is_prepared(settings: Any) -> None:
    request, auditor = ready_to_sign()
    other, other_auditor = ready_to_sign(experts=request.expert_organisation)
    settings.CTKZ_EDS_REQUIRED = True
    numbers = {
        json.loads(signatures.begin_act(request=request, actor=auditor).items.get().record_bytes)[
            "number"
        ]
        for _attempt in range(3)
    }
    request.refresh_from_db()
    assert numbers == {request.act_number}
    sign(signatures.begin_act(request=request, actor=auditor), own=True)
    assert Act.objects.get().number == request.act_number
    assert signing.prepare_act(request=other, actor=other_auditor).record["number"] not in numbers


def test_a_finding_changed_after_it_was_shown_is_not_signed(settings: Any) -> None:
    request, auditor = ready_to_sign()
    settings.CTKZ_EDS_REQUIRED = True
    session = signatures.begin_act(request=request, actor=auditor)
    Finding.objects.update(justification="Иначе.")
    assert sign(session, own=True).refusal_code == "record_changed"
    assert not Act.objects.exists()


def test_an_act_prepared_yesterday_is_signed_anew(settings: Any) -> None:
    with time_machine.travel(timezone.localtime().replace(hour=12), tick=False) as clock:
        request, auditor = ready_to_sign()
        settings.CTKZ_EDS_REQUIRED = True
        session = signatures.begin_act(request=request, actor=auditor)
        SigningSession.objects.update(expires_at=timezone.now() + dt.timedelta(days=2))
        session.refresh_from_db()
        clock.shift(dt.timedelta(days=1))
        assert sign(session, own=True).refusal_code == "another_day"
    assert not Act.objects.exists()


def test_the_signature_of_the_request_carries_the_application_arranged_with_it(
    settings: Any,
) -> None:
    settings.CTKZ_EDS_REQUIRED = True
    draft = scenarios.a_draft(by_itself=True)
    applicant = scenarios.actor_of(draft, Role.APPLICANT)
    sign(signatures.begin_submission(request=draft, actor=applicant))
    draft.refresh_from_db()
    request = scenarios.examine(scenarios.assign(scenarios.accept(draft)))
    auditor = scenarios.actor_of(request, Role.AUDITOR)
    sign(signatures.begin_act(request=request, actor=auditor), own=True)
    assert Application.objects.get().declaration == draft.signature


def test_an_unsigned_request_does_not_go_to_the_chamber_by_itself(settings: Any) -> None:
    request, auditor = ready_to_sign(by_itself=True)
    settings.CTKZ_EDS_REQUIRED = True
    sign(signatures.begin_act(request=request, actor=auditor), own=True)
    assert Act.objects.exists()
    assert not Application.objects.exists()


def test_a_correction_carries_on_what_the_applicant_signed(settings: Any) -> None:
    settings.CTKZ_EDS_REQUIRED = True
    draft = scenarios.a_draft()
    applicant = scenarios.actor_of(draft, Role.APPLICANT)
    sign(signatures.begin_submission(request=draft, actor=applicant))
    draft.refresh_from_db()
    request = scenarios.examine(scenarios.assign(scenarios.accept(draft)))
    auditor = scenarios.actor_of(request, Role.AUDITOR)
    sign(signatures.begin_act(request=request, actor=auditor), own=True)
    act = Act.objects.get()
    correction = correcting.open_correction(act=act, actor=auditor, reason="slip")
    assert correction.signature == draft.signature
    assert correction.act_number is None
    assert signatures.sees_request(draft.signature.subject_id, auditor)


def test_pages_lead_to_the_signature_and_back(settings: Any, client: Client) -> None:
    settings.CTKZ_EDS_REQUIRED = True
    draft = scenarios.a_draft()
    applicant = scenarios.actor_of(draft, Role.APPLICANT)
    client.force_login(applicant.user)
    answer = client.post(reverse("expertise:request-submit", args=[draft.pk]))
    session = SigningSession.objects.get()
    assert answer["Location"] == reverse("documents:signing-session", args=[session.pk])
    item = session.items.get()
    cms = a_signature(applicant, item.record_bytes)
    give = reverse("documents:signing-give", args=[session.pk])
    for _press in range(2):
        done = client.post(give, {f"cms-{item.pk}": _armoured(cms)})
        assert done["Location"] == reverse("expertise:request-detail", args=[draft.pk])
    assert ElectronicSignature.objects.count() == 1


def _armoured(cms: bytes) -> str:
    return f"-----BEGIN CMS-----\n{base64.encodebytes(cms).decode()}-----END CMS-----\n"
