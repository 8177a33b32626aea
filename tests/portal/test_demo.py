"""What the demo prepares: something on every desk, once, and acts that replay."""

import pytest

from accounts.models import Role, User
from auditors.models import AttestationCase
from ctkz_portal.demo.background import prepare
from ctkz_portal.demo.driving import replay_acts
from ctkz_portal.demo.people import PEOPLE
from expertise.models import Act, AssignmentDraw, ExpertiseRequest, Finding, SecondOpinion
from origin.models import Dispute, ImpactRun, RulePack
from tests import scenarios

pytestmark = pytest.mark.django_db


def test_the_demo_is_prepared_once_and_its_acts_replay_equal():
    prepare()
    made = made_so_far()
    assert made["cases"] == ["admitted", "applied", "attested", "attested", "attested"]
    assert set(made["acts"]) == {"annulled", "signed", "superseded"}
    assert (made["draws"], made["opinions"]) == (1, ["differs"])
    assert made["versions"] == [("CIS-2023", "approved"), ("CIS-2023/2", "checked")]
    assert (made["disputes"], made["runs"]) == (1, 1)
    refused = Finding.objects.filter(is_originating=False).values_list("reason", flat=True)
    assert sorted(refused) == ["list_condition_not_met"] * 2 + ["same_heading"]
    prepare()
    assert made_so_far() == made
    assert replay_acts() == len(made["acts"])


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
    }
