"""Changes that the Committee imposes by a decision signed elsewhere: whole, apart and once."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.errors import DomainError, PermissionRefused
from accounts.models import Membership, Role
from audit.models import AuditEvent
from issuance.imposing import IMPOSABLE, impose_change
from issuance.models import Certificate, CertificateChange
from issuance.orders import MAKE_ORDER, make_order, order_record
from outbox.models import OutboxItem
from tests import scenarios
from tests.issuance.after_issue import (
    GROUNDS,
    REASONS,
    Kind,
    again,
    applicant,
    changed,
    decide,
    in_status,
    officer,
    propose,
    signatory,
)

LANGUAGE = "en"
BASIS = "CM-2026-00001, SHA-256 " + "a" * 64


@pytest.fixture
def certificate(db: None) -> Certificate:
    return scenarios.a_certificate("valid")


@pytest.fixture
def inspector(db: None) -> Membership:
    return scenarios.a_person(Role.INSPECTOR)


@pytest.fixture
def head(inspector: Membership) -> Membership:
    return scenarios.a_person(Role.COMMITTEE_HEAD, inspector.organisation)


def impose(
    certificate: Certificate, kind: str, inspector: Membership, head: Membership, **values: Any
) -> CertificateChange:
    return impose_change(
        certificate=certificate,
        kind=kind,
        **{
            "reason": REASONS[Kind(kind)],
            "grounds": GROUNDS,
            "proposed_by": inspector.user,
            "decided_by": head,
            "basis": BASIS,
            "form_token": uuid.uuid4(),
            **values,
        },
    )


@pytest.mark.parametrize(
    ("start", "kind", "status", "event"),
    [
        ("valid", "suspend", "suspended", "certificate.suspended"),
        ("suspended", "lift", "valid", "certificate.suspension_lifted"),
        ("valid", "revoke", "revoked", "certificate.revoked"),
        ("suspended", "revoke", "revoked", "certificate.revoked"),
        ("revoked", "set_aside", "valid", "certificate.revocation_set_aside"),
    ],
)
def test_an_imposed_change_takes_effect_with_period_event_and_order(
    certificate: Certificate,
    inspector: Membership,
    head: Membership,
    start: str,
    kind: str,
    status: str,
    event: str,
) -> None:
    if start != "valid":
        certificate = in_status(certificate, start)
    change = impose(certificate, kind, inspector, head)
    certificate = again(certificate)
    assert certificate.status == status
    period = certificate.periods.order_by("since").last()
    assert (period.status, period.change) == (status, change)
    assert AuditEvent.objects.filter(event=event, subject_id=str(certificate.pk)).count() == 1
    imposed = AuditEvent.objects.get(event="certificate_change.imposed")
    assert imposed.facts["basis"] == BASIS
    assert imposed.actor_id == str(head.user_id)
    assert OutboxItem.objects.filter(task=MAKE_ORDER, key=str(change.pk)).exists()
    assert "-000-" in change.order_number
    assert change.appeal_until is not None


def test_the_order_names_the_decision_it_rests_on(
    certificate: Certificate, inspector: Membership, head: Membership
) -> None:
    change = impose(certificate, "suspend", inspector, head)
    make_order(str(change.pk))
    change.refresh_from_db()
    record = order_record(change)
    assert BASIS in record["grounds"]
    assert GROUNDS in record["grounds"]
    assert record["signed_by"]["name"] == head.user.full_name
    assert change.document is not None


def test_asked_twice_it_is_done_once(
    certificate: Certificate, inspector: Membership, head: Membership
) -> None:
    token = uuid.uuid4()
    first = impose(certificate, "suspend", inspector, head, form_token=token)
    assert impose(certificate, "suspend", inspector, head, form_token=token) == first
    assert certificate.changes.count() == 1
    with pytest.raises(DomainError, match="sent before"):
        impose(certificate, "revoke", inspector, head, form_token=token)


def test_the_proposer_is_never_the_decider(certificate: Certificate, inspector: Membership) -> None:
    both = scenarios.as_member(inspector.user, Role.COMMITTEE_HEAD, inspector.organisation)
    with pytest.raises(DomainError, match="another person"):
        impose(certificate, "suspend", inspector, both)
    change = impose(
        certificate,
        "suspend",
        inspector,
        scenarios.a_person(Role.COMMITTEE_HEAD, inspector.organisation),
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        CertificateChange.objects.bulk_create(
            [
                CertificateChange(
                    certificate=certificate,
                    kind="revoke",
                    status="proposed",
                    proposed_by=change.proposed_by,
                    decided_by=change.proposed_by,
                    proposed_at=timezone.now(),
                    form_token=uuid.uuid4(),
                )
            ]
        )


@pytest.mark.parametrize(
    ("name", "values", "code"),
    [
        ("a duplicate is not imposed", {"kind": "duplicate", "reason": "lost"}, "unknown_kind"),
        ("reason of another list", {"kind": "suspend", "reason": "false_data"}, "no_reason"),
        ("without grounds", {"kind": "suspend", "grounds": " "}, "no_grounds"),
        ("without a decision", {"kind": "suspend", "basis": " "}, "no_basis"),
        ("not suspended", {"kind": "lift"}, "wrong_status"),
        ("not revoked", {"kind": "set_aside"}, "wrong_status"),
    ],
)
def test_the_checks_are_those_of_every_change(
    certificate: Certificate,
    inspector: Membership,
    head: Membership,
    name: str,
    values: dict[str, str],
    code: str,
) -> None:
    kind = values.pop("kind")
    with pytest.raises(DomainError) as refusal:
        impose(certificate, kind, inspector, head, **{"reason": REASONS[Kind(kind)], **values})
    assert refusal.value.code == code, name
    assert not certificate.changes.exists()
    assert again(certificate).status == "valid"


def test_an_expired_certificate_is_not_suspended(
    certificate: Certificate, inspector: Membership, head: Membership
) -> None:
    later = timezone.now() + timedelta(days=800)
    for member in (inspector, head):
        Membership.objects.filter(pk=member.pk).update(valid_until=None)
    with time_machine.travel(later, tick=False), pytest.raises(DomainError, match="has expired"):
        impose(certificate, "suspend", inspector, head)


@pytest.mark.parametrize("decider", ["officer", "signatory", "inspector"])
def test_only_the_head_of_the_committee_imposes(
    certificate: Certificate, inspector: Membership, decider: str
) -> None:
    person = {
        "officer": officer(certificate),
        "signatory": signatory(certificate),
        "inspector": scenarios.a_person(Role.INSPECTOR, inspector.organisation),
    }[decider]
    with pytest.raises(PermissionRefused):
        impose(certificate, "suspend", inspector, person)
    assert not certificate.changes.exists()


def test_only_a_person_of_the_committee_stands_as_proposer(
    certificate: Certificate, head: Membership
) -> None:
    with pytest.raises(DomainError, match="Only a person of the Committee"):
        impose(certificate, "suspend", officer(certificate), head)


@pytest.mark.parametrize("waiting", ["revoke", "duplicate"])
def test_a_proposal_that_waits_is_overtaken_and_does_not_hold_the_committee_up(
    certificate: Certificate, inspector: Membership, head: Membership, waiting: str
) -> None:
    proposal = propose(
        certificate,
        waiting,
        applicant(certificate),
        reason="applicant_request" if waiting == "revoke" else "lost",
    )
    change = impose(certificate, "suspend", inspector, head)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.decision_note) == ("rejected", BASIS)
    assert again(certificate).status == "suspended"
    rejected = AuditEvent.objects.get(event="certificate_change.rejected")
    assert rejected.subject_id == str(proposal.pk)
    assert change.status == "in_force"


def test_the_deciders_own_waiting_proposal_is_left_and_refuses_the_change(
    certificate: Certificate, inspector: Membership, head: Membership
) -> None:
    as_inspector = scenarios.as_member(head.user, Role.INSPECTOR, head.organisation)
    proposal = propose(certificate, "revoke", as_inspector)
    with pytest.raises(DomainError) as refusal:
        impose(certificate, "suspend", inspector, head)
    assert refusal.value.code == "change_open"
    proposal.refresh_from_db()
    assert proposal.status == "proposed"
    assert again(certificate).status == "valid"


def test_what_was_imposed_only_the_committee_undoes(
    certificate: Certificate, inspector: Membership, head: Membership
) -> None:
    impose(certificate, "suspend", inspector, head)
    with pytest.raises(DomainError, match="only the Committee"):
        propose(again(certificate), "lift")
    impose(again(certificate), "lift", inspector, head)
    assert again(certificate).status == "valid"
    assert changed(certificate, "suspend").status == "suspended"


def test_every_kind_that_is_imposed_is_a_kind_of_change() -> None:
    assert set(IMPOSABLE) == set(Kind) - {Kind.DUPLICATE}


def test_imposing_leaves_nothing_when_the_transaction_falls(
    certificate: Certificate, inspector: Membership, head: Membership
) -> None:
    proposal = propose(certificate, "revoke")

    def fall() -> None:
        with transaction.atomic():
            impose(certificate, "suspend", inspector, head)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fall()
    proposal.refresh_from_db()
    assert proposal.status == "proposed"
    assert again(certificate).status == "valid"
    decide(proposal)
    assert again(certificate).status == "revoked"
