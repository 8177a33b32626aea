"""What the demo prepares: something on every desk, once, and acts that replay."""

import json

import pytest
from django.utils import timezone

from accounts.models import Role, User
from audit.publishing import publish
from audit.sequencing import sequence_all
from auditors.models import AttestationCase
from ctkz_portal.demo.background import prepare
from ctkz_portal.demo.driving import replay_acts
from ctkz_portal.demo.people import PEOPLE, ensure_people
from documents.demo_seal import make_demo_seal
from expertise.models import Act, AssignmentDraw, ExpertiseRequest, Finding, SecondOpinion
from issuance.issuing import complete_issue
from issuance.ledger import balances
from issuance.models import (
    Application,
    Certificate,
    CertificateChange,
    Duplicate,
    Mandate,
    OverUse,
    PaperOriginal,
)
from issuance.sitting import candidates
from origin.models import Dispute, ImpactRun, RulePack
from oversight.selection.drawing import draw_plan
from registry.models import RegisterEntry, Snapshot
from tests import scenarios
from workplace.deadlines.clocks import Counting
from workplace.deadlines.late import Late

pytestmark = pytest.mark.django_db


def issue_at_once(certificates):
    for certificate in certificates:
        complete_issue(str(certificate.pk))
        certificate.refresh_from_db()
        assert certificate.status == "valid", certificate.failure


def draw_at_once(plan):
    sequence_all()
    publish()
    draw_plan(str(plan.pk))
    plan.refresh_from_db()
    assert plan.status == "drawn"


@pytest.fixture
def _sealed(settings):
    make_demo_seal(settings.VAR_DIR / "seal")


@pytest.mark.usefixtures("_sealed")
def test_the_demo_is_prepared_once_and_its_acts_replay_equal():
    prepare(issue_at_once, draw_at_once)
    made = made_so_far()
    assert made["cases"] == ["admitted", "applied", "attested", "attested", "attested"]
    assert set(made["acts"]) == {"annulled", "signed", "superseded"}
    assert (made["draws"], made["opinions"]) == (1, ["differs"])
    assert made["versions"] == [("CIS-2023", "approved"), ("CIS-2023/2", "checked")]
    assert (made["disputes"], made["runs"]) == (1, 1)
    refused = Finding.objects.filter(is_originating=False).values_list("reason", flat=True)
    assert sorted(refused) == ["list_condition_not_met"] * 2 + ["same_heading"]
    prepare(issue_at_once, draw_at_once)
    assert made_so_far() == made
    assert replay_acts() == len(made["acts"])
    every_fate_of_a_certificate_is_there()
    the_desks_of_the_chamber_have_work(ensure_people())
    some_cases_are_late_and_one_stands_still(ensure_people())


def every_fate_of_a_certificate_is_there():
    fates = sorted(Certificate.objects.values_list("status", flat=True))
    assert fates == ["replaced", "revoked", "suspended", "valid", "valid"]
    replaced = Certificate.objects.get(status="replaced")
    successor = Certificate.objects.get(application__replaces=replaced)
    assert json.loads(bytes(successor.record))["replaces"]["number"] == replaced.number
    assert balances(successor)[0].left == 1
    assert OverUse.objects.get().left == 1
    changes = CertificateChange.objects.values_list("kind", "status")
    assert sorted(changes) == [
        ("duplicate", "in_force"), ("revoke", "in_force"), ("revoke", "proposed"),
        ("suspend", "in_force"), ("suspend", "proposed"),
    ]  # fmt: skip
    assert Duplicate.objects.count() == 1
    assert PaperOriginal.objects.get(returned_on=None).due_back_on
    assert RegisterEntry.objects.filter(source="earlier").count() == 10
    assert RegisterEntry.objects.filter(source="earlier", missing_lines=1).count() == 2
    assert Snapshot.objects.count() == 1


def the_desks_of_the_chamber_have_work(cast):
    assert len([one for one in candidates(cast["signatory"]) if one.may_be_ticked]) == 3
    assert Application.objects.filter(status="in_consultation").count() == 1
    assert Application.objects.get(status="refused").refusal_reason == "data_mismatch_act"
    assert Mandate.objects.filter(confirmed_at=None).count() == 1


def some_cases_are_late_and_one_stands_still(cast):
    """Each of those who look on has something to look at."""
    counting = Counting.at(timezone.now())
    for person, late in {
        "head": 1,
        "head2": 1,
        "auditor3": 1,
        "officer": 1,
        "inspector": 3,
    }.items():
        clocks = Late(cast[person], counting).clocks
        assert sum(clock.is_late for clock in clocks) == late, person
    paused = [clock for clock in Late(cast["head"], counting).clocks if clock.is_paused]
    assert [(clock.subject_type, clock.stage_code) for clock in paused] == [
        ("request", "awaiting_applicant")
    ]


def test_a_database_of_an_older_demo_gets_people_and_attestations_but_no_second_set_of_cases():
    request = scenarios.a_request("draft")
    email = next(person.email for person in PEOPLE if person.role == Role.AUDITOR)
    auditor = User.objects.create_user(email, "correct horse battery staple", full_name="Бұрынғы")
    scenarios.an_attestation(auditor, number="DEMO-411")
    prepare()
    assert list(ExpertiseRequest.objects.values_list("pk", flat=True)) == [request.pk]
    assert AttestationCase.objects.filter(user=auditor, status="attested").count() == 1
    assert auditor.attestations.count() == 2


def made_so_far():
    return {
        "cases": sorted(AttestationCase.objects.values_list("status", flat=True)),
        "requests": sorted(ExpertiseRequest.objects.values_list("status", flat=True)),
        "acts": sorted(Act.objects.values_list("status", flat=True)),
        "opinions": list(SecondOpinion.objects.values_list("status", flat=True)),
        "draws": AssignmentDraw.objects.count(),
        "versions": sorted(RulePack.objects.values_list("code", "status")),
        "disputes": Dispute.objects.count(),
        "runs": ImpactRun.objects.count(),
        "certificates": sorted(Certificate.objects.values_list("number", "status")),
        "earlier": RegisterEntry.objects.filter(source="earlier").count(),
    }
