"""What a measure does: complete, at once, or not at all; and seen in the very next request."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.errors import DomainError
from accounts.models import Membership, Role
from audit.models import AuditEvent
from auditors.models import ActBan, Suspension, attestation_in_force
from expertise.models import Act
from expertise.services import signing
from issuance.models import Certificate
from oversight.measures import effects
from oversight.measures.deciding import impose_measure
from oversight.measures.following import lift_measure
from oversight.measures.records import basis_of
from oversight.models import Measure
from tests import scenarios
from tests.auditors.scenarios import a_case
from tests.issuance.after_issue import officer
from tests.issuance.after_issue import propose as propose_change
from tests.oversight.measures.builders import (
    a_measure_in_force,
    again,
    an_attested_auditor,
    approved,
    case_of,
    head,
    imposed,
    inspector,
    propose,
    replied,
    status_of,
)

LANGUAGE = "en"

pytestmark = pytest.mark.django_db


def verified(client: Client, certificate: Certificate) -> str:
    """What the public page says now."""
    page = client.get(
        reverse("registry:verify"),
        {"number": certificate.number},
        headers={"accept-language": "en"},
        follow=True,
    )
    return page.content.decode()


@pytest.mark.parametrize(
    ("code", "status", "told"),
    [
        ("suspend_certificate", "suspended", "suspended"),
        ("revoke_certificate", "revoked", "revoked"),
    ],
)
def test_the_next_request_verifies_the_new_status(
    client: Client, code: str, status: str, told: str
) -> None:
    certificate = scenarios.a_certificate("valid")
    before = verified(client, certificate).lower()
    assert f"certificate is {told}" not in before
    measure = a_measure_in_force(code, certificate=certificate)
    assert status_of(certificate) == status
    after = verified(client, certificate).lower()
    assert told in after
    assert before != after
    change = certificate.changes.get()
    assert (change.proposed_by, change.decided_by) == (inspector().user, head().user)
    assert basis_of(measure) in change.grounds
    assert AuditEvent.objects.get(event="certificate_change.imposed").facts["basis"] == basis_of(
        measure
    )


def test_an_annulled_act_lists_the_certificates_that_rest_on_it(client: Client) -> None:
    certificate = scenarios.a_certificate("valid")
    measure = a_measure_in_force("annul_act", act=certificate.application.act)
    act = Act.objects.get(pk=measure.act_id)
    assert (act.status, act.annulment_note) == ("annulled", basis_of(measure))
    assert status_of(certificate) == "valid"
    client.force_login(inspector().user)
    page = client.get(
        reverse("oversight:measure-detail", args=[measure.number]),
        headers={"accept-language": "en"},
    ).content.decode()
    assert "Certificates on this act" in page
    assert certificate.number in page
    assert "Propose to suspend" in page
    assert "Propose to revoke" in page


def test_a_suspension_is_of_six_months_and_stops_the_signature() -> None:
    request = scenarios.examine(scenarios.a_request("in_expertise"))
    auditor = scenarios.actor_of(request, Role.AUDITOR)
    a_case("attested", candidate=auditor)
    measure = a_measure_in_force("suspend_attestation", auditor=auditor.user)
    today = timezone.localdate()
    suspension = Suspension.objects.get(case__user=auditor.user)
    assert (suspension.from_on, suspension.until_on) == (today, measure.ends_on)
    assert attestation_in_force(auditor.user, on=today) is None
    with pytest.raises(DomainError, match="attestation is not in force"):
        signing.sign_act(request=request, actor=auditor)
    assert not Act.objects.filter(request=request).exists()


def test_a_revocation_ends_the_attestation() -> None:
    auditor = an_attested_auditor()
    a_measure_in_force("revoke_attestation", auditor=auditor.user)
    assert case_of(auditor.user).status == "revoked"
    assert attestation_in_force(auditor.user, on=timezone.localdate()) is None


def test_a_ban_stops_new_acts_of_an_organisation() -> None:
    request = scenarios.examine(scenarios.a_request("in_expertise"))
    auditor = scenarios.actor_of(request, Role.AUDITOR)
    measure = a_measure_in_force("ban_acts_organisation", organisation=request.expert_organisation)
    assert ActBan.objects.get().until_on == measure.ends_on
    with pytest.raises(DomainError, match="New acts of this expert organisation are banned"):
        signing.sign_act(request=request, actor=auditor)


def broken(*_args: Any, **_kwargs: Any) -> None:
    raise DomainError("broken", "An effect failed half-way.")


@pytest.mark.parametrize(
    "code", ["suspend_certificate", "annul_act", "suspend_attestation", "ban_acts_auditor"]
)
def test_when_something_fails_nothing_has_happened(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure = propose(code)
    if measure.type.reply_days is not None:
        measure = replied(approved(measure))
    decider = head()
    events = AuditEvent.objects.count()
    # The document is ordered after the effect: its failure comes when everything else is done.
    monkeypatch.setattr("oversight.measures.deciding.order_paper", broken)
    with pytest.raises(DomainError, match="half-way"):
        impose_measure(measure=measure, actor=decider)
    kept = again(measure)
    assert (kept.status, kept.decided_at) == (measure.status, None)
    assert AuditEvent.objects.count() == events
    assert not Suspension.objects.exists()
    assert not ActBan.objects.exists()
    if measure.certificate:
        assert status_of(measure.certificate) == "valid"
        assert not measure.certificate.changes.exists()
    if measure.act:
        assert Act.objects.get(pk=measure.act_id).status == "signed"


def test_a_certificate_revoked_meanwhile_refuses_the_measure_and_keeps_it_undecided() -> None:
    measure = propose("suspend_certificate")
    a_measure_in_force("revoke_certificate", certificate=measure.certificate)
    with pytest.raises(DomainError, match="not possible now"):
        impose_measure(measure=measure, actor=head())
    assert again(measure).status == "proposed"


LIFTS: dict[str, Callable[[Measure], bool]] = {
    "suspend_certificate": lambda m: status_of(m.certificate) == "valid",
    "suspend_attestation": lambda m: (
        attestation_in_force(m.auditor, on=timezone.localdate()) is not None
    ),
    "ban_acts_auditor": lambda m: (
        not ActBan.objects.in_force(on=timezone.localdate()).filter(user=m.auditor).exists()
    ),
}


@pytest.mark.parametrize("code", LIFTS)
def test_a_lifted_measure_takes_its_effect_back(code: str) -> None:
    measure = a_measure_in_force(code)
    assert not LIFTS[code](measure)
    lift_measure(measure=measure, actor=head(), note="Устранено.")
    assert LIFTS[code](measure)
    assert again(measure).status == "lifted"


def test_the_way_back_leaves_alone_what_another_decision_changed_since() -> None:
    certificate = scenarios.a_certificate("valid")
    suspension = a_measure_in_force("suspend_certificate", certificate=certificate)
    a_measure_in_force("revoke_certificate", certificate=certificate)
    lift_measure(measure=suspension, actor=head(), note="Устранено.")
    assert status_of(certificate) == "revoked"


def test_a_lifted_ban_does_not_end_another_ban() -> None:
    auditor = an_attested_auditor()
    first = a_measure_in_force("ban_acts_auditor", auditor=auditor.user)
    a_measure_in_force("ban_acts_auditor", auditor=auditor.user)
    lift_measure(measure=first, actor=head(), note="Устранено.")
    assert ActBan.objects.in_force(on=timezone.localdate()).count() == 1


def test_a_certificate_expired_meanwhile_is_not_brought_back() -> None:
    measure = a_measure_in_force("suspend_certificate")
    Membership.objects.update(valid_until=None)
    certificate = measure.certificate
    on = certificate.valid_until + dt.timedelta(days=1)
    effects.undo(
        measure, head(), reason="remedied", note="Устранено.", basis=basis_of(measure), on=on
    )
    assert status_of(certificate) == "suspended"


def test_a_waiting_proposal_of_the_chamber_does_not_hold_the_measure_up() -> None:
    certificate = scenarios.a_certificate("valid")
    waiting = propose_change(certificate, "revoke", officer(certificate))
    imposed(propose("suspend_certificate", certificate=certificate))
    waiting.refresh_from_db()
    assert waiting.status == "rejected"
    assert status_of(certificate) == "suspended"
