"""Applications and decisions are signed: by the organisation's certificate, one record each."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Role
from documents import signing as sessions
from documents.eds.verdicts import Reason
from documents.models import SigningItem, SigningSession
from issuance import services, signatures
from issuance.models import Application, Certificate
from outbox.models import OutboxItem
from tests import scenarios
from tests.signatures import a_signature

LANGUAGE = "en"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def authority(eds: Any) -> None:
    scenarios.a_seal()


def signed(session: SigningSession, **kind: Any) -> list[SigningItem]:
    """Everybody's signature over every record, and what a worker then does."""
    given = {
        item.pk: a_signature(session.actor, item.record_bytes, **kind)
        for item in session.items.all()
    }
    sessions.give(session=session, actor=session.actor, signatures=given)
    for row in OutboxItem.objects.filter(task=sessions.COMPLETE_SIGNING, done_at=None):
        sessions.complete(**row.kwargs)
    return list(session.items.all())


def recommended(count: int = 1) -> tuple[list[Application], Membership]:
    applications = [scenarios.an_application("recommended") for _number in range(count)]
    return applications, scenarios.a_decider(applications[0])


def test_the_applicant_signs_to_which_chamber_which_act_goes(settings: Any) -> None:
    act = scenarios.an_act()
    settings.CTKZ_EDS_REQUIRED = True
    applicant = scenarios.actor_of(act.request, Role.APPLICANT)
    chamber = scenarios.an_organisation("chamber")
    with pytest.raises(sessions.SignatureNeeded):
        services.apply_for_certificate(act=act, actor=applicant, chamber=chamber)
    session = signatures.begin_application(act=act, actor=applicant, chamber=chamber)
    [item] = signed(session)
    assert item.refusal == ""
    application = Application.objects.get()
    assert application.status == "submitted"
    record = json.loads(application.declaration.record_bytes)
    assert record["act"]["sha256"] == act.record_sha256
    assert record["chamber"]["code"] == chamber.code
    assert application.declaration.subject_id == str(application.pk)
    assert item.result_url == reverse("issuance:application-detail", args=[application.pk])


def test_the_decision_to_issue_is_kept_as_it_was_signed(settings: Any) -> None:
    [application], signatory = recommended()
    settings.CTKZ_EDS_REQUIRED = True
    with pytest.raises(sessions.SignatureNeeded):
        services.approve_application(application=application, actor=signatory)
    session = signatures.begin_approval(applications=[application], actor=signatory, return_url="/")
    [item] = signed(session)
    assert item.refusal == ""
    application.refresh_from_db()
    assert application.status == "approved"
    assert bytes(application.decision_record) == application.decision_signature.record_bytes
    assert item.result_url == reverse(
        "issuance:certificate-detail", args=[application.certificate.pk]
    )


def test_the_signatorys_own_certificate_is_not_the_chambers(settings: Any) -> None:
    [application], signatory = recommended()
    settings.CTKZ_EDS_REQUIRED = True
    session = signatures.begin_approval(applications=[application], actor=signatory, return_url="/")
    [item] = signed(session, own=True)
    assert item.refusal_code == Reason.OTHER_ORGANISATION
    assert not Certificate.objects.exists()


def test_a_refusal_is_signed_with_its_reason(settings: Any) -> None:
    [application], signatory = recommended()
    settings.CTKZ_EDS_REQUIRED = True
    session = signatures.begin_refusal(
        application=application,
        actor=signatory,
        reason="data_mismatch_act",
        note="Модель в строке 1 не та, что в акте.",
    )
    [item] = signed(session)
    assert item.refusal == ""
    application.refresh_from_db()
    assert application.status == "refused"
    record = json.loads(application.decision_signature.record_bytes)
    assert record["refusal"]["reason"]["code"] == application.refusal_reason


def test_of_many_decisions_the_one_whose_case_moved_on_is_refused_alone(settings: Any) -> None:
    applications, signatory = recommended(3)
    settings.CTKZ_EDS_REQUIRED = True
    session = signatures.begin_approval(applications=applications, actor=signatory, return_url="/")
    services.return_application(application=applications[1], actor=signatory, note="Уточнить.")
    items = signed(session)
    assert [item.state for item in items] == ["done", "refused", "done"]
    assert items[1].refusal
    assert Certificate.objects.count() == 2


def test_the_page_of_the_decision_leads_to_the_signature(settings: Any, client: Client) -> None:
    [application], signatory = recommended()
    settings.CTKZ_EDS_REQUIRED = True
    client.force_login(signatory.user)
    answer = client.post(
        reverse("issuance:application-approve", args=[application.pk]),
        {"version": application.version},
    )
    session = SigningSession.objects.get()
    assert answer["Location"] == reverse("documents:signing-session", args=[session.pk])
    assert application.number in client.get(answer["Location"]).content.decode()
    assert not Certificate.objects.exists()
